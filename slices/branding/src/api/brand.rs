//! Reading and changing a brand.

use crate::commands::ChangeBrand;
use crate::model::Brand;
use crate::queries;
use axum::Json;
use axum::extract::State;
use facts::{TenantId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/tenants/{id}/branding", Permission::TenantRead, find)
            .says("Look at the branding", "How the shop and its mail look.")
            .gives::<Branding>(200),
        Route::put("/api/v1/tenants/{id}/branding", Permission::TenantWrite, change)
            .says(
                "Change the branding",
                "What is not said stays as it is; an empty text goes back to the usual. A colour that cannot be seen on the page is refused \
                 with its contrast and the nearest that can (WCAG 2.2: 3:1 for buttons, 4.5:1 for links).",
            )
            .takes::<ChangeBranding>()
            .gives::<Branding>(200),
    ]
}

/// How a tenant's shop and mail look.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Branding {
    /// The name over the door; empty for the tenant's own.
    display_name: String,
    /// What the shop says of itself.
    tagline: String,
    /// Buttons.
    #[schema(example = "#4f4cd1")]
    primary_colour: String,
    /// Links.
    #[schema(example = "#4542be")]
    accent_colour: String,
    /// `classic`, `soft`, `sharp` or `editorial`.
    theme: &'static str,
    /// `auto`, `light` or `dark`.
    mode: &'static str,
    /// Whom mail comes from; empty for the name in the mail server's settings.
    sender_name: String,
    /// Where answers to mail go; empty for the sender.
    reply_to: String,
    /// Address and legal line, under every page and mail.
    footer: String,
    /// The shop's own mark.
    logo: Option<LogoView>,
    /// Counts changes; 0 where nothing was ever chosen.
    version: i64,
    /// When it last changed.
    #[schema(value_type = Option<String>, format = DateTime)]
    changed_at: Option<Time>,
}

/// A shop's own mark.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BrandingLogo)]
struct LogoView {
    /// Its path behind the shop's address.
    url: String,
    /// SHA-256 of its bytes.
    sha256: String,
    /// `image/png`, `image/jpeg` or `image/webp`.
    content_type: String,
    /// In bytes.
    size: u32,
    /// In pixels.
    width: u32,
    /// In pixels.
    height: u32,
}

impl From<Brand> for Branding {
    fn from(brand: Brand) -> Self {
        let logo = brand.logo.map(|logo| LogoView {
            url: logo.path(),
            sha256: logo.sha256,
            content_type: logo.content_type,
            size: logo.size,
            width: logo.width,
            height: logo.height,
        });
        Self {
            display_name: brand.display_name,
            tagline: brand.tagline,
            primary_colour: brand.primary_colour.to_string(),
            accent_colour: brand.accent_colour.to_string(),
            theme: brand.theme.as_str(),
            mode: brand.mode.as_str(),
            sender_name: brand.sender_name,
            reply_to: brand.reply_to,
            footer: brand.footer,
            logo,
            version: brand.version,
            changed_at: brand.changed_at,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeBranding {
    /// At most 60 characters.
    display_name: Option<String>,
    /// At most 140 characters.
    tagline: Option<String>,
    /// `#rrggbb`.
    primary_colour: Option<String>,
    /// `#rrggbb`.
    accent_colour: Option<String>,
    /// `classic`, `soft`, `sharp` or `editorial`.
    theme: Option<String>,
    /// `auto`, `light` or `dark`.
    mode: Option<String>,
    /// At most 60 characters.
    sender_name: Option<String>,
    /// An e-mail address.
    reply_to: Option<String>,
    /// Plain text, at most 8 lines and 600 characters.
    footer: Option<String>,
    /// The version that was looked at; 409 where it has changed since.
    version: Option<i64>,
}

async fn find(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>) -> Answer<Json<Branding>> {
    caller.own(id)?;
    Ok(Json(queries::of(&mut caller.read(&app)).await?.into()))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<TenantId>, body: Body<ChangeBranding>) -> Answer<Json<Branding>> {
    caller.own(id)?;
    let wanted = body.value;
    let command = ChangeBrand {
        display_name: wanted.display_name,
        tagline: wanted.tagline,
        primary_colour: wanted.primary_colour,
        accent_colour: wanted.accent_colour,
        theme: wanted.theme,
        mode: wanted.mode,
        sender_name: wanted.sender_name,
        reply_to: wanted.reply_to,
        footer: wanted.footer,
        on_version: wanted.version,
    };
    let brand = app.db.run(&caller.who, command).await?;
    queries::forget(&app, id).await;
    Ok(Json(brand.into()))
}
