//! The way to the provider's hosted checkout: a plain form, so that paying works without script.

use crate::model::Intent;
use crate::world::World;
use facts::payments::Payable;
use facts::{Money, TenantId};
use maud::{Markup, html};
use store::{Error, Result};
use web::ui::{Button, hidden};
use web::{App, Shop};

/// Where a buyer is sent to pay, and where they come back to.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// The provider's address that the form posts to.
    pub address: String,
    /// The merchant's public key id.
    pub key_id: String,
    /// The shop's name, as the buyer reads it at the provider.
    pub shop: String,
    /// The shop's logo, where it has one.
    pub image: Option<String>,
    /// Where the buyer comes back to with the outcome.
    pub callback_url: String,
    /// Where a buyer comes back to who does not want to pay.
    pub cancel_url: String,
}

impl Checkout {
    /// The checkout of a shop, for one of its orders or invoices.
    ///
    /// # Errors
    /// `payments_not_set_up` while the shop has no keys at the provider.
    pub async fn of(app: &App, shop: &Shop, what: impl Into<Payable>) -> Result<Self> {
        let world = app.extra::<World>()?;
        let keys = world.keys(shop.tenant).await?;
        let keys = keys.ok_or_else(|| Error::unavailable("payments_not_set_up", "This shop cannot take payments yet."))?;
        let home = identity::shop_url(&mut app.db.read(shop.tenant), &app.public_url).await?;
        let brand = branding::cached(app, shop.tenant).await?;
        Ok(Self {
            address: format!("{}/checkout/embedded", world.address(shop.tenant).await?),
            key_id: keys.key_id,
            shop: brand.name(&shop.name).to_owned(),
            image: brand.logo.as_ref().map(|logo| format!("{home}{}", logo.path())),
            callback_url: format!("{home}/payments/razorpay/return"),
            cancel_url: format!("{home}{}", page(what.into())),
        })
    }
}

/// The page of something that is paid for, as its buyer sees it.
pub(crate) fn page(what: Payable) -> String {
    match what {
        Payable::Order(id) => format!("/order/{id}"),
        Payable::Invoice(id) => format!("/invoice/{id}"),
    }
}

/// The least amount that providers take, in minor units.
const LEAST: i64 = 100;

/// Whether a shop can be paid this amount online.
///
/// # Errors
/// Keys that cannot be opened or are malformed.
pub async fn can_pay(app: &App, tenant: TenantId, amount: Money) -> Result<bool> {
    Ok(amount.minor >= LEAST && app.extra::<World>()?.keys(tenant).await?.is_some())
}

/// The form with its one button; `None` while the provider has no order for the intent yet.
pub fn checkout_form(intent: &Intent, checkout: &Checkout, button: Button) -> Option<Markup> {
    let order_id = intent.provider_order_id.as_deref()?;
    let prefill = [("name", &intent.name), ("contact", &intent.phone), ("email", &intent.email)];
    Some(html! {
        form method="post" action=(checkout.address) {
            (hidden("key_id", &checkout.key_id))
            (hidden("amount", &intent.amount_minor.to_string()))
            (hidden("currency", intent.currency.code()))
            (hidden("order_id", order_id))
            (hidden("name", &checkout.shop))
            (hidden("description", &intent.description))
            @for (field, value) in prefill {
                @if let Some(value) = value { (hidden(&format!("prefill[{field}]"), value)) }
            }
            @if let Some(image) = &checkout.image { (hidden("image", image)) }
            (hidden("callback_url", &checkout.callback_url))
            (hidden("cancel_url", &checkout.cancel_url))
            (button)
        }
    })
}
