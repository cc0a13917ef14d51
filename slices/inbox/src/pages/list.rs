//! The list of conversations, beside whichever is shown.

use super::HERE;
use crate::api::ListQuery;
use crate::model::{Conversation, State};
use maud::{Markup, html};
use store::Result;
use web::ui::{self, Badge, Calendar, Column, Empty, Meaning, Row, Table};
use web::{App, Caller};

/// The list that an address asks for.
pub(super) async fn list(app: &App, caller: &Caller, query: &ListQuery, raw: &str) -> Result<Markup> {
    let page = query.page(caller, app.db.read_main(caller.tenant())).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let here = ui::Query::parse(HERE, raw);
    // What narrows the list goes along to a conversation; the page of the list does not.
    let kept = here.without("cursor").to_string().replacen(HERE, "", 1);
    let columns = vec![Column::text("customer", "Customer").matters(), Column::text("last", "Last").matters()];
    let states = [("open", "Open", None), ("snoozed", "Snoozed", None), ("resolved", "Resolved", None)];
    let whose = [("me", "Mine", None), ("nobody", "Nobody's", None)];
    let empty = Empty::new("No conversations yet", "What customers write on WhatsApp or by SMS appears here: connect a number first.")
        .action("How to connect WhatsApp", "/admin/messages/channels");
    let table = Table::new("Conversations", &here, columns)
        .filter("state", "State", &states)
        .filter("assignee", "Whose", &whose)
        .find("Customer or number")
        .export(format!("{HERE}.csv?{raw}"))
        .rows(page.data.iter().map(|it| row(it, &calendar, &kept)))
        .next(page.next_cursor)
        .empty(empty);
    Ok(html! { (table) })
}

fn row(it: &Conversation, calendar: &Calendar, query: &str) -> Row {
    let name = html! {
        @if it.unread > 0 { b { bdi { (it.customer) } " (" (it.unread) " new)" } } @else { bdi { (it.customer) } }
    };
    let who = html! {
        span.person {
            span { (name) }
            span.second dir="auto" { (it.last_text) }
        }
    };
    let when = html! {
        (calendar.ago(it.last_at))
        @if it.state != State::Open { br; (ui::badge(it.state.as_str())) }
        @for label in it.labels() { br; (Badge::new(Meaning::Neutral, label)) }
    };
    Row::new(it.id, [who, when]).href(format!("{HERE}/{}{query}", it.id))
}
