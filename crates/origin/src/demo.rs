//! `origin demo`: everything to try, nothing to set up.

use crate::config::Config;
use crate::say::say;
use crate::{play, serve};
use clap::Args;
use files::Place;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sim::{Receipts, Sim, SimConfig};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use store::{Clock, Error, Result};

/// What signs in to the demo's back office where ADMIN_PASSWORD does not say otherwise.
const PASSWORD: &str = "origin-demo-2026";

/// The demo: simulated providers on loopback, a database of its own.
#[derive(Args)]
pub struct Demo {
    /// Where the shop and the back office listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the simulated providers listen.
    #[arg(long, default_value = "127.0.0.1:8090")]
    sim_listen: SocketAddr,
    /// Where the demo's database lives; `demo` in the data folder when not said.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// An empty PostgreSQL to live in, in place of a file in that folder: `postgres://…`.
    #[arg(long)]
    database: Option<String>,
    /// Begin anew: forget what earlier demos left.
    #[arg(long)]
    fresh: bool,
}

impl Demo {
    pub(crate) async fn run(self, mut config: Config) -> Result<()> {
        let data_dir = self.data_dir.unwrap_or_else(|| config.data_dir.join("demo"));
        if self.fresh && data_dir.exists() {
            std::fs::remove_dir_all(&data_dir).map_err(Error::internal)?;
        }
        let sim = simulate(&self.sim_listen.to_string(), play::FREE_PORT, Clock::system()).await?;
        config.listen = self.listen;
        config.database_url = self.database.unwrap_or_else(|| format!("sqlite:{}", data_dir.join("origin.db").display()));
        if matches!(&config.files.place, Place::Folder(folder) if *folder == config.data_dir.join("files")) {
            config.files.place = Place::Folder(data_dir.join("files"));
        }
        config.data_dir = data_dir;
        config.allow_loopback = true;
        config.sign_up = true;
        let password = config.admin.password.get_or_insert_with(|| SecretString::from(PASSWORD)).clone();
        let username = config.admin.username.clone();
        played_by(&sim, &mut config);
        agree_on_token(&mut config);
        // The providers stay up for as long as this clone does, which is longer than the one that the start-up uses.
        let _providers = sim.clone();
        let ready = move |ready: serve::Ready| {
            sim.webhooks_to(&format!("{}/webhook", ready.url));
            sim.stripe_webhooks_to(&format!("{}/webhooks/stripe/first", ready.url));
            sim.receipts_to(&format!("{}/webhooks/myoperator/first?key={}", ready.url, play::TOKEN));
            sim.mailboxes().reports_to(&format!("{}/webhooks/smtp/first?key={}", ready.url, play::TOKEN));
            play::report_to(&sim, &ready.url);
            print_addresses(&ready.url, &sim.http_url(), &username, password.expose_secret());
        };
        serve::serve(&config, true, ready, serve::told_to_stop()).await
    }
}

/// Starts the simulated providers, with phones that report back by themselves.
pub(crate) async fn simulate(listen: &str, smtp_listen: &str, clock: Clock) -> Result<Sim> {
    let mut sim = SimConfig::new(move || clock.now());
    sim.listen = listen.to_owned();
    sim.smtp_listen = smtp_listen.to_owned();
    sim.receipts = Receipts::After(Duration::from_millis(700));
    Sim::start(sim)
        .await
        .map_err(|error| Error::unavailable("simulator", format!("The simulated providers cannot listen on {listen}: {error}")))
}

/// Points a configuration at simulated providers, with the accounts that they know.
pub fn played_by(sim: &Sim, config: &mut Config) {
    let known = SimConfig::new(|| facts::Time(0));
    let smtp = sim.smtp_addr();
    config.dns = Some(sim.dns().addr());
    config.breached_url = Some(sim.stolen_url());
    config.played = Some(play::at(sim));
    if let Some(tls) = &mut config.tls {
        tls.directory = sim.acme().directory_url();
    }
    if let Place::S3(s3) = &mut config.files.place {
        s3.endpoint = Some(sim.s3_url());
        s3.key = Some((sim::S3_KEY_ID.to_owned(), SecretString::from(sim::S3_SECRET)));
    }
    config.providers.addresses.extend([
        ("razorpay", sim.razorpay_url()),
        ("stripe", sim.stripe_url()),
        ("myoperator", sim.myoperator_url()),
        ("meta", sim.meta_url()),
        ("twilio", sim.twilio_url()),
        ("fcm", sim.fcm_url()),
        ("fcm_token", format!("{}/token", sim.fcm_url())),
    ]);
    config.providers.credentials.extend([
        (
            "razorpay",
            json!({"key_id": known.razorpay.key_id, "key_secret": known.razorpay.key_secret, "webhook_secret": known.razorpay.webhook_secret}),
        ),
        (
            "myoperator",
            json!({"api_key": known.myoperator.api_key, "company_id": known.myoperator.company_id, "phone_number_id": known.myoperator.phone_number_id}),
        ),
        // For SMS alone: on WhatsApp the demo has one provider, as most shops do.
        (
            "twilio",
            json!({"account_sid": known.twilio.account_sid, "auth_token": known.twilio.auth_token, "from": known.twilio.from}),
        ),
        ("smtp", json!({"host": smtp.ip().to_string(), "port": smtp.port(), "from": "Origin Demo <shop@origin.example>"})),
    ]);
}

/// Has those who sign nothing known by a token, so that all that they say is taken in.
fn agree_on_token(config: &mut Config) {
    for provider in ["myoperator", "smtp"] {
        if let Some(account) = config.providers.credentials.get_mut(provider) {
            account["webhook_token"] = json!(play::TOKEN);
        }
    }
}

fn print_addresses(url: &str, sim: &str, username: &str, password: &str) {
    say(&format!(
        "
  Origin is running, with simulated providers.

  Shop               {url}/
  Back office        {url}/admin          user {username}, password {password}
  API                {url}/docs/
  Phones and mail    {sim}/               what customers receive; {sim}/faults makes it a bad day

  Buy something in the shop, pay, and watch the message arrive. Ctrl-C stops.
"
    ));
    say(&format!("simulated providers on {sim}\nlistening on {url}"));
}
