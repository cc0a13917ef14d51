//! `POST /webhooks/{provider}/{tenant}`: what providers say comes in. Kept and applied in one commit, then 200; kept alone where applying it fails.

use crate::commands::{KeepCall, ReceiveCall};
use crate::world::World;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Json, Response};
use channels::{Call, Provider, is_mail, kept};
use facts::TenantId;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Error, Kind, Result, Who};
use web::{Access, Answer, App, Asked, Path, Query, Raw, Route};

/// The largest call: Meta's are of up to 3 MB.
const LARGEST: usize = 4 << 20;

/// What providers put into the address.
#[derive(Debug, Deserialize)]
struct Carried {
    /// The token that was agreed.
    key: Option<String>,
    /// Our id of the message, where the address is the only thing that comes back.
    r#ref: Option<String>,
}

/// What Meta puts into the address when it asks whether a webhook is ours.
#[derive(Debug, Deserialize)]
struct Challenge {
    #[serde(rename = "hub.mode", default)]
    mode: String,
    #[serde(rename = "hub.verify_token", default)]
    token: String,
    #[serde(rename = "hub.challenge", default)]
    challenge: String,
}

struct Came {
    tenant: String,
    carried: Carried,
    headers: HeaderMap,
    target: String,
    body: Vec<u8>,
}

macro_rules! receives {
    ($name:ident, $provider:expr) => {
        async fn $name(
            app: State<App>,
            asked: Asked,
            OriginalUri(uri): OriginalUri,
            Path(tenant): Path<String>,
            Query(carried): Query<Carried>,
            headers: HeaderMap,
            Raw(body): Raw,
        ) -> Answer<Response> {
            let target = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
            receive($provider, &app.0, asked, Came { tenant, carried, headers, target, body: body.to_vec() }).await
        }
    };
}

receives!(from_meta, Provider::Meta);
receives!(from_myoperator, Provider::Myoperator);
receives!(from_gateway, Provider::Gateway);
receives!(from_twilio, Provider::Twilio);
receives!(from_smtp, Provider::Smtp);

async fn receive(provider: Provider, app: &App, asked: Asked, came: Came) -> Answer<Response> {
    let tenant = named(app, &came.tenant).await?;
    let call = Call { headers: &came.headers, target: &came.target, key: came.carried.key.as_deref(), body: &came.body };
    app.extra::<World>()?.channels.admit(tenant, provider, &call).await?;
    let mut body = came.body;
    if provider == Provider::Twilio {
        // Its receipts do not say our id: it stands in the address, and is kept beside what they say.
        if let Some(reference) = came.carried.r#ref {
            body.extend_from_slice(format!("&ref={}", urlencoded(&reference)).as_bytes());
        }
    }
    check(provider, &body)?;
    if provider == Provider::Smtp {
        body = kept(&body);
    }
    let who = asked.by(Who::provider(tenant, provider.as_str()));
    let call = ReceiveCall { provider, body: body.clone() };
    if let Err(error) = app.db.run(&who, call).await {
        // Whatever stands against it, the provider need not say it again: each word of it is tried by itself from now on.
        tracing::error!(%provider, error = error.message(), "a call could not be applied, and is kept");
        app.db.run(&who, KeepCall { provider, body }).await?;
    }
    Ok(match provider {
        // What is answered here would be sent to the person who wrote.
        Provider::Twilio => ([(http::header::CONTENT_TYPE, "text/xml")], "<Response/>").into_response(),
        _ => Json(json!({"status": "ok"})).into_response(),
    })
}

/// Whether a body is of the kind that a provider sends. A form may say anything.
fn check(provider: Provider, body: &[u8]) -> Result<()> {
    match provider {
        Provider::Twilio => Ok(()),
        Provider::Smtp if is_mail(body) => Ok(()),
        Provider::Smtp => {
            Err(Error::new(Kind::Malformed, "malformed_mail", "The body is not a mail: its headers come first, From among them."))
        }
        _ => {
            let said: Value = serde_json::from_slice(body)
                .map_err(|error| Error::new(Kind::Malformed, "malformed_json", format!("The body is not JSON: {error}.")))?;
            let no_object = || Error::new(Kind::Malformed, "malformed_json", "The body is not a JSON object.");
            if said.is_object() { Ok(()) } else { Err(no_object()) }
        }
    }
}

fn urlencoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn verify(State(app): State<App>, Path(tenant): Path<String>, Query(asked): Query<Challenge>) -> Answer<String> {
    let tenant = named(&app, &tenant).await?;
    if asked.mode != "subscribe" {
        return Err(Error::field("hub.mode", "subscribe").into());
    }
    app.extra::<World>()?.channels.meets_challenge(tenant, &asked.token).await?;
    Ok(asked.challenge)
}

/// A tenant's id, or `first`.
async fn named(app: &App, name: &str) -> Result<TenantId> {
    let found = if name == "first" { identity::first_tenant(&app.db).await? } else { name.parse().ok() };
    found.ok_or_else(|| Error::not_found("webhook"))
}

pub(super) fn routes() -> Vec<Route> {
    const TENANT: &str = "`{tenant}` is a tenant's id, or `first`.";
    const MYOPERATOR: &str =
        "Takes MyOperator's envelope of version 2, or Meta's body as it forwards it. `{tenant}` is a tenant's id, or `first`.";
    const META: &str = "Signed with the app's secret: receipts, what people write, and what they do not want any more.";
    const TWILIO: &str = "Signed with the account's token, over the public address: receipts and what people write.";
    const SMTP: &str = "With the token that was agreed, as `?key=`, X-API-Key, bearer or the password of Basic: a mail as it came (message/rfc822), \
                        of up to 4 MB. A report of what could not be delivered (RFC 3464), or of what somebody called spam (RFC 5965), counts where the \
                        mail that it is about is the tenant's; any other mail changes nothing.";
    const GATEWAY: &str = "With the token that was agreed: `{ref, id, status}`, or `{id, from, message}`.";
    let all = vec![
        Route::post("/webhooks/meta/{tenant}", Access::Signed, from_meta).says("Calls from Meta", META),
        Route::post("/webhooks/myoperator/{tenant}", Access::Signed, from_myoperator).says("Receipts from MyOperator", MYOPERATOR),
        Route::post("/webhooks/gateway/{tenant}", Access::Signed, from_gateway).says("Calls from a WhatsApp gateway", GATEWAY),
        Route::post("/webhooks/twilio/{tenant}", Access::Signed, from_twilio).says("Calls from Twilio", TWILIO),
        Route::post("/webhooks/smtp/{tenant}", Access::Signed, from_smtp).says("Reports of mail servers", SMTP),
    ];
    let mut all: Vec<Route> = all.into_iter().map(|route| route.body_limit(LARGEST)).collect();
    all.push(Route::get("/webhooks/meta/{tenant}", Access::Signed, verify).says("Meta asks whether a webhook is ours", TENANT));
    all
}
