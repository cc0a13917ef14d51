//! Pushes to browsers.

use crate::street::{NOW, client, start};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::RequestBuilder;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::json;
use sim::{At, Fault, Provider, PushSubscription, Sim};

/// The body of the example in RFC 8291, for the browser whose keys follow.
const BODY: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
const BROWSER: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn subscribed(sim: &Sim) -> PushSubscription {
    let shop = sim::SimConfig::new(|| NOW).vapid.public;
    sim.webpush().subscribe_with(Some(&shop), &bytes(BROWSER), &bytes(AUTH)).unwrap()
}

/// Who sends, as `Authorization` says it.
fn sender(audience: &str, seconds: i64) -> String {
    let keys = sim::SimConfig::new(|| NOW).vapid;
    let random = SystemRandom::new();
    let (private, public) = (bytes(&keys.private), bytes(&keys.public));
    let pair = EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &private, &public, &random).unwrap();
    let claims = json!({"aud": audience, "exp": NOW.seconds() + seconds, "sub": "mailto:shop@example.com"});
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", part(json!({"typ": "JWT", "alg": "ES256"}).to_string()), part(claims.to_string()));
    let signature = pair.sign(&random, signed.as_bytes()).unwrap();
    format!("vapid t={signed}.{}, k={}", URL_SAFE_NO_PAD.encode(signature), keys.public)
}

fn push(sim: &Sim, to: &PushSubscription) -> RequestBuilder {
    let request = client().post(&to.endpoint).header("ttl", "60").header("content-encoding", "aes128gcm");
    request.header("authorization", sender(&sim.http_url(), 3_600)).body(bytes(BODY))
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_browser_reads_what_was_sent() {
    let (sim, _) = start().await;
    let browser = subscribed(&sim);
    let answer = push(&sim, &browser).header("urgency", "high").header("topic", "order-1").send().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert!(answer.headers()["location"].to_str().unwrap().starts_with(&browser.endpoint));
    let [shown] = sim.webpush().pushes_to(&browser.endpoint).try_into().unwrap();
    assert_eq!(shown.text(), "When I grow up, I want to be a watermelon");
    assert_eq!((shown.ttl, shown.urgency.as_str(), shown.topic.as_deref()), (60, "high", Some("order-1")));
    assert_eq!(shown.sender, "mailto:shop@example.com");
    assert!(sim.webpush().unsubscribe(&browser.endpoint));
    assert_eq!(status(push(&sim, &browser)).await, 410);
}

#[tokio::test]
async fn what_is_wrong_is_refused() {
    let (sim, _) = start().await;
    let browser = subscribed(&sim);
    let bare = || client().post(&browser.endpoint).header("content-encoding", "aes128gcm").body(bytes(BODY));
    let by = |audience: &str, seconds| bare().header("ttl", "60").header("authorization", sender(audience, seconds));
    let own = sim.http_url();
    assert_eq!(status(bare().header("ttl", "60")).await, 401);
    assert_eq!(status(bare().header("authorization", sender(&own, 60))).await, 400, "no TTL");
    assert_eq!(status(by("https://other.example", 60)).await, 403);
    assert_eq!(status(by(&own, 24 * 3_600 + 1)).await, 403);
    assert_eq!(status(by(&own, 0)).await, 403);
    assert_eq!(status(by(&own, 60).header("urgency", "urgent")).await, 400);
    assert_eq!(status(by(&own, 60).header("topic", "a b")).await, 400);
    assert_eq!(status(push(&sim, &browser).body(vec![0; 4_097])).await, 413);
    let plain = client().post(&browser.endpoint).header("ttl", "60").header("authorization", sender(&own, 60)).body("x");
    assert_eq!(status(plain).await, 400, "no content encoding");
    let stranger = PushSubscription { endpoint: format!("{own}/webpush/nobody"), ..browser.clone() };
    assert_eq!(status(push(&sim, &stranger)).await, 404);
    assert!(sim.webpush().pushes().is_empty());
    sim.faults().next(1, At::every(Provider::Webpush), Fault::too_many(Some(30)));
    assert_eq!(push(&sim, &browser).send().await.unwrap().headers()["retry-after"], "30");
}

#[tokio::test]
async fn another_shops_browser_and_an_unreadable_body() {
    let (sim, _) = start().await;
    let other = URL_SAFE_NO_PAD.encode([[4; 1].as_slice(), &[7; 64]].concat());
    let stranger = sim.webpush().subscribe_to(Some(&other)).unwrap();
    assert_eq!(status(push(&sim, &stranger)).await, 403);
    let browser = sim.webpush().subscribe().unwrap();
    assert_eq!(status(push(&sim, &browser)).await, 201, "a service cannot look inside");
    let [shown] = sim.webpush().pushes().try_into().unwrap();
    assert!(shown.plain.is_none() && shown.unreadable.is_some());
    let made = client().post(format!("{}/webpush", sim.http_url())).json(&json!({"applicationServerKey": null})).send().await.unwrap();
    let made: serde_json::Value = made.json().await.unwrap();
    assert_eq!(bytes(made["keys"]["p256dh"].as_str().unwrap()).len(), 65);
    assert_eq!(client().delete(made["endpoint"].as_str().unwrap()).send().await.unwrap().status(), 204);
}
