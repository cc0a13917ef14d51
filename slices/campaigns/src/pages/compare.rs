//! `/admin/campaigns/{id}/texts`: one thing is said to some and another to others, by an experiment's variants. Without script.

use super::HERE;
use crate::commands::CompareTexts;
use crate::model::{Campaign, Text};
use crate::queries;
use crate::variants::{self, Compared, Variation};
use axum::extract::State as Of;
use axum::response::{Html, IntoResponse, Redirect, Response};
use experiments::Variant;
use facts::messages::Channel;
use facts::{CampaignId, ExperimentId};
use maud::{Markup, html};
use messages::Content;
use serde::Deserialize;
use std::collections::HashMap;
use store::{Error, Json, Result};
use web::page::refused;
use web::problem::status;
use web::ui::{self, Alert, Button, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Query, Route, back_office};

/// What the form holds, by the names of its fields.
type Typed = HashMap<String, String>;

/// Which experiment's variants are shown.
#[derive(Debug, Default, Deserialize)]
struct Chosen {
    #[serde(default)]
    experiment: String,
}

fn experiment(text: &str) -> Result<ExperimentId> {
    text.parse().map_err(|_| Error::field("experiment", "one of those that are offered"))
}

async fn show(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>, Query(chosen): Query<Chosen>) -> Answer<Html<String>> {
    let look = &mut app.db.read_main(caller.tenant());
    let campaign = queries::found(look, id).await?;
    let has = variants::of(look, id).await?;
    let shown = match (chosen.experiment.as_str(), has) {
        ("", has) => has,
        (text, has) => {
            let experiment_id = experiment(text)?;
            let kept = has.filter(|has| has.experiment_id == experiment_id);
            Some(kept.unwrap_or(Compared { experiment_id, variations: Json(Vec::new()) }))
        }
    };
    page(&app, &caller, &campaign, shown.as_ref(), None).await
}

async fn page(app: &App, caller: &Caller, campaign: &Campaign, shown: Option<&Compared>, wrong: Option<&Failure>) -> Answer<Html<String>> {
    let look = &mut app.db.read_main(caller.tenant());
    let choices = experiments::newest(look).await?.into_iter().map(|(id, name)| (id.to_string(), name));
    let choices: Vec<(String, String)> = choices.collect();
    let all = match shown {
        Some(compared) => experiments::variants(look, compared.experiment_id).await?,
        None => Vec::new(),
    };
    let here = format!("{HERE}/{}/texts", campaign.id);
    let chosen = shown.map(|compared| compared.experiment_id.to_string()).unwrap_or_default();
    let body = html! {
        @if let Some(wrong) = wrong {
            (Alert::new(Meaning::Bad, "It was not saved").body(html! {
                @if wrong.0.fields().is_empty() { p { (wrong.0.message()) } }
                @for field in wrong.0.fields() { p { (field.field) ": " (field.message) } }
            }))
        }
        @if choices.is_empty() {
            p { "There is no experiment yet. " a href="/admin/experiments/new" { "Begin with one" } ": it says who falls to what, and by what the texts are held against each other." }
        } @else {
            form method="get" action=(here) {
                (Field::select("experiment", "By which experiment", choices).value(&chosen).help("It must run before the audience is counted."))
                (ui::actions(Button::quiet("Show its variants")))
            }
        }
        @if let Some(compared) = shown {
            form method="post" action=(here) {
                (ui::csrf(caller.csrf()))
                (ui::hidden("experiment", &chosen))
                @for (at, variant) in all.iter().enumerate() { (ui::section(&variant.name, "", one(at, variant, campaign, compared))) }
                (ui::actions(html! { (Button::primary("Save")) (Button::bare("Back").href(format!("{HERE}/{}", campaign.id))) }))
            }
            (ui::post(&format!("{here}/none"), caller.csrf(), Button::bare("Say the same to everybody")))
        }
    };
    let lead = html! { "Who gets which is settled by chance, and always the same for one person." };
    let name = campaign.name.as_str();
    let campaign = format!("{HERE}/{}", campaign.id);
    let crumbs = [("Campaigns", HERE), (name, campaign.as_str())];
    Ok(back_office(app, caller, BackOffice { title: "Compare texts", lead, action: Markup::default(), place: HERE, crumbs: &crumbs, body }))
}

