//! A shop's own domain: a request's host says whose shop it is for.

use crate::{App, Failure, OverTls, ShopSlug};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use store::{Error, Kind};
use url::{Host, Url};

/// The longest name that DNS knows.
const LONGEST: usize = 253;

/// Finds out whose a request's host is. At a shop's own domain there is that shop and nothing else: no back office, whose
/// session must not begin under a name that a merchant can point elsewhere, and no other shop.
pub(crate) async fn at_home(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(host) = foreign(&app, &request) else { return next.run(request).await };
    let shop = match app.identity.shop_at(&app, &host).await {
        Ok(Some(shop)) => shop,
        Ok(None) => return next.run(request).await,
        Err(error) => return Failure::from(error).into_response(),
    };
    let path = request.uri().path();
    if path == "/admin" || path.starts_with("/admin/") || request.extensions().get::<ShopSlug>().is_some() {
        return Failure::from(Error::new(Kind::NotFound, "route_not_found", "Nothing lives at this address.")).into_response();
    }
    request.extensions_mut().insert(shop);
    let over_tls = app.is_https() || request.extensions().get::<OverTls>().is_some();
    let mut response = next.run(request).await;
    if over_tls {
        // For this name alone: what else lies under it is not ours to speak for.
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// The host of a request in its one spelling, where it is a name and not our own.
fn foreign(app: &App, request: &Request) -> Option<String> {
    let given = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let name = plain(given.or_else(|| request.uri().host())?)?;
    let own = Url::parse(&app.public_url).ok();
    (own.as_ref().and_then(Url::host_str) != Some(name.as_str())).then_some(name)
}

/// `Shop.Example:8080` as `shop.example`; nothing for an address, or for what is no name.
fn plain(host: &str) -> Option<String> {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|digit| digit.is_ascii_digit())).map_or(host, |(name, _)| name);
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.len() > LONGEST || !name.contains('.') {
        return None;
    }
    match Host::parse(name) {
        Ok(Host::Domain(name)) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn hosts_in_their_one_spelling() {
        for (host, name) in [
            ("asha.example", Some("asha.example")),
            ("Asha.Example.:8080", Some("asha.example")),
            ("asha.example:x", None),
            ("127.0.0.1:8080", None),
            ("[::1]:8080", None),
            ("localhost:8080", None),
            ("", None),
            ("a/b.example", None),
        ] {
            assert_eq!(plain(host).as_deref(), name, "{host}");
        }
        assert_eq!(plain(&format!("{}.example", "a.".repeat(200))), None);
    }
}
