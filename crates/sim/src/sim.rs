//! The whole street of providers, started and held together.

use crate::acme::{self, Acme};
use crate::config::SimConfig;
use crate::courier::Courier;
use crate::dns::{self, Dns};
use crate::faults::Faults;
use crate::messengers::Messengers;
use crate::myoperator::{self, Phones};
use crate::names::Names;
use crate::razorpay::{self, Razorpay};
use crate::receiver::{self, Receiver};
use crate::s3::{self, Buckets};
use crate::shopify::{self, Shopify};
use crate::smtp::{self, Mailboxes};
use crate::stripe::{self, Stripe};
use crate::woocommerce::{self, Woocommerce};
use crate::{pages, serve, stolen};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Simulated providers, listening. Cloning gives another hand on the same ones; they stop listening
/// when the last hand is dropped.
#[derive(Clone)]
pub struct Sim {
    desk: Desk,
    http: SocketAddr,
    _listeners: Arc<Listeners>,
}

/// What the pages and the tests look at. It does not keep the listeners alive, which hold it themselves.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) razorpay: Razorpay,
    pub(crate) stripe: Stripe,
    pub(crate) phones: Phones,
    pub(crate) messengers: Messengers,
    pub(crate) mailboxes: Mailboxes,
    pub(crate) faults: Faults,
    pub(crate) dns: Dns,
    pub(crate) acme: Acme,
    pub(crate) receiver: Receiver,
    pub(crate) buckets: Buckets,
    pub(crate) woocommerce: Woocommerce,
    pub(crate) shopify: Shopify,
    pub(crate) smtp: SocketAddr,
}

struct Listeners(Vec<JoinHandle<()>>);

impl Drop for Listeners {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

impl Sim {
    /// Starts listening, inside the current runtime.
    ///
    /// # Errors
    /// An address is taken or malformed.
    pub async fn start(config: SimConfig) -> io::Result<Self> {
        let http = TcpListener::bind(&config.listen).await?;
        let mail = TcpListener::bind(&config.smtp_listen).await?;
        let (names_udp, names_tcp) = dns::bind(&config.dns_listen).await?;
        let (http_addr, smtp_addr) = (http.local_addr()?, mail.local_addr()?);
        let seed = format!("{} {} {http_addr}", (config.clock)().millis(), std::process::id());
        let names = Arc::new(Names::new(seed));
        let faults = Faults::new();
        let webhooks = Courier::new(config.retry, config.keep)?;
        let receipts = Courier::new(config.retry, config.keep)?;
        let events = Courier::new(config.retry, config.keep)?;
        let checkout = format!("http://{http_addr}/checkout");
        let pay = format!("http://{http_addr}/stripe/pay");
        let names_at = Dns::new(names_tcp.local_addr()?);
        let base = format!("http://{http_addr}/acme");
        let desk = Desk {
            acme: Acme::new(&config, base, Arc::clone(&names), faults.clone(), names_at.clone())?,
            razorpay: Razorpay::new(&config, checkout, Arc::clone(&names), faults.clone(), webhooks),
            stripe: Stripe::new(&config, pay, Arc::clone(&names), faults.clone(), events),
            phones: Phones::new(&config, Arc::clone(&names), faults.clone(), receipts),
            messengers: Messengers::new(&config, &format!("http://{http_addr}"), &names, &faults)?,
            mailboxes: Mailboxes::new(&config, names, Courier::new(config.retry, config.keep)?),
            buckets: Buckets::new(faults.clone()),
            woocommerce: Woocommerce::new(faults.clone()),
            shopify: Shopify::new(faults.clone(), Arc::clone(&config.clock)),
            receiver: Receiver::new(Arc::clone(&config.clock), faults.clone()),
            faults: faults.clone(),
            dns: names_at,
            smtp: smtp_addr,
        };
        let app = axum::Router::new()
            .nest("/razorpay/v1", razorpay::routes(desk.razorpay.clone()))
            .nest("/checkout", razorpay::checkout_routes(desk.razorpay.clone()))
            .nest("/stripe/v1", stripe::routes(desk.stripe.clone()))
            .nest("/stripe/pay", stripe::checkout_routes(desk.stripe.clone()))
            .nest("/myoperator", myoperator::routes(desk.phones.clone()))
            .nest("/stolen", stolen::routes())
            .nest("/receiver", receiver::routes(desk.receiver.clone()))
            .nest("/s3", s3::routes(desk.buckets.clone()).layer(axum::extract::DefaultBodyLimit::disable()))
            .nest("/woocommerce", woocommerce::routes(desk.woocommerce.clone()))
            .nest("/shopify", shopify::routes(desk.shopify.clone()))
            .nest("/acme", acme::routes(desk.acme.clone()))
            .merge(desk.messengers.routes())
            .merge(pages::routes(desk.clone()));
        let listeners = vec![
            tokio::spawn(serve::http(http, app)),
            tokio::spawn(smtp::serve(mail, desk.mailboxes.clone(), faults, config.smtp_login)),
            tokio::spawn(dns::serve(names_udp, names_tcp, desk.dns.clone())),
        ];
        Ok(Self { desk, http: http_addr, _listeners: Arc::new(Listeners(listeners)) })
    }

    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The root of the HTTP side, where a person can look: `http://127.0.0.1:PORT`.
    pub fn http_url(&self) -> String {
        format!("http://{}", self.http)
    }

