//! The catalogue: what is sold, what it costs, and the coupons that make it cheaper.

mod api;
mod commands;
mod model;
mod queries;
mod redeem;
mod rows;
mod rules;
mod seed;

pub use model::{Coupon, CouponKind, Discount, Interval, Product};
pub use queries::{check, named, product, products};
pub use redeem::{give_back, redeem};
pub use seed::seed;

use store::Migration;
use web::Slice;

/// The tables of the catalogue.
pub const MIGRATIONS: &[Migration] = &[Migration::both("catalogue/0001_catalogue", include_str!("../migrations/0001_catalogue.sql"))];

/// The slice.
pub fn slice() -> Slice {
    Slice { name: "catalogue", migrations: MIGRATIONS.to_vec(), routes: api::routes(), ..Slice::default() }
}
