//! Prices on trial: while an experiment compares them, what a product costs depends on the lot that a buyer's browser fell to. Whoever brings no
//! browser along is asked the price that everybody paid before.

use crate::commands::saved;
use crate::model::Product;
use crate::{queries, rows};
use facts::{ExperimentId, Id, Money, ProductId, VisitorId};
use serde::Deserialize;
use serde_json::json;
use store::{Error, Json, Look, Result, Tx, many, params, sql};

/// What the parts of the buyers are asked.
#[derive(Debug, Deserialize)]
struct Trial {
    product_id: ProductId,
    experiment_id: ExperimentId,
    amounts: Json<Vec<i64>>,
    weights: Json<Vec<u32>>,
}

/// Has those of these products that are on trial cost what this visitor is asked, and says of each by which experiment.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn on_trial(look: &mut impl Look, visitor: Option<VisitorId>, products: &mut [Product]) -> Result<()> {
    let ids: Vec<ProductId> = products.iter().map(|product| product.id).collect();
    let trials: Vec<Trial> = look
        .all_in(
            sql!(concat!(
                "SELECT product_id, experiment_id, amounts, weights FROM price_trials WHERE tenant_id = $1 AND product_id IN (",
                many!(),
                ")"
            )),
            &ids,
            &[],
        )
        .await?;
    for trial in trials {
        for product in products.iter_mut().filter(|product| product.id == trial.product_id) {
            product.trial = Some(trial.experiment_id);
            product.amount_minor = visitor.map_or(product.amount_minor, |visitor| trial.amount(visitor, product.amount_minor));
        }
    }
    Ok(())
}

impl Trial {
    fn amount(&self, visitor: VisitorId, usual: i64) -> i64 {
        let place = stats::place_of(self.experiment_id.uuid().as_bytes(), visitor.uuid().as_bytes(), &self.weights.0);
        self.amounts.0.get(place).copied().unwrap_or(usual)
    }
}

/// Puts a product's price on trial: the first of the amounts is what it costs now.
///
/// # Errors
/// `unknown_product`; `price_moved` where it costs something else by now; `price_on_trial` where another experiment compares its prices.
pub async fn begin_trial(tx: &mut Tx, slug: &str, experiment: ExperimentId, amounts: &[Money], weights: &[u32]) -> Result<()> {
    let product = held(tx, slug).await?;
    if !product.active {
        return Err(unknown());
    }
    if amounts.first() != Some(&product.price()) {
        let says = format!("{} costs {} by now: say so for the control, and start it then.", product.name, product.price());
        return Err(Error::conflict("price_moved", says));
    }
    let minor: Vec<i64> = amounts.iter().map(|amount| amount.minor).collect();
    let begun = tx
        .exec(
            sql!(
                "INSERT INTO price_trials (tenant_id, product_id, experiment_id, amounts, weights) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (tenant_id, product_id) DO NOTHING"
            ),
            params![tx.tenant(), product.id, experiment, json!(minor), json!(weights)],
        )
        .await?;
    if begun == 0 {
        return Err(on_trial_already());
    }
    Ok(())
}

/// Ends an experiment's trial of a price: everybody is asked the same again.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn end_trial(tx: &mut Tx, slug: &str, experiment: ExperimentId) -> Result<()> {
    tx.put(
        sql!(
            "DELETE FROM price_trials WHERE tenant_id = $1 AND experiment_id = $3
               AND product_id = (SELECT id FROM products WHERE tenant_id = $1 AND slug = $2)"
        ),
        params![tx.tenant(), slug, experiment],
    )
    .await
}

/// Has a product cost this from now on, also one that is not for sale just now.
///
/// # Errors
/// `unknown_product`; `price_on_trial`.
pub async fn reprice(tx: &mut Tx, slug: &str, price: Money) -> Result<()> {
    let before = held(tx, slug).await?;
    if before.price() == price {
        return Ok(());
    }
    not_on_trial(tx, before.id).await?;
    let version = before.price_version + 1;
    let price_id = rows::insert_price(tx, before.id, version, price, before.interval).await?;
    let after = Product { price_id, price_version: version, amount_minor: price.minor, currency: price.currency, ..before.clone() };
    tx.state(saved(Some(&before), &after)).await.map(drop)
}

/// Refuses where a product's price is on trial; its row is held.
///
/// # Errors
/// `price_on_trial`.
pub(crate) async fn not_on_trial(tx: &mut Tx, id: ProductId) -> Result<()> {
    let found: Option<ExperimentId> =
        tx.maybe(sql!("SELECT experiment_id FROM price_trials WHERE tenant_id = $1 AND product_id = $2"), params![tx.tenant(), id]).await?;
    found.map_or(Ok(()), |_| Err(on_trial_already()))
}

fn on_trial_already() -> Error {
    Error::conflict("price_on_trial", "An experiment compares prices of this product: stop it first.")
}

fn unknown() -> Error {
    Error::invalid("unknown_product", "There is no such product for sale.")
}

/// A product, for sale or not, its row held until the commit: nobody changes its price meanwhile.
async fn held(tx: &mut Tx, slug: &str) -> Result<Product> {
    let id: Option<ProductId> =
        tx.maybe(sql!("SELECT id FROM products WHERE tenant_id = $1 AND slug = $2 FOR UPDATE"), params![tx.tenant(), slug]).await?;
    queries::product_by_id(tx, id.ok_or_else(unknown)?).await?.ok_or_else(unknown)
}
