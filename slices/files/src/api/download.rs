//! `GET /download/{product}?token=`: the file itself.
//!
//! Which requests take a use: the first one by a link, and every one that gets the file's first byte. So a browser that goes on
//! with a download that broke off, by the same link, takes none, and a link that is passed on is worth no more than what is left.
//! HEAD, 304 and 416 give no byte and take none.

use crate::commands::TakeUse;
use crate::model::{Download, File};
use crate::range::{self, Part};
use crate::token::{self, Token};
use crate::world::World;
use crate::{queries, rules};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::TenantId;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use maud::html;
use serde::Deserialize;
use store::secret::sha256;
use store::{Error, Kind, Result, Who};
use utoipa::IntoParams;
use web::ui::{self, Button};
use web::{Access, Address, Answer, App, Asked, Path, Query, Route, Shop};

/// A download link's query.
#[derive(Debug, Default, Deserialize, IntoParams)]
struct Held {
    /// From the page of an order that is paid: `expires.right`, good for 15 minutes.
    token: Option<String>,
}

/// What a request came with.
struct Came {
    app: App,
    shop: Shop,
    product: String,
    headers: HeaderMap,
    asked: Asked,
}

async fn download(
    State(app): State<App>,
    shop: Shop,
    Path(product): Path<String>,
    Query(held): Query<Held>,
    from: Address,
    asked: Asked,
    Parts { method, headers, .. }: Parts,
) -> Answer<Response> {
    if !is_slug(&product) {
        return Err(Error::not_found("product").into());
    }
    let came = Came { app, shop, product, headers, asked };
    let world = came.app.extra::<World>()?;
    let text = held.token.unwrap_or_default();
    let Some(token) = token::read(&came.app.vault, world.bound(&came.shop, &came.product, from.0), &text) else {
        return Ok(came.unpaid("This takes a link from the page of an order that is paid.", &came.buy()));
    };
    let found = queries::download(&mut came.app.db.read_main(came.shop.tenant), token.grant).await?;
    let Some(right) = found else { return Ok(came.unpaid("This order is no more.", &came.buy())) };
    if right.revoked_at.is_some() {
        return Ok(came.unpaid("What was paid for this was given back.", &came.buy()));
    }
    let order = format!("{}/order/{}", came.shop.base, right.order_id);
    if token.is_over(came.app.db.clock().now()) {
        return Ok(came.unpaid("This link is over. The page of your order has a fresh one.", &order));
    }
    let file = right.file().ok_or_else(|| {
        Error::new(Kind::NotFound, "no_file_yet", "The shop has not put the file there yet. Come back to the page of your order later.")
    })?;
    match give(&came, &world, &right, file, (token, &text), method == Method::HEAD).await? {
        Some(response) => Ok(response),
        None => Ok(came.unpaid("It was downloaded as often as one may. Ask the shop if you need it again.", &order)),
    }
}

/// The file or a part of it; nothing where no use is left.
async fn give(
    came: &Came,
    world: &World,
    right: &Download,
    file: File,
    (token, text): (Token, &str),
    head: bool,
) -> Result<Option<Response>> {
    let size = u64::try_from(file.size).map_err(Error::internal)?;
    let etag = format!("\"{}\"", file.sha256);
    let link_hash = sha256(text);
    let begun = queries::is_begun(&mut came.app.db.read_main(came.shop.tenant), token.grant, &link_hash).await?;
    if !begun && world.left(right) == 0 {
        return Ok(None);
    }
    if range::is_known(&came.headers, &etag) {
        return Ok(Some(told(StatusCode::NOT_MODIFIED, &file, &etag, false).into_response()));
    }
    let (mut response, part) = shaped(&file, size, &etag, &came.headers, false)?;
    if part == Part::Nothing {
        return Ok(Some(response));
    }
    let bytes = part.bytes(size);
    if head {
        return Ok(Some(response));
    }
    // Opened first, so that a store that is away costs nobody a use.
    let opened = world.depot.open(came.shop.tenant, file.id, size, bytes).await?;
    if part.begins() || !begun {
        let who = came.asked.clone().by(Who::visitor(came.shop.tenant));
        let taking = TakeUse { grant: token.grant, file, link_hash, expires: token.expires, most: world.uses };
        if !came.app.db.run(&who, taking).await? {
            return Ok(None);
        }
    }
    *response.body_mut() = Body::from_stream(opened);
    Ok(Some(response))
}

