//! What the tests of rules begin with.

use crate::model::{Audience, Campaign, State, Way};
use facts::{Id, Time};
use store::Json;

/// A campaign in whose recipients' nights nothing is sent.
pub(crate) fn campaign() -> Campaign {
    Campaign {
        id: Id::from_uuid(uuid::Uuid::nil()),
        name: "Mangoes".to_owned(),
        state: State::Draft,
        contents: Json(Vec::new()),
        way: Way::First,
        audience: Json(Audience::default()),
        quiet_from: "21:00".to_owned(),
        quiet_to: "09:00".to_owned(),
        local: true,
        per_second: 20,
        worth_hours: 24,
        frozen: 0,
        frozen_after: None,
        people: 0,
        messages: 0,
        sent: 0,
        go: false,
        starts_at: None,
        version: 1,
        created_at: Time(0),
        started_at: None,
        ended_at: None,
    }
}
