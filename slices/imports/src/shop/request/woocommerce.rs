//! WooCommerce's list of orders, by its REST API (v3).

use super::{Page, Trouble, World, unasked};
use crate::shop::{Place, Shop};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facts::Time;
use http::{Request, header};
use std::time::Duration;

/// Orders of one page.
const PAGE: usize = 100;

pub(super) async fn page(world: &World, shop: &Shop, place: &Place) -> Result<Page, Trouble> {
    let said = world.ask(request(shop, place).map_err(unasked)?).await?;
    let list = said.as_array().ok_or_else(|| Trouble::no_shop("has no orders"))?;
    let mut page = Page::default();
    for (at, said) in list.iter().enumerate() {
        page.take(shop, at + 1, said);
    }
    if list.len() >= PAGE {
        page.next = Some(after(place, page.orders.iter().map(|order| order.changed_at).max()));
    }
    Ok(page)
}

/// Where the next page begins: with what changed in the last second of this one, since a page's number means another
/// page once an order has changed. Where a whole page changed in one second its number is all there is.
fn after(place: &Place, last: Option<Time>) -> Place {
    let since = last.map(|last| last.before(Duration::from_secs(1)));
    if since > place.since {
        return Place { since, ..Place::default() };
    }
    let number: u64 = place.page.as_deref().and_then(|page| page.parse().ok()).unwrap_or(1);
    Place { since: place.since, page: Some((number + 1).to_string()), ..Place::default() }
}

fn request(shop: &Shop, place: &Place) -> http::Result<Request<Vec<u8>>> {
    let mut url = shop.under("/wp-json/wc/v3/orders");
    let mut query = url.query_pairs_mut();
    query.append_pair("per_page", &PAGE.to_string()).append_pair("orderby", "modified").append_pair("order", "asc");
    query.append_pair("status", "any").append_pair("dates_are_gmt", "true");
    if let Some(since) = place.since {
        query.append_pair("modified_after", &since.timestamp().strftime("%Y-%m-%dT%H:%M:%S").to_string());
    }
    query.append_pair("page", place.page.as_deref().unwrap_or("1"));
    drop(query);
    let basic = STANDARD.encode(format!("{}:{}", shop.secrets.key, shop.secrets.secret));
    let request = Request::get(url.as_str()).header(header::AUTHORIZATION, format!("Basic {basic}"));
    request.header(header::ACCEPT, "application/json").body(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_where_nothing_is_missed() {
        let at = |seconds: i64| Some(Time(seconds * 1_000));
        let place = |since, page: Option<&str>| Place { since, page: page.map(str::to_owned), ..Place::default() };
        assert_eq!(after(&place(None, None), at(50)), place(at(49), None));
        assert_eq!(after(&place(at(40), Some("2")), at(50)), place(at(49), None));
        assert_eq!(after(&place(at(49), None), at(50)), place(at(49), Some("2")));
        assert_eq!(after(&place(at(49), Some("2")), at(50)), place(at(49), Some("3")));
        assert_eq!(after(&place(at(49), Some("3")), None), place(at(49), Some("4")));
    }
}
