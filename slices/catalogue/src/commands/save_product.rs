//! Products are made and changed; a changed price is a new version beside the old one.

use crate::model::{Interval, Product};
use crate::{queries, rows, rules, tax, trial};
use facts::catalogue::ProductSaved;
use facts::{Change, Money, ProductId};
use serde_json::{Value, json};
use store::{Command, Error, Json, Result, Tx};

/// Makes a product with the first version of its price.
pub struct CreateProduct {
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What it has, a line each.
    pub features: Vec<String>,
    /// Whether the shop offers it.
    pub active: bool,
    /// Its HSN or SAC; empty where nobody says.
    pub hsn: String,
    /// The rate of the tax in its price; none for the shop's.
    pub tax_bps: Option<i64>,
    /// What one costs.
    pub price: Money,
    /// What the price is paid for.
    pub interval: Interval,
}

impl Command for CreateProduct {
    const NAME: &'static str = "create_product";
    type Out = Product;

    async fn run(&self, tx: &mut Tx) -> Result<Product> {
        let slug =
            rules::slug(&self.slug).ok_or_else(|| Error::field("slug", "1 to 60 small letters, digits and hyphens, such as gold-plan"))?;
        let mut product = Product {
            id: tx.id(),
            slug,
            name: self.name.trim().to_owned(),
            description: self.description.trim().to_owned(),
            features: Json(self.features.clone()),
            active: self.active,
            hsn: tax::hsn("hsn", &self.hsn)?,
            tax_bps: self.tax_bps,
            created_at: tx.now(),
            price_id: tx.id(),
            price_version: 1,
            amount_minor: self.price.minor,
            currency: self.price.currency,
            interval: self.interval,
            trial: None,
        };
        rules::product(&product)?;
        if !rows::insert_product(tx, &product).await? {
            let message = "Another product has this slug.";
            return Err(Error::conflict("slug_taken", message).with_field("slug", message));
        }
        product.price_id = rows::insert_price(tx, product.id, 1, self.price, self.interval).await?;
        tx.state(saved(None, &product)).await?;
        Ok(product)
    }
}

/// Changes what is said, and leaves the rest as it is.
pub struct ChangeProduct {
    /// The product.
    pub id: ProductId,
    /// Its name for people.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// What it has, a line each.
    pub features: Option<Vec<String>>,
    /// Whether the shop offers it.
    pub active: Option<bool>,
    /// Its HSN or SAC.
    pub hsn: Option<String>,
    /// The rate of the tax in its price; `Some(None)` for the shop's.
    pub tax_bps: Option<Option<i64>>,
    /// What one costs from now on.
    pub price: Option<Money>,
    /// What the price is paid for from now on.
    pub interval: Option<Interval>,
}

impl Command for ChangeProduct {
    const NAME: &'static str = "change_product";
    type Out = Product;

    async fn run(&self, tx: &mut Tx) -> Result<Product> {
        if !rows::lock_product(tx, self.id).await? {
            return Err(Error::not_found("product"));
        }
        let now = queries::product_by_id(tx, self.id).await?.ok_or_else(|| Error::not_found("product"))?;
        let before = now.clone();
        let price = self.price.unwrap_or(now.price());
        let interval = self.interval.unwrap_or(now.interval);
        let repriced = price != now.price() || interval != now.interval;
        let mut product = Product {
            name: self.name.as_deref().map_or(now.name, |name| name.trim().to_owned()),
            description: self.description.as_deref().map_or(now.description, |words| words.trim().to_owned()),
            features: self.features.clone().map_or(now.features, Json),
            active: self.active.unwrap_or(now.active),
            hsn: self.hsn.as_deref().map(|code| tax::hsn("hsn", code)).transpose()?.unwrap_or(now.hsn),
            tax_bps: self.tax_bps.unwrap_or(now.tax_bps),
            amount_minor: price.minor,
            currency: price.currency,
            interval,
            ..now
        };
        rules::product(&product)?;
        rows::update_product(tx, &product).await?;
        if repriced {
            trial::not_on_trial(tx, self.id).await?;
            product.price_version += 1;
            product.price_id = rows::insert_price(tx, product.id, product.price_version, price, interval).await?;
        }
        let fact = saved(Some(&before), &product);
        if !fact.changes.is_empty() {
            tx.state(fact).await?;
        }
        Ok(product)
    }
}

/// What is stated of a product that is new or changed.
pub(crate) fn saved(before: Option<&Product>, after: &Product) -> ProductSaved {
    let told = |product: &Product| {
        json!({
            "slug": product.slug, "name": product.name, "description": product.description, "features": product.features.0,
            "active": product.active, "price": product.price().to_string(), "interval": product.interval,
            "hsn": product.hsn, "tax_bps": product.tax_bps,
        })
    };
    let changes = Change::between(&before.map_or(Value::Null, told), &told(after));
    ProductSaved { product_id: after.id, name: after.name.clone(), new: before.is_none(), changes }
}
