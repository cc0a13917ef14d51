//! Carries webhooks to Origin, and keeps trying while it does not answer 2xx.

use crate::config::{Keep, Retry};
use crate::record::Shared;
use axum::http::HeaderMap;
use bytes::Bytes;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};

/// The providers' own limit: Razorpay waits five seconds for an answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Deliveries under way at the same time.
const HANDS: usize = 64;

/// One event on its way, or arrived.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The provider's id of the event.
    pub event_id: String,
    /// Its name, such as `payment.captured`.
    pub event: String,
    /// How often it was posted so far.
    pub attempts: u32,
    /// The last answer's HTTP status; `None` where nobody answered.
    pub last_status: Option<u16>,
    /// Whether it was answered 2xx.
    pub delivered: bool,
}

/// A webhook to be posted.
#[derive(Clone)]
pub(crate) struct Parcel {
    /// Whose it is, where it is not the shop's that the simulation was started for.
    pub(crate) guest: Option<String>,
    pub(crate) event_id: String,
    pub(crate) event: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

#[derive(Clone)]
pub(crate) struct Courier(Arc<Depot>);

struct Depot {
    client: reqwest::Client,
    retry: Retry,
    keep: Keep,
    hands: Semaphore,
    under_way: watch::Sender<usize>,
    desk: Shared<Desk>,
}

#[derive(Default)]
struct Desk {
    target: Option<String>,
    /// What guests' addresses begin with; a slash and the guest's name follow.
    guests: Option<String>,
    off: bool,
    log: Vec<Delivery>,
}

impl Desk {
    fn address(&self, parcel: &Parcel) -> Option<String> {
        match &parcel.guest {
            None => self.target.clone(),
            Some(guest) => Some(format!("{}/{guest}", self.guests.as_ref()?)),
        }
    }
}

impl Courier {
    pub(crate) fn new(retry: Retry, keep: Keep) -> io::Result<Self> {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(io::Error::other)?;
        let (under_way, _) = watch::channel(0);
        let desk = Shared::new(Desk::default());
        Ok(Self(Arc::new(Depot { client, retry, keep, hands: Semaphore::new(HANDS), under_way, desk })))
    }

    pub(crate) fn set_target(&self, url: &str) {
        self.0.desk.lock().target = Some(url.to_owned());
    }

    pub(crate) fn set_guests(&self, url: &str) {
        self.0.desk.lock().guests = Some(url.to_owned());
    }

    pub(crate) fn set_off(&self, off: bool) {
        self.0.desk.lock().off = off;
    }

    pub(crate) fn is_off(&self) -> bool {
        self.0.desk.lock().off
    }

    pub(crate) fn log(&self) -> Vec<Delivery> {
        self.0.desk.lock().log.clone()
    }

    /// Waits until nothing is under way: every event was taken or given up.
    pub(crate) async fn quiet(&self) {
        // The sender lives in `self`, so the channel cannot be closed.
        let _ = self.0.under_way.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Delivers in the background. While switched off, or with nobody to deliver to, the event is lost.
    pub(crate) fn send(&self, parcel: Parcel) {
        let mut desk = self.0.desk.lock();
        if desk.off || desk.address(&parcel).is_none() {
            return;
        }
        let line = (self.0.keep == Keep::Everything).then_some(desk.log.len());
        if line.is_some() {
            desk.log.push(Delivery {
                event_id: parcel.event_id.clone(),
                event: parcel.event.clone(),
                attempts: 0,
                last_status: None,
                delivered: false,
            });
        }
        drop(desk);
        let courier = self.clone();
        self.in_background(async move { courier.carry(&parcel, line).await });
    }

    /// Runs something that [`Courier::quiet`] waits for.
    pub(crate) fn in_background(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.under_way.send_modify(|count| *count += 1);
        let courier = self.clone();
        tokio::spawn(async move {
            task.await;
            courier.0.under_way.send_modify(|count| *count -= 1);
        });
    }

    async fn carry(&self, parcel: &Parcel, line: Option<usize>) {
        let begun = Instant::now();
        let mut wait = self.0.retry.first;
        loop {
            let status = self.post(parcel).await;
            let delivered = status.is_some_and(|status| (200..300).contains(&status));
            self.note(line, status, delivered);
            if delivered || begun.elapsed() + wait > self.0.retry.give_up_after {
                return;
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(self.0.retry.longest);
        }
    }

    fn note(&self, line: Option<usize>, status: Option<u16>, delivered: bool) {
        let mut desk = self.0.desk.lock();
        if let Some(delivery) = line.and_then(|line| desk.log.get_mut(line)) {
            delivery.attempts += 1;
            delivery.last_status = status;
            delivery.delivered = delivered;
        }
    }

    /// Posts once; the status of the answer, or `None` where nobody answered in time.
    pub(crate) async fn post(&self, parcel: &Parcel) -> Option<u16> {
        // Read anew for each try: a shop that was restarted may listen elsewhere.
        let target = self.0.desk.lock().address(parcel)?;
        let _hand = self.0.hands.acquire().await.ok()?;
        let request = self.0.client.post(target).headers(parcel.headers.clone()).body(parcel.body.clone());
        request.send().await.ok().map(|answer| answer.status().as_u16())
    }
}