/// What is said to those who fall to a variant; at first what the campaign itself says.
fn one(at: usize, variant: &Variant, campaign: &Campaign, compared: &Compared) -> Markup {
    if variant.holdout {
        return html! { p { "Whoever falls to this one gets nothing." } };
    }
    let said = compared.variations.0.iter().find(|variation| variation.name == variant.name);
    let said = said.map_or(campaign.contents.0.as_slice(), |variation| variation.contents.as_slice());
    html! {
        @for Text { channel, content } in said {
            @let title = channel.title();
            @if matches!(channel, Channel::Email | Channel::Push) {
                (Field::text(format!("subject{at}_{channel}"), format!("{title}: {}", if *channel == Channel::Push { "title" } else { "subject" })).value(&content.subject).required())
            }
            (Field::area(format!("body{at}_{channel}"), format!("{title}: text"), 4).value(&content.body).required())
            @if *channel == Channel::Whatsapp {
                (Field::text(format!("template{at}"), "Approved WhatsApp template").value(content.provider_template.clone().unwrap_or_default()))
            }
        }
    }
}

/// What was typed for each variant; one that says what the campaign itself says is none.
fn typed(typed: &Typed, campaign: &Campaign, all: &[Variant]) -> Vec<Variation> {
    let get = |name: String| typed.get(&name).map(|text| text.replace("\r\n", "\n")).unwrap_or_default();
    let text = |at: usize, own: &Text| {
        let channel = own.channel;
        let body = get(format!("body{at}_{channel}"));
        let template = Some(get(format!("template{at}")).trim().to_owned());
        let content = Content {
            subject: get(format!("subject{at}_{channel}")).trim().to_owned(),
            // What the HTML says would no longer be what the text says.
            html: if body == own.content.body { own.content.html.clone() } else { String::new() },
            body,
            provider_template: template.filter(|name| channel == Channel::Whatsapp && !name.is_empty()),
        };
        Text { channel, content }
    };
    let own = &campaign.contents.0;
    let said = all
        .iter()
        .enumerate()
        .filter(|(_, variant)| !variant.holdout)
        .map(|(at, variant)| Variation { name: variant.name.clone(), contents: own.iter().map(|own| text(at, own)).collect() });
    said.filter(|variation| variation.contents != *own).collect()
}

async fn save(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>, Form(form): Form<Typed>) -> Answer<Response> {
    let experiment_id = experiment(form.get("experiment").map(String::as_str).unwrap_or_default())?;
    let look = &mut app.db.read_main(caller.tenant());
    let campaign = queries::found(look, id).await?;
    let all = experiments::variants(look, experiment_id).await?;
    let compared = Compared { experiment_id, variations: Json(typed(&form, &campaign, &all)) };
    match refused(app.db.run(&caller.who, CompareTexts { id, compared: Some(compared.clone()) }).await)? {
        Ok(()) => Ok(Redirect::to(&format!("{HERE}/{id}")).into_response()),
        Err(failure) => {
            let page = page(&app, &caller, &campaign, Some(&compared), Some(&failure)).await?;
            Ok((status(&failure.0), page).into_response())
        }
    }
}

async fn none(Of(app): Of<App>, caller: Caller, Path(id): Path<CampaignId>) -> Answer<Response> {
    match refused(app.db.run(&caller.who, CompareTexts { id, compared: None }).await)? {
        Ok(()) => Ok(Redirect::to(&format!("{HERE}/{id}")).into_response()),
        Err(failure) => {
            let campaign = queries::found(&mut app.db.read_main(caller.tenant()), id).await?;
            Ok((status(&failure.0), page(&app, &caller, &campaign, None, Some(&failure)).await?).into_response())
        }
    }
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::MessagesWrite;
    const TEXTS: &str = "/admin/campaigns/{id}/texts";
    vec![
        Route::get(TEXTS, MessagesWrite, show).page().says("Compare texts", "What is said to whom, by an experiment."),
        Route::post(TEXTS, MessagesWrite, save).page().says("Save what is compared", "Before it goes out; its audience is counted anew."),
        Route::post("/admin/campaigns/{id}/texts/none", MessagesWrite, none).page().says("Say the same to everybody", ""),
    ]
}
