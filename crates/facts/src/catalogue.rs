//! What happens to products and coupons.

use crate::{Change, CouponId, Fact, Id, ProductId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A product was made or changed, its price with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductSaved {
    /// The product.
    pub product_id: ProductId,
    /// What it is called from now on.
    pub name: String,
    /// Whether it was not there before.
    pub new: bool,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for ProductSaved {
    const KIND: &'static str = "product.saved";
    fn about(&self) -> Option<Uuid> {
        Some(self.product_id.uuid())
    }
}

/// A coupon was made, or the limits within which it is good changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CouponSaved {
    /// The coupon.
    pub coupon_id: CouponId,
    /// What people type.
    pub code: String,
    /// Whether it was not there before.
    pub new: bool,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for CouponSaved {
    const KIND: &'static str = "coupon.saved";
    fn about(&self) -> Option<Uuid> {
        Some(self.coupon_id.uuid())
    }
}
