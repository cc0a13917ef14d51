//! Files, and the rights to download them.

use facts::{FileId, GrantId, OrderId, Time};
use serde::{Deserialize, Serialize};

/// A file that a shop sells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct File {
    pub id: FileId,
    /// What it is called when it is saved.
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: i64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    pub created_at: Time,
}

/// A file in a list.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Kept {
    pub id: FileId,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
    pub created_at: Time,
    /// How often it was downloaded, over all products that come with it today.
    pub downloads: i64,
}

/// A right to download, with the file that its product comes with today.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Download {
    /// The right.
    pub grant_id: GrantId,
    /// The order that paid for it.
    pub order_id: OrderId,
    /// The product, by its name in addresses.
    pub product: String,
    /// How often it was downloaded.
    pub used: i64,
    /// When it was taken back.
    pub revoked_at: Option<Time>,
    /// The file, where the product has one.
    pub file_id: Option<FileId>,
    /// What it is called.
    pub name: Option<String>,
    /// What it is.
    pub media_type: Option<String>,
    /// In bytes.
    pub size: Option<i64>,
    /// SHA-256 of its bytes, in hex.
    pub sha256: Option<String>,
}

impl Download {
    /// The file, where the product has one.
    pub(crate) fn file(&self) -> Option<File> {
        Some(File {
            id: self.file_id?,
            name: self.name.clone()?,
            media_type: self.media_type.clone()?,
            size: self.size?,
            sha256: self.sha256.clone()?,
            created_at: Time(0),
        })
    }
}

/// A right that was used, in a list.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Used {
    pub grant_id: GrantId,
    pub order_id: OrderId,
    pub product: String,
    pub used: i64,
    pub last_used_at: Time,
    pub revoked_at: Option<Time>,
}
