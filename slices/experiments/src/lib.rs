//! Experiments: which variant of something does more of what it is for, by comparing people who met one with people who met another.

mod api;
mod check;
mod commands;
mod erased;
mod expose;
mod figures;
mod merged;
mod model;
mod pages;
mod price;
mod queries;
mod reaction;
mod rows;
mod rules;
mod seen;
mod split;

pub use check::check;
pub use expose::expose;
pub use figures::Between;
pub use model::{State, Variant};
pub use queries::{Says, met, newest, says, state, variants};
pub use split::{place_of, variant_of};

use std::sync::Arc;
use store::Migration;
use web::Slice;

/// The tables of this slice.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("experiments/0001_experiments", include_str!("../migrations/0001_experiments.sql")),
    Migration::both("experiments/0002_prices", include_str!("../migrations/0002_prices.sql")),
];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "experiments",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes(), seen::routes()].into_iter().flatten().collect(),
        nav: pages::nav(),
        reactions: vec![
            Arc::new(reaction::CountConversions),
            Arc::new(reaction::CountBuyers),
            Arc::new(contacts::WhenErased {
                name: "forget_erased_exposures",
                forget: |tx, who| Box::pin(erased::forget(tx, who.contact_id)),
            }),
            Arc::new(contacts::WhenMerged { name: "bring_over_exposures", join: |tx, who| Box::pin(merged::join(tx, who)) }),
        ],
        ..Slice::default()
    }
}
