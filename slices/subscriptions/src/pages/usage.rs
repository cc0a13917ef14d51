//! What was used above the plan of a subscription, as a part of its page.

use crate::usage::Used;
use facts::Money;
use maud::{Markup, html};
use store::Result;
use web::ui::{self, Calendar, Column, Empty, Query, Row, Table};

/// What was used, period by period; nothing where nothing ever was.
///
/// # Errors
/// Amounts that do not fit.
pub(super) fn section(used: &[Used], calendar: &Calendar) -> Result<Markup> {
    if used.is_empty() {
        return Ok(Markup::default());
    }
    let columns = vec![
        Column::text("what", "What").matters(),
        Column::text("when", "Used"),
        Column::text("invoice", "Invoice").matters(),
        Column::number("amount", "Amount").matters(),
    ];
    let amounts = used.iter().map(Used::amount).collect::<Result<Vec<Money>>>()?;
    let rows = used.iter().zip(amounts).map(|(one, amount)| {
        let last = one.period_end.yesterday().unwrap_or(one.period_end);
        let cells = [
            html! { bdi { (one.name) } ": " (ui::count(u64::try_from(one.units).unwrap_or(0))) " " bdi { (one.unit) } },
            html! { (calendar.date_text(one.period_start)) " – " (calendar.date_text(last)) },
            html! { @match one.invoice_id { Some(id) => a href={ "/admin/invoices/" (id) } { "Open" }, None => "With the next renewal" } },
            ui::money(amount),
        ];
        Row::new(one.id, cells)
    });
    let empty = Empty::new("Nothing", "Nobody used more than the plan gives.");
    let table = Table::new("Used above the plan", &Query::default(), columns).rows(rows).empty(empty);
    Ok(ui::section("Used above the plan", "", html! { (table) }))
}
