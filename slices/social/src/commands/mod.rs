//! What people and programs do about posts and places.

mod go;
mod place;
mod post;
mod rotate;

pub(crate) use go::MovePost;
pub(crate) use place::{ChangePlace, MakePlace, RemovePlace, TestPlace, Wanted};
pub(crate) use post::SavePost;
pub(crate) use rotate::RotateSecret;

use crate::model::Post;
use facts::Change;
use facts::social::{PostStep, SocialPostChanged};
use store::{Error, Result, Tx};

/// States a step of a post.
pub(crate) async fn state_post(tx: &mut Tx, post: &Post, step: PostStep, changes: Vec<Change>) -> Result<()> {
    tx.state(SocialPostChanged { post_id: post.id, step, at: post.at, changes }).await?;
    Ok(())
}

/// Refuses a change of a version that is no more; whoever names none takes what there is.
fn same(said: Option<i64>, version: i64) -> Result<()> {
    if said.is_none_or(|said| said == version) {
        return Ok(());
    }
    Err(Error::conflict("version", "Somebody else has changed this meanwhile. Look at it again, and change it then."))
}
