//! What happens to posts, and to the places that they go to.

use crate::{Change, Fact, Id, SocialPlaceId, SocialPostId, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::words! {
    /// A step in the life of a place.
    pub enum PlaceStep {
        /// It was added.
        Made = "made",
        /// Its name, its kind or its address was changed.
        Changed = "changed",
        /// A test was sent there.
        Tested = "tested",
        /// It was given a new secret.
        Rotated = "rotated",
        /// Nothing goes there for now.
        Paused = "paused",
        /// Posts go there again.
        Resumed = "resumed",
        /// It is no more.
        Removed = "removed",
    }
}

/// A place that posts go to was changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SocialPlaceChanged {
    /// The place.
    pub place_id: SocialPlaceId,
    /// What it is called.
    pub name: String,
    /// What was done.
    pub step: PlaceStep,
    /// Why, where nobody asked for it: `gone`, it answered 410.
    pub reason: Option<String>,
    /// What changed; of its address the host alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for SocialPlaceChanged {
    const KIND: &'static str = "social_place.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.place_id.uuid())
    }
}

crate::words! {
    /// A step in the life of a post.
    pub enum PostStep {
        /// It was written, as a draft.
        Written = "written",
        /// It was changed before its time.
        Changed = "changed",
        /// It is to go out at its time.
        Planned = "planned",
        /// It is a draft once more.
        PutBack = "put_back",
        /// It does not go out.
        Cancelled = "cancelled",
        /// Its time came.
        Begun = "begun",
        /// It goes once more to where it did not arrive.
        Retried = "retried",
    }
}

/// A post was written, planned, changed, called off, or is on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SocialPostChanged {
    /// The post.
    pub post_id: SocialPostId,
    /// What was done.
    pub step: PostStep,
    /// When it goes out, or went.
    pub at: Time,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for SocialPostChanged {
    const KIND: &'static str = "social_post.changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.post_id.uuid())
    }
}

/// Nothing of a post is on its way any more: it went to its places, or not to all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocialPostSent {
    /// The post.
    pub post_id: SocialPostId,
    /// `sent` to all of its places, `partly`, or `failed` at each.
    pub state: String,
    /// When it was to go out.
    pub at: Time,
    /// The places that took it.
    pub sent: Vec<SocialPlaceId>,
    /// Those that did not.
    pub failed: Vec<SocialPlaceId>,
    /// Those of which nobody knows: they may have got it, and never said so.
    pub unknown: Vec<SocialPlaceId>,
}

impl Fact for SocialPostSent {
    const KIND: &'static str = "social_post.sent";
    fn about(&self) -> Option<Uuid> {
        Some(self.post_id.uuid())
    }
}
