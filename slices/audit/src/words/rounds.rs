//! Words for what happens to standing orders and deliveries.

use super::{Words, words};
use facts::StandingOrderId;
use facts::rounds::{
    DeliveryAnnounced, DeliveryMarked, DeliveryState, MonthBilled, RoundPlanned, RouteSaved, StandingOrderBegun, StandingOrderChanged,
    StandingOrderDaySet, StandingOrderEnded, StandingOrderPaused, StandingOrderResumed,
};
use maud::{Markup, html};
use store::Stated;
use web::ui::{Meaning, money};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        StandingOrderBegun => begun,
        StandingOrderChanged => changed,
        StandingOrderDaySet => day_set,
        StandingOrderPaused => paused,
        StandingOrderResumed => resumed,
        StandingOrderEnded => ended,
        RoundPlanned => planned,
        DeliveryAnnounced => announced,
        DeliveryMarked => marked,
        MonthBilled => billed,
        RouteSaved => route,
    }
}

fn link(id: StandingOrderId, words: &str) -> Markup {
    html! { a href={ "/admin/standing-orders/" (id) } { (words) } }
}

/// A day as people write it.
fn day(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |day: jiff::civil::Date| day.strftime("%-d %b %Y").to_string())
}

/// Thousandths as people write them.
fn quantity(milli: i64) -> String {
    format!("{}.{:03}", milli / 1_000, milli % 1_000).trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn begun(fact: StandingOrderBegun) -> Words {
    let unit = if fact.unit.is_empty() { String::new() } else { format!(" {}", fact.unit) };
    let what = html! { (quantity(fact.quantity_milli)) (unit) " " bdi { (fact.product) } };
    Words::new(Meaning::Good, html! { (link(fact.standing_order_id, "Standing order")) " begun: " (what) " from " (day(&fact.starts_on)) })
}

fn changed(fact: StandingOrderChanged) -> Words {
    let fields: Vec<String> = fact.changes.iter().map(|change| change.field.replace('_', " ")).collect();
    let from = fact.from_on.as_deref().map(|from| format!(" from {}", day(from))).unwrap_or_default();
    Words::new(Meaning::Neutral, html! { (link(fact.standing_order_id, "Standing order")) " changed" (from) ": " (fields.join(", ")) })
}

fn day_set(fact: StandingOrderDaySet) -> Words {
    let what = match fact.quantity_milli {
        Some(0) => "skipped".to_owned(),
        Some(milli) => format!("{} for that day", quantity(milli)),
        None => "as usual again".to_owned(),
    };
    Words::new(Meaning::Neutral, html! { (link(fact.standing_order_id, &day(&fact.on_day))) ": " (what) })
}

fn paused(fact: StandingOrderPaused) -> Words {
    let until = fact.resumes_on.as_deref().map_or_else(|| "until it is resumed".to_owned(), |until| format!("until {}", day(until)));
    Words::new(
        Meaning::Attention,
        html! { (link(fact.standing_order_id, "Standing order")) " paused from " (day(&fact.from_on)) " " (until) },
    )
}

fn resumed(fact: StandingOrderResumed) -> Words {
    Words::new(Meaning::Good, html! { (link(fact.standing_order_id, "Standing order")) " brought again from " (day(&fact.from_on)) })
}

fn ended(fact: StandingOrderEnded) -> Words {
    Words::new(Meaning::Attention, html! { (link(fact.standing_order_id, "Standing order")) " ends with " (day(&fact.ends_on)) })
}

fn planned(fact: RoundPlanned) -> Words {
    let href = format!("/admin/rounds?day={}", fact.on_day);
    let count = if fact.deliveries == 1 { "1 delivery".to_owned() } else { format!("{} deliveries", fact.deliveries) };
    Words::new(Meaning::Information, html! { "Round of " a href=(href) { (day(&fact.on_day)) } " planned: " (count) })
}

fn announced(fact: DeliveryAnnounced) -> Words {
    Words::new(Meaning::Information, html! { "Delivery of " (link(fact.standing_order_id, &day(&fact.on_day))) " announced" })
}

fn marked(fact: DeliveryMarked) -> Words {
    let (meaning, words) = match fact.state {
        DeliveryState::Delivered => (Meaning::Good, "delivered".to_owned()),
        DeliveryState::Delayed => (Meaning::Attention, format!("delayed to {}", fact.eta.unwrap_or_default())),
        DeliveryState::Missed => (Meaning::Bad, "missed".to_owned()),
        DeliveryState::Skipped => (Meaning::Neutral, "called off".to_owned()),
        DeliveryState::Planned => (Meaning::Neutral, format!("planned, {}", quantity(fact.quantity_milli))),
    };
    Words::new(meaning, html! { "Delivery of " (link(fact.standing_order_id, &day(&fact.on_day))) ": " (words) })
}

fn billed(fact: MonthBilled) -> Words {
    let month = format!("{}-01", fact.month).parse().map_or(fact.month, |day: jiff::civil::Date| day.strftime("%B %Y").to_string());
    let invoice = html! { a href={ "/admin/invoices/" (fact.invoice_id) } { (fact.number) } };
    Words::new(Meaning::Information, html! { "Deliveries of " (month) " billed: " (invoice) ", " (money(fact.total)) })
}

fn route(fact: RouteSaved) -> Words {
    Words::new(Meaning::Neutral, html! { "Route " bdi { (fact.name) } " saved" })
}
