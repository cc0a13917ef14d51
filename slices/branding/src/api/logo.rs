//! Giving and taking away a logo.

use super::brand::Branding;
use crate::commands::{PutLogo, RemoveLogo};
use crate::image::Image;
use crate::queries;
use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use facts::TenantId;
use http::{HeaderMap, header};
use serde::Deserialize;
use store::{Error, Kind, Result};
use utoipa::ToSchema;
use web::{Answer, App, Caller, Path, Permission, Raw, Route, typed};

/// The largest picture as base64, and the JSON around it; in bytes.
const BODY: usize = 720 * 1024;

pub(super) fn routes() -> Vec<Route> {
    const MORE: &str = "The picture itself, with its Content-Type (image/png, image/jpeg or image/webp), or JSON that holds it as base64. \
                        At most 512 KB and 2000 × 2000 pixels. SVG is not taken, because it can carry script.";
    vec![
        Route::put("/api/v1/tenants/{id}/branding/logo", Permission::TenantWrite, put)
            .says("Give a logo", MORE)
            .takes::<PutLogoBody>()
            .gives::<Branding>(200)
            .body_limit(BODY),
        Route::delete("/api/v1/tenants/{id}/branding/logo", Permission::TenantWrite, remove)
            .says("Take the logo away", "It is forgotten; mails sent earlier no longer show it.")
            .gives::<Branding>(200),
    ]
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PutLogo)]
struct PutLogoBody {
    /// The picture, as base64.
    data: String,
}

/// The bytes of the picture: the body, or what its JSON holds.
fn picture(headers: &HeaderMap, body: Bytes) -> Result<Bytes> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    match kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/json" => {
            let json = serde_json::from_slice(&body)
                .map_err(|error| Error::new(Kind::Malformed, "malformed_json", format!("The body is not JSON: {error}.")))?;
            let sent: PutLogoBody = typed(json)?;
            STANDARD.decode(sent.data.trim()).map(Bytes::from).map_err(|_| Error::field("data", "The picture as base64."))
        }
        "application/octet-stream" => Ok(body),
        // SVG too: it is refused with its reason.
        image if image.starts_with("image/") => Ok(body),
        _ => Err(Error::new(
            Kind::Malformed,
            "unsupported_media_type",
            "Send the picture with its Content-Type, such as image/png, or JSON.",
        )),
    }
}

async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<TenantId>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Answer<Json<Branding>> {
    caller.own(id)?;
    let image = Image::read(picture(&headers, body)?)?;
    let brand = app.db.run(&caller.who, PutLogo(image)).await?;
    queries::forget(&app, id).await;
    Ok(Json(brand.into()))
}

async fn remove(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>) -> Answer<Json<Branding>> {
    caller.own(id)?;
    let brand = app.db.run(&caller.who, RemoveLogo).await?;
    queries::forget(&app, id).await;
    Ok(Json(brand.into()))
}
