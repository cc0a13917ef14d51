//! Firebase Cloud Messaging, played: access tokens for a service account's signed assertion, and pushes to apps by HTTP v1.
//!
//! A device whose token begins with one of these words meets that trouble: `sim-unregistered`, `sim-invalid`, `sim-mismatch`,
//! `sim-quota`, `sim-unavailable`, `sim-internal`, `sim-third-party`. Everything else that looks like a token is a device, until it is
//! uninstalled ([`Fcm::uninstall`]).

mod account;
mod check;
mod send;
mod token;
mod wire;

pub use account::service_account;
pub use send::FcmPush;

use crate::config::{Clock, Keep, SimConfig};
use crate::door::Door;
use crate::faults::{Faults, Provider};
use crate::names::Names;
use crate::record::{ApiCall, Shared};
use account::Account;
use axum::Router;
use axum::routing::post;
use facts::Time;
use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;

/// Pushes to apps: what was recorded, and the devices' hands. Cloning gives another hand on the same ones.
#[derive(Clone)]
pub struct Fcm(Arc<Office>);

struct Office {
    account: Account,
    clock: Clock,
    keep: Keep,
    names: Arc<Names>,
    door: Door,
    state: Shared<State>,
}

#[derive(Default)]
struct State {
    /// Access tokens, and until when they are good.
    tokens: HashMap<String, Time>,
    uninstalled: HashSet<String>,
    pushes: Vec<FcmPush>,
}

impl Fcm {
    /// # Errors
    /// The played account's key is not readable, which would be a mistake of this program's.
    pub(crate) fn new(config: &SimConfig, base: &str, names: Arc<Names>, faults: Faults) -> io::Result<Self> {
        Ok(Self(Arc::new(Office {
            account: Account::new(base)?,
            clock: Arc::clone(&config.clock),
            keep: config.keep,
            names,
            door: Door::new(Provider::Fcm, faults, config.keep),
            state: Shared::new(State::default()),
        })))
    }

    /// Every push that was taken, oldest first; none where only counts are kept.
    pub fn pushes(&self) -> Vec<FcmPush> {
        self.0.state.lock().pushes.clone()
    }

    /// The calls of one kind, `POST /token` or `POST /v1/projects/{project}/messages:send`, oldest first.
    pub fn calls(&self, call: &str) -> Vec<ApiCall> {
        self.0.door.calls(call)
    }

    /// A new device's token.
    pub fn device(&self) -> String {
        format!("{}:APA91b{}{}", self.0.names.fresh(22), self.0.names.fresh(32), self.0.names.fresh(32))
    }

    /// The app is taken off a device: its token is unregistered from now on.
    pub fn uninstall(&self, token: &str) {
        self.0.state.lock().uninstalled.insert(token.to_owned());
    }

    /// All access tokens end now, as when the account's key is withdrawn and given back.
    pub fn expire_tokens(&self) {
        self.0.state.lock().tokens.clear();
    }
}

/// The API, to be nested where the base address points.
pub(crate) fn routes(fcm: Fcm) -> Router {
    Router::new().route("/token", post(token::give)).route("/v1/projects/{project}/messages:send", post(send::send)).with_state(fcm)
}
