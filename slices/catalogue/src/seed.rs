//! What a new shop has to sell.

use crate::model::{Coupon, CouponKind, Interval, Product};
use crate::{queries, rows};
use facts::{Currency, Money};
use store::{Command, Json, Result, Tx};

struct Sample {
    slug: &'static str,
    name: &'static str,
    rupees: i64,
    description: &'static str,
    features: &'static [&'static str],
}

const PRODUCTS: &[Sample] = &[
    Sample {
        slug: "starter",
        name: "Starter",
        rupees: 99,
        description: "The essentials, for trying things out on your own.",
        features: &["The starter guide as a PDF", "Ready-made templates", "Help by e-mail"],
    },
    Sample {
        slug: "pro",
        name: "Pro",
        rupees: 499,
        description: "Everything a growing business needs, every day.",
        features: &["All of Starter", "Templates for teams", "Worked examples with figures", "Help within a day"],
    },
    Sample {
        slug: "premium",
        name: "Premium",
        rupees: 999,
        description: "The full library, with updates as they come out.",
        features: &["All of Pro", "The complete library", "Updates for a year", "Help within four hours"],
    },
    Sample {
        slug: "platinum",
        name: "Platinum",
        rupees: 2_999,
        description: "The full library and somebody at your side while you set it up.",
        features: &["All of Premium", "A setup call with an expert", "A review of your shop", "Help by phone"],
    },
];

/// [`seed`] as a command of its own.
pub struct Seed;

impl Command for Seed {
    const NAME: &'static str = "seed_catalogue";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        seed(tx).await
    }
}

/// Puts the four products and the coupon SAVE20 (20 % off) into a tenant that lacks them; what is there stays as it is.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn seed(tx: &mut Tx) -> Result<()> {
    for sample in PRODUCTS {
        let product = Product {
            id: tx.id(),
            slug: sample.slug.to_owned(),
            name: sample.name.to_owned(),
            description: sample.description.to_owned(),
            features: Json(sample.features.iter().map(|&feature| feature.to_owned()).collect()),
            active: true,
            hsn: String::new(),
            tax_bps: None,
            created_at: tx.now(),
            price_id: tx.id(),
            price_version: 1,
            amount_minor: sample.rupees * 100,
            currency: Currency::INR,
            interval: Interval::Once,
            trial: None,
        };
        if rows::insert_product(tx, &product).await? {
            rows::insert_price(tx, product.id, 1, Money::inr(product.amount_minor), product.interval).await?;
        }
    }
    if queries::coupon_by_code(tx, "SAVE20").await?.is_some() {
        return Ok(());
    }
    let coupon = Coupon {
        id: tx.id(),
        code: "SAVE20".to_owned(),
        kind: CouponKind::Percent,
        value: 2_000,
        currency: Currency::INR,
        max_uses: None,
        used: 0,
        per_contact: None,
        min_amount_minor: 0,
        starts_at: None,
        ends_at: None,
        active: true,
        created_at: tx.now(),
    };
    rows::insert_coupon(tx, &coupon).await?;
    Ok(())
}
