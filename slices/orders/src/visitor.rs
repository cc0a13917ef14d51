//! A browser in the shop: while a price is on trial, what it is asked follows from an id that it keeps in a cookie, drawn by lot and of nobody.

use axum::extract::FromRequestParts;
use axum::response::Response;
use catalogue::Product;
use facts::VisitorId;
use http::request::Parts;
use http::{HeaderValue, header};
use std::convert::Infallible;
use store::{Error, Read, Result};
use web::{App, Shop};

/// The cookie in which a browser keeps its id.
const COOKIE: &str = "origin_lot";
/// How long it keeps it, in seconds: the longest that an experiment counts, and as long to meet it.
const KEPT: i64 = 180 * 86_400;

/// The id that a browser brings along; one that cannot be one is none.
#[derive(Debug, Clone, Copy)]
pub struct Visitor(pub Option<VisitorId>);

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Infallible> {
        Ok(Self(identity::cookie_value(&parts.headers, COOKIE).and_then(|text| text.parse().ok())))
    }
}

impl Visitor {
    /// Has those of these products whose price is on trial cost what this browser is asked. One that has no id yet has one drawn, which it is to keep.
    ///
    /// # Errors
    /// Whatever the database refuses.
    pub(crate) async fn asked(self, app: &App, look: &mut Read, products: &mut [Product]) -> Result<Drawn> {
        catalogue::on_trial(look, self.0, products).await?;
        let tried = products.iter().any(|product| product.trial.is_some());
        if !tried || self.0.is_some() {
            return Ok(Drawn { tried, id: None });
        }
        let id = app.db.dice().id(app.db.clock().now());
        catalogue::on_trial(look, Some(id), products).await?;
        Ok(Drawn { tried, id: Some(id) })
    }
}

/// What a page has to say to the browser that it was made for.
pub(crate) struct Drawn {
    /// Whether a price on it is on trial.
    tried: bool,
    /// The id that was drawn for it.
    id: Option<VisitorId>,
}

impl Drawn {
    /// Has the browser keep its id, for this shop alone and not for scripts; and a page with a price on trial is for nobody else.
    ///
    /// # Errors
    /// Never, for an id is a text that headers take.
    pub(crate) fn keep(self, app: &App, shop: &Shop, page: &mut Response) -> Result<()> {
        if self.tried {
            page.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        }
        let Some(id) = self.id else { return Ok(()) };
        let path = if shop.base.is_empty() { "/" } else { shop.base.as_str() };
        let secure = if app.is_https() { "; Secure" } else { "" };
        let text = format!("{COOKIE}={id}; Path={path}; Max-Age={KEPT}; HttpOnly; SameSite=Lax{secure}");
        page.headers_mut().append(header::SET_COOKIE, HeaderValue::from_str(&text).map_err(Error::internal)?);
        Ok(())
    }
}
