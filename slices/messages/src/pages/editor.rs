//! `/admin/templates/{type}/{channel}`: the text, what it becomes while it is typed, and its earlier versions.

use super::{look, templates};
use crate::commands::SaveTemplate;
use crate::queries;
use crate::template::Template;
use crate::types::MessageType;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::messages::Channel;
use http::StatusCode;
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Kind};
use web::ui::{self, Alert, Button, Calendar, Field, Meaning, Moment};
use web::{Answer, App, BackOffice, Caller, Form, Path2, Permission, Route};

/// What the form sends.
#[derive(Debug, Clone, Deserialize)]
struct Draft {
    #[serde(default)]
    subject: String,
    body: String,
    #[serde(default)]
    html: String,
    #[serde(default)]
    provider_template: String,
    active: Option<String>,
    version: i64,
}

impl Draft {
    fn of(template: &Template) -> Self {
        Self {
            subject: template.subject.clone(),
            body: template.body.clone(),
            html: template.html.clone(),
            provider_template: template.provider_template.clone().unwrap_or_default(),
            active: template.active.then(|| "on".to_owned()),
            version: template.version,
        }
    }

    fn change(&self, kind: MessageType, channel: Channel) -> SaveTemplate {
        let on = |channels: &[Channel], text: &String| channels.contains(&channel).then(|| text.clone());
        SaveTemplate {
            kind,
            channel,
            on_version: Some(self.version),
            active: Some(self.active.is_some()),
            subject: on(&[Channel::Email, Channel::Push], &self.subject),
            body: Some(self.body.clone()),
            html: on(&[Channel::Email], &self.html),
            provider_template: on(&[Channel::Whatsapp], &self.provider_template),
        }
    }
}

type Place = Path2<MessageType, Channel>;

async fn page(State(app): State<App>, caller: Caller, Path2(kind, channel): Place) -> Answer<Html<String>> {
    let template = queries::template(&mut caller.read(&app), kind, channel).await?;
    draw(&app, &caller, &template, &Draft::of(&template), None).await
}

