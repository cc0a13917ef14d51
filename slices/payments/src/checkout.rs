//! The way to the provider's hosted checkout: a plain form or link, so that paying works without script.

use crate::mandates::{self, MOST_MINOR};
use crate::model::{Intent, IntentState};
use crate::provider::Provider;
use crate::trouble::Trouble;
use crate::world::World;
use facts::payments::Payable;
use facts::{ContactId, Money, TenantId};
use maud::{Markup, html};
use store::{Error, Result};
use web::ui::{Button, hidden};
use web::{App, Shop};

/// The page of something that is paid for, as its buyer sees it.
pub(crate) fn page(what: Payable) -> String {
    match what {
        Payable::Order(id) => format!("/order/{id}"),
        Payable::Invoice(id) => format!("/invoice/{id}"),
        // A provider bills it, and has its own page for it.
        Payable::Subscription(_) => "/".to_owned(),
    }
}

/// The least amount that providers take, in minor units.
const LEAST: i64 = 100;

/// Whether a shop can be paid this amount online.
///
/// # Errors
/// Keys that cannot be opened or are malformed.
pub async fn can_pay(app: &App, tenant: TenantId, amount: Money) -> Result<bool> {
    Ok(amount.minor >= LEAST && app.extra::<World>()?.provider(tenant, amount.currency).await?.is_some())
}

/// With whom whoever pays a shop this much can agree to be charged in the same way from now on; nobody, where that is not to be had.
/// Razorpay debits rupees, up to a limit, and of somebody with a phone.
///
/// # Errors
/// Keys that cannot be opened or are malformed.
pub async fn can_keep(app: &App, tenant: TenantId, amount: Money, phone: Option<&str>) -> Result<Option<Provider>> {
    let taken = app.extra::<World>()?.provider(tenant, amount.currency).await?;
    Ok(taken.filter(|provider| *provider == Provider::Stripe || (mandates::can_debit(amount, MOST_MINOR) && phone.is_some())))
}

/// The shop's public key id at the provider of an intent, for scripts that open its checkout; none where that takes none.
///
/// # Errors
/// `payments_not_set_up` while the shop has no keys at the provider.
pub async fn key_id(app: &App, tenant: TenantId, intent: &Intent) -> Result<Option<String>> {
    if intent.provider == Some(Provider::Stripe) {
        return Ok(None);
    }
    let keys = app.extra::<World>()?.keys(tenant).await?;
    keys.map(|keys| Some(keys.key_id)).ok_or_else(not_set_up)
}

/// The one button that leads to the provider's page; `None` while the provider holds nothing for the intent yet.
///
/// # Errors
/// `payments_not_set_up` while the shop has no keys at the provider, `checkout_over` where its page takes no money any more.
pub async fn checkout(app: &App, shop: &Shop, intent: &Intent, button: Button) -> Result<Option<Markup>> {
    let Some(opened) = intent.provider_order_id.as_deref() else { return Ok(None) };
    match (intent.provider, &intent.checkout_url) {
        (_, Some(_)) if intent.state == IntentState::Expired => {
            Err(Error::conflict("checkout_over", "The time to pay this is over. Please order again."))
        }
        (_, Some(url)) => Ok(Some(html! { (button.href(url.as_str())) })),
        (Some(Provider::Stripe), None) => Ok(None),
        _ => Ok(Some(form(app, shop, intent, opened, button).await?)),
    }
}

fn not_set_up() -> Error {
    Error::unavailable("payments_not_set_up", "This shop cannot take payments yet.")
}

/// The address of the page on which a customer looks after what the provider keeps of them.
///
/// # Errors
/// `no_portal` where the provider knows nobody of that name, or has no such page; `provider_unavailable` while it does not answer.
pub(crate) async fn portal(app: &App, tenant: TenantId, contact: ContactId) -> Result<String> {
    let world = app.extra::<World>()?;
    let none = || Error::conflict("no_portal", "Nothing is kept of how this customer pays, so there is no such page for them.");
    let known = mandates::customer(&mut app.db.read_main(tenant), contact).await?.ok_or_else(none)?;
    let unavailable = |trouble: Trouble| Error::unavailable("provider_unavailable", trouble.to_string());
    let home = world.home(tenant).await?;
    let line = world.line_to(tenant, known.provider).await.map_err(unavailable)?;
    line.portal(&known.customer, &home).await.map_err(unavailable)?.ok_or_else(none)
}

/// Razorpay's form.
async fn form(app: &App, shop: &Shop, intent: &Intent, order_id: &str, button: Button) -> Result<Markup> {
    let world = app.extra::<World>()?;
    let keys = world.keys(shop.tenant).await?.ok_or_else(not_set_up)?;
    let address = world.address(shop.tenant).await?;
    let home = world.home(shop.tenant).await?;
    let brand = branding::cached(app, shop.tenant).await?;
    let image = brand.logo.as_ref().map(|logo| format!("{home}{}", logo.path()));
    let agrees = if mandates::registers(intent) { world.customer(shop.tenant, intent).await? } else { None };
    let agrees = agrees.filter(|known| known.provider == Provider::Razorpay);
    let prefill = [("name", &intent.name), ("contact", &intent.phone), ("email", &intent.email)];
    Ok(html! {
        form method="post" action={ (address) "/checkout/embedded" } {
            (hidden("key_id", &keys.key_id))
            (hidden("amount", &intent.amount_minor.to_string()))
            (hidden("currency", intent.currency.code()))
            (hidden("order_id", order_id))
            (hidden("name", brand.name(&shop.name)))
            (hidden("description", &intent.description))
            @for (field, value) in prefill {
                @if let Some(value) = value { (hidden(&format!("prefill[{field}]"), value)) }
            }
            @if let Some(image) = &image { (hidden("image", image)) }
            // Whoever agrees to be charged from now on is told so there, and confirms it with their bank.
            @if let Some(known) = &agrees {
                (hidden("customer_id", &known.customer))
                (hidden("recurring", "1"))
            }
            (hidden("callback_url", &format!("{home}/payments/razorpay/return")))
            (hidden("cancel_url", &format!("{home}{}", page(intent.payable()))))
            (button)
        }
    })
}
