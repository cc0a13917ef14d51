//! What changes products and coupons.

mod save_coupon;
mod save_product;

pub use save_coupon::{ChangeCoupon, CreateCoupon, Limits};
pub(crate) use save_product::saved;
pub use save_product::{ChangeProduct, CreateProduct};
