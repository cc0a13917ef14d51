//! What customers may use, how much of it they used, and feature flags, in the back office.

mod customer;
mod features;
mod flags;
mod near;
mod own;
mod plans;
mod used;

use crate::entitle::shown;
use crate::model::{Kind, Standing};
use maud::{Markup, Render, html};
use web::ui::{self, Alert, Badge, Meaning};
use web::{Failure, Route};

/// The rail's place, which is that of subscriptions: what they give is a part of them.
const PLACE: &str = "/admin/subscriptions";
const HERE: &str = "/admin/entitlements";
const FEATURES: &str = "/admin/entitlements/features";
const PLANS: &str = "/admin/entitlements/plans";
const USED: &str = "/admin/entitlements/usage";
const OWN: &str = "/admin/entitlements/account";
const CUSTOMERS: &str = "/admin/entitlements/customers";
const FLAGS: &str = "/admin/flags";
const CRUMBS: &[(&str, &str)] = &[("Subscriptions", PLACE)];

/// Every page.
pub(crate) fn routes() -> Vec<Route> {
    [near::routes(), features::routes(), plans::routes(), customer::routes(), used::routes(), own::routes(), flags::routes()]
        .into_iter()
        .flatten()
        .collect()
}

fn tabs(here: &str) -> Markup {
    let all =
        [("Near a limit", HERE), ("Features", FEATURES), ("By plan", PLANS), ("Usage", USED), ("Flags", FLAGS), ("Your own plan", OWN)];
    ui::tabs("Entitlements", &all, here)
}

fn not_done(wrong: Option<&Failure>) -> Markup {
    html! { @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) } }
}

fn whole(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// How far something is used, as a bar; without one where there is no end of it.
fn bar(label: &str, used: i64, allowed: i64) -> Markup {
    match shown(allowed) {
        Some(most) => ui::progress(label, whole(used), whole(most)),
        None => html! { p { (label) ": " (ui::count(whole(used))) ", without a limit" } },
    }
}

/// What a kind of feature is for a person.
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Switch => "On or off",
        Kind::Limit => "So many at a time",
        Kind::Metered => "So much in each period",
    }
}

/// How much somebody has of something.
fn standing(it: &Standing) -> Markup {
    let of = &it.of;
    match (of.kind, shown(of.allowed)) {
        (_, Some(0)) if of.terms.is_none() => Badge::new(Meaning::Neutral, "Not included").render(),
        (Kind::Switch, _) => Badge::new(Meaning::Good, "On").render(),
        (Kind::Limit, Some(most)) => html! { (ui::count(whole(most))) },
        (Kind::Limit, None) => html! { "No limit" },
        (Kind::Metered, _) => bar(&of.unit, it.used, of.allowed),
    }
}
