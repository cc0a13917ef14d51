//! Fetching what came with a message from the provider who has it.

use crate::classes::{Class, Failure, by_status};
use crate::provider::Provider;
use crate::words::{Enclosed, digest};
use crate::world::Channels;
use crate::{twilio, whatsapp};
use bytes::Bytes;
use facts::TenantId;
use reqwest::RequestBuilder;
use std::time::Duration;
use store::Error;
use store::secret::sha256;

/// The largest file that is fetched, in bytes: what WhatsApp carries of pictures, sound and moving pictures.
const MOST: usize = 16 << 20;
/// How long an answer that leads to the bytes is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the bytes may take.
const LONGEST: Duration = Duration::from_secs(30);

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// What it consists of.
    pub bytes: Bytes,
    /// What the provider says that it is; empty where it says nothing.
    pub kind: String,
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
}

impl Channels {
    /// Fetches a file that came with a message. What comes is held against the digest that was told.
    ///
    /// # Errors
    /// Why it was not had: a class that may pass (transient, rate limited), or one that will not (permanent).
    pub async fn fetch(&self, tenant: TenantId, provider: Provider, file: &Enclosed) -> Result<Fetched, Failure> {
        let got = match provider {
            Provider::Meta => self.of_meta(tenant, &file.reference).await?,
            Provider::Twilio => self.of_twilio(tenant, &file.reference).await?,
            other => return Err(never(format!("{} does not say how files are had from it", other.title()))),
        };
        let sha256 = sha256(&got.bytes);
        let told = file.sha256.iter().chain(&got.sha256);
        if got.bytes.is_empty() || told.into_iter().any(|told| *told != sha256) {
            return Err(later("what came is not the file that was sent: its digest is another"));
        }
        Ok(Fetched { bytes: got.bytes, kind: got.kind, sha256 })
    }

