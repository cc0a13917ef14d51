//! What every handler can reach.

use crate::http::Outside;
use crate::limits::Limits;
use crate::{Cache, Identity, NavItem};
use std::collections::HashMap;
use std::sync::Arc;
use store::secret::Vault;
use store::{Db, Error, Result};

/// Which environment this is; some mistakes are only forgiven in development.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Env {
    /// On somebody's own machine.
    Development,
    /// Under test.
    Test,
    /// Where real money moves.
    Production,
}

/// What every handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Knows people, keys and tenants.
    pub identity: Arc<dyn Identity>,
    /// How often who may do what.
    pub limits: Limits,
    /// What may be forgotten.
    pub cache: Cache,
    /// Locks credentials.
    pub vault: Vault,
    /// The way to every address that a tenant may type.
    pub outside: Outside,
    /// Which environment this is.
    pub env: Env,
    /// Where the world reaches this, such as `https://shop.example`, without a slash at the end.
    pub public_url: String,
    /// How many proxies in front of this may be believed about where a request came from.
    pub trusted_proxies: usize,
    /// The back office's places, in order.
    pub nav: Vec<NavItem>,
    /// The OpenAPI document.
    pub openapi: crate::openapi::Document,
    /// What other slices put there for handlers of their own: each type once.
    pub extras: Extras,
}

impl App {
    /// Puts it together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Something that a slice put there for its own handlers.
    ///
    /// # Errors
    /// An internal error when nobody has.
    pub fn extra<T: Send + Sync + 'static>(&self) -> Result<Arc<T>> {
        self.extras.get().ok_or_else(|| Error::internal(format!("{} was not set up", std::any::type_name::<T>())))
    }

    /// Whether the world reaches this by https.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The cookie of a back-office session. By https its name binds it to this very host: browsers take it from nobody who
    /// speaks for another name or without TLS, so no neighbour under the same domain plants a session here.
    pub fn session_cookie(&self) -> &'static str {
        if self.is_https() { "__Host-origin_session" } else { crate::SESSION_COOKIE }
    }

    /// The absolute address of a path.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Things by their type.
#[derive(Default, Clone)]
pub struct Extras(HashMap<std::any::TypeId, Arc<dyn std::any::Any + Send + Sync>>);

impl Extras {
    /// Puts one there.
    pub fn put<T: Send + Sync + 'static>(&mut self, thing: Arc<T>) {
        self.0.insert(std::any::TypeId::of::<T>(), thing);
    }

    /// Takes in all of another's.
    pub fn extend(&mut self, other: Extras) {
        self.0.extend(other.0);
    }

    /// Finds one.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.0.get(&std::any::TypeId::of::<T>()).cloned().and_then(|thing| thing.downcast().ok())
    }
}
