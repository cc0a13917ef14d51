//! What happens to orders from elsewhere as a whole: shops that are connected, and imports.

use crate::{Change, Fact, Id, ImportId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A shop elsewhere was connected, connected otherwise, or let go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShopConnectionChanged {
    /// Whose shop system it is: `shopify`, `woocommerce`.
    pub provider: String,
    /// The shop's host.
    pub shop: String,
    /// Whether it is connected from now on.
    pub connected: bool,
    /// What changed; secrets are not told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for ShopConnectionChanged {
    const KIND: &'static str = "shop.connection_changed";
    fn about(&self) -> Option<Uuid> {
        None
    }
}

/// An import was begun by a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportBegun {
    /// The import.
    pub import_id: ImportId,
    /// Where the orders come from: a file, or a shop.
    pub origin: String,
    /// Whether it only looks at what would change.
    pub dry: bool,
}

impl Fact for ImportBegun {
    const KIND: &'static str = "import.begun";
    fn about(&self) -> Option<Uuid> {
        Some(self.import_id.uuid())
    }
}

/// An import came to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportEnded {
    /// The import.
    pub import_id: ImportId,
    /// `done`, or `stopped` where it could not go on.
    pub state: String,
    /// Orders that were not known before.
    pub new: i64,
    /// Orders that were changed.
    pub changed: i64,
    /// Orders that could not be read.
    pub wrong: i64,
}

impl Fact for ImportEnded {
    const KIND: &'static str = "import.ended";
    fn about(&self) -> Option<Uuid> {
        Some(self.import_id.uuid())
    }
}
