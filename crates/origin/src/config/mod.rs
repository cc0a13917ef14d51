//! Configuration: what the environment and `origin.toml` say, checked as a whole before anything starts.

mod files;
mod providers;
mod read;
mod tls;

pub use files::Files;
pub use providers::Providers;
pub use read::Texts;
pub use tls::Tls;

use read::Reader;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use web::Env;
use web::limits::Rate;

/// Everything that can be set from outside.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen. ORIGIN_LISTEN, 127.0.0.1:8080 when not said.
    pub listen: SocketAddr,
    /// Where files live. ORIGIN_DATA_DIR, `data` when not said.
    pub data_dir: PathBuf,
    /// Development, test or production. ORIGIN_ENV.
    pub env: Env,
    /// What credentials in the database are locked with. ORIGIN_MASTER_KEY; outside production one is kept in the data folder.
    pub master_key: Option<SecretString>,
    /// `postgres://…` or `sqlite:…`. DATABASE_URL; a file in the data folder when not said.
    pub database_url: String,
    /// A PostgreSQL replica for reads. ORIGIN_REPLICA_URL.
    pub replica_url: Option<String>,
    /// Connections to PostgreSQL. ORIGIN_DB_CONNECTIONS.
    pub connections: usize,
    /// Counts limits for all nodes together. REDIS_URL.
    pub redis_url: Option<String>,
    /// Where the world reaches this. ORIGIN_PUBLIC_URL; the listening address when not said.
    pub public_url: Option<String>,
    /// Proxies in front of this that are believed. ORIGIN_TRUSTED_PROXIES.
    pub trusted_proxies: usize,
    /// Lets what a tenant types lead to this very machine, for tests and the demo. ORIGIN_ALLOW_LOOPBACK; never in production.
    pub allow_loopback: bool,
    /// Who is asked whether a domain is its shop's. ORIGIN_DNS, such as `1.1.1.1:53`; the machine's own server when not said.
    pub dns: Option<SocketAddr>,
    /// HTTPS without a proxy in front. ORIGIN_TLS_LISTEN and what belongs to it.
    pub tls: Option<Tls>,
    /// Logs as JSON. ORIGIN_LOG_FORMAT, `json` or `pretty`.
    pub json_logs: bool,
    /// The first administrator. ADMIN_USERNAME, ADMIN_PASSWORD, ADMIN_EMAIL.
    pub admin: Admin,
    /// The operator's token. ADMIN_TOKEN.
    pub admin_token: Option<SecretString>,
    /// Minutes without activity after which a session ends. ADMIN_SESSION_TIMEOUT.
    pub session_minutes: u32,
    /// Whether strangers may sign up and open tenants. ORIGIN_SIGN_UP.
    pub sign_up: bool,
    /// Who is asked, by k-anonymity, whether a password was lost by others. ORIGIN_BREACHED_URL; haveibeenpwned.com in production.
    pub breached_url: Option<String>,
    /// How devices' access tokens are signed. JWT_SECRET (or JWT_SECRET_KEY), ORIGIN_JWT_ALGORITHM.
    pub signing: mobile::Signing,
    /// Whether orders from the shop need an Idempotency-Key. ENFORCE_IDEMPOTENCY.
    pub enforce_idempotency: bool,
    /// The files that shops sell.
    pub files: Files,
    /// The providers.
    pub providers: Providers,
    /// Where to play them for test data, within this process. ORIGIN_SIM_LISTEN.
    pub sim_listen: Option<SocketAddr>,
    /// Where they are played for test data; nowhere where nothing is said. ORIGIN_SIM_URL, ORIGIN_SIM_SMTP.
    pub played: Option<Played>,
    /// RATE_<FEATURE>_LIMIT and RATE_<FEATURE>_WINDOW, by feature in lower case.
    pub rates: HashMap<String, Rate>,
    /// How many percent above its limit what the platform's plans give still goes. PLAN_ATTRIBUTION_GRACE_PERCENT, 10 when not said.
    pub attribution_grace: i64,
    /// FLAG_<NAME>, by name in lower case: on or off for everybody, whatever tenants say.
    pub flags: entitlements::Overrides,
}

/// The first administrator.
#[derive(Debug, Clone)]
pub struct Admin {
    /// What they sign in with.
    pub username: String,
    /// Their password; one is made up and printed when it is not set, outside production.
    pub password: Option<SecretString>,
    /// Their address.
    pub email: Option<String>,
}

