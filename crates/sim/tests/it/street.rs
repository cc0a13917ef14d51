//! A simulation, a shop that listens to it, and a client that speaks to it.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use sim::{Provider, Retry, Sim, SimConfig};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

/// Some moment in November 2026.
pub const NOW: facts::Time = facts::Time(1_793_600_000_000);

/// What the simulated shop was told.
#[derive(Clone, Default)]
pub struct Shop {
    pub heard: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    /// How many calls it still answers with 500.
    pub ill: Arc<Mutex<u32>>,
}

impl Shop {
    pub fn events(&self) -> Vec<Value> {
        self.heard.lock().unwrap().iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect()
    }

    /// The forms that it was posted, with the headers that each came with.
    pub fn forms(&self) -> Vec<(HeaderMap, Vec<(String, String)>)> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|(headers, body)| (headers.clone(), url::form_urlencoded::parse(body.as_bytes()).into_owned().collect())).collect()
    }
}

/// What the shop answers whoever asks whether it wants webhooks.
async fn agree(Query(asked): Query<HashMap<String, String>>) -> (StatusCode, String) {
    let right = asked["hub.mode"] == "subscribe" && asked["hub.verify_token"] == "simulated_verify_token";
    if right { (StatusCode::OK, asked["hub.challenge"].clone()) } else { (StatusCode::FORBIDDEN, String::new()) }
}

async fn hear(State(shop): State<Shop>, headers: HeaderMap, body: String) -> StatusCode {
    let mut ill = shop.ill.lock().unwrap();
    if *ill > 0 {
        *ill -= 1;
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    shop.heard.lock().unwrap().push((headers, body));
    StatusCode::OK
}

pub fn config() -> SimConfig {
    let retry = Retry { first: Duration::from_millis(5), longest: Duration::from_millis(20), give_up_after: Duration::from_secs(5) };
    SimConfig { retry, ..SimConfig::new(|| NOW) }
}

pub async fn start() -> (Sim, Shop) {
    start_with(config()).await
}

pub async fn start_with(config: SimConfig) -> (Sim, Shop) {
    let sim = Sim::start(config).await.unwrap();
    let shop = Shop::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let app = Router::new().route("/hook", post(hear).get(agree)).route("/hook/{guest}", post(hear)).with_state(shop.clone());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    sim.webhooks_to(&url);
    sim.receipts_to(&url);
    for provider in [Provider::Meta, Provider::Twilio, Provider::Gateway] {
        sim.report_to(provider, &url, &url);
    }
    (sim, shop)
}

pub fn client() -> reqwest::Client {
    let redirects = reqwest::redirect::Policy::none();
    reqwest::Client::builder().no_proxy().redirect(redirects).build().unwrap()
}
