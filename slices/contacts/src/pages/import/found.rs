//! What going through a file found: who changes, and which lines are left out.

use super::super::{HERE, IMPORTS};
use crate::import::{self, Difference, Import, Refused};
use maud::{Markup, html};
use store::{Look, Result};
use web::ui::{self, Column, Row, Table};

/// Both tables, as far as there is something in them.
pub(super) async fn found(look: &mut impl Look, import: &Import, shown: i64) -> Result<Markup> {
    let differences = import::differences(look, import.id).await?;
    let refused = import::refused(look, import.id, 0, shown).await?;
    let file = html! { a href={ (IMPORTS) "/" (import.id) "/refused.csv" } { "All as CSV, to put right and send again" } };
    Ok(html! {
        @if !refused.is_empty() { (ui::section("What is left out", file, left_out(&refused))) }
        @if !differences.is_empty() { (ui::section("Who changes", "", changed(&differences))) }
    })
}

fn left_out(refused: &[Refused]) -> Table {
    let columns = vec![
        Column::number("line", "Line").matters(),
        Column::text("reason", "What is wrong").matters(),
        Column::text("cells", "What it says"),
    ];
    let rows = refused.iter().map(|one| {
        let cells = [html! { (one.line) }, html! { bdi { (one.reason) } }, html! { bdi { (one.cells.0.join(" ")) } }];
        Row::new(one.line, cells)
    });
    Table::new("Left out", &ui::Query::default(), columns).rows(rows)
}

fn changed(differences: &[Difference]) -> Table {
    let columns = vec![Column::number("line", "Line").matters(), Column::text("changes", "From what to what").matters()];
    let rows = differences.iter().map(|one| {
        let changes = html! { @for change in &one.changes.0 { (ui::change(change)) } };
        Row::new(one.line, [html! { (one.line) }, changes]).href(format!("{HERE}/{}", one.contact_id))
    });
    Table::new("Differences", &ui::Query::default(), columns).rows(rows)
}