/// Where simulated providers are reached, by this program and by the browser of whoever pays.
#[derive(Debug, Clone)]
pub struct Played {
    /// Such as `http://127.0.0.1:8090`, without a slash at the end.
    pub url: String,
    /// Host and port of their mail server.
    pub smtp: (String, u16),
}

/// Have I Been Pwned's list of stolen passwords.
const BREACHED: &str = "https://api.pwnedpasswords.com";

impl Config {
    /// Reads it, or names every mistake.
    ///
    /// # Errors
    /// All that is wrong, one line each.
    pub fn read(texts: &Texts) -> Result<Self, Vec<String>> {
        let mut read = Reader::new(texts);
        let env = environment(&mut read);
        let data_dir: PathBuf = read.or("ORIGIN_DATA_DIR", PathBuf::from("data"));
        let config = Self {
            listen: read.or("ORIGIN_LISTEN", SocketAddr::from(([127, 0, 0, 1], 8080))),
            env,
            master_key: read.secret("ORIGIN_MASTER_KEY"),
            database_url: read.text("DATABASE_URL").unwrap_or_else(|| format!("sqlite:{}", data_dir.join("origin.db").display())),
            files: files::files(&mut read, &data_dir),
            data_dir,
            replica_url: read.text("ORIGIN_REPLICA_URL"),
            connections: read.or("ORIGIN_DB_CONNECTIONS", enough_connections()),
            redis_url: read.text("REDIS_URL"),
            public_url: read.text("ORIGIN_PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned()),
            trusted_proxies: read.or("ORIGIN_TRUSTED_PROXIES", 0),
            allow_loopback: read.flag("ORIGIN_ALLOW_LOOPBACK", false),
            dns: read.maybe("ORIGIN_DNS"),
            tls: tls::tls(&mut read, env),
            json_logs: log_format(&mut read, env),
            admin: Admin {
                username: read.text("ADMIN_USERNAME").unwrap_or_else(|| "admin".to_owned()),
                password: read.secret("ADMIN_PASSWORD"),
                email: read.text("ADMIN_EMAIL"),
            },
            admin_token: read.secret("ADMIN_TOKEN"),
            session_minutes: read.or("ADMIN_SESSION_TIMEOUT", 15),
            sign_up: read.flag("ORIGIN_SIGN_UP", false),
            breached_url: breached_url(&mut read, env),
            signing: signing(&mut read),
            enforce_idempotency: read.flag("ENFORCE_IDEMPOTENCY", true),
            providers: providers::read(&mut read),
            sim_listen: read.maybe("ORIGIN_SIM_LISTEN"),
            played: played(&mut read),
            rates: rates(&mut read),
            attribution_grace: attribution_grace(&mut read),
            flags: flags(&mut read),
        };
        config.check(&mut read);
        read.finish(config)
    }

    /// Rules that look at more than one value.
    fn check(&self, read: &mut Reader) {
        if !(self.database_url.starts_with("postgres://")
            || self.database_url.starts_with("postgresql://")
            || self.database_url.starts_with("sqlite:"))
        {
            read.wrong("DATABASE_URL: starts with postgres:// or sqlite:");
        }
        if self.session_minutes == 0 {
            read.wrong("ADMIN_SESSION_TIMEOUT: at least one minute");
        }
        if self.env == Env::Production {
            self.check_production(read);
        }
    }

    fn check_production(&self, read: &mut Reader) {
        match &self.master_key {
            None => read.wrong("ORIGIN_MASTER_KEY: required in production; any long random text"),
            Some(key) if key.expose_secret().len() < 32 => read.wrong("ORIGIN_MASTER_KEY: at least 32 characters in production"),
            Some(_) => {}
        }
        match self.admin.password.as_ref().map(|password| identity::weak(password.expose_secret(), &[])) {
            None => read.wrong("ADMIN_PASSWORD: required in production"),
            Some(Some(why)) => read.wrong(format!("ADMIN_PASSWORD: {why}")),
            Some(None) => {}
        }
        if self.allow_loopback {
            read.wrong("ORIGIN_ALLOW_LOOPBACK: not in production, where a tenant must not reach this machine");
        }
        if let Some(token) = &self.admin_token
            && token.expose_secret().len() < 20
        {
            read.wrong("ADMIN_TOKEN: at least 20 characters in production");
        }
        if let mobile::Signing::Secret(secret) = &self.signing
            && secret.expose_secret().len() < 32
        {
            read.wrong("JWT_SECRET: at least 32 characters in production");
        }
        providers::check_in_production(&self.providers, read);
    }
}

/// HS256 unless EdDSA is asked for; a key is derived where no secret is set.
fn signing(read: &mut Reader) -> mobile::Signing {
    let secret = read.secret("JWT_SECRET").or_else(|| read.secret("JWT_SECRET_KEY"));
    match read.text("ORIGIN_JWT_ALGORITHM").as_deref() {
        Some("EdDSA") => mobile::Signing::EdDsa,
        None | Some("HS256") => secret.map_or(mobile::Signing::Derived, mobile::Signing::Secret),
        Some(_) => {
            read.wrong("ORIGIN_JWT_ALGORITHM: HS256 or EdDSA");
            mobile::Signing::Derived
        }
    }
}

fn environment(read: &mut Reader) -> Env {
    match read.text("ORIGIN_ENV").as_deref() {
        None | Some("development") => Env::Development,
        Some("test") => Env::Test,
        Some("production") => Env::Production,
        Some(other) => {
            read.wrong(format!("ORIGIN_ENV: development, test or production, not {other:?}"));
            Env::Production
        }
    }
}

/// `off` asks nobody.
fn breached_url(read: &mut Reader, env: Env) -> Option<String> {
    match read.text("ORIGIN_BREACHED_URL").as_deref() {
        Some("off") => None,
        Some(_) => Some(base_url(read, "ORIGIN_BREACHED_URL", BREACHED)),
        None => (env == Env::Production).then(|| BREACHED.to_owned()),
    }
}

fn log_format(read: &mut Reader, env: Env) -> bool {
    match read.text("ORIGIN_LOG_FORMAT").as_deref() {
        None => env == Env::Production,
        Some("json") => true,
        Some("pretty") => false,
        Some(other) => {
            read.wrong(format!("ORIGIN_LOG_FORMAT: json or pretty, not {other:?}"));
            false
        }
    }
}

fn base_url(read: &mut Reader, name: &str, usual: &str) -> String {
    let url = read.or(name, usual.to_owned());
    match url::Url::parse(&url) {
        Ok(parsed) if parsed.has_host() => url.trim_end_matches('/').to_owned(),
        _ => {
            read.wrong(format!("{name}: not an address like {usual}"));
            usual.to_owned()
        }
    }
}

/// Both or neither: where simulated providers are, when they run elsewhere (`origin simulate`).
fn played(read: &mut Reader) -> Option<Played> {
    let smtp = read.text("ORIGIN_SIM_SMTP").and_then(|text| {
        let (host, port) = text.rsplit_once(':')?;
        Some((host.to_owned(), port.parse().ok()?))
    });
    match (read.text("ORIGIN_SIM_URL").is_some(), smtp) {
        (true, Some(smtp)) => Some(Played { url: base_url(read, "ORIGIN_SIM_URL", "http://127.0.0.1:8090"), smtp }),
        (false, None) => None,
        _ => {
            read.wrong("ORIGIN_SIM_URL and ORIGIN_SIM_SMTP: both, such as http://sim:8090 and sim:8025");
            None
        }
    }
}

/// PLAN_ATTRIBUTION_GRACE_PERCENT=10.
fn attribution_grace(read: &mut Reader) -> i64 {
    let percent = read.or("PLAN_ATTRIBUTION_GRACE_PERCENT", 10);
    if !(0..=100).contains(&percent) {
        read.wrong("PLAN_ATTRIBUTION_GRACE_PERCENT: 0 to 100");
    }
    percent
}

/// FLAG_NEW_CHECKOUT=true.
fn flags(read: &mut Reader) -> entitlements::Overrides {
    let named: Vec<String> = read.texts().starting_with("FLAG_").map(|(rest, _)| rest.to_owned()).collect();
    named.into_iter().map(|name| (name.to_ascii_lowercase(), read.flag(&format!("FLAG_{name}"), false))).collect()
}

/// RATE_CREATE_ORDER_LIMIT=100 and RATE_CREATE_ORDER_WINDOW=60 (seconds).
fn rates(read: &mut Reader) -> HashMap<String, Rate> {
    let named: Vec<String> =
        read.texts().starting_with("RATE_").filter_map(|(rest, _)| rest.strip_suffix("_LIMIT")).map(str::to_owned).collect();
    let mut rates = HashMap::new();
    for feature in named {
        let limit = read.or(&format!("RATE_{feature}_LIMIT"), 0u32);
        let window = read.or(&format!("RATE_{feature}_WINDOW"), 60u64);
        if limit == 0 || window == 0 {
            read.wrong(format!("RATE_{feature}_LIMIT and _WINDOW: at least 1"));
        }
        rates.insert(feature.to_ascii_lowercase(), Rate { limit, window: Duration::from_secs(window) });
    }
    rates
}

/// Connections to PostgreSQL where nothing is set: more than the processors can serve only make each of them slower.
fn enough_connections() -> usize {
    4 + 2 * std::thread::available_parallelism().map_or(4, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_named_at_once() {
        let texts = Texts::of([
            ("ORIGIN_LISTEN", "nowhere"),
            ("ORIGIN_ENV", "production"),
            ("ENFORCE_IDEMPOTENCY", "perhaps"),
            ("RAZORPAY_BASE_URL", "http://127.0.0.1:1/v1"),
            ("ORIGIN_ALLOW_LOOPBACK", "true"),
            ("ADMIN_PASSWORD", "admin"),
            ("RATE_EXPORT_LIMIT", "many"),
            ("JWT_SECRET_KEY", "short"),
            ("ORIGIN_TLS_LISTEN", "127.0.0.1:8443"),
            ("ORIGIN_TLS_HOSTS", "shop.example.com, 127.0.0.1"),
            ("ORIGIN_ACME_DIRECTORY", "http://127.0.0.1:1/directory"),
            ("ORIGIN_ACME_EMAIL", "nobody"),
        ]);
        let mistakes = Config::read(&texts).unwrap_err().join("\n");
        for name in [
            "ORIGIN_LISTEN",
            "ORIGIN_MASTER_KEY",
            "ENFORCE_IDEMPOTENCY",
            "RAZORPAY_BASE_URL",
            "ADMIN_PASSWORD",
            "ORIGIN_ALLOW_LOOPBACK",
            "RATE_EXPORT_LIMIT",
            "JWT_SECRET",
            "ORIGIN_TLS_HOSTS",
            "ORIGIN_ACME_DIRECTORY",
            "ORIGIN_ACME_EMAIL",
        ] {
            assert!(mistakes.contains(name), "{name} is missing from:\n{mistakes}");
        }
    }

    #[test]
    fn nothing_set_is_a_working_development_machine() {
        let config = Config::read(&Texts::default()).unwrap();
        assert_eq!(config.env, Env::Development);
        assert!(config.database_url.starts_with("sqlite:"));
        assert!(config.providers.credentials.is_empty());
    }

    #[test]
    fn https_is_asked_for_by_one_setting() {
        let public = ("ORIGIN_PUBLIC_URL", "https://Shop.Example.com");
        assert!(Config::read(&Texts::of([public])).unwrap().tls.is_none());
        let tls = Config::read(&Texts::of([public, ("ORIGIN_TLS_LISTEN", "0.0.0.0:8443")])).unwrap().tls.unwrap();
        assert_eq!((tls.hosts, tls.port), (vec!["shop.example.com".to_owned()], Some(443)));
        let named = [("ORIGIN_TLS_LISTEN", "0.0.0.0:8443"), ("ORIGIN_TLS_HOSTS", "a.example, München.example")];
        let tls = Config::read(&Texts::of(named)).unwrap().tls.unwrap();
        assert_eq!((tls.hosts.join(" "), tls.port), ("a.example xn--mnchen-3ya.example".to_owned(), None));
    }

    #[test]
    fn flags_and_the_grace_of_plans() {
        let set = [("FLAG_NEW_CHECKOUT", "on"), ("FLAG_OLD_SEARCH", "false"), ("PLAN_ATTRIBUTION_GRACE_PERCENT", "25")];
        let config = Config::read(&Texts::of(set)).unwrap();
        assert_eq!(config.flags, [("new_checkout".to_owned(), true), ("old_search".to_owned(), false)].into());
        assert_eq!((config.attribution_grace, Config::read(&Texts::default()).unwrap().attribution_grace), (25, 10));
        let mistakes = Config::read(&Texts::of([("FLAG_X", "maybe"), ("PLAN_ATTRIBUTION_GRACE_PERCENT", "101")])).unwrap_err().join(" ");
        assert!(mistakes.contains("FLAG_X") && mistakes.contains("PLAN_ATTRIBUTION_GRACE_PERCENT"), "{mistakes}");
    }

    #[test]
    fn a_rate_can_be_set() {
        let config = Config::read(&Texts::of([("RATE_CREATE_ORDER_LIMIT", "500")])).unwrap();
        assert_eq!(config.rates["create_order"].limit, 500);
    }
}
