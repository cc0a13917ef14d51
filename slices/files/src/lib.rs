//! Digital goods: the files that a shop sells, and the links by which their buyers download them.

mod api;
mod attach;
mod commands;
mod depot;
mod errands;
mod model;
mod pages;
mod queries;
mod range;
mod reactions;
mod receive;
mod rows;
mod rules;
mod token;
mod world;

pub use attach::{Attached, Taken, bear, give, give_back, remove, take};
pub use commands::SetProductFile;
pub use depot::{Depot, Place, S3};
pub use facts::{FileId, GrantId};
pub use model::Download;
pub use queries::{any, downloads};
pub use receive::add;
pub use rows::{grant, revoke};
pub use rules::{media_type, name, size};
pub use world::{Config, Link, Looking, Sold, links};

use std::sync::Arc;
use store::{ErrandKind, Migration, TimerKind};
use web::Slice;

/// The tables of files and of the rights to download them.
pub const MIGRATIONS: &[Migration] = &[Migration::both("files/0001_files", include_str!("../migrations/0001_files.sql"))];

/// The slice.
pub fn slice(config: Config) -> Slice {
    let largest = config.largest;
    let world = Arc::new(world::World::from(config));
    let mut extras = web::Extras::default();
    extras.put(world.clone());
    Slice {
        name: "files",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(largest), pages::routes(largest)].into_iter().flatten().collect(),
        reactions: vec![Arc::new(reactions::RemoveErasedFiles)],
        errands: vec![ErrandKind::of::<errands::RemoveBytes>(world.clone()), ErrandKind::of::<errands::RemoveAllBytes>(world)],
        timers: vec![TimerKind::of::<commands::SweepUpload>()],
        told: &[store::Told { table: "downloads_begun", secret: &["link_hash"], plain: &[] }],
        extras,
        ..Slice::default()
    }
}
