//! Mandates: what customers have agreed to be charged by.

use super::list::filled;
use crate::checkout::portal;
use crate::mandates::{self, EndMandate, Mandate};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{ContactId, Id, MandateId, Money, Time};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use store::{Error, Look, Read, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, Cursor, Listed, Paging, Path, Query, csv};

const COLUMNS: &str = "since,mandate_id,contact_id,provider,kind,label,state,ended,reason";

/// Which mandates.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct MandateFilters {
    /// Those of one contact.
    pub contact_id: Option<String>,
    /// `csv` for a file of all that match, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl MandateFilters {
    fn contact(&self) -> Result<Option<ContactId>> {
        let contact = filled(&self.contact_id).map(str::parse::<ContactId>).transpose();
        contact.map_err(|error| Error::field("contact_id", error.to_string()))
    }
}

/// What a customer has agreed to be charged by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mandate)]
pub(super) struct MandateShown {
    #[schema(value_type = String, example = "mand_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    id: MandateId,
    /// Whose it is.
    #[schema(value_type = String, example = "con_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    contact_id: ContactId,
    /// Who keeps the card or the account: `stripe` or `razorpay`.
    #[schema(example = "stripe")]
    provider: String,
    /// What it is, in the provider's word.
    #[schema(example = "card")]
    kind: String,
    /// What people know it by.
    #[schema(example = "Visa ending in 4242")]
    label: String,
    /// The most that one charge may come to without the customer's help; more is asked for by a payment link.
    #[schema(value_type = Option<web::MoneyShape>)]
    limit: Option<Money>,
    /// `waiting` until the bank has confirmed it, `active` or `ended`. A customer has one that is active at the most.
    #[schema(example = "active")]
    state: String,
    /// Why it ended.
    reason: Option<String>,
    #[schema(value_type = String, example = "2026-11-21T09:30:00.000Z")]
    created_at: Time,
    #[schema(value_type = Option<String>)]
    ended_at: Option<Time>,
}

impl From<Mandate> for MandateShown {
    fn from(mandate: Mandate) -> Self {
        Self {
            id: mandate.id,
            contact_id: mandate.contact_id,
            provider: mandate.provider.to_string(),
            kind: mandate.kind,
            label: mandate.label,
            limit: mandate.most_minor.map(Money::inr),
            state: mandate.state.to_string(),
            reason: mandate.reason,
            created_at: mandate.created_at,
            ended_at: mandate.ended_at,
        }
    }
}

/// Why it ends.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct EndingOfMandate {
    #[schema(example = "The customer asked for it")]
    reason: String,
}

/// Whose page is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PortalWanted {
    #[schema(value_type = String, example = "con_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    contact_id: ContactId,
}

/// Where a customer looks after what the provider keeps of them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PortalShown {
    /// For this customer alone, and for a few minutes: make it when they press the button.
    #[schema(example = "https://billing.stripe.com/p/session/test_YWNjdF8x")]
    url: String,
}

pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Query(filters): Query<MandateFilters>,
) -> Answer<Response> {
    let contact = filters.contact()?;
    let read = caller.read(&app);
    if csv::wanted(&headers, filters.format.as_deref())? {
        return Ok(as_file(read, contact).await?);
    }
    Ok(Json(page(read, contact, &filters).await?.map(MandateShown::from)).into_response())
}

/// One page of mandates.
///
/// # Errors
/// A cursor or a limit that is none.
pub async fn page(mut look: impl Look, contact: Option<ContactId>, filters: &MandateFilters) -> Result<Listed<Mandate>> {
    let paging = Paging { limit: filters.limit.clone(), cursor: filters.cursor.clone() };
    let limit = paging.limit()?;
    let rows = mandates::list(&mut look, contact, paging.cursor()?, limit + 1).await?;
    Ok(Listed::new(rows, limit, place))
}

/// All that match, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub async fn as_file(read: Read, contact: Option<ContactId>) -> Result<Response> {
    let page = move |after, limit| {
        let mut read = read.clone();
        async move { mandates::list(&mut read, contact, after, limit).await }
    };
    csv::file("mandates", COLUMNS, page, place, cells).await
}

fn place(mandate: &Mandate) -> Cursor {
    Cursor { at: mandate.created_at, id: mandate.id.uuid() }
}

fn cells(mandate: &Mandate) -> Vec<String> {
    vec![
        mandate.created_at.to_string(),
        mandate.id.to_string(),
        mandate.contact_id.to_string(),
        mandate.provider.to_string(),
        mandate.kind.clone(),
        mandate.label.clone(),
        mandate.state.to_string(),
        mandate.ended_at.map(|at| at.to_string()).unwrap_or_default(),
        mandate.reason.clone().unwrap_or_default(),
    ]
}

pub(super) async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MandateId>,
    body: Body<EndingOfMandate>,
) -> Answer<Json<MandateShown>> {
    let ended = app.db.run(&caller.who, EndMandate { id, reason: body.value.reason }).await?;
    Ok(Json(ended.into()))
}

pub(super) async fn open_portal(State(app): State<App>, caller: Caller, body: Body<PortalWanted>) -> Answer<Response> {
    let url = portal(&app, caller.tenant(), body.value.contact_id).await?;
    Ok((StatusCode::CREATED, Json(PortalShown { url })).into_response())
}
