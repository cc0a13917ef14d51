//! Endpoints, deliveries, and the life of a delivery as a table.

use facts::{FactId, Id, Time, WebhookDeliveryId, WebhookEndpointId};
use serde::Deserialize;
use store::Json;
use web::Cursor;

facts::words! {
    /// Whether events go to an endpoint.
    pub enum Standing {
        /// They do.
        Enabled = "enabled",
        /// They do not, until somebody enables it.
        Disabled = "disabled",
        /// It is no more.
        Removed = "removed",
    }
}

facts::words! {
    /// Why an endpoint is disabled.
    pub enum Reason {
        /// A person wanted it.
        Asked = "asked",
        /// It answered 410.
        Gone = "gone",
        /// Everything had failed for days.
        Failing = "failing",
    }
}

/// An address that events are sent to.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Endpoint {
    pub id: WebhookEndpointId,
    pub url: String,
    pub description: String,
    /// The kinds it wants; all of them where nothing is said.
    pub kinds: Option<Json<Vec<String>>>,
    /// Calls in any one second at the most, from 1 to [`crate::rules::PER_SECOND`].
    pub per_second: i64,
    /// Whether events come one after the other, in the order of the journal.
    pub ordered: bool,
    pub state: Standing,
    pub reason: Option<Reason>,
    /// Until when the secret before the last signs along.
    pub before_until: Option<Time>,
    /// Since when nothing but failures came back.
    pub failing_since: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl Endpoint {
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor { at: self.created_at, id: self.id.uuid() }
    }

    pub(crate) fn kinds(&self) -> Option<&[String]> {
        self.kinds.as_ref().map(|kinds| kinds.0.as_slice())
    }

    /// Where it is, for people and facts: the rest of the address may be a secret between the two.
    pub(crate) fn host(&self) -> String {
        host(&self.url)
    }
}

/// The host of an address, with its port where it is not the usual one.
pub(crate) fn host(url: &str) -> String {
    let Ok(url) = url::Url::parse(url) else { return String::new() };
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

facts::words! {
    /// How far a delivery is.
    pub enum State {
        /// It stands in the line of an endpoint that hears in order, or was asked for again and is put on its way with others.
        Queued = "queued",
        /// It is on its way, or waits for its next try.
        Waiting = "waiting",
        /// The receiver has it.
        Delivered = "delivered",
        /// Every try failed.
        Failed = "failed",
        /// Its endpoint was disabled or removed before it arrived, or a person dropped it.
        Cancelled = "cancelled",
    }
}

facts::words! {
    /// What happens to a delivery.
    pub enum Event {
        /// It was put on its way.
        Started = "started",
        /// The receiver took it.
        Taken = "taken",
        /// A try failed, and there is another.
        Missed = "missed",
        /// The last try failed.
        GivenUp = "given_up",
        /// Its endpoint takes nothing any more, or nothing goes with it.
        CalledOff = "called_off",
        /// Somebody wants it sent once more.
        Asked = "asked",
    }
}

/// The whole life: what is not here does not happen.
const LIFE: &[(State, Event, State)] = &[
    (State::Queued, Event::Started, State::Waiting),
    (State::Queued, Event::CalledOff, State::Cancelled),
    (State::Waiting, Event::Taken, State::Delivered),
    (State::Waiting, Event::Missed, State::Waiting),
    (State::Waiting, Event::GivenUp, State::Failed),
    (State::Waiting, Event::CalledOff, State::Cancelled),
    // It was out when its endpoint was disabled.
    (State::Cancelled, Event::Taken, State::Delivered),
    (State::Cancelled, Event::Missed, State::Cancelled),
    (State::Cancelled, Event::GivenUp, State::Cancelled),
    (State::Delivered, Event::Asked, State::Queued),
    (State::Failed, Event::Asked, State::Queued),
    (State::Cancelled, Event::Asked, State::Queued),
];

/// Where an event leads; nowhere where the table says nothing.
pub(crate) fn next(state: State, event: Event) -> Option<State> {
    LIFE.iter().find(|(from, on, _)| *from == state && *on == event).map(|(.., to)| *to)
}

/// One event on its way to one endpoint.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Delivery {
    pub id: WebhookDeliveryId,
    pub endpoint_id: WebhookEndpointId,
    pub fact_id: FactId,
    pub kind: String,
    pub state: State,
    /// How often it was asked for once more.
    pub round: i64,
    pub attempts: i64,
    /// The HTTP status that came back last.
    pub status: Option<i64>,
    /// When it is tried again.
    pub next_at: Option<Time>,
    pub created_at: Time,
    pub tried_at: Option<Time>,
    pub delivered_at: Option<Time>,
    /// Where it goes.
    pub url: String,
    /// Whether events go there still.
    pub standing: Standing,
}

impl Delivery {
    pub(crate) fn cursor(&self) -> Cursor {
        Cursor { at: self.created_at, id: self.id.uuid() }
    }
}

/// What one try came to.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Attempt {
    pub number: i64,
    pub started_at: Time,
    pub took_ms: i64,
    pub status: Option<i64>,
    pub outcome: String,
    pub answer: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_way_out_of_each_place() {
        for state in State::ALL {
            for event in Event::ALL {
                let ways = LIFE.iter().filter(|(from, on, _)| from == state && on == event).count();
                assert!(ways <= 1, "{state} {event}");
            }
            let rests = matches!(state, State::Delivered | State::Failed | State::Cancelled);
            assert_eq!(next(*state, Event::Asked).is_some(), rests, "{state}: only what rests is sent again");
            assert_eq!(next(*state, Event::Started).is_some(), *state == State::Queued, "{state}");
        }
        assert_eq!(next(State::Delivered, Event::GivenUp), None, "what arrived has arrived");
        assert_eq!(next(State::Delivered, Event::CalledOff), None);
    }

    #[test]
    fn a_host_tells_no_secret() {
        assert_eq!(host("https://user:pass@hooks.example.com:8443/T0/secret?key=1"), "hooks.example.com:8443");
        assert_eq!(host("https://hooks.example.com/"), "hooks.example.com");
        assert_eq!(host("nonsense"), "");
    }
}
