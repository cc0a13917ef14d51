//! `/u/{token}`: the end of offers with one click, of a mail program's own button (RFC 8058) or of the page's.
//!
//! Looking changes nothing, however often a scanner looks. Any POST acts at once: no signing in, no cookie, no token of a form. That
//! is safe because nothing of the caller's own is used: whoever has the link could always have pressed the button, and another site
//! that sends somebody's browser here would need the link as well. All that comes of it is that a shop writes less.

use crate::commands::Unsubscribe;
use crate::model::{Addressee, Class};
use crate::rules::masked;
use crate::{queries, token};
use axum::extract::State;
use axum::response::Response;
use branding::Front;
use facts::consent::How;
use maud::{Markup, html};
use store::{Error, Result, Who};
use uuid::Uuid;
use web::ui::{self, Button};
use web::{Access, Answer, App, Asked, Path, Raw, Route, Shop};

/// How often one address may call, a minute. Mail providers call for many people from a few addresses.
const CALLS_A_MINUTE: u32 = 600;
/// What the page's own form sends, and no mail program does.
const FROM_PAGE: (&str, &str) = ("from", "page");

/// The link that a token stands for, of this shop.
pub(super) fn link(app: &App, shop: &Shop, text: &str) -> Result<Uuid> {
    token::read(&app.vault, shop.tenant, text).ok_or_else(|| Error::not_found("link"))
}

async fn ask(State(app): State<App>, shop: Front, Path(text): Path<String>) -> Answer<Response> {
    let look = &mut app.db.read_main(shop.tenant);
    let to = queries::linked(look, link(&app, &shop, &text)?).await?.ok_or_else(|| Error::not_found("link"))?;
    if queries::why_not_one(look, to.channel, &to.address, Class::Personal).await?.is_some() {
        return Ok(done(&shop, &text, &to));
    }
    let body = html! {
        h1 { "No more offers?" }
        p {
            (to.channel.title()) " from " bdi { (shop.name) } " to " bdi { (masked(&to.address)) }
            " will be about your orders alone."
        }
        form method="post" action={ (shop.base) "/u/" (text) } {
            (ui::hidden(FROM_PAGE.0, FROM_PAGE.1))
            (Button::primary("No more offers"))
        }
    };
    Ok(branding::page(&shop, "No more offers", "Ends them.", body, more(&shop, &text)))
}

fn more(shop: &Shop, text: &str) -> Markup {
    html! { p { a href={ (shop.base) "/p/" (text) } { "Choose what you get" } } }
}

fn done(shop: &Front, text: &str, to: &Addressee) -> Response {
    let body = html! {
        h1 { "No more offers" }
        p { bdi { (masked(&to.address)) } " gets none. What concerns your orders still comes." }
        div.actions { (Button::quiet("Choose what you get").href(format!("{}/p/{text}", shop.base))) }
    };
    branding::page(shop, "No more offers", "It is done.", body, Markup::default())
}

async fn act(State(app): State<App>, shop: Front, asked: Asked, Path(text): Path<String>, Raw(body): Raw) -> Answer<Response> {
    let link = link(&app, &shop, &text)?;
    // A mail provider may send its word as a form of either kind, so it is only looked for what no mail provider sends.
    let own = format!("{}={}", FROM_PAGE.0, FROM_PAGE.1);
    let how = if body.as_ref() == own.as_bytes() { How::PreferencePage } else { How::OneClick };
    let to = app.db.run(&asked.by(Who::visitor(shop.tenant)), Unsubscribe { link, how }).await?;
    Ok(done(&shop, &text, &to))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/u/{token}", Access::Public, ask)
            .page()
            .at_most("UNSUBSCRIBE", CALLS_A_MINUTE)
            .says("No more offers", "Asks whether one is sure; changes nothing."),
        Route::post("/u/{token}", Access::Public, act)
            .page()
            .at_most("UNSUBSCRIBE", CALLS_A_MINUTE)
            .says("No more offers", "Ends them with one click (RFC 8058)."),
    ]
}
