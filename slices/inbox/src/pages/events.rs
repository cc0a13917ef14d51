//! `/admin/inbox/events`: what changes, as it changes (server-sent events).

use super::EVENTS;
use crate::live::{Live, Place};
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, stream};
use http::HeaderValue;
use http::request::Parts;
use serde_json::json;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use web::{Answer, App, Caller, Permission, Route};

/// How often a page that is told is asked who it is: whoever signed out hears nothing more.
const ASKED: Duration = Duration::from_secs(30);
/// How often something is sent so that proxies keep the connection.
const ALIVE: Duration = Duration::from_secs(15);

/// One open page.
struct Page {
    app: App,
    place: Place,
    /// What it was asked for with, and proves who asks.
    asked: Parts,
    again: Interval,
}

async fn events(State(app): State<App>, caller: Caller, mut asked: Parts) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    // Whether the page may still be told is asked for as long as it stays open, and keeps nobody signed in.
    asked.headers.insert("x-unattended", HeaderValue::from_static("1"));
    let place = app.extra::<Live>()?.listen(caller.tenant())?;
    let mut again = tokio::time::interval_at(Instant::now() + ASKED, ASKED);
    again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let told = stream::unfold(Page { app, place, asked, again }, |mut page| async move {
        let event = page.next().await?;
        Some((Ok(event), page))
    });
    Ok(Sse::new(told).keep_alive(KeepAlive::new().interval(ALIVE)))
}

impl Page {
    /// The next thing to tell; nothing once it is over: this process ends, or whoever asked is signed out.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let told = tokio::select! {
                told = self.place.told.recv() => Some(told),
                _ending = self.place.closing.wait_for(|closing| *closing) => return None,
                _time = self.again.tick() => None,
            };
            let Some(told) = told else { if self.is_still_welcome().await { continue } else { return None } };
            let body = match told {
                Ok(moved) if moved.tenant_id == self.place.tenant => json!({"id": moved.id, "version": moved.version}),
                Ok(_) => continue,
                // It was too slow to hear all: it looks at everything.
                Err(RecvError::Lagged(_)) => json!({}),
                Err(RecvError::Closed) => return None,
            };
            return Some(Event::default().event("conversation").data(body.to_string()));
        }
    }

    async fn is_still_welcome(&self) -> bool {
        let caller = self.app.identity.caller(&self.app, &self.asked).await;
        caller.is_ok_and(|caller| caller.is_some_and(|it| it.tenant() == self.place.tenant && it.may(Permission::InboxRead)))
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(EVENTS, Permission::InboxRead, events).page().says("What changes in the inbox", "As server-sent events.")]
}
