//! `/api/v1/leads`: conversations with people who may buy, and what they are worth by stage.

use super::view::ConversationView;
use crate::model::{Conversation, Stage};
use crate::queries::{self, StageSum};
use axum::Json;
use axum::extract::State;
use facts::Money;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route, filter_part};

/// Which leads, and which page of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct LeadsQuery {
    /// `new`, `contacted`, `won` or `lost`.
    stage: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The leads of one stage and currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LeadSum)]
struct SumView {
    #[schema(value_type = String, example = "new")]
    stage: Stage,
    /// How many there are.
    leads: i64,
    /// What they are worth together; null for those of which nobody said so.
    #[schema(value_type = Option<web::MoneyShape>)]
    value: Option<Money>,
}

impl From<StageSum> for SumView {
    fn from(sum: StageSum) -> Self {
        Self { stage: sum.stage, leads: sum.leads, value: sum.currency.map(|currency| Money::new(sum.minor, currency)) }
    }
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<LeadsQuery>) -> Answer<Json<Listed<ConversationView>>> {
    let stage = filter_part::<Stage>("stage", query.stage.as_deref(), "new, contacted, won or lost")?;
    let paging = Paging { limit: query.limit, cursor: query.cursor };
    let (limit, now) = (paging.limit()?, app.db.clock().now());
    let rows = queries::leads(&mut caller.read(&app), stage, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, Conversation::place).map(|it| ConversationView::of(it, now))))
}

async fn sums(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<SumView>>> {
    let data = queries::lead_sums(&mut caller.read(&app)).await?.into_iter().map(SumView::from).collect();
    Ok(Json(Listed { data, next_cursor: None }))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/leads", Permission::InboxRead, list)
            .says("List leads", "Conversations with people who may buy, the one that something was said in last first.")
            .query::<LeadsQuery>()
            .gives::<Listed<ConversationView>>(200),
        Route::get("/api/v1/leads/sums", Permission::InboxRead, sums)
            .says("What leads are worth", "Counted and summed by stage and currency.")
            .gives::<Listed<SumView>>(200),
    ]
}
