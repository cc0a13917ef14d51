//! What happens to the files that a shop sells.

use crate::{Change, Fact, FileId, Id, OrderId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A merchant added a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileUploaded {
    /// The file.
    pub file_id: FileId,
    /// What it is called.
    pub name: String,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

impl Fact for FileUploaded {
    const KIND: &'static str = "file.uploaded";
    fn about(&self) -> Option<Uuid> {
        Some(self.file_id.uuid())
    }
}

/// A merchant took a file away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileDeleted {
    /// The file.
    pub file_id: FileId,
    /// What it was called.
    pub name: String,
}

impl Fact for FileDeleted {
    const KIND: &'static str = "file.deleted";
    fn about(&self) -> Option<Uuid> {
        Some(self.file_id.uuid())
    }
}

/// A product comes with another file from now on, or with none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductFileChanged {
    /// The product, by its name in addresses.
    pub product: String,
    /// The file that it comes with; absent for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_id: Option<FileId>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for ProductFileChanged {
    const KIND: &'static str = "product.file_changed";
    fn about(&self) -> Option<Uuid> {
        self.file_id.map(Id::uuid)
    }
}

/// Somebody began to download what an order paid for: one use of the right to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileDownloaded {
    /// The order that paid for it.
    pub order_id: OrderId,
    /// The product, by its name in addresses.
    pub product: String,
    /// The file.
    pub file_id: FileId,
    /// What it is called.
    pub name: String,
    /// How often it was downloaded for this order and product, this time included.
    pub used: i64,
}

impl Fact for FileDownloaded {
    const KIND: &'static str = "file.downloaded";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}

/// A merchant lets an order's buyer download from the beginning again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DownloadsAllowed {
    /// The order.
    pub order_id: OrderId,
    /// The product, by its name in addresses.
    pub product: String,
    /// How often it had been downloaded.
    pub used: i64,
}

impl Fact for DownloadsAllowed {
    const KIND: &'static str = "downloads.allowed";
    fn about(&self) -> Option<Uuid> {
        Some(self.order_id.uuid())
    }
}
