//! Origin over HTTP, as a careful client uses it: what was not answered is asked again with the same key and body.

use crate::chance::Chance;
use anyhow::{Context, Result};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::time::Duration;

/// How long a client waits for one answer before it asks again.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body; null where it is no JSON.
    pub body: Value,
}

impl Answer {
    /// Whether it is a success.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the same request may succeed later, as far as the answer tells.
    fn may_succeed_later(&self) -> bool {
        let busy = self.status == 409 && self.body["code"] == "idempotency_in_progress";
        busy || self.status == 429 || self.status >= 500
    }
}

/// A client with an API key. Cloning is cheap.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    url: String,
    key: String,
}

impl Api {
    /// A client of the origin at `url`.
    ///
    /// # Errors
    /// This machine has no usable TLS set-up.
    pub fn new(url: &str, key: &str) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        Ok(Self { http, url: url.to_owned(), key: key.to_owned() })
    }

    /// A request of a stranger, such as a buyer.
    pub fn public(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// A request with the API key.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.public(method, path).bearer_auth(&self.key)
    }

    /// Sends once; `None` where nobody answered.
    pub async fn once(request: RequestBuilder) -> Option<Answer> {
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        // A body cut off by a kill is no answer either.
        let body = response.bytes().await.ok()?;
        Some(Answer { status, body: serde_json::from_slice(&body).unwrap_or(Value::Null) })
    }

    /// Sends until there is an answer that another try would not change. Whoever calls this bounds its time.
    pub async fn until_answered(make: impl Fn() -> RequestBuilder, chance: &mut Chance) -> Answer {
        loop {
            match Self::once(make()).await {
                Some(answer) if !answer.may_succeed_later() => return answer,
                _ => tokio::time::sleep(chance.millis(20, 120)).await,
            }
        }
    }

    /// Looks, with the API key.
    ///
    /// # Errors
    /// Nobody answers, or not with success.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let answer = Self::once(self.request(Method::GET, path)).await.with_context(|| format!("GET {path} was not answered"))?;
        anyhow::ensure!(answer.is_ok(), "GET {path}: {} {}", answer.status, answer.body);
        Ok(answer.body)
    }

    /// Everything of a list, page by page. `path` has a query already.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub async fn all(&self, path: &str) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let page = match &next {
                None => self.get(path).await?,
                Some(cursor) => self.get(&format!("{path}&cursor={cursor}")).await?,
            };
            rows.extend(page["data"].as_array().context("a list has data")?.iter().cloned());
            match page["next_cursor"].as_str() {
                Some(cursor) => next = Some(cursor.to_owned()),
                None => return Ok(rows),
            }
        }
    }

    /// Puts JSON, with the API key.
    ///
    /// # Errors
    /// Nobody answers, or not with success.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.request(Method::PUT, path).json(body);
        let answer = Self::once(request).await.with_context(|| format!("PUT {path} was not answered"))?;
        anyhow::ensure!(answer.is_ok(), "PUT {path}: {} {}", answer.status, answer.body);
        Ok(answer.body)
    }
}
