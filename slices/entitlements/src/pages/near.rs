//! `/admin/entitlements`: who is near a limit, or over it.

use super::{CRUMBS, CUSTOMERS, FEATURES, HERE, OWN, PLACE, bar, tabs};
use crate::entitle::{Desk, Gives};
use crate::model::{Feature, Subject};
use crate::queries::{self, Near};
use crate::rules;
use axum::extract::State;
use axum::response::Html;
use facts::ContactId;
use http::Uri;
use maud::{Markup, html};
use std::collections::HashMap;
use web::ui::{self, Badge, Calendar, Column, Empty, Meaning, Row, Table};
use web::{Answer, App, BackOffice, Caller, Permission, Route, back_office};

/// Counters that are shown.
const MOST: i64 = 100;

async fn show(State(app): State<App>, caller: Caller, uri: Uri) -> Answer<Html<String>> {
    let mut read = caller.read(&app);
    let desk = Desk::of(&mut read, app.db.clock().now()).await?;
    let features: HashMap<String, Feature> = queries::features(&mut read).await?.into_iter().map(|it| (it.code.clone(), it)).collect();
    let mut near = queries::near(&mut read, desk.today, MOST).await?;
    let ids: Vec<ContactId> = near.iter().filter_map(|near| Subject::of(desk.tenant, near.subject).contact()).collect();
    let names = contacts::known(&mut read, &ids).await?;
    // What they have now, which may be more than when they last used something.
    let gives = Gives::of(&mut read, desk.clone(), &ids).await?;
    for it in &mut near {
        let contact = Subject::of(desk.tenant, it.subject).contact();
        it.allowed = contact.zip(features.get(&it.feature)).map_or(it.allowed, |(contact, feature)| gives.to(contact, feature).allowed);
        it.warned = rules::reached(it.used, it.allowed);
    }
    near.retain(|it| it.warned > 0);
    let calendar = Calendar::new(&caller.time_zone, desk.now);
    let here = ui::Query::parse(HERE, uri.query().unwrap_or_default());
    let columns = vec![
        Column::text("customer", "Customer").matters(),
        Column::text("used", "Used").matters(),
        Column::text("state", "State"),
        Column::text("resets", "Begins anew").optional(),
    ];
    let empty = if features.is_empty() {
        Empty::new("Plans give nothing yet", "Name what they can give first: a number of exports, seats, or something that is on or off.")
            .action("Name a feature", FEATURES)
    } else {
        Empty::new("Nobody is near a limit", "Whoever has used 80 % of something stands here, the furthest first.")
    };
    let row = |it: &Near| row(it, &desk, &calendar, &features, &names);
    let table = Table::new("Near a limit", &here, columns).rows(near.iter().map(row)).empty(empty);
    let over = near.iter().filter(|it| it.warned >= 100).count();
    let lead = match (near.len(), over) {
        (0, _) => html! { "Who has used most of what they may." },
        (all, 0) => html! { (all) " near a limit, nobody over it." },
        (all, over) => html! { (all) " near a limit, " (over) " of them at it or over it." },
    };
    let body = html! { (tabs(HERE)) (table) };
    Ok(back_office(
        &app,
        &caller,
        BackOffice { title: "Entitlements", lead, action: Markup::default(), place: PLACE, crumbs: CRUMBS, body },
    ))
}

fn row(
    it: &Near,
    desk: &Desk,
    calendar: &Calendar,
    features: &HashMap<String, Feature>,
    names: &HashMap<ContactId, Option<String>>,
) -> Row {
    let subject = Subject::of(desk.tenant, it.subject);
    let (name, href) = match subject.contact() {
        Some(contact) => {
            let name = names.get(&contact).cloned().flatten().unwrap_or_else(|| contact.to_string());
            (name, format!("{CUSTOMERS}/{contact}"))
        }
        None => ("This account".to_owned(), OWN.to_owned()),
    };
    let feature = features.get(&it.feature).map_or(it.feature.as_str(), |feature| feature.name.as_str());
    let (meaning, words) = if it.warned >= 100 { (Meaning::Bad, "At its limit") } else { (Meaning::Attention, "Near its limit") };
    let cells = [
        html! { bdi { (name) } },
        bar(feature, it.used, it.allowed),
        html! { (Badge::new(meaning, words)) },
        html! { (calendar.date_text(it.period_end)) },
    ];
    Row::new(format!("{}-{}", it.subject, it.feature), cells).href(href)
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Permission::EntitlementsRead, show).page().says("Entitlements", "Who is near a limit.")]
}
