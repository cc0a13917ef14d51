//! What stands against a campaign's template before it goes out, or that nobody knows.

use super::number;
use crate::carried;
use crate::daily::Over;
use crate::model::{Campaign, State};
use channels::Approval;
use maud::html;
use store::Result;
use web::page::refused;
use web::ui::{Alert, Button, Meaning};
use web::{App, Caller};

const TEMPLATES: &str = "/admin/messages/channels/templates";

/// What is said of a campaign that is to more people on WhatsApp than a day has room for.
pub(super) fn over(campaign: &Campaign, over: Over) -> Alert {
    let (meaning, title) = match campaign.over_days {
        true => (Meaning::Information, format!("It takes about {} days", over.days())),
        false => (Meaning::Attention, "It is to more people than WhatsApp takes in a day".to_owned()),
    };
    let next = if campaign.over_days { "" } else { " You may send it over several days, or to fewer." };
    let action = Button::quiet("How many it takes").small().href("/admin/messages/caps");
    Alert::new(meaning, title).body(html! { p { (over.says()) (next) } }).action(action)
}

/// What is said of those whom a cap keeps from getting it, before it goes out.
pub(super) fn capped(campaign: &Campaign, people: i64) -> Option<Alert> {
    if people == 0 || !matches!(campaign.state, State::Ready | State::Scheduled) {
        return None;
    }
    let says = format!(
        "{} of its messages are to people who had as many offers lately as one person gets. As things stood when they were counted, these do not go out.",
        number(people)
    );
    let action = Button::quiet("How often people are written to").small().href("/admin/messages/caps");
    Some(Alert::new(Meaning::Information, "Not everybody may get another offer now").body(html! { p { (says) } }).action(action))
}

/// What is to be said of it; nothing where nothing is, or where it went out already.
///
/// # Errors
/// Whatever the database refuses.
pub(super) async fn of(app: &App, caller: &Caller, campaign: &Campaign) -> Result<Option<Alert>> {
    if !matches!(campaign.state, State::Draft | State::Freezing | State::Ready | State::Scheduled) {
        return Ok(None);
    }
    let (meaning, title, says) = match refused(carried::approval(app, caller, &campaign.contents.0).await)? {
        Ok(Some(Approval::NotKnown)) => {
            let says = "Whether Meta has approved of it, and which variables it takes, could not be checked.";
            (Meaning::Information, "Its WhatsApp template is not checked", says.to_owned())
        }
        Ok(_) => return Ok(None),
        Err(failure) => (Meaning::Attention, "It cannot go out like this", failure.0.message().to_owned()),
    };
    let action = Button::quiet("WhatsApp templates").small().href(TEMPLATES);
    Ok(Some(Alert::new(meaning, title).body(html! { p { (says) } }).action(action)))
}
