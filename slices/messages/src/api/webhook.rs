//! `POST /webhooks/myoperator/{tenant}`: receipts come in. Kept and applied in one commit, then 200.

use crate::channels::MyOperator;
use crate::commands::ReceiveReceipts;
use crate::receipts;
use crate::world::World;
use axum::extract::State;
use axum::response::Json;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facts::TenantId;
use http::{HeaderMap, header};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Error, Kind, Result, Who};
use subtle::ConstantTimeEq;
use web::{Access, Answer, App, Asked, Path, Query, Raw, Route};

/// Where MyOperator may put the token that was agreed.
#[derive(Debug, Deserialize)]
struct Carried {
    key: Option<String>,
}

async fn receive(
    State(app): State<App>,
    asked: Asked,
    Path(tenant): Path<String>,
    Query(carried): Query<Carried>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Answer<Json<Value>> {
    let tenant = named(&app, &tenant).await?;
    let account: Option<MyOperator> = app.extra::<World>()?.credentials.find(tenant, "myoperator").await?;
    let account = account.ok_or_else(|| Error::not_found("webhook"))?;
    if let Some(token) = &account.webhook_token {
        admit(token, &headers, carried.key.as_deref())?;
    }
    let said: Value = serde_json::from_slice(&body)
        .map_err(|error| Error::new(Kind::Malformed, "malformed_json", format!("The body is not JSON: {error}.")))?;
    if !said.is_object() {
        return Err(Error::new(Kind::Malformed, "malformed_json", "The body is not a JSON object.").into());
    }
    let event_id = receipts::event_id(&said).unwrap_or_else(|| store::secret::sha256(&body));
    let who = asked.by(Who::provider(tenant, "myoperator"));
    app.db.run(&who, ReceiveReceipts { event_id, body: body.to_vec() }).await?;
    Ok(Json(json!({"status": "ok"})))
}

/// A tenant's id, or `first`.
async fn named(app: &App, name: &str) -> Result<TenantId> {
    let found = if name == "first" { identity::first_tenant(&app.db).await? } else { name.parse().ok() };
    found.ok_or_else(|| Error::not_found("webhook"))
}

/// The token in X-API-Key, as the password of Basic, or as `?key=`.
fn admit(token: &str, headers: &HeaderMap, query: Option<&str>) -> Result<()> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let basic = text(header::AUTHORIZATION.as_str())
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|coded| STANDARD.decode(coded.trim()).ok())
        .and_then(|plain| String::from_utf8(plain).ok())
        .and_then(|pair| pair.split_once(':').map(|(_, password)| password.to_owned()));
    let given = [text("x-api-key"), basic.as_deref(), query];
    let right = given.into_iter().flatten().any(|given| bool::from(given.as_bytes().ct_eq(token.as_bytes())));
    if right { Ok(()) } else { Err(Error::new(Kind::Unauthenticated, "invalid_signature", "The webhook's token is missing or wrong.")) }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/webhooks/myoperator/{tenant}", Access::Signed, receive)
            .says(
                "Receipts from MyOperator",
                "Takes MyOperator's envelope of version 2, or Meta's body as it forwards it. `{tenant}` is a tenant's id, or `first`.",
            )
            .body_limit(1 << 20),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_in_three_places() {
        let with =
            |name: &'static str, value: &str| HeaderMap::from_iter([(header::HeaderName::from_static(name), value.parse().unwrap())]);
        assert!(admit("t0ken", &with("x-api-key", "t0ken"), None).is_ok());
        assert!(admit("t0ken", &with("authorization", &format!("Basic {}", STANDARD.encode("me:t0ken"))), None).is_ok());
        assert!(admit("t0ken", &HeaderMap::new(), Some("t0ken")).is_ok());
        for headers in
            [HeaderMap::new(), with("x-api-key", "token"), with("authorization", "Basic !!"), with("authorization", "Bearer t0ken")]
        {
            assert!(admit("t0ken", &headers, Some("")).is_err());
        }
    }
}
