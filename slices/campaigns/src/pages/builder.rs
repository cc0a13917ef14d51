//! `/admin/campaigns/new` and `/admin/campaigns/{id}/edit`: what it says, to whom, and when it is quiet.

use super::HERE;
use crate::commands::SaveCampaign;
use crate::model::{Audience, Campaign, Text, Way};
use crate::{audiences, queries};
use axum::extract::State as Of;
use axum::response::{Html, IntoResponse, Redirect, Response};
use channels::Chosen;
use facts::CampaignId;
use facts::messages::Channel;
use maud::{Markup, html};
use messages::Content;
use serde::Deserialize;
use store::{Error, Result};
use web::page::{field_error, refused};
use web::problem::status;
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office, form_key, sent_form};

/// The channels in the order in which they are tried.
const ORDER: [Channel; 4] = [Channel::Whatsapp, Channel::Sms, Channel::Email, Channel::Push];

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    /// Of a new one: the same form sent twice makes one.
    key: String,
    version: String,
    name: String,
    audience: String,
    way: String,
    whatsapp: String,
    whatsapp_template: String,
    sms: String,
    email_subject: String,
    email: String,
    push_subject: String,
    push: String,
    quiet_from: String,
    quiet_to: String,
    local: Option<String>,
    per_second: String,
    worth_hours: String,
    best_hour: Option<String>,
    over_days: Option<String>,
}

impl Typed {
    fn fresh(key: String) -> Self {
        Self {
            key,
            quiet_from: "21:00".to_owned(),
            quiet_to: "09:00".to_owned(),
            local: Some("on".to_owned()),
            per_second: "20".to_owned(),
            worth_hours: "24".to_owned(),
            ..Self::default()
        }
    }

    fn of(campaign: &Campaign) -> Self {
        let text = |channel: Channel| campaign.text(channel).map(|text| text.content.clone()).unwrap_or_default();
        let [whatsapp, sms, email, push] = ORDER.map(text);
        Self {
            key: String::new(),
            version: campaign.version.to_string(),
            name: campaign.name.clone(),
            audience: campaign.audience.0.choice(),
            way: campaign.way.to_string(),
            whatsapp: whatsapp.body,
            whatsapp_template: whatsapp.provider_template.unwrap_or_default(),
            sms: sms.body,
            email_subject: email.subject,
            email: email.body,
            push_subject: push.subject,
            push: push.body,
            quiet_from: campaign.quiet_from.clone(),
            quiet_to: campaign.quiet_to.clone(),
            local: campaign.local.then(|| "on".to_owned()),
            per_second: campaign.per_second.to_string(),
            worth_hours: campaign.worth_hours.to_string(),
            best_hour: campaign.best_hour.then(|| "on".to_owned()),
            over_days: campaign.over_days.then(|| "on".to_owned()),
        }
    }

    /// The channels that something was typed for.
    fn contents(&self) -> Vec<Text> {
        let content = |channel: Channel| {
            let (subject, body) = match channel {
                Channel::Whatsapp => ("", &self.whatsapp),
                Channel::Sms => ("", &self.sms),
                Channel::Email => (self.email_subject.as_str(), &self.email),
                Channel::Push => (self.push_subject.as_str(), &self.push),
            };
            let template = self.whatsapp_template.trim();
            let provider_template = (channel == Channel::Whatsapp && !template.is_empty()).then(|| template.to_owned());
            Content { subject: subject.trim().to_owned(), body: body.replace("\r\n", "\n"), html: String::new(), provider_template }
        };
        let all = ORDER.map(|channel| Text { channel, content: content(channel) });
        all.into_iter().filter(|text| !text.content.body.trim().is_empty() || !text.content.subject.is_empty()).collect()
    }

