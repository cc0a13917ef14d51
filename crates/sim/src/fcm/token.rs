//! `POST /token`: an access token for an assertion that the service account signed (RFC 7523).

use super::Fcm;
use super::account::{EMAIL, KEY_ID};
use super::wire::Refused;
use crate::jwt;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use facts::Time;
use ring::signature::RSA_PKCS1_2048_8192_SHA256;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
/// For how many seconds an assertion may be good at most.
const LONGEST: i64 = 3_600;
/// By how many seconds its clock may be ahead.
const SKEW: i64 = 300;
/// For how many seconds an access token is good.
const LIFETIME: u64 = 3_599;

pub(super) async fn give(State(fcm): State<Fcm>, body: Bytes) -> Response {
    let deed = async { fcm.exchange(&body).unwrap_or_else(|(error, words)| wrong(error, words)) };
    fcm.0.door.pass("POST /token", &[], |status| Refused::by_fault(status).into_response(), deed).await
}

fn wrong(error: &str, words: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error, "error_description": words}))).into_response()
}

impl Fcm {
    fn exchange(&self, body: &[u8]) -> Result<Response, (&'static str, &'static str)> {
        let form: HashMap<String, String> = url::form_urlencoded::parse(body).into_owned().collect();
        let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if get("grant_type") != GRANT {
            return Err(("unsupported_grant_type", "Invalid grant_type"));
        }
        let now = (self.0.clock)();
        let account = &self.0.account;
        let claims = jwt::verified(get("assertion"), "RS256", &RSA_PKCS1_2048_8192_SHA256, &account.public);
        let claims = claims.map_err(|_| ("invalid_grant", "Invalid JWT Signature."))?;
        if claims.header["kid"].as_str().is_some_and(|kid| kid != KEY_ID) {
            return Err(("invalid_grant", "Invalid JWT Signature."));
        }
        check(&claims.payload, &account.token_uri, now).map_err(|words| ("invalid_grant", words))?;
        let scopes = claims.payload["scope"].as_str().unwrap_or_default();
        if !scopes.split(' ').any(|scope| scope == SCOPE || scope == "https://www.googleapis.com/auth/cloud-platform") {
            return Err(("invalid_scope", "Invalid OAuth scope or ID token audience provided."));
        }
        let token = format!("ya29.{}", self.0.names.fresh(32));
        self.0.state.lock().tokens.insert(token.clone(), now.after(Duration::from_secs(LIFETIME)));
        Ok(Json(json!({"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"})).into_response())
    }

    /// Whether a call carries an access token that is still good.
    pub(super) fn knows(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|text| text.strip_prefix("Bearer "));
        let until = given.and_then(|token| self.0.state.lock().tokens.get(token).copied());
        until.is_some_and(|until| (self.0.clock)() < until)
    }
}

/// What an assertion has to say.
fn check(claims: &Value, token_uri: &str, now: Time) -> Result<(), &'static str> {
    if claims["iss"] != EMAIL {
        return Err("Invalid issuer: Not a valid email or user ID.");
    }
    if claims["aud"] != token_uri {
        return Err("Invalid JWT: audience is not the token address");
    }
    let (Some(iat), Some(exp)) = (claims["iat"].as_i64(), claims["exp"].as_i64()) else {
        return Err("Invalid JWT: iat and exp are numbers of seconds");
    };
    let now = now.seconds();
    if exp <= now || iat > now + SKEW || exp - iat > LONGEST {
        return Err(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_assertion_has_to_say() {
        let now = Time(1_700_000_000_000);
        let claims = |iat: i64, exp: i64| json!({"iss": EMAIL, "aud": "https://t", "iat": 1_700_000_000 + iat, "exp": 1_700_000_000 + exp});
        for (iat, exp, right) in [(0, 3_600, true), (0, 3_601, false), (-3_600, 0, false), (300, 3_900, true), (301, 3_600, false)] {
            assert_eq!(check(&claims(iat, exp), "https://t", now).is_ok(), right, "{iat} {exp}");
        }
        assert!(check(&claims(0, 60), "https://other", now).is_err());
        assert!(check(&json!({"iss": "me", "aud": "https://t", "iat": 0, "exp": 1}), "https://t", now).is_err());
    }
}
