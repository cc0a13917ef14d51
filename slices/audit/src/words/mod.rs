//! The words for every kind of fact, one file for each file of `facts`.

mod branding;
mod campaigns;
mod catalogue;
mod consent;
mod contacts;
mod domains;
mod entitlements;
mod errands;
mod events;
mod experiments;
mod files;
mod identity;
mod imports;
mod inbox;
mod invoices;
mod journeys;
mod messages;
mod mobile;
mod orders;
mod otp;
mod payments;
mod provider_subscriptions;
mod recovery;
mod referrals;
mod rounds;
mod segments;
mod settings;
mod settlements;
mod sign_in;
mod social;
mod subscriptions;
mod tracking;
mod webhooks;
mod whatsapp;

use crate::moment::Words;
use maud::{Markup, html};
use store::Stated;

/// Tries each kind in turn; `None` when the fact is of none of them, or of a version with no words yet.
macro_rules! words {
    ($stated:expr; $($fact:ty => $words:expr),+ $(,)?) => {
        match $stated.kind.as_str() {
            $(<$fact as facts::Fact>::KIND => $stated.read::<$fact>().ok().flatten().map($words),)+
            _ => None,
        }
    };
}
use words;

/// The words for a fact.
pub(crate) fn of(stated: &Stated) -> Option<Words> {
    let rooms = [
        orders::words,
        otp::words,
        campaigns::words,
        journeys::words,
        payments::words,
        provider_subscriptions::words,
        messages::words,
        contacts::words,
        segments::words,
        consent::words,
        catalogue::words,
        identity::words,
        branding::words,
        domains::words,
        files::words,
        imports::words,
        inbox::words,
        invoices::words,
        recovery::words,
        referrals::words,
        rounds::words,
        subscriptions::words,
        tracking::words,
        entitlements::words,
        events::words,
        errands::words,
        experiments::words,
        settings::words,
        settlements::words,
        sign_in::words,
        social::words,
        mobile::words,
        webhooks::words,
        whatsapp::words,
    ];
    rooms.iter().find_map(|words| words(stated))
}

/// A link to an order's page.
fn order(id: facts::OrderId, words: &str) -> Markup {
    html! { a href={ "/admin/orders/" (id) } { (words) } }
}

/// A link to an invoice's page.
fn invoice(id: facts::InvoiceId, words: &str) -> Markup {
    html! { a href={ "/admin/invoices/" (id) } { (words) } }
}

/// A link to a subscription's page.
fn subscription(id: facts::SubscriptionId, words: &str) -> Markup {
    html! { a href={ "/admin/subscriptions/" (id) } { (words) } }
}

#[cfg(test)]
mod tests;
