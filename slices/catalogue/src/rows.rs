//! Writing products, prices, coupons and their uses.

use crate::model::{Coupon, CouponKind, Interval, Product, Use};
use facts::{CouponId, Money, OrderId, PriceId, ProductId};
use store::{Look, Result, Tx, params, sql};

/// Inserts a product; `false` when its name in addresses is taken.
pub async fn insert_product(tx: &mut Tx, product: &Product) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO products (tenant_id, id, slug, name, description, features, active, hsn, tax_bps, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (tenant_id, slug) DO NOTHING"
            ),
            params![
                tx.tenant(),
                product.id,
                &product.slug,
                &product.name,
                &product.description,
                serde_json::to_value(&product.features)?,
                product.active,
                &product.hsn,
                product.tax_bps,
                product.created_at
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Changes a product's words, and holds its row until the commit.
pub async fn update_product(tx: &mut Tx, product: &Product) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE products SET name = $3, description = $4, features = $5, active = $6, hsn = $7, tax_bps = $8
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            product.id,
            &product.name,
            &product.description,
            serde_json::to_value(&product.features)?,
            product.active,
            &product.hsn,
            product.tax_bps
        ],
    )
    .await
}

/// Holds a product's row until the commit; `false` when there is none.
pub async fn lock_product(tx: &mut Tx, id: ProductId) -> Result<bool> {
    let found: Option<ProductId> =
        tx.maybe(sql!("SELECT id FROM products WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await?;
    Ok(found.is_some())
}

/// Adds a version to a product's price.
pub async fn insert_price(tx: &mut Tx, product_id: ProductId, version: i64, price: Money, interval: Interval) -> Result<PriceId> {
    let id: PriceId = tx.id();
    tx.put(
        sql!(
            "INSERT INTO prices (tenant_id, product_id, version, id, amount_minor, currency, interval, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ),
        params![tx.tenant(), product_id, version, id, price.minor, price.currency, interval.as_str(), tx.now()],
    )
    .await?;
    Ok(id)
}

/// Inserts a coupon; `false` when its code is taken.
pub async fn insert_coupon(tx: &mut Tx, coupon: &Coupon) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO coupons (tenant_id, id, code, kind, value, currency, max_uses, used, per_contact, min_amount_minor,
                    starts_at, ends_at, active, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (tenant_id, code) DO NOTHING"
            ),
            params![
                tx.tenant(),
                coupon.id,
                &coupon.code,
                coupon.kind.as_str(),
                coupon.value,
                coupon.currency,
                coupon.max_uses,
                coupon.used,
                coupon.per_contact,
                coupon.min_amount_minor,
                coupon.starts_at,
                coupon.ends_at,
                coupon.active,
                coupon.created_at
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Changes a coupon's limits and nothing that has been promised; `false` when more are in use than it would allow.
pub async fn update_coupon(tx: &mut Tx, coupon: &Coupon) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE coupons SET max_uses = $3, per_contact = $4, min_amount_minor = $5, starts_at = $6, ends_at = $7, active = $8
                 WHERE tenant_id = $1 AND id = $2 AND used <= COALESCE($3, used)"
            ),
            params![
                tx.tenant(),
                coupon.id,
                coupon.max_uses,
                coupon.per_contact,
                coupon.min_amount_minor,
                coupon.starts_at,
                coupon.ends_at,
                coupon.active
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// What of a coupon decides the discount.
#[derive(serde::Deserialize)]
pub struct Counted {
    pub id: CouponId,
    pub code: String,
    pub kind: CouponKind,
    pub value: i64,
    pub per_contact: Option<i64>,
}

/// Counts one use, if the coupon is good for it now; its row is held until the commit.
pub async fn count_up(tx: &mut Tx, code: &str, amount: Money) -> Result<Option<Counted>> {
    tx.maybe(
        sql!(
            "UPDATE coupons SET used = used + 1
             WHERE tenant_id = $1 AND code = $2 AND active AND (max_uses IS NULL OR used < max_uses)
                AND (starts_at IS NULL OR starts_at <= $3) AND (ends_at IS NULL OR ends_at > $3)
                AND min_amount_minor <= $4 AND currency = $5
             RETURNING id, code, kind, value, per_contact"
        ),
        params![tx.tenant(), code, tx.now(), amount.minor, amount.currency],
    )
    .await
}

/// How often one person uses a coupon already.
pub async fn uses_of(tx: &mut Tx, coupon: CouponId, contact: facts::ContactId) -> Result<i64> {
    tx.one(
        sql!("SELECT COUNT(*) FROM redemptions WHERE tenant_id = $1 AND coupon_id = $2 AND contact_id = $3 AND given_back_at IS NULL"),
        params![tx.tenant(), coupon, contact],
    )
    .await
}

/// Notes a use; `false` when the order uses a coupon already.
pub async fn insert_use(tx: &mut Tx, coupon: CouponId, used: &Use) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO redemptions (tenant_id, order_id, coupon_id, contact_id, amount_minor, currency, redeemed_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, order_id) DO NOTHING"
            ),
            params![tx.tenant(), used.order_id, coupon, used.contact_id, used.amount.minor, used.amount.currency, tx.now()],
        )
        .await?;
    Ok(inserted == 1)
}

/// Ends a use that has not ended, and tells of which coupon it was.
pub async fn end_use(tx: &mut Tx, order: OrderId) -> Result<Option<CouponId>> {
    tx.maybe(
        sql!(
            "UPDATE redemptions SET given_back_at = $3 WHERE tenant_id = $1 AND order_id = $2 AND given_back_at IS NULL
             RETURNING coupon_id"
        ),
        params![tx.tenant(), order, tx.now()],
    )
    .await
}

/// Counts one use less.
pub async fn count_down(tx: &mut Tx, coupon: CouponId) -> Result<()> {
    tx.put(sql!("UPDATE coupons SET used = used - 1 WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), coupon]).await
}
