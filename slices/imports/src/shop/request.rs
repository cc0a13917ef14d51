//! Asking a shop for its orders, a page at a time, those that changed longest ago first.

use super::{Place, Shop};
use crate::model::Origin;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facts::Time;
use http::{HeaderMap, Request, Response, header};
use orders::Foreign;
use serde_json::Value;
use std::time::Duration;
use store::secret::Vault;
use store::{Db, Error};
use url::Url;
use web::http::Outside;

/// Orders of one page.
const PAGE: usize = 100;
/// The longest answer that is read, in bytes.
const MOST: usize = 16 << 20;
/// The version of Shopify's API that is spoken.
const VERSION: &str = "2026-07";
/// How long a shop is left alone that says it is asked too fast and not for how long.
const BREATH: Duration = Duration::from_secs(2);

/// What this slice needs out there.
#[derive(Clone)]
pub(crate) struct World {
    pub db: Db,
    pub vault: Vault,
    pub outside: Outside,
}

/// A page of orders.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub orders: Vec<Foreign>,
    /// What could not be read.
    pub mistakes: Vec<(i64, String)>,
    /// Where to go on; nothing on the last page.
    pub next: Option<Place>,
}

/// Why a page did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The shop is asked too fast.
    Busy(Duration),
    /// It may go better later.
    Away(String),
    /// It does not go without a person.
    Refused(String),
}

impl World {
    /// The page at a place.
    pub(crate) async fn page(&self, shop: &Shop, place: &Place) -> Result<Page, Trouble> {
        let request = request(shop, place).map_err(|error| Trouble::Refused(error.message().to_owned()))?;
        let answer = self.outside.send(request, MOST).await.map_err(|error| match error.code() {
            "address_refused" => Trouble::Refused(error.message().to_owned()),
            _ => Trouble::Away(error.message().to_owned()),
        })?;
        judge(&answer)?;
        let said: Value = serde_json::from_slice(answer.body())
            .map_err(|_| Trouble::Refused("The shop's answer is no JSON: is this its address?".to_owned()))?;
        let (list, next) = match shop.provider {
            Origin::Shopify => (said.get("orders").and_then(Value::as_array), next_of_link(answer.headers(), place)),
            _ => (said.as_array(), None),
        };
        let list = list.ok_or_else(|| Trouble::Refused("The shop's answer has no orders: is this its address?".to_owned()))?;
        let mut page = Page { next, ..Page::default() };
        for (at, said) in list.iter().enumerate() {
            match shop.order(said) {
                Ok(order) => page.orders.extend(order),
                Err(message) => page.mistakes.push((i64::try_from(at).unwrap_or(0) + 1, message)),
            }
        }
        if shop.provider == Origin::Woocommerce && list.len() >= PAGE {
            page.next = Some(after(place, page.orders.iter().map(|order| order.changed_at).max()));
        }
        Ok(page)
    }
}

/// Where WooCommerce's next page begins: with what changed in the last second of this one, since a page's number means another
/// page once an order has changed. Where a whole page changed in one second its number is all there is.
fn after(place: &Place, last: Option<Time>) -> Place {
    let since = last.map(|last| last.before(Duration::from_secs(1)));
    if since > place.since {
        return Place { since, page: None };
    }
    let number: u64 = place.page.as_deref().and_then(|page| page.parse().ok()).unwrap_or(1);
    Place { since: place.since, page: Some((number + 1).to_string()) }
}

/// Shopify says where its next page is, in the header of links.
fn next_of_link(headers: &HeaderMap, place: &Place) -> Option<Place> {
    let links = headers.get(header::LINK)?.to_str().ok()?;
    let next = links.split(',').find(|link| link.contains("rel=\"next\""))?;
    let url = Url::parse(next.split_once('<')?.1.split_once('>')?.0).ok()?;
    let page = url.query_pairs().find(|(name, _)| name == "page_info")?.1.into_owned();
    Some(Place { since: place.since, page: Some(page) })
}

