//! `/l/{token}`: where the links of mails lead, and the image that shows that one is looked at. Whoever comes goes on at once; whether it
//! was a person is asked later.

use crate::keep::KeepTouch;
use crate::model::Kind;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use messages::{Message, Place};
use std::net::IpAddr;
use store::secret::hmac_sha256;
use store::{Error, Result, Who};
use url::Url;
use web::{Access, Address, Answer, App, Asked, Path, Route, Shop, point};

/// How often one address may call, a minute. Mail providers call for many people from a few addresses.
const CALLS_A_MINUTE: u32 = 1_200;
/// What is kept of a program's name, in characters.
const AGENT: usize = 200;
/// The purpose of the key that makes visitors out of addresses.
const PURPOSE: &str = "tracking/visitor";

async fn follow(
    State(app): State<App>,
    shop: Shop,
    asked: Asked,
    from: Address,
    method: Method,
    headers: HeaderMap,
    Path(text): Path<String>,
) -> Answer<Response> {
    let token = text.strip_suffix(".gif").unwrap_or(&text);
    let (id, place) = messages::read_link(&app.vault, shop.tenant, token).ok_or_else(|| Error::not_found("link"))?;
    let message = messages::message(&mut app.db.read_main(shop.tenant), id).await?;
    let target = message.as_ref().and_then(|message| messages::target(message, place));
    // The address of somebody who was erased is gone, and nothing more is kept of them.
    if let Some(message) = message.filter(|message| !message.address.is_empty()) {
        let visitor = visitor(&app, &message, from.0, &headers);
        let touch = touch(&message, place, target.as_deref(), visitor, &method, &headers);
        // Whoever follows a link goes on, whether it could be written down or not.
        if let Err(error) = app.db.run(&asked.by(Who::visitor(shop.tenant)), touch).await {
            tracing::warn!(?error, "a touch was not kept");
        }
    }
    match place {
        Place::Image => Ok(point()),
        Place::Link(_) | Place::Trap => Ok(on(&target.unwrap_or_else(|| format!("{}/", shop.base)))?),
    }
}

fn touch(message: &Message, place: Place, target: Option<&str>, visitor: String, method: &Method, headers: &HeaderMap) -> KeepTouch {
    let (kind, link) = match place {
        Place::Link(number) => (Kind::Click, Some(i64::from(number) + 1)),
        Place::Image => (Kind::Open, None),
        Place::Trap => (Kind::Trap, None),
    };
    KeepTouch {
        message: message.id,
        contact: message.contact_id,
        kind,
        link,
        url: target.map(plain),
        agent: agent(headers).chars().take(AGENT).collect(),
        visitor,
        ahead: method == Method::HEAD || web::is_ahead(headers),
    }
}

fn agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Tells one program at one address from another, and only at this message: nobody finds the address out, nor that two are of one person.
fn visitor(app: &App, message: &Message, from: IpAddr, headers: &HeaderMap) -> String {
    let digest = hmac_sha256(&app.vault.derive(PURPOSE), &format!("{}\n{from}\n{}", message.id, agent(headers)));
    digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An address without its query, its fragment, and whoever signs in with it.
fn plain(target: &str) -> String {
    let Ok(mut url) = Url::parse(target) else { return String::new() };
    url.set_query(None);
    url.set_fragment(None);
    // Only an address without a host refuses these, and that is no link.
    let _ = (url.set_username(""), url.set_password(None));
    url.into()
}

/// On to where a link leads, which learns nothing of where it stood.
fn on(target: &str) -> Result<Response> {
    let location = HeaderValue::from_str(target).map_err(Error::internal)?;
    let kept = [(header::LOCATION, location), (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"))];
    Ok((StatusCode::FOUND, kept, [(header::CACHE_CONTROL, "no-store")]).into_response())
}

/// The routes.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/l/{token}", Access::Public, follow).page().at_most("LINKS", CALLS_A_MINUTE).says(
        "A link of a mail",
        "Leads on to where it leads in the message and nowhere else; with `.gif` behind it, an image of one point.",
    )]
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_may_say_who_somebody_is_is_left_out() {
        for (url, expected) in [
            ("https://shop.example/m?name=Asha#top", "https://shop.example/m"),
            ("https://asha:secret@shop.example/", "https://shop.example/"),
            ("", ""),
        ] {
            assert_eq!(plain(url), expected);
        }
    }
}
