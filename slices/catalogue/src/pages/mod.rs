//! What is sold and what makes it cheaper, in the back office.

mod coupon;
mod coupons;
mod product;
mod products;

use facts::Currency;
use store::Result;
use web::{App, Caller, NavItem, PRODUCTS, Permission, Route};

/// The list of coupons.
const COUPONS: &str = "/admin/coupons";

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [products::routes(), product::routes(), coupons::routes(), coupon::routes()].into_iter().flatten().collect()
}

/// The place in the rail.
pub(crate) fn nav() -> Vec<NavItem> {
    vec![NavItem { label: "Products", href: PRODUCTS, icon: "products", needs: Permission::CatalogueRead, order: 12 }]
}

/// In which money the shop reckons.
async fn currency(app: &App, caller: &Caller) -> Result<Currency> {
    Ok(identity::tenant(&mut caller.read(app)).await?.currency)
}
