//! `POST /api/v1/referrals/events`, published as `POST /api/referrals/track`: a click or a sign-up that came by a link.

use crate::commands::{Kind, Track};
use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use store::{Error, Who};
use utoipa::ToSchema;
use web::{Access, Address, Answer, App, Asked, Body, Route, Shop, visitor};

/// What happened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Event {
    /// What stands in the link.
    #[schema(example = "asha-7k2m")]
    code: String,
    /// `click` or `sign_up`.
    #[schema(value_type = String, example = "click")]
    event: Kind,
    /// Tells one visitor from another, such as your own id of them; made from the caller's address when not said.
    visitor: Option<String>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrackedReferral)]
struct Tracked {
    /// Whether it was counted: each visitor is once.
    counted: bool,
}

async fn track(
    State(app): State<App>,
    shop: Shop,
    asked: Asked,
    from: Address,
    headers: HeaderMap,
    body: Body<Event>,
) -> Answer<Json<Tracked>> {
    let Event { code, event, visitor: said } = body.value;
    if said.as_deref().is_some_and(|said| said.is_empty() || said.chars().count() > 200) {
        return Err(Error::field("visitor", "1 to 200 characters").into());
    }
    let visitor = match said {
        Some(said) => store::secret::sha256(format!("{code} {said}")),
        None => visitor(&code, from.0, &headers),
    };
    let counted = app.db.run(&asked.by(Who::visitor(shop.tenant)), Track { code, kind: event, visitor }).await?;
    Ok(Json(Tracked { counted }))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/referrals/events", Access::Public, track)
            .says(
                "Track a referral",
                "For pages of your own: counts that a link was followed, or that somebody signed up after it, once for each visitor. An order \
                 counts by its `referral_code`. Published as POST /api/referrals/track.",
            )
            .at_most("REFERRAL_TRACK", 30)
            .takes::<Event>()
            .gives::<Tracked>(200),
    ]
}
