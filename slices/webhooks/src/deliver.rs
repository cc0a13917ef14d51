//! Delivery: one event to one endpoint, at least once and always under the same id.

use crate::model::{Standing, State};
use crate::outcome;
use crate::queries::{self, Letter};
use crate::rows::Started;
use crate::sign;
use crate::world::Config;
use facts::{FactId, TenantId, Time, WebhookDeliveryId, WebhookEndpointId};
use http::{HeaderMap, Request, header};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use store::{Ended, Errand, Error, Lane, Next, Result, Trip, Tx};

/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// What is read of an answer, in bytes.
const MOST: usize = 4_096;
/// Calls of one endpoint in any second.
const PER_SECOND: u32 = 50;
/// When a delivery is looked at again that could not be read.
const BLINK: Duration = Duration::from_secs(10);

/// Takes a delivery to its endpoint.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeliverWebhook {
    pub delivery_id: WebhookDeliveryId,
    pub endpoint_id: WebhookEndpointId,
    /// The round that it goes for; in a later one it has nothing to do.
    pub round: i64,
}

impl From<Started> for DeliverWebhook {
    fn from(started: Started) -> Self {
        Self { delivery_id: started.id, endpoint_id: started.endpoint_id, round: started.round }
    }
}

/// What came back.
pub(crate) struct Called {
    pub status: Option<u16>,
    pub retry_after: Option<String>,
    /// What came to nothing, in a word; nothing where somebody answered.
    pub trouble: Option<&'static str>,
    /// What was answered, shortened, or why nobody did.
    pub answer: String,
    pub took: Duration,
}

/// What a trip came to.
pub(crate) enum Back {
    /// Nothing was left to do.
    Idle,
    /// It could not be looked at.
    Unread(Error),
    /// The endpoint was called.
    Called(Called),
}

impl Errand for DeliverWebhook {
    const NAME: &'static str = "deliver_webhook";
    const PLACES: usize = 192;
    const LANE_PLACES: usize = 16;
    type World = Config;
    type Back = Back;

    fn lane(&self, tenant: TenantId) -> Lane {
        Lane { name: format!("webhook/{tenant}/{}", self.endpoint_id), per_second: Some(PER_SECOND) }
    }

    /// After the messages that customers wait for.
    fn priority(&self) -> i64 {
        6
    }

    async fn go(&self, world: &Config, trip: &Trip) -> Back {
        match self.call(world, trip).await {
            Ok(Some(called)) => Back::Called(called),
            Ok(None) => Back::Idle,
            Err(error) => Back::Unread(error),
        }
    }

    async fn back(&self, _: &Config, tx: &mut Tx, trip: &Trip, brought: &Back) -> Result<Ended> {
        match brought {
            Back::Idle => Ok(Ended::done("nothing was left to do")),
            Back::Unread(error) => Ok(Ended::new(Next::Wait(tx.now().after(BLINK)), "not_seen", error.to_string())),
            Back::Called(called) => outcome::write(tx, trip, self, called).await,
        }
    }
}

impl DeliverWebhook {
    /// Calls the endpoint, where the delivery is still to be made.
    async fn call(&self, world: &Config, trip: &Trip) -> Result<Option<Called>> {
        let mut read = world.db.read_main(trip.tenant);
        let wanted = |letter: &Letter| letter.state == State::Waiting && letter.round == self.round && letter.standing == Standing::Enabled;
        let Some(letter) = queries::letter(&mut read, self.delivery_id).await?.filter(wanted) else { return Ok(None) };
        let Some(told) = queries::told(&mut read, letter.fact_id).await? else { return Ok(None) };
        let body = serde_json::to_vec(&told.payload())?;
        let request = signed(world, trip, &letter, body)?;
        let began = Instant::now();
        let answer = world.outside.ask(request, MOST, PATIENCE).await;
        Ok(Some(called(answer, began.elapsed())))
    }
}

/// The request with the three headers of the standard.
fn signed(world: &Config, trip: &Trip, letter: &Letter, body: Vec<u8>) -> Result<Request<Vec<u8>>> {
    let (place, at) = (sign::place(trip.tenant, letter.endpoint_id), trip.started_at);
    let before = letter.locked_before.as_ref().filter(|_| letter.before_until.is_some_and(|until| until > at));
    let open = |locked: &Vec<u8>| world.vault.open(&place, locked);
    let secrets = letter.locked.iter().chain(before).map(open).collect::<Result<Vec<_>>>()?;
    let mut request = Request::post(&letter.url);
    for (name, value) in headers(
        letter.fact_id,
        at,
        &sign::signatures(secrets.iter().map(String::as_str), &letter.fact_id.to_string(), at.seconds(), &body)?,
    ) {
        request = request.header(name, value);
    }
    request.body(body).map_err(Error::internal)
}

/// What is sent along: shown on the page of a delivery as well.
pub(crate) fn headers(id: FactId, at: Time, signatures: &str) -> [(&'static str, String); 4] {
    [
        (header::CONTENT_TYPE.as_str(), "application/json".to_owned()),
        ("webhook-id", id.to_string()),
        ("webhook-timestamp", at.seconds().to_string()),
        ("webhook-signature", signatures.to_owned()),
    ]
}

fn called(answer: Result<http::Response<Vec<u8>>>, took: Duration) -> Called {
    match answer {
        Ok(answer) => {
            let status = answer.status().as_u16();
            Called {
                status: Some(status),
                retry_after: retry_after(answer.headers()),
                trouble: None,
                answer: readable(answer.body()),
                took,
            }
        }
        Err(error) => {
            let trouble = if error.code() == "address_refused" { "refused" } else { "no_answer" };
            Called { status: None, retry_after: None, trouble: Some(trouble), answer: error.message().to_owned(), took }
        }
    }
}

fn retry_after(headers: &HeaderMap) -> Option<String> {
    headers.get(header::RETRY_AFTER)?.to_str().ok().map(str::to_owned)
}

/// An answer as it may be kept and shown: text, without what no text has in it.
fn readable(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_answer_can_be_shown() {
        assert_eq!(readable(b"a\0b\x1b[31m\n\xff"), "ab[31m\n\u{fffd}");
    }
}
