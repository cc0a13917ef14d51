//! What came in, as Twilio lists it: asked for because Twilio repeats no call, so what came while nobody answered is told nowhere else.

use super::{Account, NAME, refused};
use crate::answer::{Answer, text};
use crate::classes::{Class, Failure};
use crate::fetch::{passing, unread};
use crate::world::Channels;
use facts::messages::Channel;
use facts::{TenantId, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a list is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long it is waited for what came with a message.
const SHORT: Duration = Duration::from_secs(5);
/// Messages whose files are asked for at once: the time of a trip is bounded.
const MOST_WITH_FILES: usize = 4;
/// Messages on a page of what came to a number.
const PAGE: &str = "100";
/// The same of all that goes in and out, which is listed where it is not known to which numbers people write. Twilio lists no more at once.
const LARGE_PAGE: &str = "1000";

/// How far a list was read: which channel's, and from which page on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    channel: Channel,
    /// The query by which Twilio gives the page; the first one has none.
    page: Option<String>,
}

impl Mark {
    /// The beginning: what came by SMS first, what came by WhatsApp after it.
    pub fn first() -> Self {
        Self { channel: Channel::Sms, page: None }
    }

    /// What follows the last page of a channel.
    fn after(channel: Channel) -> Option<Self> {
        (channel == Channel::Sms).then_some(Self { channel: Channel::Whatsapp, page: None })
    }
}

/// A message that somebody wrote, as Twilio lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Twilio's id of it.
    pub provider_id: String,
    /// Twilio's words on it; `files` beside them, where these were asked for.
    said: Value,
}

impl Listed {
    /// As it is to be kept, and read by [`read`](crate::read).
    pub fn body(&self) -> Vec<u8> {
        self.said.to_string().into_bytes()
    }

    fn has_files(&self) -> bool {
        text(&self.said["num_media"]).is_some_and(|count| count != "0")
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// What somebody wrote, oldest first.
    pub listed: Vec<Listed>,
    /// Where the list goes on; older messages are on later pages.
    pub next: Option<Mark>,
}

/// To whom people write, of a channel.
#[derive(Debug, PartialEq, Eq)]
enum Hears {
    Nobody,
    /// An address as Twilio writes it.
    One(String),
    /// Whatever numbers a messaging service has, and perhaps one more.
    Service(String, Option<String>),
}

impl Hears {
    fn of(account: &Account, channel: Channel) -> Self {
        if channel == Channel::Whatsapp {
            return account.whatsapp_from.as_ref().map_or(Self::Nobody, |number| Self::One(format!("whatsapp:{number}")));
        }
        // Nobody can answer a name.
        let number = account.from.as_ref().filter(|from| !from.bytes().any(|byte| byte.is_ascii_alphabetic())).cloned();
        match (&account.messaging_service_sid, number) {
            (Some(service), number) => Self::Service(service.clone(), number),
            (None, Some(number)) => Self::One(number),
            (None, None) => Self::Nobody,
        }
    }

    /// What the first page is asked for by.
    fn query(&self, since: Time) -> Vec<(&'static str, String)> {
        let size = if matches!(self, Self::Service(..)) { LARGE_PAGE } else { PAGE };
        let since = since.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let mut query = vec![("DateSent>", since), ("PageSize", size.to_owned())];
        if let Self::One(number) = self {
            query.push(("To", number.clone()));
        }
        query
    }

    /// Whether a message was written to the shop. What is still coming in is listed again.
    fn heard(&self, said: &Value) -> bool {
        let is = |field: &str, wanted: &str| said[field].as_str() == Some(wanted);
        let ours = match self {
            Self::Nobody => false,
            Self::One(number) => is("to", number),
            Self::Service(service, number) => {
                is("messaging_service_sid", service) || number.as_ref().is_some_and(|number| is("to", number))
            }
        };
        ours && is("direction", "inbound") && !is("status", "receiving")
    }
}

impl Channels {
    /// Asks Twilio for a page of what people wrote to a tenant from a time on; nothing where the tenant has no account there.
    ///
    /// # Errors
    /// Why there is no answer: a class that may pass (transient, rate limited), or one that will not (permanent).
    pub async fn list_inbound(&self, tenant: TenantId, mark: &Mark, since: Time) -> Result<Option<Listing>, Failure> {
        let Some(account) = self.credentials.find::<Account>(tenant, NAME).await.map_err(unread)? else { return Ok(None) };
        let hears = Hears::of(&account, mark.channel);
        if hears == Hears::Nobody {
            return Ok(Some(Listing { listed: Vec::new(), next: Mark::after(mark.channel) }));
        }
        let address = self.credentials.address(tenant, NAME).await.map_err(unread)?;
        let list = format!("{address}/Accounts/{}/Messages.json", account.account_sid);
        let get = match &mark.page {
            // Of what Twilio says only the query is taken: the account's password goes to its own address alone.
            Some(page) => self.http.get(format!("{list}?{page}")),
            None => self.http.get(list).query(&hears.query(since)),
        };
        let get = get.basic_auth(&account.account_sid, Some(&account.auth_token));
        listing(&self.ask("Twilio", PATIENCE, get).await.map_err(passing)?, mark, &hears).map(Some)
    }

