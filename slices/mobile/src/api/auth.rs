//! Signing in on a phone, staying so, and signing out.

use crate::Mobile;
use crate::commands::{EndDevice, Refresh, Refreshed, SignInDevice, wrong_refresh_token};
use crate::model::Platform;
use crate::tokens::{For, refresh_token};
use crate::{queries, rules};
use axum::Json;
use axum::extract::State;
use facts::{DeviceId, UserId};
use http::StatusCode;
use identity::{Credentials, Member, Tenant};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::secret::sha256;
use store::{Error, Kind, Result, Who};
use utoipa::ToSchema;
use web::{Access, Address, Answer, App, Asked, Body, Route};

pub(super) fn routes() -> Vec<Route> {
    const LOGIN: &str = "The access token opens all of /api that the person's role permits, for 15 minutes; then refresh it. Where a second \
                         factor is on and no code is sent, the answer is 401 `code_required`: ask for the code and send all of it again. \
                         Each sign-in is a device of its own.";
    const REFRESH: &str = "A refresh token is used once; keep the one that comes with the answer. When the answer is lost, send the same token \
                           again within 30 seconds: the answer is the same. A token that comes back later signs the device out, because \
                           somebody else has it as well.";
    vec![
        Route::post("/api/v2/auth/login", Access::Public, login)
            .says("Sign in on a device", LOGIN)
            .takes::<Login>()
            .gives::<SignedIn>(200)
            .at_most("LOGIN", 20)
            .body_limit(8_192),
        Route::post("/api/v2/auth/refresh", Access::Public, refresh)
            .says("Refresh an access token", REFRESH)
            .takes::<Token>()
            .gives::<Given>(200)
            .at_most("MOBILE_REFRESH", 60)
            .body_limit(8_192),
        Route::post("/api/v2/auth/logout", Access::Public, logout)
            .says(
                "Sign out on a device",
                "By its refresh token, so that it works after the access token is over. It ends the device; doing so again is fine.",
            )
            .takes::<Token>()
            .at_most("MOBILE_REFRESH", 60)
            .body_limit(8_192),
        Route::post("/api/v2/auth/signup", Access::Public, sign_up)
            .says(
                "Sign up",
                "Sends a link to the address, which opens an account for the business; then sign in here. The answer is the same whether \
                 somebody has an account under the address already. 403 `sign_up_closed` where strangers may not.",
            )
            .takes::<SignUp>()
            .gives::<LinkSent>(202)
            .at_most("SIGNUP", 10)
            .body_limit(8_192),
        Route::get("/.well-known/jwks.json", Access::Public, keys)
            .says("Keys of access tokens", "What others check access tokens with, where they are signed by EdDSA; empty otherwise.")
            .gives::<Keys>(200),
    ]
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MobileLogin)]
struct Login {
    /// The user name; or send `email`.
    #[schema(example = "asha")]
    username: Option<String>,
    /// The e-mail address, in place of a user name.
    #[schema(example = "asha@example.com")]
    email: Option<String>,
    /// The password.
    #[schema(value_type = String)]
    password: SecretString,
    /// The code of the second factor, where one is on; a recovery code does as well.
    code: Option<String>,
    /// Slug or id of the account to sign in to, for whoever has several; the one they came to last where nothing is said.
    tenant: Option<String>,
    /// The device.
    device: DeviceSaid,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MobileLoginDevice)]
struct DeviceSaid {
    /// What its owner calls it, 1 to 80 characters.
    #[schema(example = "Asha's phone")]
    name: String,
    /// android, ios, web or other.
    #[schema(value_type = String, example = "android")]
    platform: Platform,
    /// The version of the app, 1 to 40 characters.
    #[schema(example = "2.4.0")]
    app_version: String,
}

/// Tokens just given.
#[derive(Serialize, ToSchema)]
#[schema(as = MobileTokens)]
struct Given {
    /// What goes into `Authorization: Bearer`.
    access_token: String,
    /// `Bearer`.
    token_type: &'static str,
    /// Seconds for which the access token opens.
    expires_in: u64,
    /// What the next access token is asked for with, once. Keep it where only the app reads it.
    refresh_token: String,
    /// The device that they are for.
    #[schema(value_type = String, example = "dev_01h2xcejqtf2nbrexx3vqjhp41")]
    device_id: DeviceId,
}

/// Somebody who has just signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = MobileSignedIn)]
struct SignedIn {
    #[serde(flatten)]
    given: Given,
    /// The person.
    user: Member,
    /// Where they signed in.
    tenant: Tenant,
}

