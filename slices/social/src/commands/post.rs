//! Writing a post, changing it, and planning it.

use super::{same, state_post};
use crate::model::{Post, PostState};
use crate::rules::{self, Act, after};
use crate::timers::SendPost;
use crate::{queries, rows};
use facts::social::PostStep;
use facts::{Change, SocialPlaceId, SocialPostId, Time};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{Command, Error, Result, Timer, Tx};

/// Writes a post, or changes one whose time has not come.
#[derive(Debug, Clone)]
pub(crate) struct SavePost {
    /// Which; a new one where it is none.
    pub id: Option<SocialPostId>,
    /// The version that is changed, where whoever changes it says so.
    pub version: Option<i64>,
    pub body: String,
    pub link: Option<String>,
    pub picture: Option<String>,
    pub at: Time,
    pub places: Vec<SocialPlaceId>,
    /// Whether it is planned by this, or a draft; as it was where nothing is said.
    pub plan: Option<bool>,
}

impl Command for SavePost {
    const NAME: &'static str = "save_social_post";
    type Out = Post;

    async fn run(&self, tx: &mut Tx) -> Result<Post> {
        let places = self.places(tx).await?;
        let before = match self.id {
            Some(id) => Some(rows::held_post(tx, id).await?),
            None => None,
        };
        if let Some(before) = &before {
            same(self.version, before.version)?;
        }
        let was = before.as_ref().map_or(PostState::Draft, |before| before.state);
        let plan = self.plan.unwrap_or(was == PostState::Planned);
        let state = after(was, if plan { Act::Plan } else { Act::Write })?;
        let post = Post {
            id: before.as_ref().map_or_else(|| tx.id(), |before| before.id),
            body: rules::body(&self.body)?,
            link: rules::address("link", self.link.as_deref())?,
            picture: rules::address("picture", self.picture.as_deref())?,
            at: rules::moment(self.at, tx.now())?,
            state,
            version: before.as_ref().map_or(1, |before| before.version + 1),
            created_at: before.as_ref().map_or(tx.now(), |before| before.created_at),
            ended_at: None,
        };
        let had = match &before {
            Some(before) => queries::states(tx, before.id).await?.into_iter().map(|(place, _)| place).collect(),
            None => Vec::new(),
        };
        let changes = Change::between(&before.as_ref().map_or(Value::Null, |before| told(before, had)), &told(&post, places.clone()));
        match &before {
            Some(_) => rows::update_post(tx, &post).await?,
            None => rows::insert_post(tx, &post).await?,
        }
        rows::choose(tx, post.id, &places).await?;
        set(tx, &post).await?;
        let step = match (before.is_some(), was, state) {
            (_, PostState::Draft, PostState::Planned) => PostStep::Planned,
            (_, PostState::Planned, PostState::Draft) => PostStep::PutBack,
            (false, ..) => PostStep::Written,
            (true, ..) => PostStep::Changed,
        };
        state_post(tx, &post, step, changes).await?;
        Ok(post)
    }
}

impl SavePost {
    /// The places that it goes to, each once.
    async fn places(&self, tx: &mut Tx) -> Result<Vec<SocialPlaceId>> {
        let known: BTreeMap<_, _> = queries::places(tx).await?.into_iter().map(|place| (place.id.to_string(), place.id)).collect();
        if self.places.iter().any(|place| !known.contains_key(&place.to_string())) {
            return Err(Error::field("places", "places that there are"));
        }
        let chosen: Vec<SocialPlaceId> = known.into_values().filter(|place| self.places.contains(place)).collect();
        if chosen.is_empty() { Err(Error::field("places", "one place at least")) } else { Ok(chosen) }
    }
}

/// What facts tell of a post.
fn told(post: &Post, mut places: Vec<SocialPlaceId>) -> Value {
    places.sort_by_key(ToString::to_string);
    json!({"text": post.body, "link": post.link, "picture": post.picture, "at": post.at, "places": places})
}

/// Sets a post's timer where it is planned, and takes it back where it is not.
pub(super) async fn set(tx: &mut Tx, post: &Post) -> Result<()> {
    let timer = SendPost { post_id: post.id };
    if post.state == PostState::Planned { tx.at(post.at, timer).await } else { tx.stop(SendPost::NAME, &timer.key()).await }
}
