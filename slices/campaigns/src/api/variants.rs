//! `/api/v1/campaigns/{id}/experiment`: what a campaign says to whom.

use crate::commands::CompareTexts;
use crate::queries;
use crate::variants::{self, Compared, Variation};
use axum::Json;
use axum::extract::State;
use facts::{CampaignId, ExperimentId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use store::{Error, Json as Kept};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

/// By which experiment a campaign's people are shared out, and what it says to whom.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CampaignExperiment)]
struct Shared {
    /// The experiment. It must run before the audience is frozen.
    #[schema(value_type = String, example = "exp_01h2xcejqtf2nbrexx3vqjhp41")]
    experiment_id: ExperimentId,
    /// What is said to those who fall to a variant; to those of one that is not named, what the campaign itself says.
    variants: Vec<Variation>,
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Json<Shared>> {
    let look = &mut app.db.read_main(caller.tenant());
    queries::found(look, id).await?;
    let compared = variants::of(look, id).await?.ok_or_else(|| Error::not_found("experiment of this campaign"))?;
    Ok(Json(Shared { experiment_id: compared.experiment_id, variants: compared.variations.0 }))
}

async fn put(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>, body: Body<Shared>) -> Answer<Json<Shared>> {
    let shared = body.value;
    let compared = Compared { experiment_id: shared.experiment_id, variations: Kept(shared.variants.clone()) };
    app.db.run(&caller.who, CompareTexts { id, compared: Some(compared) }).await?;
    Ok(Json(shared))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, CompareTexts { id, compared: None }).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{MessagesRead, MessagesWrite};
    const PATH: &str = "/api/v1/campaigns/{id}/experiment";
    vec![
        Route::get(PATH, MessagesRead, show)
            .says("What a campaign says to whom", "By which experiment, and each variant's texts.")
            .gives::<Shared>(200),
        Route::put(PATH, MessagesWrite, put)
            .says(
                "Say one thing to some and another to others",
                "By an experiment's variants. Before it goes out; its audience is frozen anew. Whoever falls to a holdout gets nothing.",
            )
            .takes::<Shared>()
            .gives::<Shared>(200),
        Route::delete(PATH, MessagesWrite, delete).says("Say the same to everybody", "The experiment itself stays."),
    ]
}
