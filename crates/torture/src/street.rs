//! The shop and its providers: the real origin in a process of its own, the simulated providers in this one,
//! so that they remember what the killed ones had asked of them.

use crate::api::Api;
use crate::kills::Kills;
use crate::process::Process;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sim::{Provider, Receipts, Retry, Sim, SimConfig};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;
use store::Clock;
use tempfile::TempDir;

/// How soon a phone reports back that it has a message.
pub const RECEIPTS: Receipts = Receipts::After(Duration::from_millis(150));
/// Webhooks are repeated for as long as any run takes.
const RETRY: Retry =
    Retry { first: Duration::from_millis(50), longest: Duration::from_millis(800), give_up_after: Duration::from_secs(7_200) };
/// Everything of one run.
pub struct Street {
    /// The providers.
    pub sim: Sim,
    /// Origin over HTTP.
    pub api: Api,
    /// Origin as a process.
    pub process: Process,
    /// Every kill so far.
    pub kills: Kills,
    /// Where its database is.
    pub database: String,
    folder: TempDir,
}

impl Street {
    /// Starts the providers and origin on an empty database, and makes a key.
    ///
    /// # Errors
    /// Whatever does not start.
    pub async fn open(program: &Path, database_url: Option<&str>) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("origin-torture-").tempdir()?;
        let clock = Clock::system();
        let mut config = SimConfig::new(move || clock.now());
        config.retry = RETRY;
        config.receipts = RECEIPTS;
        let sim = Sim::start(config.clone()).await?;
        let url = format!("http://127.0.0.1:{}", free_port()?);
        sim.webhooks_to(&format!("{url}/webhook"));
        sim.receipts_to(&format!("{url}/webhooks/myoperator/first"));
        sim.report_to(Provider::Meta, &format!("{url}/webhooks/meta/first"), &format!("{url}/webhooks/meta"));
        let file = folder.path().join("data").join("origin.db");
        let database = database_url.map_or_else(|| format!("sqlite:{}", file.display()), str::to_owned);
        let env = environment(&sim, &config, &url, folder.path(), database_url)?;
        let mut process = Process::new(program, env, folder.path().join("origin.log"));
        process.empty_log()?;
        process.start()?;
        process.ready().await?;
        let arguments = ["api-key", "create", "--name", "torture", "--role", "owner", "--per-hour", "1000000", "--json"];
        let (made, printed) = process.run(&arguments).await?;
        if !made {
            bail!("no API key: {printed}\n{}", process.end_of_log());
        }
        let printed: Value = serde_json::from_str(printed.trim()).context("api-key create does not print JSON")?;
        let key = printed["api_key"].as_str().context("api-key create prints no api_key")?;
        let street = Self { api: Api::new(&url, key)?, sim, process, kills: Kills::default(), database, folder };
        street.usual_settings().await?;
        Ok(street)
    }

    /// What the shop is set to: what takes minutes in life takes seconds here. There are more retries than in
    /// life, because providers fail far more often, and a message that is given up proves nothing; somebody presses
    /// the button for retries, so that none takes its minute.
    ///
    /// # Errors
    /// Origin does not take a setting.
    pub async fn usual_settings(&self) -> Result<()> {
        self.set("messages.pace", json!({"per_second": 1000, "gap_seconds": 0})).await?;
        self.set("messages.retry_minutes", json!([1, 1, 1, 1, 1, 1, 1, 1, 1, 1])).await?;
        self.set("messages.unknown_hold_seconds", json!(4)).await?;
        self.set("messages.mail_hold_seconds", json!(2)).await?;
        // Customers write to the number at Meta; the shop writes from the other one.
        self.set("channels.whatsapp", json!(["myoperator"])).await?;
        self.set("payments.janitor", json!([5, 10, 20])).await
    }

    /// Sets something by its name.
    ///
    /// # Errors
    /// Origin does not take it.
    pub async fn set(&self, name: &str, value: Value) -> Result<()> {
        self.api.put("/api/v1/settings", &json!({ name: value })).await.map(|_| ())
    }

    /// Keeps the folder with origin's log and database, for somebody to look at; tells where it is.
    pub fn keep_folder(&mut self) -> String {
        self.folder.disable_cleanup(true);
        self.folder.path().display().to_string()
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on loopback")?;
    Ok(listener.local_addr()?.port())
}

fn environment(sim: &Sim, config: &SimConfig, url: &str, folder: &Path, database_url: Option<&str>) -> Result<Vec<(String, String)>> {
    let smtp = sim.smtp_addr();
    let mut env = vec![
        ("ORIGIN_LISTEN", url.trim_start_matches("http://").to_owned()),
        ("ORIGIN_DATA_DIR", folder.join("data").display().to_string()),
        ("ORIGIN_ENV", "test".to_owned()),
        ("ORIGIN_MASTER_KEY", "a master key that only the torture test uses".to_owned()),
        ("ADMIN_USERNAME", "admin".to_owned()),
        ("ADMIN_PASSWORD", "a-password-for-torture-only".to_owned()),
        ("ADMIN_EMAIL", "admin@shop.example".to_owned()),
        ("ADMIN_TOKEN", "a-token-for-torture-only-and-long".to_owned()),
        ("RATE_CREATE_ORDER_LIMIT", "1000000".to_owned()),
        ("RATE_PAYMENT_RETURN_LIMIT", "1000000".to_owned()),
        ("RAZORPAY_BASE_URL", sim.razorpay_url()),
        ("RAZORPAY_KEY_ID", config.razorpay.key_id.clone()),
        ("RAZORPAY_KEY_SECRET", config.razorpay.key_secret.clone()),
        ("RAZORPAY_WEBHOOK_SECRET", config.razorpay.webhook_secret.clone()),
        ("MYOPERATOR_BASE_URL", sim.myoperator_url()),
        ("MYOPERATOR_API_KEY", config.myoperator.api_key.clone()),
        ("MYOPERATOR_ACCOUNT_ID", config.myoperator.company_id.clone()),
        ("MYOPERATOR_PHONE_NUMBER", config.myoperator.phone_number_id.clone()),
        ("META_BASE_URL", sim.meta_url()),
        ("META_ACCESS_TOKEN", config.meta.access_token.clone()),
        ("META_PHONE_NUMBER_ID", config.meta.phone_number_id.clone()),
        ("META_WABA_ID", config.meta.waba_id.clone()),
        ("META_APP_SECRET", config.meta.app_secret.clone()),
        ("META_VERIFY_TOKEN", config.meta.verify_token.clone()),
        ("EMAIL_HOST", smtp.ip().to_string()),
        ("EMAIL_PORT", smtp.port().to_string()),
        ("EMAIL_FROM", "Torture <shop@shop.example>".to_owned()),
        ("ORIGIN_LOG_FORMAT", "pretty".to_owned()),
        ("RUST_LOG", "warn".to_owned()),
        ("RUST_BACKTRACE", "1".to_owned()),
    ];
    if let Some(url) = database_url {
        env.push(("DATABASE_URL", url.to_owned()));
    }
    Ok(env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
