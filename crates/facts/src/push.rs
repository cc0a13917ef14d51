//! What happens to devices that get push messages.

use crate::{ContactId, Fact, Id, PushDeviceId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A device has asked for push messages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushDeviceAdded {
    /// The device.
    pub push_device_id: PushDeviceId,
    /// Whose it is, where that is known.
    pub contact_id: Option<ContactId>,
    /// What it is reached by: `fcm` or `webpush`.
    pub kind: String,
}

impl Fact for PushDeviceAdded {
    const KIND: &'static str = "push_device.added";
    fn about(&self) -> Option<Uuid> {
        Some(self.push_device_id.uuid())
    }
    fn contact(&self) -> Option<ContactId> {
        self.contact_id
    }
}

/// A device gets no more push messages: it was taken back, or its provider knows it no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PushDeviceGone {
    /// The device.
    pub push_device_id: PushDeviceId,
}

impl Fact for PushDeviceGone {
    const KIND: &'static str = "push_device.gone";
    fn about(&self) -> Option<Uuid> {
        Some(self.push_device_id.uuid())
    }
}
