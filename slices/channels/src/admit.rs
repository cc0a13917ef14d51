//! Whether a call comes from the provider that it says it does.

use crate::mail;
use crate::provider::Provider;
use crate::twilio::{self, Signed, is_genuine};
use crate::whatsapp::{gateway, meta, myoperator};
use crate::words::{Word, read};
use crate::world::Channels;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use facts::TenantId;
use hmac::{Hmac, Mac};
use http::{HeaderMap, header};
use serde_json::Value;
use sha2::Sha256;
use store::{Error, Kind, Result};
use subtle::ConstantTimeEq;

/// From so many characters on nobody guesses a provider's id of a message.
const UNGUESSED: usize = 20;

/// A call as it came.
pub struct Call<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its path and query.
    pub target: &'a str,
    /// `key` of its query, where some providers put the token that was agreed.
    pub key: Option<&'a str>,
    /// Its body, byte for byte.
    pub body: &'a [u8],
}

impl Channels {
    /// Lets a call of a tenant's provider in.
    ///
    /// MyOperator may have been given no token to carry, as accounts were before there was one: then receipts are let in that only it can
    /// have, and nothing else that it says.
    ///
    /// # Errors
    /// The tenant has no account there (404); the signature or token is missing or wrong (401).
    pub async fn admit(&self, tenant: TenantId, provider: Provider, call: &Call<'_>) -> Result<()> {
        let genuine = match provider {
            Provider::Meta => {
                let account: meta::Account = self.account(tenant, provider).await?;
                account.app_secret.is_some_and(|secret| signed_by_meta(&secret, call))
            }
            Provider::Myoperator => {
                let account: myoperator::Account = self.account(tenant, provider).await?;
                match account.webhook_token {
                    Some(token) => carries(&token, call),
                    None if speaks_of_ours(call.body) => true,
                    None => return Err(unknown()),
                }
            }
            Provider::Gateway => {
                let account: gateway::Account = self.account(tenant, provider).await?;
                account.token.is_some_and(|token| carries(&token, call))
            }
            Provider::Twilio => {
                let account: twilio::Account = self.account(tenant, provider).await?;
                signed_by_twilio(&account.auth_token, &self.public_url, call)
            }
            Provider::Smtp => {
                let account: mail::Account = self.account(tenant, provider).await?;
                account.webhook_token.is_some_and(|token| carries(&token, call))
            }
            Provider::Fcm | Provider::Webpush => return Err(Error::not_found("webhook")),
        };
        if genuine { Ok(()) } else { Err(forged()) }
    }

    /// Whether all that a provider says when it calls is taken in: something is agreed by which its calls are known. Without, of
    /// MyOperator's calls receipts alone are let in, and of the others' none.
    ///
    /// # Errors
    /// Credentials that cannot be opened; whatever the engine refuses.
    pub async fn is_heard(&self, tenant: TenantId, provider: Provider) -> Result<bool> {
        let agreed = match provider {
            Provider::Meta => "app_secret",
            Provider::Myoperator | Provider::Smtp => "webhook_token",
            Provider::Gateway => "token",
            Provider::Twilio | Provider::Fcm | Provider::Webpush => return Ok(true),
        };
        let account: Option<Value> = self.credentials.find(tenant, provider.as_str()).await?;
        Ok(account.is_none_or(|account| account[agreed].is_string()))
    }

    /// Meta asks whether a webhook is ours: what it wants to hear.
    ///
    /// # Errors
    /// The token is not the one that was agreed (403), or there is no account.
    pub async fn meets_challenge(&self, tenant: TenantId, token: &str) -> Result<()> {
        let account: meta::Account = self.account(tenant, Provider::Meta).await?;
        let same = account.verify_token.is_some_and(|known| bool::from(known.as_bytes().ct_eq(token.as_bytes())));
        if same {
            Ok(())
        } else {
            Err(Error::new(Kind::Forbidden, "wrong_token", "The webhook's verify token is not the one that is set."))
        }
    }

    async fn account<T: serde::de::DeserializeOwned>(&self, tenant: TenantId, provider: Provider) -> Result<T> {
        self.credentials.find(tenant, provider.as_str()).await?.ok_or_else(|| Error::not_found("webhook"))
    }
}

fn forged() -> Error {
    Error::new(Kind::Unauthenticated, "invalid_signature", "The webhook's signature or token is missing or wrong.")
}

fn unknown() -> Error {
    let says = "No token is agreed on for this webhook, so of what is said here only receipts are taken in. Set webhook_token, and have \
                the calls carry it.";
    Error::new(Kind::Unauthenticated, "no_token", says)
}

