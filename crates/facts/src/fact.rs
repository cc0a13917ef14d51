//! What has happened, in the past tense.

use crate::ContactId;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// Something that happened and that other slices may react to.
///
/// Its JSON is kept for ever: a changed shape is a new [`Fact::VERSION`] beside the old one.
pub trait Fact: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Dotted and past: `order.placed`.
    const KIND: &'static str;
    /// Raised when the shape changes.
    const VERSION: i64 = 1;
    /// The thing whose timeline shows this: for all that concerns an order, that order.
    fn about(&self) -> Option<Uuid>;
    /// The person whose timeline shows this.
    fn contact(&self) -> Option<ContactId> {
        None
    }
}