    /// What stands for `https://api.razorpay.com/v1`.
    pub fn razorpay_url(&self) -> String {
        format!("{}/razorpay/v1", self.http_url())
    }

    /// What stands for `https://api.stripe.com/v1`.
    pub fn stripe_url(&self) -> String {
        format!("{}/stripe/v1", self.http_url())
    }

    /// Sends Stripe's webhooks to this URL from now on, repeats of earlier ones included.
    pub fn stripe_webhooks_to(&self, url: &str) {
        self.desk.stripe.courier().set_target(url);
    }

    /// Sends guests' webhooks of Stripe to this URL, a slash and the guest's name.
    pub fn guests_stripe_webhooks_to(&self, url: &str) {
        self.desk.stripe.courier().set_guests(url);
    }

    /// The other payment provider: what was recorded, and a buyer's hands.
    pub fn stripe(&self) -> &Stripe {
        &self.desk.stripe
    }

    /// What stands for `https://publicapi.myoperator.co`.
    pub fn myoperator_url(&self) -> String {
        format!("{}/myoperator", self.http_url())
    }

    /// What stands for `https://api.pwnedpasswords.com`.
    pub fn stolen_url(&self) -> String {
        format!("{}/stolen", self.http_url())
    }

    /// The hosted page on which a buyer pays an order; `callback_url` may be added to its query.
    pub fn checkout_url(&self, order_id: &str) -> String {
        format!("{}/checkout/{order_id}", self.http_url())
    }

    /// Where the mail server listens, without TLS.
    pub fn smtp_addr(&self) -> SocketAddr {
        self.desk.smtp
    }

    /// The name server: its records, and where it listens.
    pub fn dns(&self) -> &Dns {
        &self.desk.dns
    }

    /// The directory that issues certificates: what was recorded, and its habits.
    pub fn acme(&self) -> &Acme {
        &self.desk.acme
    }

    /// Sends Razorpay's webhooks to this URL from now on, repeats of earlier ones included.
    pub fn webhooks_to(&self, url: &str) {
        self.desk.razorpay.courier().set_target(url);
    }

    /// Sends MyOperator's webhooks to this URL from now on.
    pub fn receipts_to(&self, url: &str) {
        self.desk.phones.courier().set_target(url);
    }

    /// Sends guests' webhooks of Razorpay to this URL, a slash and the guest's name.
    pub fn guests_webhooks_to(&self, url: &str) {
        self.desk.razorpay.courier().set_guests(url);
    }

    /// Sends guests' webhooks of MyOperator to this URL, a slash and the guest's name; a query of the URL stays at the end.
    pub fn guests_receipts_to(&self, url: &str) {
        self.desk.phones.courier().set_guests(url);
    }

    /// Payments: what was recorded, and a buyer's hands.
    pub fn razorpay(&self) -> &Razorpay {
        &self.desk.razorpay
    }

    /// WhatsApp: what was recorded, and the phones' receipts.
    pub fn phones(&self) -> &Phones {
        &self.desk.phones
    }

    /// Mail: what was recorded.
    pub fn mailboxes(&self) -> &Mailboxes {
        &self.desk.mailboxes
    }

    /// Where a program called `name` takes webhooks of a tenant's own.
    pub fn receiver_url(&self, name: &str) -> String {
        format!("{}/receiver/{name}", self.http_url())
    }

    /// Programs that take webhooks of tenants' own: what arrived, and what they trust.
    pub fn receiver(&self) -> &Receiver {
        &self.desk.receiver
    }

    /// The address of the shop that runs WooCommerce.
    pub fn woocommerce_url(&self) -> String {
        format!("{}/woocommerce", self.http_url())
    }

    /// The shop that runs WooCommerce: its orders.
    pub fn woocommerce(&self) -> &Woocommerce {
        &self.desk.woocommerce
    }

    /// The address of the shop at Shopify.
    pub fn shopify_url(&self) -> String {
        format!("{}/shopify", self.http_url())
    }

    /// The shop at Shopify: its orders.
    pub fn shopify(&self) -> &Shopify {
        &self.desk.shopify
    }

    /// What stands for a store that speaks S3.
    pub fn s3_url(&self) -> String {
        format!("{}/s3", self.http_url())
    }

    /// The buckets: what lies in them.
    pub fn buckets(&self) -> &Buckets {
        &self.desk.buckets
    }

    /// The switches for a bad day.
    pub fn faults(&self) -> &Faults {
        &self.desk.faults
    }

    /// Waits until no webhook, no receipt, no report and no visit of the directory is under way any more.
    pub async fn quiet(&self) {
        self.desk.razorpay.courier().quiet().await;
        self.desk.stripe.courier().quiet().await;
        self.desk.phones.courier().quiet().await;
        self.desk.messengers.quiet().await;
        self.desk.mailboxes.courier().quiet().await;
        self.desk.acme.quiet().await;
    }
}
