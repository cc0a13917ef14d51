//! `/api/v1/imports/shops`: shops that are connected, and imports of their orders.

use super::view::ImportView;
use crate::commands::{BeginShopImport, ConnectShop, DisconnectShop};
use crate::connections::{self, Connection};
use crate::model::Origin;
use crate::shop::{Place, Secrets, Shop, Trouble, World, provider};
use axum::Json;
use axum::extract::State;
use facts::Time;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

/// A credential longer than this is a mistake.
const LONGEST: usize = 500;

/// A shop that is connected; what signs in there is never shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectedShop)]
struct ShopView {
    /// `woocommerce` or `shopify`.
    #[schema(value_type = String, example = "woocommerce")]
    provider: Origin,
    #[schema(example = "https://shop.example")]
    address: String,
    /// Where the shop sends its webhooks of orders to.
    webhook_url: String,
    /// When it was last asked for its orders.
    #[schema(value_type = Option<String>, format = DateTime)]
    asked_at: Option<Time>,
    /// Up to when its changes are known.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Time>,
    /// Why it could not be asked the last time.
    trouble: Option<String>,
}

/// Where the shop's webhooks go.
pub(crate) fn webhook_url(app: &App, caller: &Caller, provider: Origin) -> String {
    app.absolute(&format!("/webhooks/{provider}/{}", caller.tenant()))
}

impl ShopView {
    fn of(app: &App, caller: &Caller, connection: Connection) -> Self {
        let Connection { provider, address, asked_at, since_at: since, trouble } = connection;
        Self { provider, address, webhook_url: webhook_url(app, caller, provider), asked_at, since, trouble }
    }
}

/// A shop to be connected.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewShop {
    /// Where the shop is; Shopify's is https://NAME.myshopify.com.
    #[schema(example = "https://shop.example")]
    pub address: String,
    /// WooCommerce's consumer key.
    #[serde(default)]
    #[schema(example = "ck_…")]
    pub key: String,
    /// WooCommerce's consumer secret, or Shopify's access token; it has to be allowed to read orders.
    pub secret: String,
    /// What the shop signs its webhooks with; without it none is believed.
    #[serde(default)]
    pub webhook_secret: String,
}

/// Which orders to import.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewImport {
    /// Those that were changed at this time or later; all of them when not said.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// True only looks at what would change.
    #[serde(default)]
    dry: bool,
}

/// Every shop that is connected.
#[derive(Debug, Serialize, ToSchema)]
struct ConnectedShops {
    data: Vec<ShopView>,
}

async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<ConnectedShops>> {
    let all = connections::all(&mut app.db.read_main(caller.tenant())).await?;
    Ok(Json(ConnectedShops { data: all.into_iter().map(|one| ShopView::of(&app, &caller, one)).collect() }))
}

/// Asks the shop for its orders once, and connects it where it answers.
///
/// # Errors
/// The field that does not fit; `address` where the shop does not answer as one.
pub(crate) async fn connect(app: &App, caller: &Caller, provider: Origin, new: NewShop) -> Result<()> {
    let world = app.extra::<World>()?;
    let address = world.outside.check("address", &new.address)?;
    let kept = |field: &str, text: &str, needed: bool| {
        let text = text.trim();
        let fits = text.len() <= LONGEST && !text.chars().any(char::is_control) && !(needed && text.is_empty());
        if fits { Ok(text.to_owned()) } else { Err(Error::field(field, format!("1 to {LONGEST} printable characters"))) }
    };
    let secrets = Secrets {
        key: kept("key", &new.key, provider == Origin::Woocommerce)?,
        secret: kept("secret", &new.secret, true)?,
        webhook_secret: kept("webhook_secret", &new.webhook_secret, false)?,
        webhook_secret_old: None,
    };
    let shop = Shop { provider, address, secrets };
    let place = Place { since: Some(app.db.clock().now()), ..Place::default() };
    world.page(&shop, &place).await.map_err(|trouble| match trouble {
        Trouble::Busy(wait) => Error::unavailable("shop_busy", "The shop is asked too fast. Try again in a moment.").retry_after(wait),
        Trouble::Away(words) | Trouble::Refused(words) => Error::field("address", words),
    })?;
    app.db.run(&caller.who, ConnectShop { shop, vault: world.vault.clone() }).await
}

async fn put(State(app): State<App>, caller: Caller, Path(system): Path<String>, body: Body<NewShop>) -> Answer<Json<ShopView>> {
    let system = provider(&system)?;
    connect(&app, &caller, system, body.value).await?;
    let all = connections::all(&mut app.db.read_main(caller.tenant())).await?;
    let connected = all.into_iter().find(|one| one.provider == system).ok_or_else(|| Error::not_found("shop"))?;
    Ok(Json(ShopView::of(&app, &caller, connected)))
}

async fn remove(State(app): State<App>, caller: Caller, Path(system): Path<String>) -> Answer<StatusCode> {
    app.db.run(&caller.who, DisconnectShop(provider(&system)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn begin(
    State(app): State<App>,
    caller: Caller,
    Path(system): Path<String>,
    body: Body<NewImport>,
) -> Answer<(StatusCode, Json<ImportView>)> {
    let NewImport { from, dry } = body.value;
    let import = app.db.run(&caller.who, BeginShopImport { provider: provider(&system)?, from, dry }).await?;
    Ok((StatusCode::ACCEPTED, Json(import.into())))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/imports/shops", Permission::OrdersRead, list)
            .says("List connected shops", "Shops elsewhere whose orders are taken in.")
            .gives::<ConnectedShops>(200),
        Route::put("/api/v1/imports/shops/{provider}", Permission::TenantWrite, put)
            .says(
                "Connect a shop",
                "`{provider}` is `woocommerce` or `shopify`; one shop of each. The shop is asked once before anything is kept, and from then \
                 on every hour for what changed. What signs in there is kept encrypted.",
            )
            .takes::<NewShop>()
            .gives::<ShopView>(200),
        Route::delete("/api/v1/imports/shops/{provider}", Permission::TenantWrite, remove)
            .says("Disconnect a shop", "It is asked no more. Its orders stay."),
        Route::post("/api/v1/imports/shops/{provider}/imports", Permission::OrdersWrite, begin)
            .says("Import a shop's orders", "Page by page, from a time on or all of them; one import of a shop at a time.")
            .takes::<NewImport>()
            .gives::<ImportView>(202),
    ]
}
