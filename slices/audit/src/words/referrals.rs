//! Words for what happens to referrers and their commissions.

use super::{Words, order, words};
use facts::ReferrerId;
use facts::referrals::{CommissionEarned, CommissionPaid, CommissionReleased, CommissionReversed, ReferrerSaved};
use maud::{Markup, html};
use store::Stated;
use web::ui::{Meaning, money};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        ReferrerSaved => saved,
        CommissionEarned => earned,
        CommissionReversed => reversed,
        CommissionReleased => released,
        CommissionPaid => paid,
    }
}

fn link(id: ReferrerId, words: &str) -> Markup {
    html! { a href={ "/admin/referrals/" (id) } { (words) } }
}

fn saved(fact: ReferrerSaved) -> Words {
    let what = if fact.changes.iter().any(|change| !change.before.is_null()) { " changed: " } else { " added: " };
    Words::new(Meaning::Neutral, html! { (link(fact.referrer_id, "Referrer")) (what) bdi { (fact.name) } })
}

fn earned(fact: CommissionEarned) -> Words {
    let rate = format!("{}.{:02} %", fact.rate_bps / 100, fact.rate_bps % 100);
    Words::new(
        Meaning::Information,
        html! { (link(fact.referrer_id, "Commission")) " of " (money(fact.amount)) " on an " (order(fact.order_id, "order")) },
    )
    .note(html! { (rate) " of " (money(fact.base)) ", without tax" })
}

fn reversed(fact: CommissionReversed) -> Words {
    let words = html! { (link(fact.referrer_id, "Commission")) " less by " (money(fact.amount)) ": money of an " (order(fact.order_id, "order")) " went back" };
    Words::new(Meaning::Attention, words)
}

fn released(fact: CommissionReleased) -> Words {
    let words = html! { (link(fact.referrer_id, "Commission")) " of " (money(fact.amount)) " on an " (order(fact.order_id, "order")) " can be paid" };
    Words::new(Meaning::Information, words)
}

fn paid(fact: CommissionPaid) -> Words {
    Words::new(Meaning::Good, html! { (link(fact.referrer_id, "Commission")) " of " (money(fact.amount)) " paid to " bdi { (fact.name) } })
        .note(html! { (fact.method.as_str()) " " bdi { (fact.reference) } })
}
