//! Asking a shop for its orders, a page at a time, those that changed longest ago first.

mod graphql;
mod shopify;
mod woocommerce;

use super::{Place, Shop};
use crate::model::Origin;
use http::{Request, Response, header};
use orders::Foreign;
use serde_json::Value;
use std::time::Duration;
use store::Db;
use store::secret::Vault;
use web::http::Outside;

/// The longest answer that is read, in bytes.
const MOST: usize = 16 << 20;
/// How long a shop is left alone that says it is asked too fast and not for how long.
const BREATH: Duration = Duration::from_secs(2);
/// The longest that a shop is left alone, in seconds.
const LONGEST_BREATH: u64 = 3_600;

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

impl Page {
    /// Takes up what a shop says of its order at this place of the page, from 1.
    fn take(&mut self, shop: &Shop, at: usize, said: &Value) {
        match shop.order(said) {
            Ok(order) => self.orders.extend(order),
            Err(message) => self.mistakes.push((i64::try_from(at).unwrap_or(0), message)),
        }
    }
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

impl Trouble {
    /// What came is no list of orders.
    fn no_shop(what: &str) -> Self {
        Self::Refused(format!("The shop's answer {what}: is this its address?"))
    }
}

impl World {
    /// The page at a place, by one call.
    pub(crate) async fn page(&self, shop: &Shop, place: &Place) -> Result<Page, Trouble> {
        match shop.provider {
            Origin::Shopify => shopify::page(self, shop, place).await,
            _ => woocommerce::page(self, shop, place).await,
        }
    }

    /// What a shop answers, where it is JSON.
    async fn ask(&self, request: Request<Vec<u8>>) -> Result<Value, Trouble> {
        let answer = self.outside.send(request, MOST).await.map_err(|error| match error.code() {
            "address_refused" => Trouble::Refused(error.message().to_owned()),
            _ => Trouble::Away(error.message().to_owned()),
        })?;
        judge(&answer)?;
        serde_json::from_slice(answer.body()).map_err(|_| Trouble::no_shop("is no JSON"))
    }
}

/// What could not even be asked.
fn unasked(error: impl std::fmt::Display) -> Trouble {
    Trouble::Refused(error.to_string())
}

/// So many seconds' rest, within reason.
fn breath(seconds: u64) -> Trouble {
    Trouble::Busy(Duration::from_secs(seconds.clamp(1, LONGEST_BREATH)))
}

fn judge(answer: &Response<Vec<u8>>) -> Result<(), Trouble> {
    let status = answer.status().as_u16();
    match status {
        200..=299 => Ok(()),
        429 => {
            let wait = answer.headers().get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.split('.').next()?.parse().ok());
            Err(wait.map_or(Trouble::Busy(BREATH), breath))
        }
        408 | 409 | 500..=599 => Err(Trouble::Away(format!("The shop answered {status}."))),
        401 | 403 => Err(Trouble::Refused(format!("The shop does not let us in ({status}). Give it a key that may read orders."))),
        _ => Err(Trouble::Refused(format!("The shop answered {status}: is this its address?"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
