//! What happens to devices, and to what they keep in step with us.

use crate::{ConflictId, DeviceId, Fact, Id, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person signed in on a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceSignedIn {
    /// The device.
    pub device_id: DeviceId,
    /// The person.
    pub user_id: UserId,
    /// What the device is called.
    pub name: String,
    /// What it runs, such as `android`.
    pub platform: String,
}

impl Fact for DeviceSignedIn {
    const KIND: &'static str = "mobile.device_signed_in";
    fn about(&self) -> Option<Uuid> {
        Some(self.device_id.uuid())
    }
}

/// A device is signed out for good.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceEnded {
    /// The device.
    pub device_id: DeviceId,
    /// Whose it is.
    pub user_id: UserId,
    /// What it is called.
    pub name: String,
    /// Why: `signed_out`, `revoked`, `token_reused`, `password_changed`, `member_left`.
    pub why: String,
}

impl Fact for DeviceEnded {
    const KIND: &'static str = "mobile.device_ended";
    fn about(&self) -> Option<Uuid> {
        Some(self.device_id.uuid())
    }
}

/// Something that devices keep was made, changed or deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordChanged {
    /// What kind of thing it is, such as `prompts`.
    pub collection: String,
    /// The thing.
    pub id: Uuid,
    /// Which version it has from now on; the first is 1.
    pub version: i64,
    /// Whether it is deleted from now on.
    pub deleted: bool,
}

impl Fact for RecordChanged {
    const KIND: &'static str = "mobile.record_changed";
    fn about(&self) -> Option<Uuid> {
        Some(self.id)
    }
}

/// A device changed something that had changed meanwhile: its version is kept for a person to settle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConflictKept {
    /// What is kept.
    pub conflict_id: ConflictId,
    /// What kind of thing it is about.
    pub collection: String,
    /// The thing.
    pub id: Uuid,
}

impl Fact for ConflictKept {
    const KIND: &'static str = "mobile.conflict_kept";
    fn about(&self) -> Option<Uuid> {
        Some(self.id)
    }
}

/// A person chose between a device's version and ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConflictSettled {
    /// What was settled.
    pub conflict_id: ConflictId,
    /// What kind of thing it is about.
    pub collection: String,
    /// The thing.
    pub id: Uuid,
    /// Whether the device's version was taken.
    pub taken: bool,
}

impl Fact for ConflictSettled {
    const KIND: &'static str = "mobile.conflict_settled";
    fn about(&self) -> Option<Uuid> {
        Some(self.id)
    }
}