fn judge(answer: &Response<Vec<u8>>) -> Result<(), Trouble> {
    let status = answer.status().as_u16();
    match status {
        200..=299 => Ok(()),
        429 => {
            let wait = answer.headers().get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.split('.').next()?.parse().ok());
            Err(Trouble::Busy(wait.map_or(BREATH, |seconds: u64| Duration::from_secs(seconds.clamp(1, 3_600)))))
        }
        408 | 409 | 500..=599 => Err(Trouble::Away(format!("The shop answered {status}."))),
        401 | 403 => Err(Trouble::Refused(format!("The shop does not let us in ({status}). Give it a key that may read orders."))),
        _ => Err(Trouble::Refused(format!("The shop answered {status}: is this its address?"))),
    }
}

fn request(shop: &Shop, place: &Place) -> store::Result<Request<Vec<u8>>> {
    let mut url = shop.address.clone();
    let base = url.path().trim_end_matches('/').to_owned();
    let since = place.since.map(|since| since.timestamp());
    let request = match shop.provider {
        Origin::Shopify => {
            url.set_path(&format!("{base}/admin/api/{VERSION}/orders.json"));
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", &PAGE.to_string());
            // Beside the place in a list only its size may be said.
            match &place.page {
                Some(page) => drop(query.append_pair("page_info", page)),
                None => {
                    query.append_pair("status", "any").append_pair("order", "updated_at asc");
                    if let Some(since) = since {
                        query.append_pair("updated_at_min", &since.to_string());
                    }
                }
            }
            drop(query);
            Request::get(url.as_str()).header("x-shopify-access-token", &shop.secrets.secret)
        }
        _ => {
            url.set_path(&format!("{base}/wp-json/wc/v3/orders"));
            let mut query = url.query_pairs_mut();
            query.append_pair("per_page", &PAGE.to_string()).append_pair("orderby", "modified").append_pair("order", "asc");
            query.append_pair("status", "any").append_pair("dates_are_gmt", "true");
            if let Some(since) = since {
                query.append_pair("modified_after", &since.strftime("%Y-%m-%dT%H:%M:%S").to_string());
            }
            query.append_pair("page", place.page.as_deref().unwrap_or("1"));
            drop(query);
            let basic = STANDARD.encode(format!("{}:{}", shop.secrets.key, shop.secrets.secret));
            Request::get(url.as_str()).header(header::AUTHORIZATION, format!("Basic {basic}"))
        }
    };
    request.header(header::ACCEPT, "application/json").body(Vec::new()).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_where_nothing_is_missed() {
        let at = |seconds: i64| Some(Time(seconds * 1_000));
        let place = |since, page: Option<&str>| Place { since, page: page.map(str::to_owned) };
        assert_eq!(after(&place(None, None), at(50)), place(at(49), None));
        assert_eq!(after(&place(at(40), Some("2")), at(50)), place(at(49), None));
        assert_eq!(after(&place(at(49), None), at(50)), place(at(49), Some("2")));
        assert_eq!(after(&place(at(49), Some("2")), at(50)), place(at(49), Some("3")));
        assert_eq!(after(&place(at(49), Some("3")), None), place(at(49), Some("4")));
    }

    #[test]
    fn what_an_answer_means() {
        let answer = |status: u16, wait: Option<&str>| {
            let mut answer = Response::new(Vec::new());
            *answer.status_mut() = status.try_into().unwrap();
            if let Some(wait) = wait {
                answer.headers_mut().insert(header::RETRY_AFTER, wait.parse().unwrap());
            }
            judge(&answer)
        };
        assert_eq!(answer(200, None), Ok(()));
        assert_eq!(answer(429, Some("2.0")), Err(Trouble::Busy(Duration::from_secs(2))));
        assert_eq!(answer(429, Some("soon")), Err(Trouble::Busy(BREATH)));
        assert!(matches!(answer(503, None), Err(Trouble::Away(_))));
        assert!(matches!(answer(401, None), Err(Trouble::Refused(_))));
        assert!(matches!(answer(301, None), Err(Trouble::Refused(_))));
    }
}