async fn save(State(app): State<App>, caller: Caller, Path2(kind, channel): Place, Form(draft): Form<Draft>) -> Answer<Response> {
    match app.db.run(&caller.who, draft.change(kind, channel)).await {
        Ok(template) => Ok(Redirect::to(&templates::address(&template)).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let status = if error.kind() == Kind::Conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let template = queries::template(&mut caller.read(&app), kind, channel).await?;
            Ok((status, draw(&app, &caller, &template, &draft, Some(&error)).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What the draft would become; the form posts it here while it is typed, and by the Preview button without script.
async fn preview(State(app): State<App>, caller: Caller, Path2(kind, channel): Place, Form(draft): Form<Draft>) -> Answer<Html<String>> {
    let template = queries::template(&mut caller.read(&app), kind, channel).await?;
    Ok(Html(rendered(&draft.change(kind, channel).applied(&template)).into_string()))
}

async fn preview_page(
    State(app): State<App>,
    caller: Caller,
    Path2(kind, channel): Place,
    Form(draft): Form<Draft>,
) -> Answer<Html<String>> {
    let template = queries::template(&mut caller.read(&app), kind, channel).await?;
    draw(&app, &caller, &template, &draft, None).await
}

/// What a template makes of its examples, or what is wrong with it.
fn rendered(template: &Template) -> Markup {
    match template.preview() {
        Ok(composed) => look::arrived(template.channel, &composed),
        Err(error) => html! { (Alert::new(Meaning::Attention, "This cannot be saved yet").body(html! { (error.message()) })) },
    }
}

async fn draw(app: &App, caller: &Caller, template: &Template, draft: &Draft, error: Option<&Error>) -> Answer<Html<String>> {
    let (kind, channel) = (template.kind, template.channel);
    let versions = queries::versions(&mut caller.read(app), kind, channel).await?;
    let calendar = Calendar::new(&caller.time_zone, app.db.clock().now());
    let may = caller.may(Permission::MessagesWrite);
    let body = html! {
        @if let Some(error) = error { (Alert::new(Meaning::Bad, "Not saved").body(html! { (error.message()) })) }
        (ui::section("Text", Markup::default(), form(caller, may, template, draft, error)))
        (ui::section("As it arrives", Markup::default(), html! {
            p.help { "With examples in place of the variables." }
            (ui::preview("arrives", rendered(&draft.change(kind, channel).applied(template))))
        }))
        (ui::section("Variables", Markup::default(), variables(kind)))
        (ui::section("Versions", Markup::default(), html! {
            @if versions.is_empty() { p { "As Origin came with it." } } @else { (ui::timeline(&calendar, &history(&versions))) }
        }))
    };
    let way = match channel {
        Channel::Whatsapp => "on WhatsApp",
        Channel::Email => "by e-mail",
        Channel::Sms => "by SMS",
        Channel::Push => "as a push message",
    };
    let title = format!("{} {way}", look::words(kind.as_str()));
    Ok(web::back_office(
        app,
        caller,
        BackOffice {
            title: &title,
            lead: html! { (templates::on_or_off(template)) " " (kind.says()) "." },
            action: Markup::default(),
            place: "/admin/messages",
            crumbs: &[("Templates", "/admin/templates")],
            body,
        },
    ))
}

fn form(caller: &Caller, may: bool, template: &Template, draft: &Draft, error: Option<&Error>) -> Markup {
    let address = templates::address(template);
    let wrong = |field: &str| error?.fields().iter().find(|wrong| wrong.field == field).map(|wrong| wrong.message.clone());
    let field = |field: Field| if may { field } else { field.off() };
    let text = Field::area("body", "Text", 8).required().value(&draft.body).error(wrong("body"));
    html! {
        form method="post" action=(address) data-preview={ (address) "/preview" } data-preview-target="#arrives" {
            (ui::csrf(caller.csrf()))
            (ui::hidden("version", &draft.version.to_string()))
            @match template.channel {
                Channel::Whatsapp => {
                    (field(text.help("Jinja: {{ variable }} and {% if variable %} … {% endif %}. What stands between asterisks is bold.")))
                    (field(Field::text("provider_template", "Approved template at WhatsApp").value(&draft.provider_template)
                        .error(wrong("provider_template"))
                        .help("Sent in place of the text, with the variables by name; needed where the customer has not written for 24 hours. In another language than en: name/language. With numbered variables: name(amount, month).")))
                }
                Channel::Sms => {
                    (field(text.help("Jinja: {{ variable }} and {% if variable %} … {% endif %}. 160 characters of plain English go as one SMS, 70 in other scripts.")))
                }
                Channel::Push => {
                    (field(Field::text("subject", "Title").required().value(&draft.subject).error(wrong("subject"))))
                    (field(text.help("Jinja: {{ variable }} and {% if variable %} … {% endif %}. Phones show the first lines alone.")))
                }
                Channel::Email => {
                    (field(Field::text("subject", "Subject").required().value(&draft.subject).error(wrong("subject"))))
                    (field(text.help("For readers that show no HTML. Jinja: {{ variable }} and {% if variable %} … {% endif %}.")))
                    (field(Field::area("html", "HTML", 12).value(&draft.html).error(wrong("html"))
                        .help("Values are escaped. Left empty, the text alone is sent.")))
                }
            }
            (field(Field::checkbox("active", "Send this message", draft.active.is_some()).help("Off, it is kept with its reason and goes to nobody.")))
            @if may {
                (ui::actions(html! {
                    (Button::primary("Save"))
                    (Button::quiet("Preview").to(format!("{address}/draft")))
                }))
            }
        }
    }
}

fn variables(kind: MessageType) -> Markup {
    let names: Vec<String> = kind.variables().iter().map(|variable| format!("{{{{ {} }}}}", variable.name)).collect();
    let rows = kind.variables().iter().zip(&names).map(|(variable, name)| {
        let need = if variable.required { "always there" } else { "may be missing" };
        (name.as_str(), html! { bdi { (variable.sample) } ", " (need) })
    });
    ui::detail_list(rows)
}

/// Who made which version, newest first.
fn history(versions: &[Template]) -> Vec<Moment> {
    versions
        .iter()
        .map(|version| {
            let state = if version.active { "" } else { ", switched off" };
            let first = version.body.lines().next().unwrap_or_default().to_owned();
            Moment::new(version.updated_at, Meaning::Neutral, html! { "Version " (version.version) (state) })
                .note(html! { bdi { (first) } })
                .by(who(&version.updated_by))
        })
        .collect()
}

/// Who changed a template, without internals.
fn who(actor: &str) -> &'static str {
    match actor.split_once(':') {
        Some(("member", _)) => "a member of the team",
        Some(("key", _)) => "a program with an API key",
        _ => "Origin",
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/admin/templates/{type}/{channel}", Permission::MessagesRead, page).page(),
        Route::post("/admin/templates/{type}/{channel}", Permission::MessagesWrite, save).page().body_limit(400_000),
        Route::post("/admin/templates/{type}/{channel}/preview", Permission::MessagesRead, preview).page().body_limit(400_000),
        Route::post("/admin/templates/{type}/{channel}/draft", Permission::MessagesWrite, preview_page).page().body_limit(400_000),
    ]
}
