//! Places, posts, and a post at a place.

use facts::{Id, SocialDeliveryId, SocialPlaceId, SocialPostId, Time};
use serde::{Deserialize, Serialize};
use web::Cursor;

facts::words! {
    /// What stands behind a place's address.
    pub enum PlaceKind {
        /// A page on Facebook.
        Facebook = "facebook",
        /// An account on Instagram.
        Instagram = "instagram",
        /// An account on X.
        X = "x",
        /// A page on LinkedIn.
        Linkedin = "linkedin",
        /// The business as Google shows it.
        GoogleBusiness = "google_business",
        /// A channel on Telegram.
        Telegram = "telegram",
        /// Something else.
        Other = "other",
    }
}

impl PlaceKind {
    /// What people call it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            PlaceKind::Facebook => "Facebook",
            PlaceKind::Instagram => "Instagram",
            PlaceKind::X => "X",
            PlaceKind::Linkedin => "LinkedIn",
            PlaceKind::GoogleBusiness => "Google Business",
            PlaceKind::Telegram => "Telegram",
            PlaceKind::Other => "Other",
        }
    }
}

facts::words! {
    /// Whether posts go to a place.
    pub enum PlaceState {
        /// They do.
        Active = "active",
        /// They do not, until somebody resumes it.
        Paused = "paused",
        /// It is no more.
        Removed = "removed",
    }
}

facts::words! {
    /// What came of a place's last test.
    pub enum Tested {
        /// It is on its way.
        Waiting = "waiting",
        /// The place took it.
        Taken = "taken",
        /// It did not.
        Failed = "failed",
    }
}

/// Where posts go.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Place {
    pub id: SocialPlaceId,
    pub name: String,
    pub kind: PlaceKind,
    pub address: String,
    pub state: PlaceState,
    /// Why it is paused where nobody asked for it: `gone`, it answered 410.
    pub reason: Option<String>,
    pub tested: Option<Tested>,
    /// What it said to the last test, or why it said nothing.
    pub tested_said: Option<String>,
    pub tested_at: Option<Time>,
    /// Until when the secret before the last signs along.
    pub before_until: Option<Time>,
    /// Counts the changes.
    pub version: i64,
    pub created_at: Time,
}

impl Place {
    /// Where it is, for people and facts: the rest of the address may be a secret between the two.
    pub(crate) fn host(&self) -> String {
        url::Url::parse(&self.address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

facts::words! {
    /// How far a post is.
    pub enum PostState {
        /// It is written.
        Draft = "draft",
        /// It goes out at its time.
        Planned = "planned",
        /// It is on its way.
        Sending = "sending",
        /// Every place took it.
        Sent = "sent",
        /// Some place took it or may have, and some did not.
        Partly = "partly",
        /// No place took it.
        Failed = "failed",
        /// Somebody stopped it before its time.
        Cancelled = "cancelled",
    }
}

/// Something to be said in public at a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Post {
    pub id: SocialPostId,
    pub body: String,
    pub link: Option<String>,
    pub picture: Option<String>,
    /// When it goes out.
    pub at: Time,
    pub state: PostState,
    /// Counts the changes.
    pub version: i64,
    pub created_at: Time,
    /// When nothing of it was on its way any more.
    pub ended_at: Option<Time>,
}

facts::words! {
    /// How a post stands at one of its places.
    pub enum DeliveryState {
        /// It is to go there.
        Chosen = "chosen",
        /// It is on its way, or waits for its next try.
        Waiting = "waiting",
        /// The place took it.
        Sent = "sent",
        /// The place did not take it.
        Failed = "failed",
        /// The place may have it: it was reached, and never said so.
        Unknown = "unknown",
    }
}

/// A post at one of its places.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Delivery {
    pub id: SocialDeliveryId,
    pub post_id: SocialPostId,
    pub place_id: SocialPlaceId,
    pub state: DeliveryState,
    pub attempts: i64,
    /// The HTTP status that came back last.
    pub status: Option<i64>,
    /// What was answered last, or why nobody answered.
    pub said: String,
    /// When it is tried again.
    pub next_at: Option<Time>,
    pub tried_at: Option<Time>,
    pub sent_at: Option<Time>,
    /// The place's name.
    pub name: String,
    pub kind: PlaceKind,
    /// Whether posts go there.
    pub place_state: PlaceState,
}

/// A post with its places.
#[derive(Debug, Clone)]
pub(crate) struct Whole {
    pub post: Post,
    pub deliveries: Vec<Delivery>,
}

impl Whole {
    /// Where it stands in lists.
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor { at: self.post.at, id: self.post.id.uuid() }
    }
}