    /// Asks what came with these messages. Of too many the rest is taken off, to be listed once more, and so is what stands after one of which it
    /// cannot be had: tells whether anything was. Nobody waits for such a one for ever: where that is not to go on (`patient`), and where it never
    /// will be had, it came without.
    ///
    /// # Errors
    /// As [`Self::list_inbound`].
    pub async fn ask_for_files(&self, tenant: TenantId, listed: &mut Vec<Listed>, patient: bool) -> Result<bool, Failure> {
        let end = listed.iter().enumerate().filter(|(_, one)| one.has_files()).nth(MOST_WITH_FILES).map(|(at, _)| at);
        if let Some(end) = end {
            listed.truncate(end);
        }
        let Some(account) = self.credentials.find::<Account>(tenant, NAME).await.map_err(unread)? else { return Ok(end.is_some()) };
        let address = self.credentials.address(tenant, NAME).await.map_err(unread)?;
        for (place, one) in listed.iter_mut().enumerate() {
            if !one.has_files() {
                continue;
            }
            let at = format!("{address}/Accounts/{}/Messages/{}/Media", account.account_sid, one.provider_id);
            let get = self.http.get(format!("{at}.json")).basic_auth(&account.account_sid, Some(&account.auth_token));
            let found = self.ask("Twilio", SHORT, get).await.map_err(passing).and_then(|answer| files(&answer, &at));
            match found {
                Ok(files) => one.said["files"] = files,
                Err(failure) if comes_without(&failure, patient) => one.said["files"] = json!([]),
                Err(failure) if place == 0 => return Err(failure),
                Err(_) => {
                    listed.truncate(place);
                    return Ok(true);
                }
            }
        }
        Ok(end.is_some())
    }
}

/// Whether a message is taken without its files: not where it is the account that is refused, or asked too fast.
fn comes_without(failure: &Failure, patient: bool) -> bool {
    match failure.class {
        Class::Permanent => !failure.elsewhere,
        Class::Transient | Class::Unknown => !patient,
        Class::RateLimited | Class::PairLimited | Class::Suppressed => false,
    }
}

/// A page, read.
fn listing(answer: &Answer, mark: &Mark, hears: &Hears) -> Result<Listing, Failure> {
    let said = answer.json();
    let Some(all) = said["messages"].as_array().filter(|_| answer.is_success()) else { return Err(failure(answer, &said)) };
    // Twilio lists the newest first.
    let listed = all.iter().rev().filter(|one| hears.heard(one)).filter_map(|one| {
        let provider_id = name(&one["sid"])?;
        Some(Listed { provider_id, said: one.clone() })
    });
    let page = said["next_page_uri"].as_str().and_then(|next| next.split_once('?')).map(|(_, query)| query.to_owned());
    let next = match page.filter(|page| mark.page.as_ref() != Some(page)) {
        Some(page) => Some(Mark { channel: mark.channel, page: Some(page) }),
        None => Mark::after(mark.channel),
    };
    Ok(Listing { listed: listed.collect(), next })
}

/// Where each file of a message lies, and what it is said to be. What Twilio has no more came without.
fn files(answer: &Answer, at: &str) -> Result<Value, Failure> {
    let said = answer.json();
    match said["media_list"].as_array().filter(|_| answer.is_success()) {
        Some(all) => Ok(all
            .iter()
            .take(10)
            .filter_map(|one| Some(json!({"url": format!("{at}/{}", name(&one["sid"])?), "content_type": one["content_type"]})))
            .collect()),
        None if matches!(answer.status, 404 | 410) => Ok(json!([])),
        None => Err(failure(answer, &said)),
    }
}

/// One of Twilio's ids, which stand in addresses.
fn name(said: &Value) -> Option<String> {
    text(said).filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn failure(answer: &Answer, said: &Value) -> Failure {
    if answer.is_success() {
        return Failure::new(Class::Transient, "Twilio's answer is no list");
    }
    passing(refused(answer, &text(&said["code"]).unwrap_or_default(), &text(&said["message"]).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(fields: Value) -> Account {
        let mut all = json!({"account_sid": "AC1", "auth_token": "t"});
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    fn answer(status: u16, said: &Value) -> Answer {
        Answer { status, retry_after: None, body: said.to_string().into_bytes() }
    }

    #[test]
    fn what_is_waited_for_and_what_comes_without() {
        for (class, elsewhere, patiently, at_last) in [
            (Class::Transient, false, false, true),
            (Class::Unknown, false, false, true),
            (Class::Permanent, false, true, true),
            (Class::Permanent, true, false, false),
            (Class::RateLimited, false, false, false),
        ] {
            let failure = Failure::new(class, "x").elsewhere(elsewhere);
            assert_eq!((comes_without(&failure, true), comes_without(&failure, false)), (patiently, at_last), "{class} {elsewhere}");
        }
    }

    fn came(sid: &str, to: &str, direction: &str) -> Value {
        json!({"sid": sid, "from": "+919876543210", "to": to, "direction": direction, "status": "received", "num_media": "0", "messaging_service_sid": null})
    }

    #[test]
    fn whom_people_write_to() {
        let one = |number: &str| Hears::One(number.to_owned());
        let service = |number: Option<&str>| Hears::Service("MG1".to_owned(), number.map(str::to_owned));
        for (fields, sms, whatsapp) in [
            (json!({}), Hears::Nobody, Hears::Nobody),
            (json!({"from": "+15550001111"}), one("+15550001111"), Hears::Nobody),
            (json!({"from": "ASHAFR", "whatsapp_from": "+15550002222"}), Hears::Nobody, one("whatsapp:+15550002222")),
            (json!({"messaging_service_sid": "MG1"}), service(None), Hears::Nobody),
            (json!({"messaging_service_sid": "MG1", "from": "+15550001111"}), service(Some("+15550001111")), Hears::Nobody),
        ] {
            let account = account(fields.clone());
            assert_eq!((Hears::of(&account, Channel::Sms), Hears::of(&account, Channel::Whatsapp)), (sms, whatsapp), "{fields}");
        }
        let mut said = came("SM1", "+15550009999", "inbound");
        assert!(!service(None).heard(&said), "a number of the account's that is not the shop's");
        said["messaging_service_sid"] = json!("MG1");
        assert!(service(None).heard(&said));
        said["status"] = json!("receiving");
        assert!(!service(None).heard(&said));
    }

    #[test]
    fn what_is_asked_for() {
        let since = "2026-11-22T09:30:00.250Z".parse().unwrap();
        let query = Hears::One("whatsapp:+15550002222".to_owned()).query(since);
        assert_eq!(query[0], ("DateSent>", "2026-11-22T09:30:00Z".to_owned()));
        assert_eq!(query[2], ("To", "whatsapp:+15550002222".to_owned()));
        assert_eq!(Hears::Service("MG1".to_owned(), None).query(since).len(), 2, "of all numbers");
    }

    #[test]
    fn a_page_as_twilio_writes_it() {
        let number = "+15550001111";
        let hears = Hears::One(number.to_owned());
        let uri = "/2010-04-01/Accounts/AC1/Messages.json?To=%2B15550001111&PageSize=100&Page=1&PageToken=PASM1";
        let said = json!({
            "messages": [came("SM3", number, "inbound"), came("SM2", number, "outbound-api"), came("SM/../1", number, "inbound"), came("SM0", number, "inbound")],
            "next_page_uri": uri,
        });
        let read = listing(&answer(200, &said), &Mark::first(), &hears).unwrap();
        let ids: Vec<&str> = read.listed.iter().map(|one| one.provider_id.as_str()).collect();
        assert_eq!(ids, ["SM0", "SM3"], "oldest first");
        let second = Mark { channel: Channel::Sms, page: uri.split_once('?').map(|(_, query)| query.to_owned()) };
        assert_eq!(read.next.as_ref(), Some(&second));
        let again = listing(&answer(200, &said), &second, &hears).unwrap();
        assert_eq!(again.next, Mark::after(Channel::Sms), "a page that follows itself is the last");
        let last = json!({"messages": [], "next_page_uri": null});
        let whatsapp = Mark::after(Channel::Sms).unwrap();
        assert_eq!(listing(&answer(200, &last), &whatsapp, &hears).unwrap().next, None);
    }

    #[test]
    fn answers_that_are_none() {
        let class = |status, said: Value| listing(&answer(status, &said), &Mark::first(), &Hears::Nobody).unwrap_err().class;
        assert_eq!(class(401, json!({"code": 20003, "message": "Authenticate"})), Class::Permanent);
        assert_eq!(class(429, json!({"code": 20429, "message": "slow down"})), Class::RateLimited);
        assert_eq!(class(504, json!({})), Class::Transient, "asking again does no harm");
        assert_eq!(class(200, json!({})), Class::Transient);
    }

    #[test]
    fn what_came_with_a_message() {
        let at = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media";
        let said = json!({"media_list": [{"sid": "ME1", "content_type": "image/png"}, {"sid": "../x", "content_type": "image/png"}]});
        let found = files(&answer(200, &said), at).unwrap();
        assert_eq!(found, json!([{"url": format!("{at}/ME1"), "content_type": "image/png"}]));
        assert_eq!(files(&answer(404, &json!({})), at).unwrap(), json!([]));
        assert!(files(&answer(500, &json!({})), at).is_err());
    }
}
