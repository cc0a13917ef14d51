//! Devices that have asked for push messages.

mod api;
mod commands;
mod page;
mod rows;

pub use rows::{forget, of_contacts};

pub(crate) use rows::forget_all;

use crate::letter::Letter;
use crate::world::Channels;
use facts::{ContactId, PushDeviceId, TenantId, Time};
use serde::Deserialize;
use store::Result;
use web::Route;

facts::words! {
    /// What a device is reached by.
    pub enum Kind {
        /// An app, by Firebase.
        Fcm = "fcm",
        /// A browser, by its own push service.
        Webpush = "webpush",
    }
}

/// The API, and the page of one person's.
pub(crate) fn routes() -> Vec<Route> {
    [api::routes(), page::routes()].into_iter().flatten().collect()
}

/// One of them.
#[derive(Debug, Clone, Deserialize)]
pub struct Device {
    /// Its id; the address of a push message.
    pub id: PushDeviceId,
    /// Whose it is, where that is known.
    pub contact_id: Option<ContactId>,
    /// What it is reached by.
    pub kind: Kind,
    /// Firebase's token, or the browser's address.
    pub(crate) endpoint: String,
    /// The browser's public key, in base64url.
    pub(crate) p256dh: Option<String>,
    /// The browser's secret, in base64url.
    pub(crate) auth: Option<String>,
    /// Since when.
    pub created_at: Time,
}

/// The device that a letter is addressed to, where it is of this kind.
pub(crate) async fn addressed(channels: &Channels, tenant: TenantId, letter: &Letter, kind: Kind) -> Result<Option<Device>> {
    let Ok(id) = letter.address.parse::<PushDeviceId>() else { return Ok(None) };
    let found = rows::find(&mut channels.db.read_main(tenant), id).await?;
    Ok(found.filter(|device| device.kind == kind))
}
