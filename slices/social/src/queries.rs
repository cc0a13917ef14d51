//! What pages, the API and deliveries read.

use crate::model::{Delivery, DeliveryState, Place, PlaceKind, PlaceState, Post, PostState, Whole};
use crate::secrets::Secrets;
use facts::{Id, SocialDeliveryId, SocialPlaceId, SocialPostId, Time};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use store::{Error, Look, Result, many, params, sql};
use web::Cursor;

/// A statement that gives whole [`Place`]s.
macro_rules! place_rows {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, name, kind, address, state, reason, tested, tested_said, tested_at, before_until, version, created_at FROM social_places ",
            $rest
        ))
    };
}
pub(crate) use place_rows;

/// A statement that gives whole [`Post`]s.
macro_rules! post_rows {
    ($rest:literal) => {
        store::sql!(concat!("SELECT id, body, link, picture, at, state, version, created_at, ended_at FROM social_posts ", $rest))
    };
}
pub(crate) use post_rows;

/// Every place that there is, oldest first.
pub(crate) async fn places(look: &mut impl Look) -> Result<Vec<Place>> {
    look.all(place_rows!("WHERE tenant_id = $1 AND state <> 'removed' ORDER BY created_at, id"), params![look.tenant()]).await
}

/// One place that is not removed.
pub(crate) async fn place(look: &mut impl Look, id: SocialPlaceId) -> Result<Place> {
    let found = look.maybe(place_rows!("WHERE tenant_id = $1 AND id = $2 AND state <> 'removed'"), params![look.tenant(), id]).await?;
    found.ok_or_else(|| Error::not_found("social place"))
}

/// Which posts are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    pub state: Option<PostState>,
    /// Those that go to one place.
    pub place: Option<SocialPlaceId>,
    /// From this moment on.
    pub from: Time,
    /// Before this one.
    pub to: Time,
}

impl Default for Filter {
    fn default() -> Self {
        Self { state: None, place: None, from: Time(i64::MIN), to: Time(i64::MAX) }
    }
}

/// Posts after a place in the list, the last to go out first, each with its places.
pub(crate) async fn page(look: &mut impl Look, filter: &Filter, after: Cursor, limit: i64) -> Result<Vec<Whole>> {
    let posts = posts(look, filter, after, limit).await?;
    let ids: Vec<SocialPostId> = posts.iter().map(|post| post.id).collect();
    let mut of = deliveries(look, &ids).await?;
    Ok(posts.into_iter().map(|post| Whole { deliveries: of.remove(&post.id).unwrap_or_default(), post }).collect())
}

/// The same without their places. Posts of one state have an index of their own, and so a text of their own.
async fn posts(look: &mut impl Look, filter: &Filter, after: Cursor, limit: i64) -> Result<Vec<Post>> {
    let narrow = params![look.tenant(), after.at, after.id, filter.from, filter.to, filter.place, limit];
    let Some(state) = filter.state else {
        let all = post_rows!(
            "WHERE tenant_id = $1 AND (at, id) < ($2, $3) AND at >= $4 AND at < $5
               AND (EXISTS (SELECT 1 FROM social_deliveries d WHERE d.tenant_id = $1 AND d.post_id = social_posts.id AND d.place_id = $6)
                    OR $6 IS NULL)
             ORDER BY at DESC, id DESC LIMIT $7"
        );
        return look.all(all, narrow).await;
    };
    let of_state = post_rows!(
        "WHERE tenant_id = $1 AND state = $8 AND (at, id) < ($2, $3) AND at >= $4 AND at < $5
           AND (EXISTS (SELECT 1 FROM social_deliveries d WHERE d.tenant_id = $1 AND d.post_id = social_posts.id AND d.place_id = $6)
                OR $6 IS NULL)
         ORDER BY at DESC, id DESC LIMIT $7"
    );
    look.all(of_state, &[narrow.as_slice(), params![state.as_str()]].concat()).await
}

