//! `/admin/contacts/{id}/devices`: the devices on which one person gets push messages.

use super::commands::RemoveDevice;
use super::{Device, Kind, of_contacts};
use axum::extract::State;
use axum::response::{Html, Redirect};
use facts::{ContactId, PushDeviceId};
use maud::{Markup, html};
use store::Error;
use web::ui::{self, Button, Calendar, Column, Empty, Row, Table};
use web::{Answer, App, BackOffice, Caller, Path, Path2, Permission, Route, back_office};

const PEOPLE: &str = "/admin/contacts";

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let contact = contacts::find(&mut read, id).await?.ok_or_else(|| Error::not_found("contact"))?;
    let devices = of_contacts(&mut read, &[id]).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let name = contact.name.or(contact.phone).or(contact.email).unwrap_or_else(|| "Contact".to_owned());
    let lead = match devices.len() {
        0 => html! { "They get no push messages." },
        1 => html! { "They get push messages on one device." },
        many => html! { "They get push messages on " (many) " devices; a message goes to the newest." },
    };
    let one = format!("{PEOPLE}/{id}");
    let crumbs = &[("Contacts", PEOPLE), (name.as_str(), one.as_str())];
    let body = html! { (table(&caller, &calendar, id, &devices)) };
    Ok(back_office(&app, &caller, BackOffice { title: "Devices", lead, action: Markup::default(), place: PEOPLE, crumbs, body }))
}

fn table(caller: &Caller, calendar: &Calendar, contact: ContactId, devices: &[Device]) -> Table {
    let columns = vec![
        Column::text("kind", "Device").matters(),
        Column::text("since", "Since").matters(),
        Column::text("id", "Id"),
        Column::text("do", "What to do"),
    ];
    let rows = devices.iter().rev().map(|device| {
        let kind = match device.kind {
            Kind::Fcm => "An app",
            Kind::Webpush => "A browser",
        };
        Row::new(device.id, [html! { (kind) }, calendar.time(device.created_at), ui::id(device.id), deeds(caller, contact, device.id)])
    });
    let empty =
        Empty::new("No devices yet", "Your site or app adds one with POST /api/v1/push-devices, once somebody has agreed to it there.");
    Table::new("Devices", &ui::Query::default(), columns).rows(rows).empty(empty)
}

fn deeds(caller: &Caller, contact: ContactId, device: PushDeviceId) -> Markup {
    html! {
        div.actions {
            @if caller.may(Permission::MessagesWrite) {
                // What is behind this address stands in a slice above.
                form.inline method="post" action="/admin/messages/channels/push/test" {
                    (ui::csrf(caller.csrf())) (ui::hidden("to", &device.to_string()))
                    (Button::quiet("Send a test").small())
                }
            }
            @if caller.may(Permission::ContactsWrite) {
                (ui::post(&format!("{PEOPLE}/{contact}/devices/{device}/remove"), caller.csrf(), Button::bare("Take away").small()))
            }
        }
    }
}

async fn remove(State(app): State<App>, caller: Caller, Path2(contact, device): Path2<ContactId, PushDeviceId>) -> Answer<Redirect> {
    app.db.run(&caller.who, RemoveDevice(device)).await?;
    Ok(Redirect::to(&format!("{PEOPLE}/{contact}/devices")))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/contacts/{id}/devices", Permission::ContactsRead, show)
            .page()
            .says("Devices", "On which somebody gets push messages."),
        Route::post("/admin/contacts/{id}/devices/{device_id}/remove", Permission::ContactsWrite, remove)
            .page()
            .says("Take a device away", "It gets no more messages."),
    ]
}
