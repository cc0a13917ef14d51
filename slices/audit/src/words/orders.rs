//! Words for what happens to orders.

use super::{Words, order, words};
use facts::orders::{
    OrderCancelled, OrderChanged, OrderChangedElsewhere, OrderImported, OrderPacked, OrderPaid, OrderPlaced, OrderRefunded, PayWhen,
};
use maud::html;
use store::Stated;
use web::ui::{Meaning, money};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        OrderPlaced => placed,
        OrderPaid => paid,
        OrderChanged => changed,
        OrderCancelled => cancelled,
        OrderRefunded => refunded,
        OrderImported => imported,
        OrderChangedElsewhere => changed_elsewhere,
        OrderPacked => packed,
    }
}

fn placed(fact: OrderPlaced) -> Words {
    let when = match fact.pay {
        PayWhen::First => "to be paid first",
        PayWhen::Later => "to be paid later",
    };
    let words = Words::new(Meaning::Information, html! { (order(fact.order_id, "Order")) " placed: " (money(fact.total)) ", " (when) });
    match fact.delivery_date {
        Some(day) => words.note(html! { "Delivery on " (day) }),
        None => words,
    }
}

fn paid(fact: OrderPaid) -> Words {
    Words::new(Meaning::Good, html! { (order(fact.order_id, "Order")) " paid: " (money(fact.total)) " by " (fact.method) })
        .note(html! { bdi { (fact.product) } })
}

fn changed(fact: OrderChanged) -> Words {
    let fields: Vec<String> = fact.changes.iter().map(|change| change.field.replace('_', " ")).collect();
    Words::new(Meaning::Neutral, html! { (order(fact.order_id, "Order")) " changed: " (fields.join(", ")) })
}

fn cancelled(fact: OrderCancelled) -> Words {
    Words::new(Meaning::Attention, html! { (order(fact.order_id, "Order")) " cancelled" }).note(html! { bdi { (fact.reason) } })
}

fn refunded(fact: OrderRefunded) -> Words {
    let rest = if fact.full { "nothing is left to give back" } else { "in part" };
    Words::new(Meaning::Attention, html! { (money(fact.amount)) " of an " (order(fact.order_id, "order")) " given back, " (rest) })
}

fn imported(fact: OrderImported) -> Words {
    Words::new(
        Meaning::Information,
        html! { (order(fact.order_id, "Order")) " taken in: " (money(fact.total)) ", " (fact.state.replace('_', " ")) },
    )
    .note(html! { bdi { (fact.source_name) } " of " bdi { (fact.source) } })
}

fn changed_elsewhere(fact: OrderChangedElsewhere) -> Words {
    let fields: Vec<String> = fact.changes.iter().map(|change| change.field.replace('_', " ")).collect();
    Words::new(Meaning::Neutral, html! { (order(fact.order_id, "Order")) " changed where it was placed: " (fields.join(", ")) })
}

fn packed(fact: OrderPacked) -> Words {
    Words::new(Meaning::Good, html! { (order(fact.order_id, "Order")) " packed" })
}
