//! The directory is strict: what RFC 8555 forbids, it refuses.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facts::Time;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sim::{Sim, SimConfig};

struct Client {
    sim: Sim,
    http: reqwest::Client,
    key: EcdsaKeyPair,
}

impl Client {
    async fn new() -> Self {
        let sim = Sim::start(SimConfig::new(|| Time(1_795_149_000_000))).await.unwrap();
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
        let http = reqwest::Client::builder().user_agent("a test").no_proxy().build().unwrap();
        Self { sim, http, key }
    }

    fn at(&self, path: &str) -> String {
        format!("{}/acme/{path}", self.sim.http_url())
    }

    async fn nonce(&self) -> String {
        let answer = self.http.head(self.at("new-nonce")).send().await.unwrap();
        answer.headers()["replay-nonce"].to_str().unwrap().to_owned()
    }

    fn jwk(&self) -> Value {
        let point = self.key.public_key().as_ref();
        json!({"kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..])})
    }

    fn signed(&self, protected: &Value, payload: &str) -> Value {
        let (protected, payload) = (URL_SAFE_NO_PAD.encode(protected.to_string()), URL_SAFE_NO_PAD.encode(payload));
        let signature = self.key.sign(&SystemRandom::new(), format!("{protected}.{payload}").as_bytes()).unwrap();
        json!({"protected": protected, "payload": payload, "signature": URL_SAFE_NO_PAD.encode(signature.as_ref())})
    }

    /// Status and the last word of the problem's type; the account's or order's address where there is one.
    async fn post(&self, path: &str, body: &Value, kind: &str) -> (u16, String, Option<String>) {
        let answer = self.http.post(self.at(path)).header("content-type", kind).body(body.to_string()).send().await.unwrap();
        let status = answer.status().as_u16();
        assert!(answer.headers().contains_key("replay-nonce"), "every answer has one");
        let location = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        let body: Value = answer.json().await.unwrap();
        let word = body["type"].as_str().unwrap_or_default().rsplit(':').next().unwrap_or_default().to_owned();
        (status, word, location)
    }

    async fn refused(&self, path: &str, body: &Value) -> String {
        let (status, word, _) = self.post(path, body, JOSE).await;
        assert!((400..500).contains(&status), "{path} {body}");
        word
    }
}

const JOSE: &str = "application/jose+json";

#[tokio::test]
async fn what_is_not_signed_and_fresh_is_refused() {
    let client = Client::new().await;
    let url = client.at("new-account");
    let agreed = r#"{"termsOfServiceAgreed":true}"#;
    let protected = |nonce: &str| json!({"alg": "ES256", "jwk": client.jwk(), "nonce": nonce, "url": url});
    let nonce = client.nonce().await;
    let right = client.signed(&protected(&nonce), agreed);
    assert_eq!(client.post("new-account", &right, "application/json").await.0, 415);
    let (status, _, account) = client.post("new-account", &right, JOSE).await;
    assert_eq!(status, 201);
    assert_eq!(client.refused("new-account", &right).await, "badNonce", "a nonce is used once");
    assert_eq!(client.refused("new-account", &client.signed(&protected("made-up"), agreed)).await, "badNonce");
    let again = client.signed(&protected(&client.nonce().await), agreed);
    let (status, _, same) = client.post("new-account", &again, JOSE).await;
    assert_eq!((status, &same), (200, &account), "a key has one account");

    let mut forged = client.signed(&protected(&client.nonce().await), agreed);
    forged["payload"] = json!(URL_SAFE_NO_PAD.encode(r#"{"termsOfServiceAgreed":true,"contact":[]}"#));
    assert_eq!(client.refused("new-account", &forged).await, "malformed");
    let elsewhere = client.signed(&protected(&client.nonce().await), agreed);
    assert_eq!(client.refused("new-order", &elsewhere).await, "unauthorized");
    let stranger = |nonce: String, number: u32| json!({"alg": "ES256", "kid": client.at(&format!("account/{number}")), "nonce": nonce, "url": client.at("new-order")});
    let body = r#"{"identifiers":[{"type":"dns","value":"asha.example"}]}"#;
    assert_eq!(client.refused("new-order", &client.signed(&stranger(client.nonce().await, 7), body)).await, "accountDoesNotExist");
    let mut weak = protected(&client.nonce().await);
    weak["alg"] = json!("none");
    assert_eq!(client.refused("new-account", &client.signed(&weak, agreed)).await, "badSignatureAlgorithm");

    let (status, _, order) = client.post("new-order", &client.signed(&stranger(client.nonce().await, 0), body), JOSE).await;
    assert_eq!((status, order), (201, Some(client.at("order/0"))));
    let early = json!({"alg": "ES256", "kid": client.at("account/0"), "nonce": client.nonce().await, "url": client.at("finalize/0")});
    assert_eq!(client.refused("finalize/0", &client.signed(&early, r#"{"csr":""}"#)).await, "orderNotReady");
    assert!(client.sim.acme().issued().is_empty());
}
