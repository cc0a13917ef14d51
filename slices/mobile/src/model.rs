//! Devices, and what they keep, as others see them.

use facts::{DeviceId, Time, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

facts::words! {
    /// What a device runs.
    pub enum Platform {
        /// An Android phone or tablet.
        Android = "android",
        /// An iPhone or iPad.
        Ios = "ios",
        /// An app in a browser.
        Web = "web",
        /// Something else.
        Other = "other",
    }
}

facts::words! {
    /// By whom a sleeping app is woken.
    pub enum PushKind {
        /// Firebase Cloud Messaging.
        Fcm = "fcm",
        /// A browser's push service.
        WebPush = "webpush",
    }
}

/// A phone that somebody signed in on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// Its id.
    #[schema(value_type = String, example = "dev_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: DeviceId,
    /// Whose it is.
    #[schema(value_type = String, example = "usr_01h2xcejqtf2nbrexx3vqjhp41")]
    pub user_id: UserId,
    /// What they are called.
    pub user_name: Option<String>,
    /// What the device is called.
    #[schema(example = "Asha's phone")]
    pub name: String,
    /// What it runs: android, ios, web or other.
    #[schema(value_type = String, example = "android")]
    pub platform: Platform,
    /// The version of the app on it.
    #[schema(example = "2.4.0")]
    pub app_version: String,
    /// When it was signed in.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was last heard of, to the minute.
    #[schema(value_type = String, format = DateTime)]
    pub last_seen_at: Time,
    /// When it was signed out; null while it is signed in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Time>,
    /// Why: signed_out, revoked, token_reused, password_changed or member_left.
    pub ended_why: Option<String>,
    /// How a message reaches it while its app sleeps: fcm, webpush, or not at all.
    #[schema(value_type = Option<String>, example = "fcm")]
    pub push: Option<PushKind>,
}

/// A record as devices see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Record {
    /// `prompts` or `contacts`.
    #[schema(example = "prompts")]
    pub collection: String,
    /// Its id.
    #[schema(example = "rec_01h2xcejqtf2nbrexx3vqjhp41")]
    pub id: String,
    /// Its version; the first is 1.
    #[schema(example = 3)]
    pub version: i64,
    /// Whether it is deleted.
    pub deleted: bool,
    /// What it holds; null where it is deleted.
    #[schema(value_type = Option<Object>)]
    pub body: Option<Value>,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Time,
}