/// The answer without its bytes, and which bytes those are.
fn shaped(file: &File, size: u64, etag: &str, headers: &HeaderMap, shown: bool) -> Result<(Response, Part)> {
    let part = range::part(headers, size, etag);
    let (status, range) = match &part {
        Part::Whole => (StatusCode::OK, None),
        Part::Bytes(bytes) => (StatusCode::PARTIAL_CONTENT, Some(format!("bytes {}-{}/{size}", bytes.start, bytes.end - 1))),
        Part::Nothing => (StatusCode::RANGE_NOT_SATISFIABLE, Some(format!("bytes */{size}"))),
    };
    let mut response = told(status, file, etag, shown);
    if let Some(range) = range {
        set(&mut response, header::CONTENT_RANGE, &range)?;
    }
    if part != Part::Nothing {
        let bytes = part.bytes(size);
        set(&mut response, header::CONTENT_LENGTH, &(bytes.end - bytes.start).to_string())?;
    }
    Ok((response, part))
}

/// A file, or the part of it that is asked for, to whoever may have it: to be saved, or to be shown where it stands.
pub(crate) async fn handed(app: &App, tenant: TenantId, file: &File, headers: &HeaderMap, shown: bool) -> Result<Response> {
    let (size, etag) = (u64::try_from(file.size).map_err(Error::internal)?, format!("\"{}\"", file.sha256));
    let (mut response, part) = shaped(file, size, &etag, headers, shown)?;
    if part != Part::Nothing {
        let opened = app.extra::<World>()?.depot.open(tenant, file.id, size, part.bytes(size)).await?;
        *response.body_mut() = Body::from_stream(opened);
    }
    Ok(response)
}

/// An answer about a file. Whatever it is, nothing in it is run.
fn told(status: StatusCode, file: &File, etag: &str, shown: bool) -> Response {
    let disposition = rules::disposition(&file.name, shown);
    let headers = [
        (header::CONTENT_TYPE, file.media_type.as_str()),
        (header::CONTENT_DISPOSITION, disposition.as_str()),
        (header::ETAG, etag),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // Its bytes are counted: nothing on the way packs them.
        (header::CONTENT_ENCODING, "identity"),
    ];
    (status, headers).into_response()
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) -> Result<()> {
    response.headers_mut().insert(name, HeaderValue::from_str(value).map_err(Error::internal)?);
    Ok(())
}

/// What a product may be called in addresses.
fn is_slug(product: &str) -> bool {
    (1..=60).contains(&product.len()) && product.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

impl Came {
    fn buy(&self) -> String {
        format!("{}/buy/{}", self.shop.base, self.product)
    }

    /// 402: what to do instead, as a page for a browser.
    fn unpaid(&self, why: &str, upgrade: &str) -> Response {
        let status = StatusCode::PAYMENT_REQUIRED;
        let accept = self.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        if accept.contains("text/html") {
            let words = if upgrade.contains("/order/") { "Back to your order" } else { "To the product" };
            let body = ui::panel("This cannot be downloaded", html! { p { (why) } (ui::actions(Button::primary(words).href(upgrade))) });
            let page = ui::bare(ui::Bare { title: "This cannot be downloaded", body });
            return (status, axum::response::Html(page.into_string())).into_response();
        }
        let error = Error::new(Kind::PaymentRequired, "payment_required", why)
            .with_member("error", "payment_required")
            .with_member("upgrade_url", upgrade);
        let problem = web::problem::document(&error, self.asked.id());
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, kind, problem.to_string()).into_response()
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/download/{product}", Access::Public, download)
            .says(
                "Download what was paid for",
                "The file as an attachment, whole or in ranges. Links stand on the page of an order (GET /order/{id}). Without a right: 402 \
                 with `error` and `upgrade_url`, where a right is to be had.",
            )
            .query::<Held>()
            .at_most("DOWNLOAD", 30)
            .paid(),
    ]
}

#[cfg(test)]
mod tests {
    use super::is_slug;

    #[test]
    fn names_in_addresses() {
        for (product, is) in [("starter", true), ("gold-plan-2", true), ("", false), ("a/b", false), ("A", false), ("a\nb", false)] {
            assert_eq!(is_slug(product), is, "{product:?}");
        }
        assert!(is_slug(&"x".repeat(60)) && !is_slug(&"x".repeat(61)));
    }
}
