//! Imports, as their rows have them.

use crate::shop::Place;
use facts::{Change, ImportId, OrderId, Time};
use serde::Deserialize;
use store::Json;

facts::words! {
    /// Where orders come from.
    pub enum Origin {
        /// A file that somebody uploaded.
        File = "file",
        /// A shop that runs WooCommerce.
        Woocommerce = "woocommerce",
        /// A shop at Shopify.
        Shopify = "shopify",
    }
}

facts::words! {
    /// How far an import is.
    pub enum State {
        /// The file is on its way in.
        Reading = "reading",
        /// Its pages are taken in.
        Running = "running",
        /// All of it was taken in, or looked at.
        Done = "done",
        /// It did not come to its end.
        Stopped = "stopped",
    }
}

/// One import.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Import {
    pub id: ImportId,
    pub origin: Origin,
    /// The file's name, or the shop's.
    pub name: String,
    /// Whether it only looks at what would change.
    pub dry: bool,
    pub state: State,
    /// Pages that are done.
    pub pages: i64,
    /// Pages in all, where that is known.
    pub of_pages: Option<i64>,
    /// Where a shop is asked next.
    pub cursor: Option<Json<Place>>,
    /// Whether it was begun by the clock, and is not worth a line where it finds nothing.
    pub polled: bool,
    pub new_orders: i64,
    pub changed_orders: i64,
    pub same_orders: i64,
    pub older_orders: i64,
    pub wrong_orders: i64,
    /// Why it stopped.
    pub trouble: Option<String>,
    pub created_at: Time,
    pub ended_at: Option<Time>,
}

impl Import {
    /// Orders that it has gone through.
    pub fn seen(&self) -> i64 {
        self.new_orders + self.changed_orders + self.same_orders + self.older_orders
    }

    /// Whether it was a rehearsal that can now be done in earnest.
    pub fn may_apply(&self) -> bool {
        self.dry && self.state == State::Done && self.origin == Origin::File
    }
}

/// An order that an import changes, or would change.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Difference {
    /// What the order is called where it was placed.
    pub name: String,
    pub order_id: Option<OrderId>,
    pub changes: Json<Vec<Change>>,
}

/// Something that could not be read.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Mistake {
    pub number: i64,
    /// The line of the file, from 1.
    pub line: i64,
    pub message: String,
}
