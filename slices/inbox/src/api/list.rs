//! `GET /api/v1/conversations`, as pages of JSON or as one file, and one of them.

use super::EXPORTS_A_MINUTE;
use super::view::ConversationView;
use crate::model::{Conversation, State as Standing};
use crate::queries::{self, Filter, Whose};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::messages::Channel;
use facts::{ConversationId, UserId};
use serde::Deserialize;
use store::{Actor, Error, Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Path, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "id,channel,address,customer,contact_id,state,snoozed_until,assignee,labels,lead_stage,lead_value,lead_currency,unread,\
    last_at,last_in_at,created_at";

/// Which conversations, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// `open`, `snoozed` or `resolved`.
    pub state: Option<String>,
    /// Those of one member (`usr_…`), of `me`, or of `nobody` in particular.
    pub assignee: Option<String>,
    /// `whatsapp` or `sms`.
    pub channel: Option<String>,
    /// Those with a label.
    pub label: Option<String>,
    /// A part of the customer's name or address.
    pub q: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl ListQuery {
    /// What it asks for.
    ///
    /// # Errors
    /// The first field that does not fit.
    fn filter(&self, caller: &Caller) -> Result<Filter> {
        for (field, text) in [("q", &self.q), ("label", &self.label)] {
            if text.as_deref().is_some_and(|text| text.chars().count() > 200) {
                return Err(Error::field(field, "at most 200 characters"));
            }
        }
        let whose = match (self.assignee.as_deref(), &caller.who.actor) {
            (Some("nobody"), _) => Some(Whose::Nobodys),
            (Some("me"), Actor::Member(user)) => Some(Whose::Of(*user)),
            (Some("me"), _) => return Err(Error::field("assignee", "only a member has conversations: say usr_… or nobody")),
            (other, _) => filter_part::<UserId>("assignee", other, "me, nobody, or an id like usr_01j8…")?.map(Whose::Of),
        };
        Ok(Filter {
            state: filter_part::<Standing>("state", self.state.as_deref(), "open, snoozed or resolved")?,
            channel: filter_part::<Channel>("channel", self.channel.as_deref(), "whatsapp or sms")?,
            whose,
            label: self.label.as_deref().map(|label| label.trim().to_lowercase()).filter(|label| !label.is_empty()),
            q: self.q.clone(),
        })
    }

    /// The page of conversations that it asks for.
    ///
    /// # Errors
    /// The first field that does not fit; whatever the database refuses.
    pub(crate) async fn page(&self, caller: &Caller, mut read: Read) -> Result<Listed<Conversation>> {
        let paging = Paging { limit: self.limit.clone(), cursor: self.cursor.clone() };
        let limit = paging.limit()?;
        let rows = queries::page(&mut read, &self.filter(caller)?, paging.cursor()?, limit + 1).await?;
        Ok(Listed::new(rows, limit, Conversation::place))
    }
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<ConversationView>>> {
    let now = app.db.clock().now();
    Ok(Json(query.page(&caller, caller.read(&app)).await?.map(|it| ConversationView::of(it, now))))
}

/// Every conversation that the filters let through, as a file. What was said is not in it.
pub(crate) async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    let (filter, read) = (query.filter(&caller)?, caller.read(&app));
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { queries::page(&mut read, &filter, after, limit).await }
    };
    Ok(csv::file("conversations", COLUMNS, page, Conversation::place, cells).await?)
}

fn cells(it: &Conversation) -> Vec<String> {
    fn text(value: Option<impl ToString>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let lead = it.lead();
    let value = lead.and_then(|lead| lead.value);
    vec![
        it.id.to_string(),
        it.channel.to_string(),
        it.address.clone(),
        it.customer.clone(),
        text(it.contact_id),
        it.state.to_string(),
        text(it.snoozed_until),
        text(it.assignee),
        it.labels().join(" "),
        text(lead.map(|lead| lead.stage)),
        text(value.map(facts::Money::decimal)),
        text(value.map(|value| value.currency)),
        it.unread.to_string(),
        it.last_at.to_string(),
        text(it.last_in_at),
        it.created_at.to_string(),
    ]
}

async fn one(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>) -> Answer<Json<ConversationView>> {
    let found = queries::conversation(&mut caller.read(&app), id).await?.ok_or_else(|| Error::not_found("conversation"))?;
    Ok(Json(ConversationView::of(found, app.db.clock().now())))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/conversations", Permission::InboxRead, list)
            .says("List conversations", "The one that something was said in last comes first.")
            .query::<ListQuery>()
            .gives::<Listed<ConversationView>>(200),
        Route::get("/api/v1/conversations/export", Permission::InboxRead, export)
            .says("Export conversations", "Every one that the filters let through, as CSV, without what was said.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
        Route::get("/api/v1/conversations/{id}", Permission::InboxRead, one)
            .says("A conversation", "How it stands, and whether free words reach the customer now.")
            .gives::<ConversationView>(200),
    ]
}
