//! The load generator: keep-alive connections, each with one request under way at a time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::report::quantile;

/// How long after the call of [`paced`] its first request leaves: by then everybody is connected.
pub const LEAD: Duration = Duration::from_millis(200);

/// A request with its whole body.
pub type Ask = Request<Full<Bytes>>;

/// What a load came to.
#[derive(Default)]
pub struct Load {
    /// Requests answered 2xx or 3xx.
    pub ok: u64,
    /// Others.
    pub refused: u64,
    /// The first of the others, for a remark.
    pub first_refusal: Option<String>,
    /// From the first request to the last answer.
    pub time: Duration,
    /// How long each took, in microseconds, in order.
    pub micros: Vec<u32>,
}

impl Load {
    /// Answered 2xx or 3xx in a second.
    pub fn per_second(&self) -> f64 {
        self.ok as f64 / self.time.as_secs_f64()
    }

    /// Milliseconds within which this share was answered.
    pub fn within_ms(&self, share: f64) -> f64 {
        quantile(&self.micros, share) / 1e3
    }

    fn add(&mut self, other: Load) {
        self.ok += other.ok;
        self.refused += other.refused;
        self.first_refusal = self.first_refusal.take().or(other.first_refusal);
        self.micros.extend(other.micros);
    }

    fn note(&mut self, answer: &Answer, since: Instant) {
        self.micros.push(u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX));
        if answer.status.is_success() || answer.status.is_redirection() {
            self.ok += 1;
        } else {
            self.refused += 1;
            self.first_refusal.get_or_insert_with(|| format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)));
        }
    }
}

/// An answer, whole.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// One keep-alive connection.
pub struct Line(SendRequest<Full<Bytes>>);

impl Line {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self(sender))
    }

    /// Whether the other side has hung up, as it does when nobody asks for a while.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Asks and waits for the whole answer.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn ask(&mut self, ask: Ask) -> Result<Answer> {
        self.0.ready().await?;
        let response = self.0.send_request(ask).await?;
        let (head, body) = response.into_parts();
        Ok(Answer { status: head.status, headers: head.headers, body: body.collect().await?.to_bytes() })
    }
}

/// A POST of JSON. `headers` are further ones.
///
/// # Errors
/// When a header holds what no header may.
pub fn post(path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Result<Ask> {
    let mut request = Request::post(path).header("host", "origin.test").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Ok(request.body(Full::new(body.into()))?)
}

/// A GET. `headers` are further ones.
///
/// # Errors
/// When a header holds what no header may.
pub fn get(path: &str, headers: &[(&str, &str)]) -> Result<Ask> {
    let request =
        headers.iter().fold(Request::get(path).header("host", "origin.test"), |request, (name, value)| request.header(*name, *value));
    Ok(request.body(Full::default())?)
}

/// As many requests as so many connections can make, until `time` is over or `next` has no more. `next`
/// is called with 0, 1, 2 …
///
/// # Errors
/// When a connection breaks.
pub async fn closed<F>(address: SocketAddr, connections: usize, time: Option<Duration>, next: F) -> Result<Load>
where
    F: Fn(u64) -> Option<Ask> + Send + Sync + 'static,
{
    let mut lines = Vec::new();
    for _ in 0..connections {
        lines.push(Line::open(address).await.context("origin does not take connections")?);
    }
    let (next, count) = (Arc::new(next), Arc::new(AtomicU64::new(0)));
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for mut line in lines {
        let (next, count) = (next.clone(), count.clone());
        tasks.spawn(async move {
            let mut load = Load::default();
            while time.is_none_or(|time| start.elapsed() < time) {
                let Some(ask) = next(count.fetch_add(1, Ordering::Relaxed)) else { break };
                let since = Instant::now();
                load.note(&line.ask(ask).await?, since);
            }
            anyhow::Ok(load)
        });
    }
    all(tasks, start).await
}

/// Requests at a steady pace, whatever the answers take; each counts from when it was meant to leave.
///
/// # Errors
/// When a connection breaks.
pub async fn paced<F>(address: SocketAddr, connections: u64, per_second: f64, count: u64, next: F) -> Result<Load>
where
    F: Fn(u64) -> Option<Ask> + Send + Sync + 'static,
{
    let next = Arc::new(next);
    let mut tasks = JoinSet::new();
    let start = Instant::now() + LEAD;
    for first in 0..connections {
        let (next, mut line) = (next.clone(), Line::open(address).await?);
        tasks.spawn(async move {
            let mut load = Load::default();
            for at in (first..count).step_by(usize::try_from(connections)?) {
                let meant = start + Duration::from_secs_f64(at as f64 / per_second);
                tokio::time::sleep_until(meant.into()).await;
                let Some(ask) = next(at) else { break };
                load.note(&line.ask(ask).await?, meant);
            }
            anyhow::Ok(load)
        });
    }
    all(tasks, start).await
}

async fn all(mut tasks: JoinSet<Result<Load>>, start: Instant) -> Result<Load> {
    let mut load = Load::default();
    while let Some(ended) = tasks.join_next().await {
        load.add(ended??);
    }
    load.time = start.elapsed();
    load.micros.sort_unstable();
    Ok(load)
}
