//! What the slice is started with, and the links that it makes for others.

use crate::depot::Depot;
use crate::model::Download;
use crate::{queries, token};
use facts::{OrderId, Time};
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use store::{Read, Result};
use web::{App, Shop};

/// Looking at another slice's rows, which stands above.
pub type Looking<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// A product, as far as its file needs to know it.
#[derive(Debug, Clone)]
pub struct Sold {
    /// Its id.
    pub id: facts::ProductId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name for people.
    pub name: String,
}

/// What the slice is started with.
#[derive(Clone)]
pub struct Config {
    /// Where bytes are kept: one for a process, since others keep theirs there too.
    pub depot: Arc<Depot>,
    /// The largest file that is taken, in bytes.
    pub largest: u64,
    /// How often a buyer may download what an order paid for.
    pub uses: i64,
    /// Whether a link works only from the address that it was shown to.
    pub bind_ip: bool,
    /// What a tenant sells.
    pub products: fn(Read) -> Looking<Vec<Sold>>,
}

/// What handlers and errands work with.
pub(crate) struct World {
    pub depot: Arc<Depot>,
    pub uses: i64,
    pub bind_ip: bool,
    pub products: fn(Read) -> Looking<Vec<Sold>>,
}

impl From<Config> for World {
    fn from(config: Config) -> Self {
        Self { depot: config.depot, uses: config.uses, bind_ip: config.bind_ip, products: config.products }
    }
}

impl World {
    /// What a token is good for that is used from an address.
    pub(crate) fn bound<'a>(&self, shop: &Shop, product: &'a str, from: IpAddr) -> token::For<'a> {
        token::For { tenant: shop.tenant, product, from: self.bind_ip.then_some(from) }
    }

    /// How often it may still be downloaded.
    pub(crate) fn left(&self, download: &Download) -> i64 {
        if download.revoked_at.is_some() { 0 } else { (self.uses - download.used).max(0) }
    }
}

/// A link to what an order paid for, as the buyer's page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The product, by its name in addresses.
    pub product: String,
    /// What the file is called.
    pub name: String,
    /// In bytes.
    pub size: i64,
    /// The same for people, such as `1.2 MB`.
    pub size_text: String,
    /// How often it may still be downloaded.
    pub left: i64,
    /// Where it is, behind the shop's address and base; nothing where nothing is left.
    pub path: Option<String>,
    /// When the link stops working. The page that shows it makes another.
    pub expires_at: Time,
}

/// A fresh link for each file that an order paid for, to be used from this address; none for what was given back. Products
/// without a file have none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn links(app: &App, shop: &Shop, order: OrderId, from: IpAddr) -> Result<Vec<Link>> {
    let world = app.extra::<World>()?;
    let now = app.db.clock().now();
    let downloads = queries::downloads(&mut app.db.read_main(shop.tenant), order).await?;
    let link = |download: &Download| {
        let file = download.file().filter(|_| download.revoked_at.is_none())?;
        let left = world.left(download);
        let path = (left > 0).then(|| {
            let token = token::make(&app.vault, world.bound(shop, &download.product, from), download.grant_id, now);
            format!("/download/{}?token={token}", download.product)
        });
        let expires_at = Time((now.millis().div_euclid(1_000) + token::LASTS) * 1_000);
        Some(Link {
            product: download.product.clone(),
            name: file.name,
            size: file.size,
            size_text: crate::rules::size(file.size),
            left,
            path,
            expires_at,
        })
    };
    Ok(downloads.iter().filter_map(link).collect())
}