    /// Meta says where a file lies; that address lasts minutes and takes the same token.
    async fn of_meta(&self, tenant: TenantId, id: &str) -> Result<Got, Failure> {
        let account = self.credentials.find::<whatsapp::meta::Account>(tenant, whatsapp::meta::NAME).await.map_err(unread)?;
        let account = account.ok_or_else(|| never("there is no account at Meta any more"))?;
        let address = self.credentials.address(tenant, whatsapp::meta::NAME).await.map_err(unread)?;
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
            return Err(never("WhatsApp told no id that a file can have"));
        }
        let get = self.http.get(format!("{address}/{id}")).bearer_auth(&account.access_token);
        let described = self.ask("WhatsApp", PATIENCE, get).await.map_err(passing)?;
        let said = described.json();
        let Some(url) = said["url"].as_str().filter(|_| described.is_success()) else {
            // Graph's code for an id that leads nowhere.
            let unknown = described.status == 404 || said["error"]["code"] == 100;
            let gone = never("WhatsApp has this file no more");
            return Err(if unknown { gone } else { passing(whatsapp::meta::failure(&described)) });
        };
        if said["file_size"].as_u64().is_some_and(|size| size > MOST as u64) {
            return Err(too_large());
        }
        let bearer = format!("Bearer {}", account.access_token);
        let got = self.download(url, Some(("authorization", bearer.as_str()))).await?;
        let kind = said["mime_type"].as_str().unwrap_or_default().to_owned();
        Ok(Got { sha256: digest(&said["sha256"]), kind: if kind.is_empty() { got.kind } else { kind }, ..got })
    }

    /// Twilio's own address asks for the account and leads on to one that does not.
    async fn of_twilio(&self, tenant: TenantId, url: &str) -> Result<Got, Failure> {
        let account = self.credentials.find::<twilio::Account>(tenant, twilio::NAME).await.map_err(unread)?;
        let account = account.ok_or_else(|| never("there is no account at Twilio any more"))?;
        let address = self.credentials.address(tenant, twilio::NAME).await.map_err(unread)?;
        if !is_under(&address, url) {
            return Err(never("its address is not one of Twilio's, so the account's password is not sent there"));
        }
        let get = self.http.get(url).basic_auth(&account.account_sid, Some(&account.auth_token));
        match self.within(get).await? {
            Came::Elsewhere(url) => self.download(&url, None).await,
            Came::Here(got) => Ok(got),
        }
    }

    /// The bytes at an address that a provider told: only public hosts are behind such.
    async fn download(&self, url: &str, header: Option<(&'static str, &str)>) -> Result<Got, Failure> {
        let mut get = http::Request::get(url);
        if let Some((name, value)) = header {
            get = get.header(name, value);
        }
        let get = get.body(Vec::new()).map_err(|_| never("the provider told no address that can be gone to"))?;
        let answer = tokio::time::timeout(LONGEST, self.outside.send(get, MOST)).await;
        let answer = answer.map_err(|_| later("the file did not come in time"))?.map_err(|error| match error.code() {
            "answer_too_large" => too_large(),
            "address_refused" => never(error.message()),
            _ => later(error.message()),
        })?;
        let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
        let wait = self.wait(answer.headers());
        match answer.status().as_u16() {
            200..300 => Ok(Got { bytes: answer.into_body().into(), kind, sha256: None }),
            // The address is over: the next try is told another.
            status @ (401 | 403 | 404 | 410) => Err(later(format!("the file's address was over (HTTP {status})"))),
            status => Err(passing(by_status(status, "", wait))),
        }
    }

    /// The bytes at an address of the provider's own, or where it sends one on.
    async fn within(&self, get: RequestBuilder) -> Result<Came, Failure> {
        let silent = |error: reqwest::Error| later(format!("Twilio does not answer ({error})"));
        let mut answer = get.timeout(LONGEST).send().await.map_err(|error| silent(error.without_url()))?;
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (status, kind, elsewhere) = (answer.status().as_u16(), header("content-type").unwrap_or_default(), header("location"));
        match (status, elsewhere) {
            (300..400, Some(url)) => return Ok(Came::Elsewhere(url)),
            (404 | 410, _) => return Err(never("Twilio has this file no more")),
            (200..300, _) => {}
            _ => return Err(passing(by_status(status, "", self.wait(answer.headers())))),
        }
        let mut bytes = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| silent(error.without_url()))? {
            if bytes.len() + piece.len() > MOST {
                return Err(too_large());
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(Came::Here(Got { bytes: bytes.into(), kind, sha256: None }))
    }
}

/// What came from a provider.
struct Got {
    bytes: Bytes,
    kind: String,
    /// As the provider tells it, in hex.
    sha256: Option<String>,
}

/// What an address of the provider's came to.
enum Came {
    Here(Got),
    Elsewhere(String),
}

/// Whether an address is one of the provider's: the account goes nowhere else.
fn is_under(base: &str, url: &str) -> bool {
    let (Ok(base), Ok(url)) = (url::Url::parse(base), url::Url::parse(url)) else { return false };
    let path = format!("{}/", base.path().trim_end_matches('/'));
    base.origin() == url.origin() && url.username().is_empty() && url.password().is_none() && url.path().starts_with(&path)
}

fn never(reason: impl Into<String>) -> Failure {
    Failure::new(Class::Permanent, reason)
}

fn later(reason: impl Into<String>) -> Failure {
    Failure::new(Class::Transient, reason)
}

fn too_large() -> Failure {
    never(format!("it is larger than {} MB", MOST >> 20))
}

/// The account could not be looked up.
pub(crate) fn unread(error: Error) -> Failure {
    later(format!("the credentials cannot be read: {}", error.message()))
}

/// Asking changes nothing, so what nobody knows of is simply asked for again.
pub(crate) fn passing(failure: Failure) -> Failure {
    let class = if matches!(failure.class, Class::Unknown | Class::PairLimited) { Class::Transient } else { failure.class };
    Failure { class, ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_address_it_is() {
        let base = "https://api.twilio.com/2010-04-01";
        for (url, is) in [
            ("https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1", true),
            ("https://api.twilio.com/2010-04-011/x", false),
            ("https://api.twilio.com/2010-04-01/../x", false),
            ("http://api.twilio.com/2010-04-01/x", false),
            ("https://api.twilio.com.example.com/2010-04-01/x", false),
            ("https://api.twilio.com@example.com/2010-04-01/x", false),
            ("https://u:p@api.twilio.com/2010-04-01/x", false),
            ("https://api.twilio.com:444/2010-04-01/x", false),
            ("/2010-04-01/x", false),
            ("", false),
        ] {
            assert_eq!(is_under(base, url), is, "{url}");
        }
    }

    #[test]
    fn what_may_pass() {
        for (class, then) in [
            (Class::Unknown, Class::Transient),
            (Class::Transient, Class::Transient),
            (Class::RateLimited, Class::RateLimited),
            (Class::Permanent, Class::Permanent),
        ] {
            assert_eq!(passing(Failure::new(class, "x")).class, then);
        }
    }
}
