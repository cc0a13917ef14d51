//! Twilio, played: text messages and WhatsApp by one resource, its look-ups, status callbacks and what customers answer.
//!
//! What Twilio decides by itself is decided by rule: whoever wrote STOP is not written to (21610), free words on WhatsApp reach only
//! who wrote within 24 hours (63016), a body has 1,600 characters at most. Its published test numbers mean what they mean there
//! (`+15005550001` is invalid), and any other code is met by writing to `+91 99` and the code in eight digits (`+91 99000 30003`), or set
//! as a fault ([`Twilio::fault`]). Twilio posts each callback once and does not repeat it, and so does this one. Sending at a later
//! time (`SendAt`) is not played: it is sent at once.
//! What a message is to carry on WhatsApp (`MediaUrl`) is fetched once it was taken ([`Twilio::enclosed`]); where nothing is had, it fails (63019).

mod callbacks;
mod list;
mod media;
mod send;
mod sign;
mod wire;

pub use sign::TwilioSigning;

use crate::chat::{Chats, Enclosed, Lines, Message};
use crate::config::{Clock, Receipts, SimConfig, TwilioAccount};
use crate::courier::{Courier, Delivery, Mishap};
use crate::door::Door;
use crate::faults::{Fault, Faults, Provider};
use crate::names::Names;
use crate::record::{ApiCall, Shared};
use axum::Router;
use axum::routing::{get, post};
use std::collections::HashMap;
use std::sync::Arc;
use wire::Refused;

/// Twilio: what was recorded, and the customers' hands. Cloning gives another hand on the same one.
#[derive(Clone)]
pub struct Twilio(Arc<Office>);

struct Office {
    account: TwilioAccount,
    /// What stands for `https://api.twilio.com/2010-04-01`.
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
    /// What Twilio's own resource of a message has beside what every message has, by SID.
    details: HashMap<String, send::Details>,
    /// The texts behind each ContentSid.
    contents: HashMap<String, String>,
    signing: TwilioSigning,
    /// What customers have sent, by the SID of the media.
    media: HashMap<String, Enclosed>,
    /// What was fetched for messages, by its address.
    fetched: HashMap<String, Enclosed>,
}

/// The ContentSid of a text that is there from the beginning: a code in `{{1}}`.
pub const TWILIO_CONTENT: &str = "HX00000000000000000000000000000001";

impl Twilio {
    pub(crate) fn new(config: &SimConfig, base: String, names: Arc<Names>, faults: Faults, courier: Courier, chats: Chats) -> Self {
        let contents = HashMap::from([(TWILIO_CONTENT.to_owned(), "{{1}} is your verification code.".to_owned())]);
        let (media, fetched) = (HashMap::new(), HashMap::new());
        let state = State { details: HashMap::new(), contents, signing: TwilioSigning::Sha1, media, fetched };
        Self(Arc::new(Office {
            account: config.twilio.clone(),
            base,
            clock: Arc::clone(&config.clock),
            names,
            door: Door::new(Provider::Twilio, faults, config.keep),
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
        self.0.chats.taken(Provider::Twilio)
    }

    /// Every message that was understood and refused, oldest first; `code` says why.
    pub fn refused(&self) -> Vec<Message> {
        self.0.chats.refused(Provider::Twilio)
    }

    /// What was fetched from the link of a message's content.
    pub fn enclosed(&self, link: &str) -> Option<Enclosed> {
        self.0.state.lock().fetched.get(link).cloned()
    }

    /// What customers wrote, oldest first.
    pub fn received(&self) -> Vec<Message> {
        self.0.chats.received(Provider::Twilio)
    }

    /// The calls of one kind, as in `POST /Messages.json` or `GET /Messages.json`, oldest first.
    pub fn calls(&self, call: &str) -> Vec<ApiCall> {
        self.0.door.calls(call)
    }

    /// A text that `ContentSid` may name from now on, with its variables as `{{1}}`.
    pub fn add_content(&self, content_sid: &str, text: &str) {
        self.0.state.lock().contents.insert(content_sid.to_owned(), text.to_owned());
    }

    /// How callbacks are signed from now on.
    pub fn sign_by(&self, signing: TwilioSigning) {
        self.0.state.lock().signing = signing;
    }

    /// What phones report by themselves from now on.
    pub fn set_receipts(&self, habit: Receipts) {
        *self.0.habit.lock() = habit;
    }

    /// The refusal with a code of Twilio's, to be set as a fault.
    pub fn fault(code: u32) -> Fault {
        let refused = Refused::code(code);
        Fault::Reject { status: refused.status, body: Some(refused.body().to_string()), retry_after: None }
    }

    /// The callbacks that were sent, with what became of them.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.0.courier.log()
    }

    /// The next so many callbacks meet this.
    pub fn next_webhooks(&self, many: u32, mishap: Mishap) {
        self.0.courier.next(many, mishap);
    }

    /// From now on callbacks are lost: nothing is posted for them, now or later.
    pub fn webhooks_off(&self) {
        self.0.courier.set_off(true);
    }
}

/// The API, to be nested where the base address points.
pub(crate) fn routes(twilio: Twilio) -> Router {
    Router::new()
        .route("/Accounts/{account}/Messages.json", post(send::send).get(list::list))
        .route("/Accounts/{account}/Messages/{sid}", get(list::fetch))
        .route("/Accounts/{account}/Messages/{sid}/Media.json", get(media::list))
        .route("/Accounts/{account}/Messages/{sid}/Media/{media}", get(media::fetch))
        .route("/media/{media}", get(media::lies))
        .fallback(|| async { Refused::code(20404) })
        .with_state(twilio)
}
