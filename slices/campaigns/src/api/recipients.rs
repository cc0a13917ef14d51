//! `/api/v1/campaigns/{id}/recipients`: whom it goes to and what became of it, as pages of JSON or as one file.

use super::EXPORTS_A_MINUTE;
use super::view::RecipientView;
use crate::model::{Campaign, Recipient};
use crate::queries::{self, Which};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::CampaignId;
use facts::messages::Channel;
use serde::Deserialize;
use store::{Read, Result};
use utoipa::IntoParams;
use web::{Answer, App, Caller, Listed, Paging, Path, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "contact_id,channel,address,state,reason,message_id,opened,clicked,timing,leaves_at,variant";

/// Which recipients, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ListQuery {
    /// `waiting`, `excluded`, or a state of messages such as `delivered`.
    pub state: Option<String>,
    /// Why they are left out, or why their message stands so.
    pub reason: Option<String>,
    /// `whatsapp`, `email`, `sms` or `push`.
    pub channel: Option<String>,
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
    pub(crate) fn which(&self) -> Result<Which> {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(Which {
            state: said(&self.state),
            reason: said(&self.reason),
            channel: filter_part::<Channel>("channel", self.channel.as_deref(), "whatsapp, email, sms or push")?,
        })
    }

    /// Which page it asks for.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<CampaignId>,
    Query(query): Query<ListQuery>,
) -> Answer<Json<Listed<RecipientView>>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let look = &mut caller.read(&app);
    let campaign = queries::found(look, id).await?;
    let rows = queries::recipients(look, &campaign, &query.which()?, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, queries::place).map(RecipientView::from)))
}

async fn export(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>, Query(query): Query<ListQuery>) -> Answer<Response> {
    let mut read = caller.read(&app);
    let campaign = queries::found(&mut read, id).await?;
    Ok(as_file(read, campaign, query.which()?).await?)
}

/// Every recipient that the filters let through, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn as_file(read: Read, campaign: Campaign, which: Which) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, campaign, which) = (read.clone(), campaign.clone(), which.clone());
        async move { queries::recipients(&mut read, &campaign, &which, after, limit).await }
    };
    csv::file("recipients", COLUMNS, page, queries::place, cells).await
}

fn cells(one: &Recipient) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        one.contact_id.to_string(),
        one.channel.to_string(),
        text(&one.address),
        one.state.clone(),
        text(&one.reason),
        one.message_id.to_string(),
        one.touched.opened.to_string(),
        one.touched.clicked.to_string(),
        one.timing.map(|timing| timing.to_string()).unwrap_or_default(),
        one.leaves_at.map(|at| at.to_string()).unwrap_or_default(),
        text(&one.variant),
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/campaigns/{id}/recipients", Permission::ContactsRead, list)
            .says("List a campaign's recipients", "Each with what became of their message, or why they are left out.")
            .query::<ListQuery>()
            .gives::<Listed<RecipientView>>(200),
        Route::get("/api/v1/campaigns/{id}/recipients/export", Permission::ContactsRead, export)
            .says(
                "Export a campaign's recipients",
                "Every one that the filters let through, as CSV. `timing` and `leaves_at` stand in the file of a campaign that writes to each at their hour, \
                 `variant` in that of one whose people an experiment shares out.",
            )
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
    ]
}
