//! Imports: orders that were placed elsewhere, from a file or from another shop, taken in so that they are packed and found here.

mod api;
mod commands;
mod connections;
mod errands;
mod file;
mod model;
mod pages;
mod queries;
mod receive;
mod rows;
mod shop;

use std::sync::Arc;
use store::secret::{Locked, Vault};
use store::{Db, ErrandKind, Migration, TimerKind, Told};
use web::http::Outside;
use web::{Extras, Slice};

/// The tables of imports.
pub const MIGRATIONS: &[Migration] = &[Migration::both("imports/0001_imports", include_str!("../migrations/0001_imports.sql"))];

/// Its columns of locked texts.
pub static LOCKED: &[&dyn Locked] = &[&connections::SECRETS];

/// What the slice is built with.
pub struct Config {
    /// The database, for errands to look into before they leave.
    pub db: Db,
    /// Opens what signs in at shops.
    pub vault: Vault,
    /// The way to every address that a tenant may type.
    pub outside: Outside,
}

/// The slice.
pub fn slice(config: Config) -> Slice {
    let Config { db, vault, outside } = config;
    let world = Arc::new(shop::World { db, vault, outside });
    let mut extras = Extras::default();
    extras.put(world.clone());
    Slice {
        name: "imports",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        errands: vec![ErrandKind::of::<errands::FetchPage>(world.clone()), ErrandKind::of::<errands::TakeCall>(world)],
        timers: vec![
            TimerKind::of::<commands::TakePage>(),
            TimerKind::of::<commands::SweepImport>(),
            TimerKind::of::<commands::PollShop>(),
        ],
        extras,
        told: &[Told { table: "shop_connections", secret: &["locked"], plain: &[] }],
        ..Slice::default()
    }
}
