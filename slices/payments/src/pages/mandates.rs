//! `/admin/mandates`: who is charged by itself, and by what.

use crate::api::{MandateFilters, all_mandates, mandates};
use crate::mandates::{EndMandate, Mandate, MandateState};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{MandateId, Money};
use http::Uri;
use maud::{Markup, html};
use serde::Deserialize;
use web::ui::{self, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Form, Path, Permission, Query, back_office};

const HERE: &str = "/admin/mandates";

pub(super) async fn show(State(app): State<App>, caller: Caller, uri: Uri, Query(filters): Query<MandateFilters>) -> Answer<Html<String>> {
    let listed = mandates(caller.read(&app), None, &filters).await?;
    let here = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let columns = vec![
        Column::text("label", "Charged by").matters(),
        Column::text("customer", "Customer"),
        Column::text("provider", "Kept at"),
        Column::text("state", "State").matters(),
        Column::text("since", "Since"),
        Column::text("act", "").matters(),
    ];
    let may = caller.may(Permission::PaymentsWrite);
    let rows = listed.data.iter().map(|mandate| row(mandate, &calendar, may.then(|| caller.csrf())));
    let table = Table::new("Mandates", &here, columns)
        .export(format!("{HERE}/file"))
        .rows(rows)
        .next(listed.next_cursor)
        .empty(Empty::new(
            "Nobody is charged by itself yet",
            "Whoever pays an invoice online can tick “Charge my next invoices the same way”. Their subscriptions then collect by themselves.",
        ));
    let lead = html! { "Customers who have agreed to be charged by itself, and the card or account that the provider keeps." };
    let crumbs = &[("Payments", "/admin/payments")];
    let page = BackOffice { title: "Mandates", lead, action: html! {}, place: "/admin/payments", crumbs, body: html! { (table) } };
    Ok(back_office(&app, &caller, page))
}

fn row(mandate: &Mandate, calendar: &Calendar, csrf: Option<&str>) -> Row {
    let active = mandate.state != MandateState::Ended;
    let end = csrf.filter(|_| active).map(|csrf| ui::post(&format!("{HERE}/{}/end", mandate.id), csrf, ui::Button::quiet("End it")));
    let cells: [Markup; 6] = [
        html! { bdi { (mandate.label) } @if let Some(most) = mandate.most_minor { " up to " (Money::inr(most)) } },
        html! { a href={ "/admin/contacts/" (mandate.contact_id) } { "the customer" } },
        html! { (mandate.provider.title()) },
        html! { (ui::badge(mandate.state.as_str())) @if let Some(reason) = &mandate.reason { " " bdi { (reason) } } },
        calendar.time(mandate.created_at),
        end.unwrap_or_default(),
    ];
    Row::new(mandate.id, cells)
}

pub(super) async fn file(State(app): State<App>, caller: Caller) -> Answer<Response> {
    Ok(all_mandates(caller.read(&app), None).await?)
}

/// The form says nothing but that it was pressed.
#[derive(Debug, Deserialize)]
pub(super) struct Pressed {}

pub(super) async fn end(State(app): State<App>, caller: Caller, Path(id): Path<MandateId>, Form(_): Form<Pressed>) -> Answer<Response> {
    app.db.run(&caller.who, EndMandate { id, reason: "Ended in the back office.".to_owned() }).await?;
    Ok(Redirect::to(HERE).into_response())
}
