//! A directory that issues certificates (RFC 8555), played strictly: every request is signed and used once, a name is
//! fetched from before it is believed, and what is issued is signed by an authority of its own.

mod authority;
mod books;
mod desk;
mod jws;
mod orders;
mod validate;
mod wire;

pub use books::{Issued, Visit};
pub(crate) use desk::routes;

use crate::config::{Clock, SimConfig};
use crate::dns::Dns;
use crate::faults::Faults;
use crate::names::Names;
use crate::record::Shared;
use authority::Authority;
use books::Books;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// The directory: what it recorded, and the switches for its habits. Cloning gives another hand on the same one.
#[derive(Clone)]
pub struct Acme(Arc<Office>);

struct Office {
    /// `http://127.0.0.1:PORT/acme`.
    base: String,
    clock: Clock,
    names: Arc<Names>,
    faults: Faults,
    dns: Dns,
    authority: Authority,
    under_way: watch::Sender<usize>,
    books: Shared<Books>,
}

impl Acme {
    pub(crate) fn new(config: &SimConfig, base: String, names: Arc<Names>, faults: Faults, dns: Dns) -> io::Result<Self> {
        let authority = Authority::new().map_err(io::Error::other)?;
        let (under_way, _) = watch::channel(0);
        let clock = Arc::clone(&config.clock);
        Ok(Self(Arc::new(Office { base, clock, names, faults, dns, authority, under_way, books: Shared::new(Books::default()) })))
    }

    /// What a client is told to begin with.
    pub fn directory_url(&self) -> String {
        format!("{}/directory", self.0.base)
    }

    /// The authority's own certificate, in DER: what a visitor has to trust.
    pub fn root(&self) -> Vec<u8> {
        self.0.authority.root.clone()
    }

    /// Every certificate that was issued, oldest first.
    pub fn issued(&self) -> Vec<Issued> {
        self.0.books.lock().issued.clone()
    }

    /// How many orders were opened.
    pub fn orders(&self) -> usize {
        self.0.books.lock().orders.len()
    }

    /// How many accounts there are.
    pub fn accounts(&self) -> usize {
        self.0.books.lock().accounts.len()
    }

    /// Every visit to a name, oldest first.
    pub fn visits(&self) -> Vec<Visit> {
        self.0.books.lock().visits.clone()
    }

    /// How often somebody came although they had been told to wait: five visits to a name in an hour were in vain.
    pub fn turned_away(&self) -> u32 {
        self.0.books.lock().turned_away
    }

    /// The next requests find their nonce refused, and are given another one.
    pub fn refuse_nonces(&self, requests: u32) {
        self.0.books.lock().refuse_nonces = requests;
    }

    /// From now on a certificate takes this long from the request until it is there; at once is the usual.
    pub fn take(&self, span: Duration) {
        self.0.books.lock().takes = span;
    }

    /// From now on certificates are good for this long; 90 days are the usual.
    pub fn issue_for(&self, span: Duration) {
        self.0.books.lock().good_for = span;
    }

    /// Waits until no visit is under way any more.
    pub(crate) async fn quiet(&self) {
        // The sender lives in `self`, so the channel cannot be closed.
        let _ = self.0.under_way.subscribe().wait_for(|count| *count == 0).await;
    }

    fn in_background(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.under_way.send_modify(|count| *count += 1);
        let acme = self.clone();
        tokio::spawn(async move {
            task.await;
            acme.0.under_way.send_modify(|count| *count -= 1);
        });
    }
}
