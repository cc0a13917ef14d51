//! `GET /api/v1/notifications/statistics`.

use crate::model::State as Reached;
use crate::queries;
use crate::reactions::day;
use axum::extract::State;
use axum::response::Json;
use facts::messages::Channel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use store::{Error, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Caller, Permission, Query, Route};

/// How far back to look.
#[derive(Debug, Deserialize, IntoParams)]
struct Window {
    /// 1 to 366 days; 30 when not said.
    days: Option<String>,
}

/// How many messages reached a state on a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MessageCount)]
struct CountView {
    /// The day, UTC.
    #[schema(example = "2026-11-21")]
    day: String,
    #[schema(value_type = String, example = "whatsapp")]
    channel: Channel,
    #[schema(value_type = String, example = "delivered")]
    state: Reached,
    messages: i64,
}

/// How messages stand now, and what became of them day by day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MessageStatistics)]
struct StatisticsView {
    /// Messages that are on their way or need a person, by state.
    #[schema(value_type = Object, example = json!({"queued": 3, "dead": 1}))]
    now: BTreeMap<&'static str, i64>,
    /// Messages that reached a state in these days, by state. One that was delivered was sent before, and counts in both.
    #[schema(value_type = Object, example = json!({"queued": 120, "sent": 118, "delivered": 117}))]
    by_state: BTreeMap<&'static str, i64>,
    /// Messages that the provider took in these days, by channel.
    #[schema(value_type = Object, example = json!({"whatsapp": 80, "email": 38}))]
    sent_by_channel: BTreeMap<&'static str, i64>,
    by_day: Vec<CountView>,
}

async fn statistics(State(app): State<App>, caller: Caller, Query(window): Query<Window>) -> Answer<Json<StatisticsView>> {
    let days = days(window.days.as_deref())?;
    let mut read = caller.read(&app);
    let since = app.db.clock().now().before(Duration::from_secs((days - 1) * 86_400));
    let counts = queries::counts_since(&mut read, &day(since)).await?;
    let mut view = StatisticsView { now: BTreeMap::new(), by_state: BTreeMap::new(), sent_by_channel: BTreeMap::new(), by_day: Vec::new() };
    for standing in queries::standing(&mut read).await? {
        *view.now.entry(standing.state.as_str()).or_default() += standing.messages;
    }
    for count in counts {
        *view.by_state.entry(count.state.as_str()).or_default() += count.messages;
        if count.state == Reached::Sent {
            *view.sent_by_channel.entry(count.channel.as_str()).or_default() += count.messages;
        }
        view.by_day.push(CountView { day: count.day, channel: count.channel, state: count.state, messages: count.messages });
    }
    Ok(Json(view))
}

fn days(text: Option<&str>) -> Result<u64> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(30) };
    text.parse().ok().filter(|days| (1..=366).contains(days)).ok_or_else(|| Error::field("days", "a number from 1 to 366"))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/notifications/statistics", Permission::MessagesRead, statistics)
            .says("Counts by state, channel and day", "Read from counts that are kept as messages move.")
            .query::<Window>()
            .gives::<StatisticsView>(200),
    ]
}
