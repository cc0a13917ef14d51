//! `GET /api/v1/journeys/{id}/rehearsal`.

use crate::queries;
use crate::rehearsal::{DAYS, Line, rehearse};
use axum::Json;
use axum::extract::State;
use facts::messages::Channel;
use facts::{ContactId, JourneyId, Time};
use serde::{Deserialize, Serialize};
use store::{Error, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Caller, Path, Permission, Query, Route, filter_part};

/// How far back it goes.
#[derive(Debug, Default, Deserialize, IntoParams)]
pub(crate) struct Span {
    /// 7, 30 or 90 days; 30 where nothing is said.
    days: Option<String>,
}

impl Span {
    /// The days.
    ///
    /// # Errors
    /// The field.
    pub(crate) fn days(&self) -> Result<u32> {
        let hint = "7, 30 or 90";
        let days = filter_part("days", self.days.as_deref(), hint)?.unwrap_or(30);
        if DAYS.contains(&days) { Ok(days) } else { Err(Error::field("days", hint)) }
    }
}

/// Who would have got what.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JourneyRehearsal)]
struct RehearsalView {
    /// How many people would have entered.
    people: usize,
    /// Whether more did what it begins with than were looked at: the latest were.
    more: bool,
    /// Every message, in the order of time.
    data: Vec<LineView>,
}

/// One message that would have been sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RehearsedMessage)]
struct LineView {
    /// Who.
    #[schema(value_type = String)]
    contact_id: ContactId,
    /// When they would have entered.
    #[schema(value_type = String, format = DateTime)]
    entered_at: Time,
    /// The step.
    step: String,
    /// When it would have been sent.
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// How it would have gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    channel: Option<Channel>,
    /// Why they would not have been written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<String>,
}

impl From<Line> for LineView {
    fn from(line: Line) -> Self {
        let Line { contact_id, entered, step, when, by, .. } = line;
        let (channel, left_out) = match by {
            Ok(channel) => (Some(channel), None),
            Err(why) => (None, Some(why)),
        };
        Self { contact_id, entered_at: entered, step, at: when, channel, left_out }
    }
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<JourneyId>, Query(span): Query<Span>) -> Answer<Json<RehearsalView>> {
    let mut read = caller.read(&app);
    let journey = queries::found(&mut read, id).await?;
    let done = rehearse(&mut read, &journey, span.days()?, app.db.clock().now()).await?;
    Ok(Json(RehearsalView { people: done.people, more: done.more, data: done.lines.into_iter().map(LineView::from).collect() }))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/journeys/{id}/rehearsal", Permission::ContactsRead, show)
            .says(
                "Rehearse a journey",
                "What is written of it, walked by what people did in the last days: who would have got what, and when. Nothing is sent.",
            )
            .query::<Span>()
            .gives::<RehearsalView>(200),
    ]
}
