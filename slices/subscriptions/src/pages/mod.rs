//! Subscriptions, plans and what they bring, in the back office.

mod acts;
mod list;
mod new;
mod plan;
mod plans;
mod policy;
mod revenue;
mod show;
mod usage;

use crate::commands::Quote;
use facts::subscriptions::Cadence;
use maud::{Markup, html};
use web::ui::{self, Alert, Meaning};
use web::{Caller, Failure, NavItem, Permission, Route};

/// The list, which is also the place in the rail.
const HERE: &str = "/admin/subscriptions";
const PLANS: &str = "/admin/subscriptions/plans";
const REVENUE: &str = "/admin/subscriptions/revenue";
const POLICY: &str = "/admin/subscriptions/policy";

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [list::routes(), new::routes(), plans::routes(), plan::routes(), revenue::routes(), policy::routes(), show::routes(), acts::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// The place in the rail.
pub(crate) fn nav() -> Vec<NavItem> {
    vec![NavItem { label: "Subscriptions", href: HERE, icon: "subscriptions", needs: Permission::SubscriptionsRead, order: 14 }]
}

fn tabs(here: &str) -> Markup {
    ui::tabs(
        "Subscriptions",
        &[
            ("Subscriptions", HERE),
            ("Plans", PLANS),
            ("Entitlements", "/admin/entitlements"),
            ("Revenue", REVENUE),
            ("Late payers", POLICY),
        ],
        here,
    )
}

fn not_done(wrong: Option<&Failure>) -> Markup {
    html! { @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) } }
}

fn each(cadence: Cadence) -> &'static str {
    match cadence {
        Cadence::Month => "a month",
        Cadence::Year => "a year",
    }
}

/// What a change comes to, in a sentence or two.
fn quoted(quote: &Quote) -> Markup {
    html! {
        "What is left of the period is worth " (ui::money(quote.credit)) ", and the new plan costs " (ui::money(quote.charge)) " from today on. "
        @match quote.invoice {
            Some(total) => { "An invoice over " (ui::money(total)) " is issued; the change counts once it is paid." }
            None if quote.carried.minor > 0 => { (ui::money(quote.carried)) " goes off the next invoice." }
            None if quote.carried.minor < 0 => { (ui::money(facts::Money::new(-quote.carried.minor, quote.carried.currency))) " is added to the next invoice." }
            None => { "Nothing is to be paid for it now." }
        }
    }
}

/// Whether somebody may do things here.
fn may(caller: &Caller) -> bool {
    caller.may(Permission::SubscriptionsWrite)
}