    /// What it asks for. The HTML that a mail may have by the API stays as long as its text does.
    fn save(&self, before: Option<&Campaign>) -> Result<SaveCampaign> {
        let whole = |field: &str, text: &str| text.trim().parse::<i64>().map_err(|_| Error::field(field, "a whole number"));
        let mut contents = self.contents();
        for text in &mut contents {
            let known = before.and_then(|before| before.text(text.channel));
            // What the HTML says would no longer be what the text says.
            let same = known.filter(|known| known.content.body == text.content.body);
            text.content.html = same.map(|known| known.content.html.clone()).unwrap_or_default();
        }
        Ok(SaveCampaign {
            id: before.map(|before| before.id),
            version: self.version.parse().ok(),
            name: self.name.clone(),
            contents,
            way: if self.way == Way::Every.as_str() { Way::Every } else { Way::First },
            audience: Audience::chosen(&self.audience)?,
            quiet_from: self.quiet_from.clone(),
            quiet_to: self.quiet_to.clone(),
            local: self.local.is_some(),
            per_second: whole("per_second", &self.per_second)?,
            worth_hours: whole("worth_hours", &self.worth_hours)?,
            best_hour: self.best_hour.is_some(),
            over_days: self.over_days.is_some(),
            starts_at: before.and_then(|before| before.starts_at),
        })
    }
}

async fn blank(Of(app): Of<App>, caller: Caller) -> Answer<Html<String>> {
    page(&app, &caller, None, &Typed::fresh(form_key(&app)), None).await
}

