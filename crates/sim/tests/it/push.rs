//! Pushes to apps.

use crate::street::{NOW, client, start};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use sim::{At, Fault, Provider, Sim};

/// The service account's assertion, with some claims of its own.
fn assertion(account: &Value, change: &dyn Fn(&mut Value)) -> String {
    let now = NOW.seconds();
    let mut claims = json!({
        "iss": account["client_email"], "aud": account["token_uri"], "iat": now, "exp": now + 3_600,
        "scope": "https://www.googleapis.com/auth/firebase.messaging",
    });
    change(&mut claims);
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": account["private_key_id"]});
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let pem: String = account["private_key"].as_str().unwrap().lines().filter(|line| !line.starts_with('-')).collect();
    let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(pem).unwrap()).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn exchange(account: &Value, assertion: &str) -> (u16, Value) {
    let form = [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion)];
    let answer = client().post(account["token_uri"].as_str().unwrap()).form(&form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn push(sim: &Sim, access: &str, message: Value) -> (u16, Value) {
    let url = format!("{}/v1/projects/simulated-shop/messages:send", sim.fcm_url());
    let answer = client().post(url).bearer_auth(access).json(&json!({ "message": message })).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn an_assertion_is_exchanged_for_a_token() {
    let (sim, _) = start().await;
    let account = sim::service_account(&sim.http_url());
    let (status, token) = exchange(&account, &assertion(&account, &|_| {})).await;
    assert_eq!((status, &token["token_type"]), (200, &json!("Bearer")));
    let access = token["access_token"].as_str().unwrap();
    let device = sim.fcm().device();
    let notification = json!({"title": "Packed", "body": "Your order is packed"});
    let (status, sent) = push(&sim, access, json!({"token": device, "notification": notification, "data": {"order": "1"}})).await;
    assert_eq!(status, 200);
    let [shown] = sim.fcm().pushes().try_into().unwrap();
    assert_eq!((json!(shown.name), shown.title.as_deref(), &shown.target), (sent["name"].clone(), Some("Packed"), &device));
    let wrong: [&dyn Fn(&mut Value); 4] = [
        &|claims| claims["aud"] = json!("https://oauth2.example"),
        &|claims| claims["exp"] = json!(NOW.seconds() + 3_601),
        &|claims| claims["exp"] = json!(NOW.seconds() - 1),
        &|claims| claims["scope"] = json!("email"),
    ];
    for change in wrong {
        assert_eq!(exchange(&account, &assertion(&account, change)).await.0, 400);
    }
    let torn = assertion(&account, &|_| {}).replace("eyJ", "eyK");
    assert_eq!(exchange(&account, &torn).await.1["error"], "invalid_grant");
    sim.fcm().expire_tokens();
    assert_eq!(push(&sim, access, json!({"token": device})).await.0, 401);
}

#[tokio::test]
async fn devices_that_are_in_trouble() {
    let (sim, _) = start().await;
    let account = sim::service_account(&sim.http_url());
    let (_, token) = exchange(&account, &assertion(&account, &|_| {})).await;
    let access = token["access_token"].as_str().unwrap();
    let code = |answer: &Value| answer["error"]["details"][0]["errorCode"].as_str().map(str::to_owned);
    for (device, status, expected) in [
        ("sim-unregistered-1", 404, Some("UNREGISTERED")),
        ("sim-invalid-1", 400, Some("INVALID_ARGUMENT")),
        ("sim-mismatch-1", 403, Some("SENDER_ID_MISMATCH")),
        ("sim-quota-1", 429, Some("QUOTA_EXCEEDED")),
        ("sim-unavailable-1", 503, Some("UNAVAILABLE")),
        ("sim-internal-1", 500, Some("INTERNAL")),
        ("sim-third-party-1", 401, Some("THIRD_PARTY_AUTH_ERROR")),
        ("any-other", 200, None),
    ] {
        let (answered, body) = push(&sim, access, json!({"token": device, "data": {"a": "b"}})).await;
        assert_eq!((answered, code(&body).as_deref()), (status, expected), "{device}");
    }
    let device = sim.fcm().device();
    sim.fcm().uninstall(&device);
    assert_eq!(push(&sim, access, json!({"token": device})).await.0, 404);
    let (_, odd) = push(&sim, access, json!({"token": "t", "data": {"a": 1}})).await;
    assert_eq!(code(&odd).as_deref(), Some("INVALID_ARGUMENT"));
    sim.faults().next(1, At::every(Provider::Fcm).to_whom("any-other"), Fault::too_many(Some(9)));
    assert_eq!(push(&sim, access, json!({"token": "any-other"})).await.0, 429);
    assert_eq!(sim.fcm().pushes().len(), 1);
}
