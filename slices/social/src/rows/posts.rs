//! Posts, and how they stand at their places, as they are written.

use crate::model::{DeliveryState, Post};
use crate::queries::post_rows;
use facts::{SocialDeliveryId, SocialPlaceId, SocialPostId, Time};
use serde::Deserialize;
use store::{Error, Look, Result, Tx, params, rows, sql};

pub(crate) async fn insert_post(tx: &mut Tx, post: &Post) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO social_posts (tenant_id, id, body, link, picture, at, state, version, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        params![
            tx.tenant(),
            post.id,
            &post.body,
            post.link.as_deref(),
            post.picture.as_deref(),
            post.at,
            post.state.as_str(),
            post.version,
            post.created_at
        ],
    )
    .await
}

/// A post that nobody else changes until the commit, nor how it stands at its places.
pub(crate) async fn lock_post(tx: &mut Tx, id: SocialPostId) -> Result<Option<Post>> {
    tx.maybe(post_rows!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

/// The same, where there must be one.
pub(crate) async fn held_post(tx: &mut Tx, id: SocialPostId) -> Result<Post> {
    lock_post(tx, id).await?.ok_or_else(|| Error::not_found("social post"))
}

/// Writes a held post anew.
pub(crate) async fn update_post(tx: &mut Tx, post: &Post) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE social_posts SET body = $3, link = $4, picture = $5, at = $6, state = $7, version = $8, ended_at = $9
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            post.id,
            &post.body,
            post.link.as_deref(),
            post.picture.as_deref(),
            post.at,
            post.state.as_str(),
            post.version,
            post.ended_at
        ],
    )
    .await
}

/// The places that a held post goes to from now on; nothing of it has left yet.
pub(crate) async fn choose(tx: &mut Tx, post: SocialPostId, places: &[SocialPlaceId]) -> Result<()> {
    tx.put(sql!("DELETE FROM social_deliveries WHERE tenant_id = $1 AND post_id = $2 AND state = 'chosen'"), params![tx.tenant(), post])
        .await?;
    let chosen = rows!(
        "INSERT INTO social_deliveries (tenant_id, id, post_id, place_id, state, round, attempts, doubt, said) VALUES ",
        9,
        " ON CONFLICT (tenant_id, post_id, place_id) DO NOTHING"
    );
    let mut values = Vec::with_capacity(places.len() * 9);
    for place in places {
        let id: SocialDeliveryId = tx.id();
        values.extend_from_slice(params![tx.tenant(), id, post, *place, DeliveryState::Chosen.as_str(), 0, 0, false, ""]);
    }
    tx.put_rows(chosen, &values).await
}

/// A delivery that is put on its way.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Started {
    pub id: SocialDeliveryId,
    pub place_id: SocialPlaceId,
    pub round: i64,
}

/// A held post is on its way to every place that was chosen.
pub(crate) async fn start(tx: &mut Tx, post: SocialPostId) -> Result<Vec<Started>> {
    tx.all(
        sql!(
            "UPDATE social_deliveries SET state = 'waiting', next_at = $3 WHERE tenant_id = $1 AND post_id = $2 AND state = 'chosen'
             RETURNING id, place_id, round"
        ),
        params![tx.tenant(), post, tx.now()],
    )
    .await
}

/// A held post goes once more to where it did not arrive, of the places that posts go to.
pub(crate) async fn start_again(tx: &mut Tx, post: SocialPostId) -> Result<Vec<Started>> {
    tx.all(
        sql!(
            "UPDATE social_deliveries SET state = 'waiting', round = round + 1, next_at = $3
             WHERE tenant_id = $1 AND post_id = $2 AND state IN ('failed', 'unknown')
               AND place_id IN (SELECT id FROM social_places WHERE tenant_id = $1 AND state = 'active')
             RETURNING id, place_id, round"
        ),
        params![tx.tenant(), post, tx.now()],
    )
    .await
}

/// What must be known of a delivery to move it on.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Stand {
    pub state: DeliveryState,
    pub round: i64,
    pub attempts: i64,
    pub doubt: bool,
}

/// How a delivery of a held post stands.
pub(crate) async fn stand(tx: &mut Tx, id: SocialDeliveryId) -> Result<Option<Stand>> {
    tx.maybe(sql!("SELECT state, round, attempts, doubt FROM social_deliveries WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id])
        .await
}

/// What a try came to.
pub(crate) struct Tried<'a> {
    pub id: SocialDeliveryId,
    pub state: DeliveryState,
    pub attempts: i64,
    pub doubt: bool,
    pub status: Option<u16>,
    pub said: &'a str,
    pub next_at: Option<Time>,
}

/// Writes down what a try of a held post's delivery came to.
pub(crate) async fn tried(tx: &mut Tx, tried: &Tried<'_>) -> Result<()> {
    let sent_at = (tried.state == DeliveryState::Sent).then(|| tx.now());
    tx.put(
        sql!(
            "UPDATE social_deliveries SET state = $3, attempts = $4, doubt = $5, status = $6, said = $7, next_at = $8, tried_at = $9, sent_at = $10
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            tried.id,
            tried.state.as_str(),
            tried.attempts,
            tried.doubt,
            tried.status.map(i64::from),
            tried.said,
            tried.next_at,
            tx.now(),
            sent_at
        ],
    )
    .await
}
