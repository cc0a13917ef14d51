//! `/p/{token}`: what somebody gets from a shop, on each channel, and how they have it otherwise.

use super::one_click::link;
use crate::commands::{ChooseHere, theirs};
use crate::model::{Choice, Class};
use crate::queries::{self, On};
use crate::rules::masked;
use axum::extract::State;
use axum::response::Response;
use branding::Front;
use facts::messages::Channel;
use maud::{Markup, html};
use std::collections::HashMap;
use store::{Error, Result, Who};
use uuid::Uuid;
use web::ui::{Alert, Button, Field, Meaning};
use web::{Access, Answer, App, Asked, Form, Path, Route};

/// How often one address may call, a minute.
const CALLS_A_MINUTE: u32 = 60;

/// A choice in the words of whoever makes it.
const CHOICES: [(Choice, &str); 3] = [
    (Choice::Everything, "Everything, offers too"),
    (Choice::NoMarketing, "Only what concerns my orders"),
    (Choice::Nothing, "Nothing, except what I ask for"),
];

async fn standing(app: &App, shop: &Front, link: Uuid) -> Result<Vec<On>> {
    let look = &mut app.db.read_main(shop.tenant);
    let to = queries::linked(look, link).await?.ok_or_else(|| Error::not_found("link"))?;
    let all = theirs(look, to).await?;
    queries::on(look, &all).await
}

async fn show(State(app): State<App>, shop: Front, Path(text): Path<String>) -> Answer<Response> {
    let on = standing(&app, &shop, link(&app, &shop, &text)?).await?;
    Ok(page(&shop, &text, &on, Markup::default()))
}

fn page(shop: &Front, text: &str, on: &[On], said: Markup) -> Response {
    let body = html! {
        h1 { "What you get from " bdi { (shop.name) } }
        (said)
        form method="post" action={ (shop.base) "/p/" (text) } {
            @for one in on {
                (field(one))
            }
            (Button::primary("Save"))
        }
        p { "Codes that you ask for, and answers to what you write, always come." }
    };
    branding::page(shop, "What you get", "On each channel.", body, Markup::default())
}

/// What goes to an address, with what no choice of theirs changes.
fn field(on: &On) -> Field {
    let choices = CHOICES.map(|(choice, words)| (choice.as_str(), words));
    let label = format!("{} to {}", on.to.channel.title(), masked(&on.to.address));
    let field = Field::select(on.to.channel.as_str(), label, choices).value(on.choice().as_str()).required();
    match on.why_not(Class::Asked) {
        Some(_) => field.help("Nothing arrives there at the moment. Tell the shop if the address is right."),
        None => field,
    }
}

async fn save(
    State(app): State<App>,
    shop: Front,
    asked: Asked,
    Path(text): Path<String>,
    Form(typed): Form<HashMap<String, String>>,
) -> Answer<Response> {
    let link = link(&app, &shop, &text)?;
    let choices = chosen(&typed)?;
    app.db.run(&asked.by(Who::visitor(shop.tenant)), ChooseHere { link, choices }).await?;
    let on = standing(&app, &shop, link).await?;
    let said = html! { (Alert::new(Meaning::Good, "Saved").body(html! { p { "It holds from now on." } })) };
    Ok(page(&shop, &text, &on, said))
}

fn chosen(typed: &HashMap<String, String>) -> Result<Vec<(Channel, Choice)>> {
    let said = typed.iter().filter_map(|(name, choice)| Some((name.parse::<Channel>().ok()?, choice)));
    said.map(|(channel, choice)| {
        let choice = choice.parse().map_err(|_| Error::field(channel.as_str(), "everything, no_marketing or nothing"))?;
        Ok((channel, choice))
    })
    .collect()
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/p/{token}", Access::Public, show)
            .page()
            .at_most("PREFERENCES", CALLS_A_MINUTE)
            .says("What you get", "On each channel; changes nothing."),
        Route::post("/p/{token}", Access::Public, save)
            .page()
            .at_most("PREFERENCES", CALLS_A_MINUTE)
            .says("What you get", "Saves what was chosen."),
    ]
}