async fn login(State(app): State<App>, address: Address, asked: Asked, body: Body<Login>) -> Answer<Json<SignedIn>> {
    let Login { username, email, password, code, tenant, device } = body.value;
    let login = username.or(email).filter(|login| !login.trim().is_empty());
    let login = login.ok_or_else(|| Error::field("username", "a user name, or an e-mail address as `email`"))?;
    let (name, app_version) = (rules::device_name(&device.name)?, rules::app_version(&device.app_version)?);
    let said = Credentials { login: &login, password: &password, code: code.as_deref(), tenant: tenant.as_deref() };
    let proven = identity::prove(&app, address, said).await?;
    let who = asked.by(Who::member(proven.tenant, proven.user));
    let (user, tenant) = (proven.user, proven.tenant);
    let token = refresh_token(app.db.dice().secret());
    let command = SignInDevice { proven, name, platform: device.platform, app_version, refresh_hash: sha256(&token) };
    let device = app.db.run(&who, command).await?;
    let mut read = app.db.read_main(tenant);
    let member = identity::member(&mut read, user).await?.ok_or_else(|| Error::not_found("member"))?;
    let given = give(&app, For { user, tenant, device }, token)?;
    Ok(Json(SignedIn { given, user: member, tenant: identity::tenant(&mut read).await? }))
}

fn give(app: &App, whom: For, refresh_token: String) -> Result<Given> {
    let now = app.db.clock().now();
    let jti = app.db.dice().id::<facts::SessionId>(now);
    let access_token = app.extra::<Mobile>()?.tokens.access(whom, facts::Id::uuid(jti), now)?;
    Ok(Given { access_token, token_type: "Bearer", expires_in: rules::ACCESS.as_secs(), refresh_token, device_id: whom.device })
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MobileRefreshToken)]
struct Token {
    /// The refresh token that came last.
    #[schema(value_type = String)]
    refresh_token: SecretString,
}

async fn refresh(State(app): State<App>, asked: Asked, body: Body<Token>) -> Answer<Json<Given>> {
    let token = body.value.refresh_token;
    let token_hash = sha256(token.expose_secret());
    let (tenant, device) = queries::refresh_token(&app.db, &token_hash).await?.ok_or_else(wrong_refresh_token)?;
    let mut successors = app.extra::<Mobile>()?.tokens.successors(token.expose_secret());
    let successor_hashes = successors.iter().map(sha256).collect();
    // Whose it is, the command finds out; what it does by itself is the device's doing.
    let who = asked.by(Who::system(tenant, "refresh_device"));
    match app.db.run(&who, Refresh { device, token_hash, successor_hashes }).await? {
        Refreshed::Given(user, at) => Ok(Json(give(&app, For { user, tenant, device }, successors.swap_remove(at))?)),
        Refreshed::Stolen => Err(reused().into()),
    }
}

fn reused() -> Error {
    let message = "This refresh token was used before, so somebody else may have it. The device is signed out; sign in again.";
    Error::new(Kind::Unauthenticated, "refresh_token_reused", message)
}

async fn logout(State(app): State<App>, asked: Asked, body: Body<Token>) -> Answer<StatusCode> {
    let hash = sha256(body.value.refresh_token.expose_secret());
    if let Some((tenant, id)) = queries::refresh_token(&app.db, &hash).await? {
        let who = asked.by(Who::system(tenant, "sign_out_device"));
        app.db.run(&who, EndDevice { id, of: None::<UserId>, why: "signed_out" }).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MobileSignUp)]
struct SignUp {
    /// Where the link goes.
    #[schema(example = "asha@example.com")]
    email: String,
    /// What the business is called.
    #[schema(example = "Asha's dairy")]
    business: String,
}

/// A link is on its way.
#[derive(Serialize, ToSchema)]
struct LinkSent {
    /// Where it goes.
    email: String,
}

async fn sign_up(State(app): State<App>, asked: Asked, body: Body<SignUp>) -> Answer<(StatusCode, Json<LinkSent>)> {
    let SignUp { email, business } = body.value;
    let first = identity::first_tenant(&app.db).await?.ok_or_else(|| Error::not_found("shop"))?;
    identity::sign_up(&app, &asked.by(Who::visitor(first)), &email, &business).await?;
    Ok((StatusCode::ACCEPTED, Json(LinkSent { email })))
}

/// A JSON Web Key Set (RFC 7517).
#[derive(Serialize, ToSchema)]
#[schema(as = JsonWebKeys)]
struct Keys {
    /// The keys.
    #[schema(value_type = Vec<Object>)]
    keys: Vec<Value>,
}

async fn keys(State(app): State<App>) -> Answer<Json<Keys>> {
    let published = app.extra::<Mobile>()?;
    let keys = published.tokens.published()?.keys.iter().map(serde_json::to_value).collect::<Result<_, _>>();
    Ok(Json(Keys { keys: keys.map_err(Error::from)? }))
}
