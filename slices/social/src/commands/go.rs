//! Planning a post that is written, cancelling it, and sending it once more to where it did not arrive.

use super::post::set;
use super::state_post;
use crate::model::{Post, PostState};
use crate::rules::{self, Act, after};
use crate::{deliver, rows};
use facts::SocialPostId;
use facts::social::PostStep;
use store::{Command, Error, Result, Tx};

/// Does something with a post: [`Act::Plan`], [`Act::Cancel`] or [`Act::Retry`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct MovePost {
    pub id: SocialPostId,
    pub act: Act,
}

impl Command for MovePost {
    const NAME: &'static str = "move_social_post";
    type Out = Post;

    async fn run(&self, tx: &mut Tx) -> Result<Post> {
        let before = rows::held_post(tx, self.id).await?;
        let state = after(before.state, self.act)?;
        if state == before.state {
            return Ok(before);
        }
        let post = Post { state, version: before.version + 1, ended_at: None, ..before };
        let step = match state {
            PostState::Planned => {
                rules::moment(post.at, tx.now())?;
                PostStep::Planned
            }
            PostState::Sending => {
                let started = rows::start_again(tx, post.id).await?;
                if started.is_empty() {
                    let says = "The places that it did not reach are paused or removed. Resume them first.";
                    return Err(Error::conflict("places_closed", says));
                }
                deliver::send(tx, post.id, started).await?;
                PostStep::Retried
            }
            _ => PostStep::Cancelled,
        };
        rows::update_post(tx, &post).await?;
        set(tx, &post).await?;
        state_post(tx, &post, step, Vec::new()).await?;
        Ok(post)
    }
}
