//! What is written.

mod places;
mod posts;

pub(crate) use places::{
    SECRETS, SECRETS_BEFORE, end_before, held_place, insert_place, pause_gone, remove_place, rotate, state_place, tested, update_place,
};
pub(crate) use posts::{Stand, Started, Tried, choose, held_post, insert_post, lock_post, stand, start, start_again, tried, update_post};
