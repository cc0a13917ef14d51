//! `/admin/messages/recover`: sending what came to nothing once more, all of it since a time.

use super::list;
use crate::api::Narrow;
use crate::commands::{Failed, RecoverMessages};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use channels::Class;
use facts::messages::Channel;
use facts::{CampaignId, Id};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{Alert, Button, Dialog, Field, Meaning};
use web::{Answer, App, Caller, Failure, Form, Permission, Route, filter_part};

/// The dialog's name.
pub(super) const DIALOG: &str = "recover";
/// Where it is sent.
const HERE: &str = "/admin/messages/recover";

/// What became of it.
#[derive(Default)]
pub(super) struct Recovery {
    /// How many messages go; nothing where nobody asked.
    went: Option<i64>,
    wrong: Option<Failure>,
    typed: Typed,
}

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    since: String,
    channel: String,
    class: String,
    /// The campaign whose messages the list showed.
    campaign_id: String,
}

impl Typed {
    /// What it asks for, by the shop's clock.
    fn failed(&self, caller: &Caller) -> Result<Failed> {
        Ok(Failed {
            since: caller.moment("since", &self.since)?.ok_or_else(|| Error::field("since", "a day and an hour"))?,
            channel: filter_part::<Channel>("channel", Some(&self.channel), "one of the channels")?,
            class: filter_part::<Class>("class", Some(&self.class), "one of the kinds of failure")?,
            about: filter_part::<CampaignId>("campaign_id", Some(&self.campaign_id), "the id of a campaign")?.map(Id::uuid),
        })
    }
}

/// What is said of it above the page.
pub(super) fn said(recovery: &Recovery) -> Markup {
    let went = recovery.went.map(|went| match went {
        0 => Alert::new(Meaning::Information, "Nothing to send again")
            .body(html! { p { "Nothing that may be sent again came to nothing since then." } }),
        1 => Alert::new(Meaning::Good, "1 message is sent again"),
        many => Alert::new(Meaning::Good, format!("{many} messages are sent again")).body(html! { p { "They show up below as they go." } }),
    });
    let wrong = recovery.wrong.as_ref();
    html! {
        @if let Some(went) = went { (went) }
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
    }
}

/// Asks since when, and which: at first those that the list shows.
pub(super) fn dialog(caller: &Caller, narrow: &Narrow, recovery: &Recovery) -> Markup {
    let Recovery { wrong, typed, .. } = recovery;
    let shown =
        |typed: &str, narrowed: &Option<String>| if typed.is_empty() { narrowed.clone().unwrap_or_default() } else { typed.to_owned() };
    let (channel, class) = (shown(&typed.channel, &narrow.channel), shown(&typed.class, &narrow.class));
    let campaign = shown(&typed.campaign_id, &narrow.campaign_id);
    let channels = [("", "All channels")].into_iter().chain(Channel::ALL.iter().map(|channel| (channel.as_str(), channel.title())));
    let classes = [
        ("", "Whatever may work now"),
        (Class::Transient.as_str(), "What the provider could not do then"),
        (Class::Permanent.as_str(), "What was refused for good"),
    ];
    html! {
        (Dialog {
            id: DIALOG,
            title: "Send again what came to nothing?",
            body: html! {
                p { "Each goes out once more, as a new message. What has come too late, what its reader has stopped, and what the provider may have already stays as it is." }
                (Field::input("datetime-local", "since", "Made since").of_form(DIALOG).value(&typed.since).required().error(field_error(wrong.as_ref(), "since")).help("By your shop's clock."))
                (Field::select("channel", "By", channels).of_form(DIALOG).value(&channel))
                (Field::select("class", "Which", classes).of_form(DIALOG).value(&class))
                @if !campaign.is_empty() { input type="hidden" name="campaign_id" value=(campaign); p { "Only those of the campaign that is shown." } }
            },
            action: HERE,
            csrf: caller.csrf(),
            button: Button::primary("Send them again"),
            typed: None,
        })
    }
}

async fn recover(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let done = match typed.failed(&caller) {
        Ok(failed) => app.db.run(&caller.who, RecoverMessages(failed)).await,
        Err(error) => Err(error),
    };
    let (went, wrong) = match refused(done)? {
        Ok(went) => (Some(went), None),
        Err(failure) => (None, Some(failure)),
    };
    let code = wrong.as_ref().map_or(http::StatusCode::OK, |wrong| status(&wrong.0));
    let page = list::page(&app, &caller, &Narrow::default(), "", &Recovery { went, wrong, typed }).await?;
    Ok((code, page).into_response())
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(HERE, Permission::MessagesWrite, recover).page().says("Send what came to nothing once more", "All of it since a time."),
    ]
}