/// One post with its places.
///
/// # Errors
/// `social_post_not_found`.
pub(crate) async fn whole(look: &mut impl Look, id: SocialPostId) -> Result<Whole> {
    let post: Option<Post> = look.maybe(post_rows!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await?;
    let post = post.ok_or_else(|| Error::not_found("social post"))?;
    let deliveries = deliveries(look, &[id]).await?.remove(&id).unwrap_or_default();
    Ok(Whole { post, deliveries })
}

/// How posts stand at their places, by post, in the order of the places' names.
async fn deliveries(look: &mut impl Look, posts: &[SocialPostId]) -> Result<HashMap<SocialPostId, Vec<Delivery>>> {
    let mut found: HashMap<SocialPostId, Vec<Delivery>> = HashMap::new();
    let some: Vec<Delivery> = look
        .all_in(
            sql!(concat!(
                "SELECT d.id, d.post_id, d.place_id, d.state, d.attempts, d.status, d.said, d.next_at, d.tried_at, d.sent_at,
                   p.name, p.kind, p.state AS place_state
                 FROM social_deliveries d JOIN social_places p ON p.tenant_id = d.tenant_id AND p.id = d.place_id
                 WHERE d.tenant_id = $1 AND d.post_id IN (",
                many!(),
                ")"
            )),
            posts,
            &[],
        )
        .await?;
    for delivery in some {
        found.entry(delivery.post_id).or_default().push(delivery);
    }
    // Ordered by the database, it would go by another index than the one that finds them.
    found.values_mut().for_each(|of| of.sort_by(|one, other| (&one.name, one.place_id.uuid()).cmp(&(&other.name, other.place_id.uuid()))));
    Ok(found)
}

/// How a post stands at each of its places.
pub(crate) async fn states(look: &mut impl Look, post: SocialPostId) -> Result<Vec<(SocialPlaceId, DeliveryState)>> {
    look.all(sql!("SELECT place_id, state FROM social_deliveries WHERE tenant_id = $1 AND post_id = $2"), params![look.tenant(), post])
        .await
}

/// A post as it leaves for a place: what it says, where it goes, and what signs it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Letter {
    pub state: DeliveryState,
    pub round: i64,
    pub place_id: SocialPlaceId,
    pub name: String,
    pub kind: PlaceKind,
    pub place_state: PlaceState,
    pub address: String,
    pub locked: Option<Vec<u8>>,
    pub locked_before: Option<Vec<u8>>,
    pub before_until: Option<Time>,
    pub post_id: SocialPostId,
    pub body: String,
    pub link: Option<String>,
    pub picture: Option<String>,
    pub at: Time,
}

impl Letter {
    /// What signs it, as it lies in the place's row.
    pub(crate) fn secrets(&self) -> Secrets {
        Secrets { locked: self.locked.clone(), locked_before: self.locked_before.clone(), before_until: self.before_until }
    }

    /// The JSON that goes out under that id.
    pub(crate) fn payload(&self, id: SocialDeliveryId) -> Value {
        json!({
            "type": "social.post", "id": id, "post_id": self.post_id, "place": {"id": self.place_id, "name": self.name, "kind": self.kind},
            "text": self.body, "link": self.link, "picture": self.picture, "at": self.at,
        })
    }
}

/// Which post a delivery is of, and to which place.
pub(crate) async fn ends_of(look: &mut impl Look, id: SocialDeliveryId) -> Result<Option<(SocialPostId, SocialPlaceId)>> {
    look.maybe(sql!("SELECT post_id, place_id FROM social_deliveries WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// A post as it leaves for a place.
pub(crate) async fn letter(look: &mut impl Look, id: SocialDeliveryId) -> Result<Option<Letter>> {
    look.maybe(
        sql!(
            "SELECT d.state, d.round, d.place_id, d.post_id, p.name, p.kind, p.state AS place_state, p.address, p.locked,
               p.locked_before, p.before_until, s.body, s.link, s.picture, s.at
             FROM social_deliveries d
             JOIN social_places p ON p.tenant_id = d.tenant_id AND p.id = d.place_id
             JOIN social_posts s ON s.tenant_id = d.tenant_id AND s.id = d.post_id
             WHERE d.tenant_id = $1 AND d.id = $2"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// What signs what goes to a place.
pub(crate) async fn secrets(look: &mut impl Look, id: SocialPlaceId) -> Result<Option<Secrets>> {
    look.maybe(
        sql!("SELECT locked, locked_before, before_until FROM social_places WHERE tenant_id = $1 AND id = $2"),
        params![look.tenant(), id],
    )
    .await
}
