//! Somebody in the back office: what suites prepare and look at through the API.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use http::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Ask, Line, get, post};
use crate::origin::{Home, Origin};

/// One keep-alive connection with a key that may do everything.
pub struct Office {
    line: Line,
    address: SocketAddr,
    bearer: String,
    /// How many requests were sent: the next one's idempotency key.
    sent: u64,
}

impl Office {
    /// Opens a line to a running `origin`.
    ///
    /// # Errors
    /// When it makes no key, or takes no connection.
    pub async fn open(home: &Home, origin: &Origin) -> Result<Self> {
        Self::with_key(origin, &home.api_key()?).await
    }

    /// Opens a line to a running `origin` with a key that there is.
    ///
    /// # Errors
    /// When it takes no connection.
    pub async fn with_key(origin: &Origin, key: &str) -> Result<Self> {
        let (line, address) = (Line::open(origin.address).await?, origin.address);
        Ok(Self { line, address, bearer: format!("Bearer {key}"), sent: 0 })
    }

    /// What every request carries.
    pub fn bearer(&self) -> &str {
        &self.bearer
    }

    /// Looks; gives the answer's text.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn see(&mut self, path: &str) -> Result<Vec<u8>> {
        let asked = get(path, &[("authorization", &self.bearer)])?;
        Ok(self.ask(path, asked).await?.body.to_vec())
    }

    /// Looks.
    ///
    /// # Errors
    /// When it is refused, or the answer is not JSON.
    pub async fn get(&mut self, path: &str) -> Result<Value> {
        Ok(serde_json::from_slice(&self.see(path).await?)?)
    }

    /// Makes something.
    ///
    /// # Errors
    /// When it is refused, or the answer is not JSON.
    pub async fn post(&mut self, path: &str, body: impl Into<bytes::Bytes>) -> Result<Value> {
        self.send(Method::POST, path, body.into()).await
    }

    /// Puts something in place.
    ///
    /// # Errors
    /// When it is refused, or the answer is not JSON.
    pub async fn put(&mut self, path: &str, body: impl Into<bytes::Bytes>) -> Result<Value> {
        self.send(Method::PUT, path, body.into()).await
    }

    async fn send(&mut self, method: Method, path: &str, body: bytes::Bytes) -> Result<Value> {
        self.sent += 1;
        let key = format!("office-{}", self.sent);
        let mut asked = post(path, &[("authorization", &self.bearer), ("idempotency-key", &key)], body)?;
        *asked.method_mut() = method;
        Ok(serde_json::from_slice(&self.ask(path, asked).await?.body)?)
    }

    async fn ask(&mut self, path: &str, asked: Ask) -> Result<Answer> {
        if self.line.is_closed() {
            self.line = Line::open(self.address).await?;
        }
        let answer = self.line.ask(asked).await?;
        ensure!(answer.status.is_success(), "{path}: {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        Ok(answer)
    }

    /// Says who sells, without which nothing is billed.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn say_who_sells(&mut self) -> Result<()> {
        let seller =
            json!({"legal_name": "Ananda Dairy", "address": "12 MG Road\nBengaluru 560001", "state": "29", "upi": "ananda@okbank"});
        self.put("/api/v1/invoice-settings", seller.to_string()).await.map(drop)
    }
}
