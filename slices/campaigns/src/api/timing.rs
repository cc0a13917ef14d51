//! `/api/v1/campaigns/{id}/timing`: what it brings to write to each at the hour at which they read.

use crate::lift::{self, Lift, Verdict};
use crate::queries;
use crate::timed::Tally;
use axum::Json;
use axum::extract::State;
use experiments::Between;
use facts::CampaignId;
use serde::Serialize;
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Caller, Path, Permission, Route};

/// One part of a campaign's messages, those by SMS and push left out: whether they are read is not known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignTimingPart)]
struct PartView {
    /// Messages that a provider has taken.
    #[schema(example = 800)]
    sent: i64,
    /// Those of them that a person read within 24 hours of leaving.
    #[schema(example = 280)]
    read: i64,
}

impl From<Tally> for PartView {
    fn from(Tally { sent, read }: Tally) -> Self {
        Self { sent, read }
    }
}

/// What it brings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignTiming)]
struct TimingView {
    /// Those who were written to at the hour at which they read.
    best: PartView,
    /// Those who by lot were written to at the campaign's own time.
    control: PartView,
    /// By how much the share is higher that read it at their hour, in hundredths of a percentage point. Null until all have had a day to read it.
    #[schema(example = 1_900)]
    lift_bps: Option<i64>,
    /// What that truly is at the least; below zero is worse. The interval holds it however often one looks, but for one campaign in twenty.
    #[schema(example = 1_200)]
    low_bps: Option<i64>,
    /// And at the most.
    #[schema(example = 2_600)]
    high_bps: Option<i64>,
    /// `too_early`, `too_few`, `ratio_off`, `not_clear`, `no_difference`, `better` or `worse`.
    #[schema(value_type = String, example = "better")]
    verdict: Verdict,
    /// The verdict as a sentence.
    says: String,
}

impl From<Lift> for TimingView {
    fn from(lift: Lift) -> Self {
        let says = lift.says();
        let Lift { best, control, more, verdict } = lift;
        let (lift_bps, between) = more.unzip();
        let (low_bps, high_bps) = between.map(|Between { low_bps, high_bps }| (low_bps, high_bps)).unzip();
        Self { best: best.into(), control: control.into(), lift_bps, low_bps, high_bps, verdict, says }
    }
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Json<TimingView>> {
    let look = &mut app.db.read_main(caller.tenant());
    let campaign = queries::found(look, id).await?;
    let lift = lift::of(look, &campaign, app.db.clock().now()).await?;
    Ok(Json(lift.ok_or_else(|| Error::not_found("timing of this campaign"))?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/campaigns/{id}/timing", Permission::MessagesRead, show)
            .says(
                "What it brings to write to each at their hour",
                "Of a campaign with `best_hour` that has begun: how many read it who got it at the hour at which they read, against one in five, chosen by lot, \
                 who got it at the campaign's own time.",
            )
            .gives::<TimingView>(200),
    ]
}
