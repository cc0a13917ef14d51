//! Asking for push messages, and taking that back.

use super::{Device, Kind, rows};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facts::push::PushDeviceAdded;
use facts::{ContactId, PushDeviceId};
use store::{Command, Error, Result, Tx};

/// The longest token or address, in bytes.
const LONGEST: usize = 2_000;

/// Keeps a device that wants push messages. The same device asks for them once, however often it says so.
pub(super) struct AddDevice {
    pub contact_id: Option<ContactId>,
    pub kind: Kind,
    pub endpoint: String,
    pub p256dh: Option<String>,
    pub auth: Option<String>,
}

impl Command for AddDevice {
    const NAME: &'static str = "add_push_device";
    type Out = PushDeviceId;

    async fn run(&self, tx: &mut Tx) -> Result<PushDeviceId> {
        self.check()?;
        let contact_id = match self.contact_id {
            Some(id) => {
                let found = contacts::find(tx, id).await?;
                Some(found.ok_or_else(|| Error::field("contact_id", "a contact that is known here"))?.id)
            }
            None => None,
        };
        let device = Device {
            id: tx.id(),
            contact_id,
            kind: self.kind,
            endpoint: self.endpoint.clone(),
            p256dh: self.p256dh.clone(),
            auth: self.auth.clone(),
            created_at: tx.now(),
        };
        let (id, new) = rows::keep(tx, &device).await?;
        if new {
            tx.state(PushDeviceAdded { push_device_id: id, contact_id, kind: self.kind.as_str().to_owned() }).await?;
        }
        Ok(id)
    }
}

impl AddDevice {
    fn check(&self) -> Result<()> {
        let text = &self.endpoint;
        if text.is_empty() || text.len() > LONGEST || text.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
            return Err(Error::field("endpoint", format!("1 to {LONGEST} characters without spaces")));
        }
        if self.kind == Kind::Webpush {
            let bytes = |text: &Option<String>| {
                URL_SAFE_NO_PAD.decode(text.as_deref().unwrap_or_default().trim_end_matches('=')).map_or(0, |bytes| bytes.len())
            };
            if bytes(&self.p256dh) != 65 {
                return Err(Error::field("keys.p256dh", "the browser's public key: 65 bytes in base64url"));
            }
            if bytes(&self.auth) != 16 {
                return Err(Error::field("keys.auth", "the browser's secret: 16 bytes in base64url"));
            }
        }
        Ok(())
    }
}

/// Writes to a device no more.
pub(super) struct RemoveDevice(pub PushDeviceId);

impl Command for RemoveDevice {
    const NAME: &'static str = "remove_push_device";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if rows::forget(tx, self.0).await? { Ok(()) } else { Err(Error::not_found("push device")) }
    }
}