/// Whether a call of MyOperator's that proves nothing says nothing but receipts of messages that are named by what a stranger does not
/// know: our own id, or one of theirs that is too long to guess.
fn speaks_of_ours(body: &[u8]) -> bool {
    read(Provider::Myoperator, body).iter().all(|word| match word {
        Word::Receipt(receipt) => receipt.reference.is_some() || receipt.provider_id.as_ref().is_some_and(|id| id.len() >= UNGUESSED),
        Word::Written(_) | Word::Wish(_) | Word::Complaint(_) | Word::Template(_) => false,
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// HMAC-SHA256 of the body with the app's secret. Source: Meta's "Validate payloads".
fn signed_by_meta(secret: &str, call: &Call<'_>) -> bool {
    let Some(coded) = text(call.headers, "x-hub-signature-256").and_then(|value| value.strip_prefix("sha256=")) else { return false };
    let Some(signature) = unhex(coded) else { return false };
    Hmac::<Sha256>::new_from_slice(secret.as_bytes()).is_ok_and(|mac| mac.chain_update(call.body).verify_slice(&signature).is_ok())
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

/// Twilio signs the address that it was told, which is the public one.
fn signed_by_twilio(auth_token: &str, public_url: &str, call: &Call<'_>) -> bool {
    let Some(signature) = text(call.headers, "x-twilio-signature") else { return false };
    let kind = text(call.headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let url = format!("{public_url}{}", call.target);
    let signed = Signed { url: &url, body: call.body, is_form: kind.starts_with("application/x-www-form-urlencoded"), signature };
    is_genuine(auth_token, &signed)
}

/// A token in X-API-Key, as a bearer, as the password of Basic, or as `?key=`.
fn carries(token: &str, call: &Call<'_>) -> bool {
    let authorization = text(call.headers, header::AUTHORIZATION.as_str());
    let basic = authorization
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|coded| STANDARD.decode(coded.trim()).ok())
        .and_then(|plain| String::from_utf8(plain).ok())
        .and_then(|pair| pair.split_once(':').map(|(_, password)| password.to_owned()));
    let bearer = authorization.and_then(|value| value.strip_prefix("Bearer "));
    let given = [text(call.headers, "x-api-key"), bearer, basic.as_deref(), call.key];
    given.into_iter().flatten().any(|given| bool::from(given.as_bytes().ct_eq(token.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::HeaderName::from_static(name), value.parse().unwrap())])
    }

    fn call<'a>(headers: &'a HeaderMap, key: Option<&'a str>, body: &'a [u8]) -> Call<'a> {
        Call { headers, target: "/", key, body }
    }

    #[test]
    fn a_token_in_four_places() {
        let none = HeaderMap::new();
        let basic = format!("Basic {}", STANDARD.encode("me:t0ken"));
        for headers in [with("x-api-key", "t0ken"), with("authorization", &basic), with("authorization", "Bearer t0ken")] {
            assert!(carries("t0ken", &call(&headers, None, b"")));
        }
        assert!(carries("t0ken", &call(&none, Some("t0ken"), b"")));
        for headers in [none, with("x-api-key", "token"), with("authorization", "Basic !!"), with("authorization", "Bearer no")] {
            assert!(!carries("t0ken", &call(&headers, Some(""), b"")));
        }
    }

    #[test]
    fn what_is_believed_without_a_token() {
        const OURS: &str = "msg_01h2xcejqtf2nbrexx3vqjhp41";
        let told = |payload: Value| json!({"event_id": "e1", "event_type": "message.read", "payload": payload});
        let passed_on = |value: Value| json!({"entry": [{"changes": [{"field": "messages", "value": value}]}]});
        let wamid = "wamid.HBgMOTE5ODc2NTQzMjEwFQIAERgS";
        let stop = json!({"from": "919876543210", "id": wamid, "type": "text", "text": {"body": "STOP"}});
        for (body, is) in [
            (told(json!({"myop_ref_id": OURS, "message_id": "m1", "status": "read"})), true),
            (told(json!({"message_id": wamid, "status": "read"})), true),
            (told(json!({"message_id": "1234", "status": "read"})), false),
            (told(json!({"myop_ref_id": "anything", "message_id": "1234", "status": "read"})), false),
            (
                json!({
                    "event_type": "message.received", "direction": "inbound", "customer_identifier": "+919876543210",
                    "payload": {"message_id": wamid, "myop_ref_id": OURS, "text": {"body": "STOP"}},
                }),
                false,
            ),
            (passed_on(json!({"statuses": [{"id": wamid, "status": "read"}]})), true),
            (passed_on(json!({"statuses": [{"id": wamid, "status": "read"}], "messages": [stop]})), false),
            (passed_on(json!({"user_preferences": [{"wa_id": "919876543210", "value": "stop"}]})), false),
            // What says nothing does nothing.
            (json!({"event_type": "call.ended", "channel": "call"}), true),
        ] {
            assert_eq!(speaks_of_ours(body.to_string().as_bytes()), is, "{body}");
        }
        assert!(speaks_of_ours(b"{"), "that it is no JSON is said later");
    }

    /// Computed independently.
    #[test]
    fn metas_vector_and_every_flipped_bit() {
        let body = br#"{"object":"whatsapp_business_account","entry":[]}"#;
        let right = "e6ad1226d7dbb376b93779e72f6ea6cc56d514dbcb4b3fa023b679f8f0220325";
        let genuine =
            |signature: &str, body: &[u8]| signed_by_meta("meta_app_secret", &call(&with("x-hub-signature-256", signature), None, body));
        assert!(genuine(&format!("sha256={right}"), body));
        let bytes = unhex(right).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut wrong = bytes.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            let wrong: String = wrong.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(!genuine(&format!("sha256={wrong}"), body));
        }
        for wrong in [right, "sha256=", "sha256=zz", "sha1=00"] {
            assert!(!genuine(wrong, body));
        }
        assert!(!genuine(&format!("sha256={right}"), b"{}"));
    }

    #[test]
    fn twilio_signs_the_public_address() {
        let mut headers = with("x-twilio-signature", "YIcEsQ5bce6+WrcYzHp8rE3Xne0=");
        headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8".parse().unwrap());
        let body = b"MessageSid=SM1&MessageStatus=delivered&To=%2B15550002222&From=%2B15551234567&AccountSid=AC1";
        let call = Call { target: "/webhooks/twilio?tenant=t1", ..call(&headers, None, body) };
        assert!(signed_by_twilio("12345", "https://example.com", &call));
        assert!(!signed_by_twilio("12345", "https://example.org", &call));
    }
}