async fn edit(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Html<String>> {
    let campaign = found(&app, &caller, id).await?;
    page(&app, &caller, Some(&campaign), &Typed::of(&campaign), None).await
}

async fn found(app: &App, caller: &Caller, id: CampaignId) -> Result<Campaign> {
    queries::found(&mut app.db.read_main(caller.tenant()), id).await
}

async fn make(Of(app): Of<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    save(&app, &caller, None, typed).await
}

async fn change(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let campaign = found(&app, &caller, id).await?;
    save(&app, &caller, Some(campaign), typed).await
}

async fn saved(app: &App, caller: &Caller, before: Option<&Campaign>, typed: &Typed) -> Result<Campaign> {
    let command = typed.save(before)?;
    if before.is_some() {
        return app.db.run(&caller.who, command).await;
    }
    let key = sent_form(&typed.key, &format!("POST {HERE}/new"), &command)?;
    Ok(app.db.run_once(&caller.who, key, command).await?.out)
}

async fn save(app: &App, caller: &Caller, before: Option<Campaign>, typed: Typed) -> Answer<Response> {
    match refused(saved(app, caller, before.as_ref(), &typed).await)? {
        Ok(campaign) => Ok(Redirect::to(&format!("{HERE}/{}", campaign.id)).into_response()),
        Err(failure) => Ok((status(&failure.0), page(app, caller, before.as_ref(), &typed, Some(&failure)).await?).into_response()),
    }
}

async fn page(app: &App, caller: &Caller, campaign: Option<&Campaign>, typed: &Typed, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let mut choices = audiences(&mut read).await?;
    if !choices.iter().any(|(value, _)| *value == typed.audience) {
        // Never taken for everybody.
        choices.push((typed.audience.clone(), "Something that was deleted".to_owned()));
    }
    let templates = channels::approved(&mut read).await?.iter().map(|template| Chosen::from(template).to_string()).collect();
    let names: Vec<String> = contacts::attributes(&mut read).await?.into_iter().map(|attribute| attribute.name).collect();
    let action = campaign.map_or(format!("{HERE}/new"), |campaign| format!("{HERE}/{}/edit", campaign.id));
    let body = html! {
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        form method="post" action=(action) {
            (ui::csrf(caller.csrf()))
            (ui::hidden("key", &typed.key))
            (ui::hidden("version", &typed.version))
            (ui::section("To whom", "", whom(typed, &choices, wrong)))
            (ui::section("What it says", "", says(typed, &names, templates, wrong)))
            (ui::section("When and how fast", "", when(typed, wrong)))
            (ui::actions(html! { (Button::primary("Save")) (Button::bare("Back").href(campaign.map_or(HERE.to_owned(), |campaign| format!("{HERE}/{}", campaign.id)))) }))
        }
    };
    let title = campaign.map_or("Write a campaign", |campaign| campaign.name.as_str());
    let lead = html! { "Nothing is sent by saving it: next you see whom it would go to." };
    Ok(back_office(app, caller, BackOffice { title, lead, action: Markup::default(), place: HERE, crumbs: &[("Campaigns", HERE)], body }))
}

fn whom(typed: &Typed, choices: &[(String, String)], wrong: Option<&Failure>) -> Markup {
    let ways = [("first", "On the first of its channels that reaches them"), ("every", "On each of its channels")];
    html! {
        (Field::text("name", "Name").value(&typed.name).required().placeholder("Mangoes are in").help("Nobody but you sees it.").error(field_error(wrong, "name")))
        (Field::select("audience", "Who", choices.iter().cloned()).value(&typed.audience).error(field_error(wrong, "audience"))
            .help("Who unsubscribed, wrote STOP or has not agreed to offers is left out by itself."))
        (Field::select("way", "Each person gets it", ways).value(&typed.way))
    }
}

fn says(typed: &Typed, names: &[String], templates: Vec<String>, wrong: Option<&Failure>) -> Markup {
    let known = ["name", "first_name"].into_iter().chain(names.iter().map(String::as_str));
    let known: Vec<String> = known.map(|name| format!("{{{{ {name} }}}}")).collect();
    let said = |channel: Channel, part: &str| field_error(wrong, &format!("contents.{channel}.{part}"));
    html! {
        p { "A channel whose text is empty is not used. You may write " (known.join(", ")) "; " code { "{{ name|default(\"there\") }}" } " says something else where it is not known." }
        @if let Some(says) = field_error(wrong, "contents") { p role="alert" { (says) } }
        (Field::area("whatsapp", "WhatsApp", 4).value(&typed.whatsapp).error(said(Channel::Whatsapp, "body")))
        (Field::text("whatsapp_template", "Approved WhatsApp template").value(&typed.whatsapp_template).placeholder("mangoes_are_in").suggest(templates).error(said(Channel::Whatsapp, "provider_template"))
            .help("WhatsApp takes offers to people who have not written to you in the last 24 hours only by a template that Meta has approved. The text above is then what you see here. In another language than en: name/language. With numbered variables: name(first_name, city)."))
        (Field::area("sms", "SMS", 3).value(&typed.sms).error(said(Channel::Sms, "body")).help("Offers by SMS go to India between 10:00 and 21:00 alone, by law."))
        (Field::text("email_subject", "E-mail: subject").value(&typed.email_subject).error(said(Channel::Email, "subject")))
        (Field::area("email", "E-mail: text", 6).value(&typed.email).error(said(Channel::Email, "body")).help("It ends with a link to unsubscribe, by itself."))
        (Field::text("push_subject", "Push: title").value(&typed.push_subject).error(said(Channel::Push, "subject")))
        (Field::area("push", "Push: text", 2).value(&typed.push).error(said(Channel::Push, "body")))
    }
}

fn when(typed: &Typed, wrong: Option<&Failure>) -> Markup {
    html! {
        (ui::beside([
            Field::input("time", "quiet_from", "Quiet from").value(&typed.quiet_from).required().error(field_error(wrong, "quiet_from")),
            Field::input("time", "quiet_to", "Quiet until").value(&typed.quiet_to).required().error(field_error(wrong, "quiet_to")),
        ]))
        (Field::checkbox("local", "By each recipient's own clock, where their time zone is known", typed.local.is_some()))
        (Field::checkbox("best_hour", "Each at the hour at which they read, within a day", typed.best_hour.is_some())
            .help("Learnt from what they read before, never in their quiet hours. One in five, chosen by lot, gets it at once, to see what the hours bring."))
        (Field::checkbox("over_days", "Over several days, where WhatsApp takes fewer people in one", typed.over_days.is_some())
            .help("How many it takes is said under Channels, How often."))
        (ui::beside([
            Field::input("number", "per_second", "Messages a second, at most").value(&typed.per_second).required().error(field_error(wrong, "per_second")),
            Field::input("number", "worth_hours", "Worth sending for, in hours").value(&typed.worth_hours).required().error(field_error(wrong, "worth_hours"))
                .help("A message that could not leave by then is not sent any more."),
        ]))
    }
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    vec![
        Route::get("/admin/campaigns/new", MessagesWrite, blank).page().says("Write a campaign", "What it says, and to whom."),
        Route::post("/admin/campaigns/new", MessagesWrite, make).page().says("Save a campaign", "A new one."),
        Route::get("/admin/campaigns/{id}/edit", MessagesWrite, edit).page().says("Change a campaign", "Before it goes out."),
        Route::post("/admin/campaigns/{id}/edit", MessagesWrite, change).page().says("Save a campaign", "One that is changed."),
    ]
}
