//! Referrals in the back office, and where a referrer's link leads.

mod acts;
mod link;
mod list;
mod show;

use web::Route;

/// The list, which stands beside that of orders.
const HERE: &str = "/admin/referrals";

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), show::routes(), acts::routes(), link::routes()].into_iter().flatten().collect()
}
