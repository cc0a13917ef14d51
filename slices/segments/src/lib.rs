//! Segments: sets of contacts that follow from a filter, and are kept true as things happen.

mod api;
mod book;
mod build;
mod check;
mod commands;
mod count;
mod days;
mod filter;
mod fitting;
mod keep;
mod load;
mod model;
mod pages;
mod queries;
mod reaction;
mod rows;

pub use check::check;
pub use filter::{DeedName, counts, deed_names, deed_of, deed_words, deeds, fact_of, is_deed, own as own_event};
pub use fitting::{check_filter, filter_words, fitting};
pub use model::{Segment, State};
pub use queries::{members_of, segment, segments};

use std::sync::Arc;
use store::{Migration, TimerKind};
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[Migration::both("segments/0001_segments", include_str!("../migrations/0001_segments.sql"))];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "segments",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        reactions: vec![Arc::new(reaction::KeepSegments)],
        timers: vec![TimerKind::of::<build::BuildSegment>(), TimerKind::of::<days::PassDay>()],
        ..Slice::default()
    }
}
