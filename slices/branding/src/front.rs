//! A shop with its brand, for whoever draws its pages.

use crate::model::Brand;
use crate::queries;
use axum::extract::FromRequestParts;
use axum::response::{Html, IntoResponse, Response};
use http::request::Parts;
use maud::{Markup, html};
use std::ops::Deref;
use std::sync::Arc;
use web::{App, Failure, Shop, ui};

/// The shop that a public page belongs to, with its brand. Its name is the one over the door.
#[derive(Debug, Clone)]
pub struct Front {
    shop: Shop,
    /// How it looks.
    pub brand: Arc<Brand>,
}

impl Front {
    /// A shop as it looks.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn of(app: &App, mut shop: Shop) -> store::Result<Self> {
        let brand = queries::cached(app, shop.tenant).await?;
        shop.name = brand.name(&shop.name).to_owned();
        Ok(Self { shop, brand })
    }
}

impl Deref for Front {
    type Target = Shop;

    fn deref(&self) -> &Shop {
        &self.shop
    }
}

impl FromRequestParts<App> for Front {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let shop = Shop::from_request_parts(parts, app).await?;
        Ok(Self::of(app, shop).await?)
    }
}

/// A page of the shop; `title` is what the browser's tab says, `foot` what stands below the shop's own footer.
pub fn page(front: &Front, title: &str, description: &str, body: Markup, foot: Markup) -> Response {
    let brand = &front.brand;
    let home = format!("{}/", front.base);
    let logo = brand.logo.as_ref().map(|logo| (format!("{}{}", front.base, logo.path()), logo));
    let sheet = brand.is_chosen().then(|| format!("{}/brand.css?v={}", front.base, brand.version));
    let page = ui::Shop {
        title,
        description,
        tenant_name: &front.name,
        home_href: &home,
        logo: logo.as_ref().map(|(src, logo)| ui::Logo { src, width: logo.width, height: logo.height }),
        brand_href: sheet.as_deref(),
        test: front.test,
        body,
        foot: html! { @if !brand.footer.is_empty() { p { (brand.footer) } } (foot) },
        lang: "en",
        dir: "ltr",
    };
    Html(ui::shop(&page).into_string()).into_response()
}
