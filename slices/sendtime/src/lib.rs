//! At which hour of their day people read what is said to many: learnt from what they have read.

mod check;
mod erased;
mod learn;
mod merged;
mod queries;
mod reads;
mod rows;

pub use check::check;
pub use queries::{Hours, hours_of};
pub use reads::{Read, moments};

use std::sync::Arc;
use store::Migration;
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[Migration::both("sendtime/0001_sendtime", include_str!("../migrations/0001_sendtime.sql"))];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "sendtime",
        migrations: MIGRATIONS.to_vec(),
        reactions: vec![
            Arc::new(learn::LearnReadHours),
            Arc::new(contacts::WhenErased {
                name: "forget_erased_read_hours",
                forget: |tx, who| Box::pin(erased::forget(tx, who.contact_id)),
            }),
            Arc::new(contacts::WhenMerged { name: "bring_over_read_hours", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        ..Slice::default()
    }
}
