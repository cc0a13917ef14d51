//! Looking at products and coupons.

use crate::model::{Coupon, Product};
use facts::{CouponId, ProductId};
use store::{Look, Result, many, params};
use web::{Cursor, like};

/// A statement that gives whole [`Product`]s, `p`, each beside its prices, `c`: what stands behind the list of columns.
macro_rules! products {
    ($($rest:expr),+) => {
        store::sql!(concat!(
            "SELECT p.id, p.slug, p.name, p.description, p.features, p.active, p.hsn, p.tax_bps, p.created_at,
                c.id AS price_id, c.version AS price_version, c.amount_minor, c.currency, c.interval
             FROM products p JOIN prices c ON c.tenant_id = p.tenant_id AND c.product_id = p.id ",
            $($rest),+
        ))
    };
}

/// A statement that gives whole [`Coupon`]s: what stands behind the list of columns.
macro_rules! coupons {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, code, kind, value, currency, max_uses, used, per_contact, min_amount_minor, starts_at, ends_at, active, created_at
             FROM coupons ",
            $rest
        ))
    };
}

/// Which products or coupons of a list are wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Narrow {
    /// Those whose names have this in them.
    pub words: Option<String>,
    /// Those that are offered, or those that are not.
    pub active: Option<bool>,
}

/// A product that is for sale, by its name in addresses, with its current price.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn product(look: &mut impl Look, slug: &str) -> Result<Option<Product>> {
    look.maybe(
        products!(
            "WHERE p.tenant_id = $1 AND p.slug = $2 AND p.active
             ORDER BY c.version DESC LIMIT 1"
        ),
        params![look.tenant(), slug],
    )
    .await
}

/// The products for sale with these names, in no order; names that nothing goes by are left out.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn named(look: &mut impl Look, slugs: &[&str]) -> Result<Vec<Product>> {
    let statement = products!(
        "WHERE p.tenant_id = $1 AND p.slug IN (",
        many!(),
        ") AND p.active
            AND c.version = (SELECT MAX(v.version) FROM prices v WHERE v.tenant_id = p.tenant_id AND v.product_id = p.id)"
    );
    look.all_in(statement, slugs, &[]).await
}

/// Everything that is for sale, cheapest first.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn products(look: &mut impl Look) -> Result<Vec<Product>> {
    look.all(
        products!(
            "WHERE p.tenant_id = $1 AND p.active
                AND c.version = (SELECT MAX(v.version) FROM prices v WHERE v.tenant_id = p.tenant_id AND v.product_id = p.id)
             ORDER BY c.amount_minor, p.slug"
        ),
        params![look.tenant()],
    )
    .await
}

/// A product by its id, for sale or not.
pub(crate) async fn product_by_id(look: &mut impl Look, id: ProductId) -> Result<Option<Product>> {
    look.maybe(
        products!(
            "WHERE p.tenant_id = $1 AND p.id = $2
             ORDER BY c.version DESC LIMIT 1"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// A page of the wanted products, newest first.
pub(crate) async fn product_page(look: &mut impl Look, narrow: &Narrow, from: Cursor, limit: i64) -> Result<Vec<Product>> {
    look.all(
        products!(
            "WHERE p.tenant_id = $1 AND (p.created_at, p.id) < ($2, $3)
                AND c.version = (SELECT MAX(v.version) FROM prices v WHERE v.tenant_id = p.tenant_id AND v.product_id = p.id)
                AND (p.active = $5 OR $5 IS NULL) AND (LOWER(p.name) LIKE $6 ESCAPE '\\' OR p.slug LIKE $6 ESCAPE '\\' OR $6 IS NULL)
             ORDER BY p.created_at DESC, p.id DESC LIMIT $4"
        ),
        params![look.tenant(), from.at, from.id, limit, narrow.active, narrow.words.as_deref().map(like)],
    )
    .await
}

/// A coupon by its id.
pub(crate) async fn coupon(look: &mut impl Look, id: CouponId) -> Result<Option<Coupon>> {
    look.maybe(coupons!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// A coupon by its code in capitals.
pub(crate) async fn coupon_by_code(look: &mut impl Look, code: &str) -> Result<Option<Coupon>> {
    look.maybe(coupons!("WHERE tenant_id = $1 AND code = $2"), params![look.tenant(), code]).await
}

/// A page of the wanted coupons, newest first.
pub(crate) async fn coupon_page(look: &mut impl Look, narrow: &Narrow, from: Cursor, limit: i64) -> Result<Vec<Coupon>> {
    look.all(
        coupons!(
            "WHERE tenant_id = $1 AND (created_at, id) < ($2, $3)
                AND (active = $5 OR $5 IS NULL) AND (LOWER(code) LIKE $6 ESCAPE '\\' OR $6 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $4"
        ),
        params![look.tenant(), from.at, from.id, limit, narrow.active, narrow.words.as_deref().map(like)],
    )
    .await
}
