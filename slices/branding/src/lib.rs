//! Branding: a shop's name, logo, colours and theme, on its pages and in its mail.

mod api;
mod commands;
mod front;
mod image;
mod mail;
mod model;
mod pages;
mod queries;
mod rows;
mod rules;
mod sheet;

pub use front::{Front, page};
pub use mail::{html, text};
pub use model::{Brand, Logo, Mode, Theme};
pub use queries::{cached, of};

use store::Migration;
use web::Slice;

/// Its tables.
pub const MIGRATIONS: &[Migration] = &[Migration::both("branding/0001_branding", include_str!("../migrations/0001_branding.sql"))];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "branding",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        told: &[store::Told { table: "brand_files", secret: &[], plain: &["bytes"] }],
        ..Slice::default()
    }
}
