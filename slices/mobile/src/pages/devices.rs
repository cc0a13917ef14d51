//! The devices, each with its way out.

use super::{HERE, whose};
use crate::commands::EndDevice;
use crate::model::{Device, Platform};
use axum::extract::State;
use axum::response::Redirect;
use facts::DeviceId;
use maud::{Markup, html};
use web::ui::{self, Badge, Button, Calendar, Column, Dialog, Empty, Meaning, Row, Table};
use web::{Answer, App, Caller, Listed, Path, Permission, Route};

pub(super) fn routes() -> Vec<Route> {
    let end_route = Route::post("/admin/mobile-api/devices/{id}/end", Permission::ContentRead, end);
    vec![end_route.says("Sign a device out", "").page()]
}

async fn end(State(app): State<App>, caller: Caller, Path(id): Path<DeviceId>) -> Answer<Redirect> {
    app.db.run(&caller.who, EndDevice { id, of: whose(&caller), why: "revoked" }).await?;
    Ok(Redirect::to(HERE))
}

pub(super) fn table(caller: &Caller, here: &ui::Query, calendar: &Calendar, devices: &Listed<Device>) -> Markup {
    let columns = vec![
        Column::text("device", "Device"),
        Column::text("who", "Whose"),
        Column::text("app", "App"),
        Column::text("seen", "Last seen").matters(),
        Column::text("state", "State").matters(),
        Column::text("do", "Action"),
    ];
    let empty =
        Empty::new("No phone has signed in yet", "Whoever signs in with the app is listed here, and you can shut a lost phone out.");
    let table = Table::new("Devices", here, columns).rows(devices.data.iter().map(|device| row(calendar, device)));
    html! {
        (table.next(devices.next_cursor.as_deref()).empty(empty))
        @for device in devices.data.iter().filter(|device| device.ended_at.is_none()) { (question(caller, device)) }
    }
}

fn row(calendar: &Calendar, device: &Device) -> Row {
    let platform = match device.platform {
        Platform::Android => "Android",
        Platform::Ios => "iOS",
        Platform::Web => "Browser",
        Platform::Other => "Other",
    };
    let state = match device.ended_at {
        None => html! { (Badge::new(Meaning::Good, "Signed in")) },
        Some(at) => {
            let (meaning, words) = why(device.ended_why.as_deref());
            html! { (Badge::new(meaning, words)) " " (calendar.day(at)) }
        }
    };
    let cells = [
        html! { bdi { (device.name) } },
        html! { bdi { (device.user_name.as_deref().unwrap_or("Somebody who left")) } },
        html! { (platform) " " bdi { (device.app_version) } },
        calendar.ago(device.last_seen_at),
        state,
        html! { @if device.ended_at.is_none() { (Button::quiet("Sign out").small().opens(dialog(device.id))) } },
    ];
    Row::new(device.id, cells)
}

/// Why a device is out, in words, and what that means.
fn why(why: Option<&str>) -> (Meaning, &'static str) {
    match why {
        Some("token_reused") => (Meaning::Bad, "Shut out: its token was used twice"),
        Some("revoked") => (Meaning::Attention, "Shut out"),
        Some("password_changed") => (Meaning::Neutral, "Out: the password changed"),
        Some("member_left") => (Meaning::Neutral, "Out: its owner left"),
        _ => (Meaning::Neutral, "Signed out"),
    }
}

fn dialog(id: DeviceId) -> String {
    format!("end-{id}")
}

fn question(caller: &Caller, device: &Device) -> Markup {
    let body =
        html! { p { "It is shut out from this moment. What it changed and has not sent yet can be sent after signing in on it again." } };
    html! {
        (Dialog {
            id: &dialog(device.id),
            title: &format!("Sign out “{}”?", device.name),
            body,
            action: &format!("/admin/mobile-api/devices/{}/end", device.id),
            csrf: caller.csrf(),
            button: Button::danger("Sign it out"),
            typed: None,
        })
    }
}
