//! Words for what happens to orders that were left unpaid.

use super::{Words, order, words};
use facts::recovery::{OrderRecovered, RecoveryEnd, RecoveryEnded, RecoveryReminderDue};
use maud::html;
use store::Stated;
use web::ui::{Meaning, money};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; RecoveryReminderDue => due, RecoveryEnded => ended, OrderRecovered => recovered }
}

fn due(fact: RecoveryReminderDue) -> Words {
    let off = if fact.discount_bps.is_some() { " with a discount" } else { "" };
    Words::new(
        Meaning::Information,
        html! { "Reminder " (fact.step) " of an unpaid " (order(fact.order_id, "order")) (off) ": " (money(fact.total)) },
    )
}

fn ended(fact: RecoveryEnded) -> Words {
    let why = match fact.why {
        RecoveryEnd::Paid => "it is paid",
        RecoveryEnd::Bought => "the customer bought the same otherwise",
        RecoveryEnd::Cancelled => "it is cancelled",
        RecoveryEnd::OptedOut => "the customer wants none",
        RecoveryEnd::NotSold => "something in it is no longer sold",
        RecoveryEnd::Stopped => "somebody stopped them",
        RecoveryEnd::Replaced => "another order stands in its place",
        RecoveryEnd::Late => "it is too long ago",
        RecoveryEnd::Done => "all were sent",
    };
    Words::new(Meaning::Neutral, html! { "No more reminders of an unpaid " (order(fact.order_id, "order")) ": " (why) })
}

fn recovered(fact: OrderRecovered) -> Words {
    let how = if fact.by_link { "by its link" } else { "within a week" };
    let words =
        html! { (money(fact.amount)) " recovered: an " (order(fact.order_id, "order")) " was paid after reminder " (fact.step) ", " (how) };
    Words::new(Meaning::Good, words)
}
