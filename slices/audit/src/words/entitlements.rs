//! Words for what customers may use, and for feature flags.

use super::{Words, words};
use facts::entitlements::{
    EntitlementOverridden, EntitlementThresholdCrossed, FeatureSaved, FlagSaved, PlanFeaturesChanged, UsageBillable,
};
use facts::{Change, ContactId};
use maud::{Markup, html};
use store::Stated;
use web::ui::{Meaning, count};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        FeatureSaved => feature,
        PlanFeaturesChanged => plan,
        EntitlementOverridden => overridden,
        EntitlementThresholdCrossed => crossed,
        UsageBillable => billable,
        FlagSaved => flag,
    }
}

fn fields(changes: &[Change]) -> String {
    changes.iter().map(|change| change.field.as_str()).collect::<Vec<_>>().join(", ")
}

/// What a customer may use, under these words.
fn customer(id: ContactId, words: &str) -> Markup {
    html! { a href={ "/admin/entitlements/customers/" (id) } { (words) } }
}

fn feature(fact: FeatureSaved) -> Words {
    let done = if fact.new { "made" } else { "changed" };
    Words::new(
        Meaning::Neutral,
        html! { "Feature " a href={ "/admin/entitlements/features/" (fact.feature_id) } { bdi { (fact.name) } } " " (done) },
    )
}

fn plan(fact: PlanFeaturesChanged) -> Words {
    let plan = html! { a href={ "/admin/entitlements/plans/" (fact.plan_id) } { "Plan" } };
    Words::new(Meaning::Neutral, html! { (plan) " gives other features: " (fields(&fact.changes)) })
}

fn overridden(fact: EntitlementOverridden) -> Words {
    Words::new(Meaning::Neutral, html! { (fact.feature) " of " (customer(fact.contact_id, "a customer")) " changed" })
}

fn crossed(fact: EntitlementThresholdCrossed) -> Words {
    let meaning = if fact.percent < 100 { Meaning::Attention } else { Meaning::Bad };
    let count = |number: i64| count(u64::try_from(number).unwrap_or(0));
    let what = match fact.contact_id {
        Some(id) => customer(id, &fact.name),
        None => html! { (fact.name) },
    };
    Words::new(meaning, html! { (fact.percent) " % of " (what) " used: " (count(fact.used)) " of " (count(fact.limit)) })
}

fn billable(fact: UsageBillable) -> Words {
    let names = fact.lines.iter().map(|line| line.name.as_str()).collect::<Vec<_>>().join(", ");
    Words::new(
        Meaning::Neutral,
        html! { (customer(fact.contact_id, "More than the plan")) " used since " (fact.from) ": " bdi { (names) } },
    )
}

fn flag(fact: FlagSaved) -> Words {
    let done = if fact.live { "changed" } else { "taken away" };
    Words::new(Meaning::Neutral, html! { "Flag " a href={ "/admin/flags" } { (fact.name) } " " (done) })
}
