//! What the API shows.

use crate::model::{Delivery, DeliveryState, Place, PlaceKind, PlaceState, PostState, Tested, Whole};
use facts::{SocialDeliveryId, SocialPlaceId, SocialPostId, Time};
use serde::Serialize;
use utoipa::ToSchema;

/// Where posts go.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SocialPlace)]
pub(super) struct PlaceView {
    #[schema(value_type = String, example = "spl_01h2xcejqtf2nbrexx3vqjhp41")]
    id: SocialPlaceId,
    #[schema(example = "Our page")]
    name: String,
    /// `facebook`, `instagram`, `x`, `linkedin`, `google_business`, `telegram` or `other`.
    #[schema(value_type = String, example = "facebook")]
    kind: PlaceKind,
    /// Where posts are posted to.
    #[schema(example = "https://hooks.zapier.com/hooks/catch/123/abc")]
    address: String,
    /// `active` or `paused`.
    #[schema(value_type = String, example = "active")]
    state: PlaceState,
    /// Why it is paused where nobody asked for it: `gone`, it answered 410.
    reason: Option<String>,
    /// What came of the last test: `waiting`, `taken` or `failed`.
    #[schema(value_type = Option<String>)]
    tested: Option<Tested>,
    /// What it said to that.
    tested_said: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    tested_at: Option<Time>,
    /// Until when the secret before the last signs along; null where there is none.
    #[schema(value_type = Option<String>, format = DateTime)]
    old_secret_until: Option<Time>,
    /// Counts the changes: say it with a change, and nobody's is lost.
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl From<Place> for PlaceView {
    fn from(place: Place) -> Self {
        let Place { id, name, kind, address, state, reason, tested, tested_said, tested_at, before_until, version, created_at } = place;
        let old_secret_until = before_until;
        Self { id, name, kind, address, state, reason, tested, tested_said, tested_at, old_secret_until, version, created_at }
    }
}

/// A place with its new secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MadeSocialPlace)]
pub(super) struct MadeView {
    pub place: PlaceView,
    /// What verifies the signatures. It is shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: String,
}

/// A post at one of its places.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SocialDelivery)]
struct DeliveryView {
    /// The `webhook-id` under which it goes there, at each try.
    #[schema(value_type = String, example = "spd_01h2xcejqtf2nbrexx3vqjhp41")]
    id: SocialDeliveryId,
    #[schema(value_type = String)]
    place_id: SocialPlaceId,
    name: String,
    #[schema(value_type = String, example = "facebook")]
    kind: PlaceKind,
    /// `chosen` (its time has not come), `waiting` (on its way), `sent`, `failed`, or `unknown`: it may have arrived, nobody said so.
    #[schema(value_type = String, example = "sent")]
    state: DeliveryState,
    /// How often the place was called.
    attempts: i64,
    /// The HTTP status that came back last.
    status: Option<i64>,
    /// What was answered last, or why nobody answered.
    said: String,
    /// When it is tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    tried_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    sent_at: Option<Time>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        let Delivery { id, place_id, name, kind, state, attempts, status, said, next_at, tried_at, sent_at, .. } = delivery;
        Self { id, place_id, name, kind, state, attempts, status, said, next_at, tried_at, sent_at }
    }
}

/// A post.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SocialPost)]
pub(super) struct PostView {
    #[schema(value_type = String, example = "spo_01h2xcejqtf2nbrexx3vqjhp41")]
    id: SocialPostId,
    #[schema(example = "The first mangoes of the year are in.")]
    text: String,
    link: Option<String>,
    /// The address of a picture.
    picture: Option<String>,
    /// When it goes out.
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// `draft`, `planned`, `sending`, `sent`, `partly`, `failed` or `cancelled`.
    #[schema(value_type = String, example = "planned")]
    state: PostState,
    /// Counts the changes: say it with a change, and nobody's is lost.
    version: i64,
    /// How it stands at each of its places.
    places: Vec<DeliveryView>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// When nothing of it was on its way any more.
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Time>,
}

impl From<Whole> for PostView {
    fn from(whole: Whole) -> Self {
        let Whole { post, deliveries } = whole;
        Self {
            id: post.id,
            text: post.body,
            link: post.link,
            picture: post.picture,
            at: post.at,
            state: post.state,
            version: post.version,
            places: deliveries.into_iter().map(DeliveryView::from).collect(),
            created_at: post.created_at,
            ended_at: post.ended_at,
        }
    }
}
