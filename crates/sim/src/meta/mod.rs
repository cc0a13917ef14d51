//! Meta, played: the WhatsApp Cloud API (Graph v25.0) with its templates, media, limits and webhooks.
//!
//! Whatever Meta decides by itself is decided by rule: free words reach only who wrote within 24 hours, a person hears at most one
//! message in six seconds, a number takes 80 a second, marketing ends where the person has stopped it. Any other code of Meta's table
//! is met by writing to `+91 99` and the code in eight digits (`+91 99001 31026`), or set as a fault ([`Meta::fault`]).

mod codes;
mod customers;
mod fill;
mod media;
mod opinions;
mod read;
mod ready;
mod send;
mod templates;
mod webhooks;
mod wire;

pub use templates::MetaTemplate;

use crate::chat::{Chats, Lines, Message};
use crate::config::{Clock, MetaAccount, Receipts, SimConfig};
use crate::courier::{Courier, Delivery, Mishap};
use crate::door::Door;
use crate::faults::{Fault, Faults, Provider};
use crate::names::{Names, e164};
use crate::record::{ApiCall, Shared};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use media::Media;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use templates::Shelf;
use webhooks::Change;
use wire::Refused;

/// How fast an account may send; Meta's own numbers unless told otherwise.
#[derive(Clone, Copy, Debug)]
pub struct MetaLimits {
    /// Messages a second of one sender.
    pub per_second: u32,
    /// Milliseconds from one message to the next to the same person.
    pub pair_gap: i64,
}

/// WhatsApp at Meta's: what was recorded, and the customers' hands. Cloning gives another hand on the same one.
#[derive(Clone)]
pub struct Meta(Arc<Office>);

struct Office {
    account: MetaAccount,
    /// `http://127.0.0.1:PORT/meta`.
    base: String,
    clock: Clock,
    names: Arc<Names>,
    door: Door,
    courier: Courier,
    chats: Chats,
    lines: Lines,
    habit: Shared<Receipts>,
    state: Shared<State>,
}

struct State {
    templates: Shelf,
    media: HashMap<String, Media>,
    /// Phones without WhatsApp.
    without: HashSet<String>,
    /// Messages that the shop marked as read.
    read: Vec<String>,
    limits: MetaLimits,
    /// The running second of each account, and how many messages it has taken.
    pace: HashMap<Option<String>, (i64, u32)>,
    /// Webhooks that are held back, to be sent together.
    held: Option<Vec<Change>>,
}

impl Meta {
    pub(crate) fn new(config: &SimConfig, base: String, names: Arc<Names>, faults: Faults, courier: Courier, chats: Chats) -> Self {
        let state = State {
            templates: Shelf::default(),
            media: HashMap::new(),
            without: HashSet::new(),
            read: Vec::new(),
            limits: MetaLimits { per_second: 80, pair_gap: 6_000 },
            pace: HashMap::new(),
            held: None,
        };
        Self(Arc::new(Office {
            account: config.meta.clone(),
            base,
            clock: Arc::clone(&config.clock),
            names,
            door: Door::new(Provider::Meta, faults, config.keep),
            courier,
            chats,
            lines: Lines::new(),
            habit: Shared::new(config.receipts),
            state: Shared::new(state),
        }))
    }

    pub(crate) fn courier(&self) -> &Courier {
        &self.0.courier
    }

    /// Every message that was taken, oldest first.
    pub fn sent(&self) -> Vec<Message> {
        self.0.chats.taken(Provider::Meta)
    }

    /// Every message that was understood and refused, oldest first; `code` says why.
    pub fn refused(&self) -> Vec<Message> {
        self.0.chats.refused(Provider::Meta)
    }

    /// What customers wrote, oldest first.
    pub fn received(&self) -> Vec<Message> {
        self.0.chats.received(Provider::Meta)
    }

    /// The calls of one kind, as in `POST /{phone_number_id}/messages`, oldest first.
    pub fn calls(&self, call: &str) -> Vec<ApiCall> {
        self.0.door.calls(call)
    }

    /// The ids of the messages that the shop marked as read.
    pub fn marked_read(&self) -> Vec<String> {
        self.0.state.lock().read.clone()
    }

    /// This phone has no WhatsApp: what is sent to it fails with 131026.
    pub fn without_whatsapp(&self, number: &str) {
        self.0.state.lock().without.insert(e164(number));
    }

    /// How fast accounts may send from now on.
    pub fn set_limits(&self, limits: MetaLimits) {
        self.0.state.lock().limits = limits;
    }

    /// What phones report by themselves from now on.
    pub fn set_receipts(&self, habit: Receipts) {
        *self.0.habit.lock() = habit;
    }

    /// The refusal with a code of Meta's, to be set as a fault.
    pub fn fault(code: u32) -> Fault {
        let refused = Refused::code(code, "Refused by a fault.");
        Fault::Reject { status: refused.status(), body: Some(refused.body().to_string()), retry_after: None }
    }

    /// The webhooks that were sent, with what became of them.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.0.courier.log()
    }

    /// The next so many webhooks meet this.
    pub fn next_webhooks(&self, many: u32, mishap: Mishap) {
        self.0.courier.next(many, mishap);
    }

    /// From now on webhooks are lost: nothing is posted for them, now or later.
    pub fn webhooks_off(&self) {
        self.0.courier.set_off(true);
    }
}

/// The API, to be nested where the base address points.
pub(crate) fn routes(meta: Meta) -> Router {
    Router::new()
        .route("/v25.0/{id}/messages", post(send::send))
        .route("/v25.0/{id}/message_templates", get(templates::list).post(templates::create))
        .route("/v25.0/{id}/media", post(media::upload).layer(DefaultBodyLimit::max(media::LARGEST)))
        .route("/v25.0/{id}", get(media::describe).delete(media::delete))
        .route("/media/{id}", get(media::download))
        .fallback(|| async { Refused::no_object("unknown") })
        .with_state(meta)
}
