//! Carries webhooks to Origin, and keeps trying while it does not answer 2xx.

use crate::config::{Keep, Retry};
use crate::record::Shared;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use std::collections::VecDeque;
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

/// What becomes of a webhook on its way, on a bad day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// It never comes.
    Lost,
    /// It comes two times.
    Twice,
    /// It comes after the one that follows it, or when a test waits for quiet.
    Late,
}

/// A webhook to be posted.
#[derive(Clone)]
pub(crate) struct Parcel {
    /// Whose it is, where it is not the shop's that the simulation was started for.
    pub(crate) guest: Option<String>,
    /// Where it goes, if not to the address that was agreed for all.
    pub(crate) to: Option<String>,
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
    /// What guests' addresses begin with; a slash and the guest's name follow, and after them the query, where there is one.
    guests: Option<String>,
    off: bool,
    /// What happens to the next ones, and to how many of them.
    mishaps: VecDeque<(Mishap, u32)>,
    late: Vec<Parcel>,
    log: Vec<Delivery>,
}

impl Desk {
    fn agreed(&self, guest: Option<&str>) -> Option<String> {
        match guest {
            None => self.target.clone(),
            Some(guest) => {
                let guests = self.guests.as_ref()?;
                Some(match guests.split_once('?') {
                    Some((path, query)) => format!("{path}/{guest}?{query}"),
                    None => format!("{guests}/{guest}"),
                })
            }
        }
    }

    fn address(&self, parcel: &Parcel) -> Option<String> {
        parcel.to.clone().or_else(|| self.agreed(parcel.guest.as_deref()))
    }

    fn mishap(&mut self) -> Option<Mishap> {
        let (mishap, left) = self.mishaps.front_mut()?;
        let met = *mishap;
        *left = left.saturating_sub(1);
        if *left == 0 {
            self.mishaps.pop_front();
        }
        Some(met)
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

    /// The next so many webhooks meet this, after those for which something was set earlier.
    pub(crate) fn next(&self, many: u32, mishap: Mishap) {
        if many > 0 {
            self.0.desk.lock().mishaps.push_back((mishap, many));
        }
    }

    /// Where webhooks of a guest, or of the shop, go by agreement.
    pub(crate) fn agreed(&self, guest: Option<&str>) -> Option<String> {
        self.0.desk.lock().agreed(guest)
    }

    pub(crate) fn is_off(&self) -> bool {
        self.0.desk.lock().off
    }

    pub(crate) fn log(&self) -> Vec<Delivery> {
        self.0.desk.lock().log.clone()
    }

    /// Waits until nothing is under way: every event was taken or given up. What was to come late comes now.
    pub(crate) async fn quiet(&self) {
        let late = std::mem::take(&mut self.0.desk.lock().late);
        self.carry_all(late);
        // The sender lives in `self`, so the channel cannot be closed.
        let _ = self.0.under_way.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Delivers in the background. While switched off, or with nobody to deliver to, the event is lost.
    pub(crate) fn send(&self, parcel: Parcel) {
        let mut desk = self.0.desk.lock();
        if desk.off || desk.address(&parcel).is_none() {
            return;
        }
        let copies = match desk.mishap() {
            Some(Mishap::Lost) => return,
            Some(Mishap::Late) => return desk.late.push(parcel),
            Some(Mishap::Twice) => 2,
            None => 1,
        };
        let overtaken = std::mem::take(&mut desk.late);
        drop(desk);
        self.carry_all(std::iter::repeat_n(parcel, copies).chain(overtaken).collect());
    }

    /// Carries parcels one after the other, in the background.
    fn carry_all(&self, parcels: Vec<Parcel>) {
        if parcels.is_empty() {
            return;
        }
        let parcels: Vec<_> = parcels.into_iter().map(|parcel| (self.note_begun(&parcel), parcel)).collect();
        let courier = self.clone();
        self.in_background(async move {
            for (line, parcel) in &parcels {
                courier.carry(parcel, *line).await;
            }
        });
    }

    fn note_begun(&self, parcel: &Parcel) -> Option<usize> {
        if self.0.keep == Keep::Counts {
            return None;
        }
        let mut desk = self.0.desk.lock();
        desk.log.push(Delivery {
            event_id: parcel.event_id.clone(),
            event: parcel.event.clone(),
            attempts: 0,
            last_status: None,
            delivered: false,
        });
        Some(desk.log.len() - 1)
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

    /// What lies at an address, and what it is said to be; nothing where it cannot be had.
    pub(crate) async fn fetch(&self, url: &str) -> Option<(String, Bytes)> {
        let answer = self.0.client.get(url).send().await.ok().filter(|answer| answer.status().is_success())?;
        let kind = answer.headers().get(header::CONTENT_TYPE)?.to_str().ok()?.to_owned();
        Some((kind, answer.bytes().await.ok()?))
    }

    /// Asks the address that was agreed a question, and gives the status and the body of its answer.
    pub(crate) async fn ask(&self, guest: Option<&str>, query: &[(&str, &str)]) -> Option<(u16, String)> {
        let target = self.agreed(guest)?;
        let answer = self.0.client.get(target).query(query).send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.text().await.ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_webhooks_go() {
        let desk =
            |guests: &str| Desk { target: Some("http://a/first?key=t".to_owned()), guests: Some(guests.to_owned()), ..Desk::default() };
        assert_eq!(desk("http://a").agreed(None).as_deref(), Some("http://a/first?key=t"));
        assert_eq!(desk("http://a").agreed(Some("g")).as_deref(), Some("http://a/g"));
        assert_eq!(desk("http://a?key=t").agreed(Some("g")).as_deref(), Some("http://a/g?key=t"), "the token stays behind the name");
    }
}
