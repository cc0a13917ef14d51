//! Words for what happens to products and coupons.

use super::{Words, words};
use facts::catalogue::{CouponSaved, ProductSaved};
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; ProductSaved => product, CouponSaved => coupon }
}

fn product(fact: ProductSaved) -> Words {
    let what = if fact.new { "Product made: " } else { "Product changed: " };
    Words::new(Meaning::Neutral, html! { (what) bdi { (fact.name) } })
}

fn coupon(fact: CouponSaved) -> Words {
    let what = if fact.new { "Coupon made: " } else { "Coupon changed: " };
    Words::new(Meaning::Neutral, html! { (what) bdi { (fact.code) } })
}
