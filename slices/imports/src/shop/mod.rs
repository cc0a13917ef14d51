//! Shops elsewhere: how their orders are asked for, what their calls are signed with, and what their orders say.

mod request;
mod said;
mod shopify;
mod sign;
mod woocommerce;

pub(crate) use request::{Page, Trouble, World};
pub(crate) use sign::{genuine, is_ping};

use crate::model::Origin;
use facts::Time;
use orders::Foreign;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Error, Result};
use url::Url;

/// What signs in at a shop, and what its calls are signed with.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Secrets {
    /// WooCommerce's consumer key; empty for Shopify.
    pub key: String,
    /// WooCommerce's consumer secret, or Shopify's access token.
    pub secret: String,
    /// What its calls are signed with.
    pub webhook_secret: String,
    /// What they were signed with before: both are believed, since calls on their way still carry the old one.
    pub webhook_secret_old: Option<String>,
}

/// A shop that is connected.
#[derive(Clone)]
pub(crate) struct Shop {
    pub provider: Origin,
    pub address: Url,
    pub secrets: Secrets,
}

impl Shop {
    /// The name of its orders' source: two shops of one system have orders of the same numbers.
    pub(crate) fn source(&self) -> String {
        source(self.provider, &self.address)
    }

    /// An address of the shop's.
    fn under(&self, path: &str) -> Url {
        let mut url = self.address.clone();
        url.set_path(&format!("{}{path}", self.address.path().trim_end_matches('/')));
        url
    }

    /// An order as the shop has it; nothing where it is none, such as a customer, or a deleted order of which only the id is told.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(crate) fn order(&self, said: &Value) -> Result<Option<Foreign>, String> {
        match self.provider {
            Origin::Shopify => shopify::order(&self.source(), said),
            _ => woocommerce::order(&self.source(), said),
        }
    }
}

/// The name of a shop's source.
pub(crate) fn source(provider: Origin, address: &Url) -> String {
    format!("{provider}/{}{}", address.host_str().unwrap_or_default(), address.path().trim_end_matches('/'))
}

/// The shop system of a path.
///
/// # Errors
/// `provider` that is none.
pub(crate) fn provider(text: &str) -> Result<Origin> {
    text.parse().ok().filter(|origin| *origin != Origin::File).ok_or_else(|| Error::not_found("shop system"))
}

/// Where the asking for a shop's changed orders is: those changed at this moment or later, and which page of these.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub since: Option<Time>,
    /// A page's number, or what the shop gave to go on with.
    pub page: Option<String>,
    /// About how many orders Shopify's list has been followed for.
    #[serde(default)]
    pub seen: u64,
    /// Orders that lack items: these come first.
    #[serde(default)]
    pub long: Vec<Long>,
    /// Whether no orders follow these.
    #[serde(default)]
    pub over: bool,
}

/// An order with more items than came with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Long {
    /// What is known of it, as the shop's webhooks would tell of it.
    pub order: Value,
    /// The last of its items that is known, as the shop names the place.
    pub after: String,
}

#[cfg(test)]
mod tests;
