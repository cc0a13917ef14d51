//! Push to browsers (RFC 8030).

use super::encrypt::{Browser, encrypt};
use super::vapid::{Account, Vapid, derived};
use crate::answer::Answer;
use crate::classes::{Class, Failure, by_status};
use crate::devices::{self, Device, Kind};
use crate::letter::Letter;
use crate::outcome::Outcome;
use crate::world::Channels;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facts::TenantId;
use facts::consent::Scope;
use serde_json::json;
use std::time::Duration;
use url::Url;

/// Where a key of the tenant's own is kept among the credentials.
const NAME: &str = "webpush";
/// How long a push service keeps what it cannot deliver, in seconds.
const KEPT: u32 = 24 * 3_600;
/// The same for what somebody waits for.
const KEPT_HASTILY: u32 = 300;

impl Channels {
    /// The key by which this tenant's messages are known to browsers.
    ///
    /// # Errors
    /// The tenant's own key is wrong, or cannot be read.
    pub async fn push_key(&self, tenant: TenantId) -> store::Result<String> {
        let vapid = vapid(self, tenant).await?.map_err(|failure| store::Error::unavailable("push_not_set_up", failure.reason))?;
        Ok(vapid.public())
    }
}

async fn vapid(channels: &Channels, tenant: TenantId) -> store::Result<Result<Vapid, Failure>> {
    let own: Option<Account> = channels.credentials.find(tenant, NAME).await?;
    Ok(Vapid::of(own, &channels.vault, tenant, &channels.public_url))
}

/// Sends one message to one browser.
pub(crate) async fn send(channels: &Channels, tenant: TenantId, letter: &Letter, patience: Duration) -> store::Result<Outcome> {
    let Some(device) = devices::addressed(channels, tenant, letter, Kind::Webpush).await? else { return Ok(Outcome::NotConfigured) };
    let vapid = vapid(channels, tenant).await?;
    let request = vapid.and_then(|vapid| request(channels, &vapid, &device, letter));
    let request = match request {
        Ok(request) => request,
        Err(failure) => return Ok(Outcome::Failed(failure)),
    };
    let asked = channels.ask_outside("the browser's push service", patience, request).await;
    Ok(asked.and_then(|answer| read(&answer)).into())
}

/// The same message to the same browser is the same bytes: its key and salt are derived for the two of them.
fn request(channels: &Channels, vapid: &Vapid, device: &Device, letter: &Letter) -> Result<http::Request<Vec<u8>>, Failure> {
    let wrong = |what: &str| Failure { suppress: Some(Scope::All), ..Failure::new(Class::Permanent, what) };
    let url = Url::parse(&device.endpoint).map_err(|_| wrong("the browser's address is wrong"))?;
    let bytes =
        |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref().unwrap_or_default().trim_end_matches('=')).unwrap_or_default();
    let (p256dh, auth) = (bytes(&device.p256dh), bytes(&device.auth));
    let purpose = format!("webpush/{}/{}", letter.id, device.id);
    let mut salt = [0; 16];
    salt.copy_from_slice(&channels.vault.derive(&format!("{purpose}/salt"))[..16]);
    let text = json!({"title": letter.subject, "body": letter.body, "id": letter.id}).to_string();
    let own = derived(&channels.vault, &purpose);
    let body = encrypt(&Browser { p256dh: &p256dh, auth: &auth }, &own, &salt, text.as_bytes()).map_err(wrong)?;
    let audience = url.origin().ascii_serialization();
    let (kept, urgency) = if letter.hasty { (KEPT_HASTILY, "high") } else { (KEPT, "normal") };
    http::Request::post(url.as_str())
        .header("ttl", kept)
        .header("content-encoding", "aes128gcm")
        .header("content-type", "application/octet-stream")
        .header("urgency", urgency)
        .header("authorization", vapid.header(&audience, channels.db.clock().now())?)
        .body(body)
        .map_err(|error| wrong(&error.to_string()))
}

/// Push services name no id that a receipt would come under.
fn read(answer: &Answer) -> Result<Option<String>, Failure> {
    if answer.is_success() {
        return Ok(None);
    }
    let mut failure = match answer.status {
        404 | 410 => Failure::new(Class::Permanent, format!("the browser takes no more messages (HTTP {})", answer.status)),
        413 => Failure::new(Class::Permanent, "the message is too long for the browser's push service"),
        status => by_status(status, "", answer.retry_after),
    };
    failure.suppress = matches!(answer.status, 404 | 410).then_some(Scope::All);
    Err(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let read = |status: u16| read(&Answer { status, retry_after: None, body: Vec::new() });
        assert_eq!((read(201), read(202)), (Ok(None), Ok(None)));
        for (status, class, gone) in [
            (404, Class::Permanent, true),
            (410, Class::Permanent, true),
            (413, Class::Permanent, false),
            (400, Class::Permanent, false),
            (403, Class::Permanent, false),
            (429, Class::RateLimited, false),
            (503, Class::Transient, false),
        ] {
            let failure = read(status).unwrap_err();
            assert_eq!((failure.class, failure.suppress.is_some()), (class, gone), "{status}");
        }
    }
}
