//! Those who carry messages beside MyOperator and the mail server: Meta, Twilio, a gateway, and the two push services.

use crate::chat::Chats;
use crate::config::{Retry, SimConfig};
use crate::courier::Courier;
use crate::faults::{Faults, Provider};
use crate::fcm::{self, Fcm};
use crate::gateway::{self, Gateway};
use crate::meta::{self, Meta};
use crate::names::Names;
use crate::sim::Sim;
use crate::twilio::{self, Twilio};
use crate::webpush::{self, Webpush};
use axum::Router;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// All of them, and the book in which they write down what they carried.
#[derive(Clone)]
pub(crate) struct Messengers {
    pub(crate) chats: Chats,
    pub(crate) meta: Meta,
    pub(crate) twilio: Twilio,
    pub(crate) gateway: Gateway,
    pub(crate) fcm: Fcm,
    pub(crate) webpush: Webpush,
}

impl Messengers {
    pub(crate) fn new(config: &SimConfig, http_url: &str, names: &Arc<Names>, faults: &Faults) -> io::Result<Self> {
        let chats = Chats::new(config.keep);
        let courier = |retry| Courier::new(retry, config.keep);
        // Twilio does not repeat what was not answered well.
        let once = Retry { give_up_after: Duration::ZERO, ..config.retry };
        let meta = format!("{http_url}/meta");
        Ok(Self {
            meta: Meta::new(config, meta, Arc::clone(names), faults.clone(), courier(config.retry)?, chats.clone()),
            twilio: Twilio::new(
                config,
                format!("{http_url}/twilio/2010-04-01"),
                Arc::clone(names),
                faults.clone(),
                courier(once)?,
                chats.clone(),
            ),
            gateway: Gateway::new(config, Arc::clone(names), faults.clone(), courier(config.retry)?, chats.clone()),
            fcm: Fcm::new(config, &format!("{http_url}/fcm"), Arc::clone(names), faults.clone())?,
            webpush: Webpush::new(config, http_url.to_owned(), Arc::clone(names), faults.clone()),
            chats,
        })
    }

    pub(crate) fn routes(&self) -> Router {
        Router::new()
            .nest("/meta", meta::routes(self.meta.clone()))
            .nest("/twilio/2010-04-01", twilio::routes(self.twilio.clone()))
            .nest("/gateway", gateway::routes(self.gateway.clone()))
            .nest("/fcm", fcm::routes(self.fcm.clone()))
            .nest("/webpush", webpush::routes(self.webpush.clone()))
    }

    /// Who carries a provider's webhooks; nobody for those that send none.
    pub(crate) fn courier(&self, provider: Provider) -> Option<&Courier> {
        match provider {
            Provider::Meta => Some(self.meta.courier()),
            Provider::Twilio => Some(self.twilio.courier()),
            Provider::Gateway => Some(self.gateway.courier()),
            _ => None,
        }
    }

    pub(crate) async fn quiet(&self) {
        self.meta.courier().quiet().await;
        self.twilio.courier().quiet().await;
        self.gateway.courier().quiet().await;
    }
}

impl Sim {
    /// What stands for `https://graph.facebook.com/v25.0`.
    pub fn meta_url(&self) -> String {
        format!("{}/meta/v25.0", self.http_url())
    }

    /// What stands for `https://api.twilio.com/2010-04-01`.
    pub fn twilio_url(&self) -> String {
        format!("{}/twilio/2010-04-01", self.http_url())
    }

    /// The gateway's address; a guest's is this, a slash and the guest's name.
    pub fn gateway_url(&self) -> String {
        format!("{}/gateway", self.http_url())
    }

    /// What stands for `https://fcm.googleapis.com`.
    pub fn fcm_url(&self) -> String {
        format!("{}/fcm", self.http_url())
    }

    /// Sends the webhooks of Meta, Twilio or the gateway to this URL, and guests' to `guests`, a slash and the guest's name. Others
    /// send none by this way: nothing happens.
    pub fn report_to(&self, provider: Provider, url: &str, guests: &str) {
        if let Some(courier) = self.desk().messengers.courier(provider) {
            courier.set_target(url);
            courier.set_guests(guests);
        }
    }

    /// WhatsApp at Meta's: what was recorded, and the customers' hands.
    pub fn meta(&self) -> &Meta {
        &self.desk().messengers.meta
    }

    /// Twilio: what was recorded, and the customers' hands.
    pub fn twilio(&self) -> &Twilio {
        &self.desk().messengers.twilio
    }

    /// The small WhatsApp gateway: what was recorded, and the customers' hands.
    pub fn gateway(&self) -> &Gateway {
        &self.desk().messengers.gateway
    }

    /// Pushes to apps: what was recorded.
    pub fn fcm(&self) -> &Fcm {
        &self.desk().messengers.fcm
    }

    /// Pushes to browsers: what was recorded, and the browsers' hands.
    pub fn webpush(&self) -> &Webpush {
        &self.desk().messengers.webpush
    }
}
