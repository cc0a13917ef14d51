//! Words for what happens between the provider's account and the bank.

use super::{Words, words};
use facts::SettlementId;
use facts::settlements::{ExceptionAccepted, SettlementBanked, SettlementMatched, SettlementReceived, StatementTaken};
use maud::{Markup, html};
use store::Stated;
use web::ui::{Meaning, money};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        SettlementReceived => received,
        SettlementBanked => banked,
        SettlementMatched => matched,
        StatementTaken => taken,
        ExceptionAccepted => accepted,
    }
}

fn link(id: SettlementId, words: &str) -> Markup {
    html! { a href={ "/admin/reconcile/settlements/" (id) } { (words) } }
}

fn received(fact: SettlementReceived) -> Words {
    let title = html! { (link(fact.settlement_id, "Settlement")) " of " (fact.provider) ": " (money(fact.amount)) };
    Words::new(Meaning::Good, title).note(html! { bdi { (fact.provider_settlement_id) } })
}

fn banked(fact: SettlementBanked) -> Words {
    if fact.amount.minor < 0 {
        return Words::new(
            Meaning::Attention,
            html! { (link(fact.settlement_id, "Settlement")) " is not in the bank after all: " (money(fact.amount)) },
        );
    }
    Words::new(Meaning::Good, html! { (link(fact.settlement_id, "Settlement")) " found in the bank: " (money(fact.amount)) })
}

fn matched(fact: SettlementMatched) -> Words {
    Words::new(Meaning::Neutral, html! { (link(fact.settlement_id, "Settlement")) " matched with the bank by hand" })
        .note(html! { bdi { (fact.note) } })
}

fn taken(fact: StatementTaken) -> Words {
    Words::new(Meaning::Neutral, html! { "Statement " bdi { (fact.name) } " taken: " (fact.lines) " lines, " (fact.added) " new" })
}

fn accepted(fact: ExceptionAccepted) -> Words {
    Words::new(Meaning::Neutral, html! { "Let stand although it does not add up: " (fact.reason.replace('_', " ")) })
        .note(html! { bdi { (fact.note) } })
}
