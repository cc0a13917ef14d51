//! The catalogue: what is sold, what it costs, and the coupons that make it cheaper.

mod api;
mod check;
mod commands;
mod model;
mod pages;
mod queries;
mod redeem;
mod rows;
mod rules;
mod seed;
pub mod tax;
mod trial;

pub use check::check;
pub use commands::{ChangeProduct, CreateCoupon, CreateProduct, Limits};
pub use model::{Coupon, CouponKind, Discount, Interval, Product};
pub use queries::{named, product, products};
pub use redeem::{bring_over, give_back, redeem};
pub use rules::slug;
pub use seed::{Seed, seed};
pub use trial::{begin_trial, end_trial, on_trial, reprice};

use store::Migration;
use web::Slice;

/// The tables of the catalogue.
pub const MIGRATIONS: &[Migration] = &[
    Migration::both("catalogue/0001_catalogue", include_str!("../migrations/0001_catalogue.sql")),
    Migration::both("catalogue/0002_tax", include_str!("../migrations/0002_tax.sql")),
    Migration::both("catalogue/0003_redeemer", include_str!("../migrations/0003_redeemer.sql")),
    Migration::both("catalogue/0004_trials", include_str!("../migrations/0004_trials.sql")),
];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "catalogue",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), pages::routes()].into_iter().flatten().collect(),
        nav: pages::nav(),
        told: &[store::Told { table: "coupons", secret: &[], plain: &["code"] }],
        ..Slice::default()
    }
}
