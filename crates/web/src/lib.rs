//! What every page and endpoint shares: routes declared once, callers bound to their tenant, errors as problems.

mod alias;
mod answers;
mod app;
mod asked;
mod cache;
mod caller;
mod cors;
pub mod csv;
mod extract;
mod guard;
mod host;
mod hours;
pub mod http;
mod incoming;
pub mod limits;
mod list;
mod made;
mod once;
pub mod openapi;
pub mod page;
mod permission;
pub mod problem;
mod quiet;
mod reference;
mod request_id;
mod route;
mod server;
mod slice;
mod text;
pub mod ui;
mod unpack;
mod upload;
mod visit;
pub mod zip;

pub use alias::Alias;
pub use answers::MoneyShape;
pub use app::{App, Env, Extras, Parts};
pub use asked::Asked;
pub use cache::Cache;
pub use caller::{Caller, Identity, Shop, ShopSlug, Via};
pub use extract::{Body, Form, IdempotencyKey, Path, Path2, Query, Raw, typed};
pub use guard::Address;
pub use hours::{hour, hour_text, next_at};
pub use incoming::Incoming;
pub use list::{Cursor, Listed, Paging, filter_part, first_id, like, moment_part};
pub use made::made;
pub use once::{form_key, sent_form};
pub use page::{ACCOUNT, BackOffice, ORDERS, PRODUCTS, account_tabs, back_office, order_tabs, product_tabs, webhook_tabs};
pub use permission::{Permission, Reach, Role};
pub use problem::{Answer, Failure};
pub use quiet::Quiet;
pub use route::{Access, Route};
pub use server::{Service, service};
pub use slice::{AllTold, NavItem, Reactions, Slice};
pub use text::text;
pub use unpack::Unpacked;
pub use upload::{Sent, Upload};
pub use visit::{is_ahead, is_person, is_unattended, point, visitor};

/// The cookie of a back-office session, where the world reaches this without https: see [`App::session_cookie`].
pub const SESSION_COOKIE: &str = "origin_session";

/// A request that came by TLS of our own; whatever speaks it says so in the request's extensions.
#[derive(Debug, Clone, Copy)]
pub struct OverTls;

/// Writes a query, with whatever needs it escaped.
pub fn query_string(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
