//! What happens later: a post's time, and a secret's end.

use crate::commands::state_post;
use crate::model::{Post, PostState};
use crate::rules::{Act, after};
use crate::{deliver, rows};
use facts::social::PostStep;
use facts::{SocialPlaceId, SocialPostId};
use serde::{Deserialize, Serialize};
use store::{Result, Timer, Tx};

/// Puts a post on its way to all of its places, in one commit.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SendPost {
    pub post_id: SocialPostId,
}

impl Timer for SendPost {
    const NAME: &'static str = "send_post";

    fn key(&self) -> String {
        self.post_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let found = rows::lock_post(tx, self.post_id).await?;
        let Some(post) = found.filter(|post| post.state == PostState::Planned) else { return Ok(()) };
        if post.at > tx.now() {
            return tx.at(post.at, SendPost { post_id: post.id }).await;
        }
        let post = Post { state: after(post.state, Act::Begin)?, version: post.version + 1, ..post };
        rows::update_post(tx, &post).await?;
        let started = rows::start(tx, post.id).await?;
        deliver::send(tx, post.id, started).await?;
        state_post(tx, &post, PostStep::Begun, Vec::new()).await
    }
}

/// Ends the secret that signed along after a rotation.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EndOldSecret {
    pub place_id: SocialPlaceId,
}

impl Timer for EndOldSecret {
    const NAME: &'static str = "end_place_secret";

    fn key(&self) -> String {
        self.place_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        rows::end_before(tx, self.place_id).await
    }
}
