//! The house, put together: database, slices, router, works.

use crate::aliases::ALIASES;
use crate::config::Config;
use crate::health;
use crate::keys;
use crate::play;
use crate::slices::{Ground, identity_config, slices};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use store::export::Declared;
use store::secret::{self, Vault};
use store::{Clock, Db, Dice, Error, Kind, Migration, Options, Result, Told, Works};
use web::limits::Limits;
use web::{AllTold, App, Cache, Extras, Parts, Reactions, Service};

/// What the first shop is called until its owner names it.
const FIRST_SHOP: &str = "My shop";

/// Everything, ready to serve.
pub struct House {
    /// What handlers reach.
    pub app: App,
    /// What answers on the socket.
    pub service: Service,
    /// What carries out whatever is committed.
    pub works: Works,
    /// Finds a tenant's accounts with providers.
    pub credentials: Arc<settings::Credentials>,
}

/// Opens the database that is configured, making its folder where it is a file.
///
/// # Errors
/// A folder or a database that cannot be opened.
pub async fn open(config: &Config, clock: Clock, dice: Dice) -> Result<Db> {
    std::fs::create_dir_all(&config.data_dir).map_err(|error| {
        Error::new(Kind::Unavailable, "data_dir", format!("ORIGIN_DATA_DIR {} cannot be made.", config.data_dir.display())).because(error)
    })?;
    let mut options = Options::new(&config.database_url);
    options.replica_url = config.replica_url.clone();
    options.connections = config.connections;
    options.clock = clock;
    options.dice = dice;
    Db::open(options).await
}

/// Every migration, the store's own first.
pub fn migrations() -> Vec<Migration> {
    let slices = [
        identity::MIGRATIONS,
        settings::MIGRATIONS,
        audit::MIGRATIONS,
        files::MIGRATIONS,
        contacts::MIGRATIONS,
        catalogue::MIGRATIONS,
        branding::MIGRATIONS,
        ledger::MIGRATIONS,
        payments::MIGRATIONS,
        usage::MIGRATIONS,
        consent::MIGRATIONS,
        events::MIGRATIONS,
        orders::MIGRATIONS,
        settlements::MIGRATIONS,
        segments::MIGRATIONS,
        invoices::MIGRATIONS,
        subscriptions::MIGRATIONS,
        rounds::MIGRATIONS,
        entitlements::MIGRATIONS,
        channels::MIGRATIONS,
        messages::MIGRATIONS,
        tracking::MIGRATIONS,
        sendtime::MIGRATIONS,
        otp::MIGRATIONS,
        campaigns::MIGRATIONS,
        journeys::MIGRATIONS,
        experiments::MIGRATIONS,
        imports::MIGRATIONS,
        webhooks::MIGRATIONS,
        social::MIGRATIONS,
        recovery::MIGRATIONS,
        referrals::MIGRATIONS,
        mobile::MIGRATIONS,
        inbox::MIGRATIONS,
        overview::MIGRATIONS,
    ];
    store::STORE.iter().chain(slices.into_iter().flatten()).copied().collect()
}

/// Puts the house together over an open database whose tables are there.
///
/// # Errors
/// A Redis that cannot be reached, a data folder that cannot be written.
pub async fn build(config: &Config, db: Db, public_url: String) -> Result<House> {
    let vault = vault(config, &db).await?;
    let credentials = Arc::new(play::credentials(config, &db, &vault));
    if let Some(first) = identity::first_tenant(&db).await? {
        credentials.set_first(first);
    }
    let ground = Ground { config, db: db.clone(), vault: &vault, credentials: credentials.clone(), public_url: &public_url };
    let mut all = slices(&ground)?;
    let mut extras = Extras::default();
    let (mut routes, mut nav, mut reactions, mut errands, mut timers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut told = Told::STORE.to_vec();
    for slice in &mut all {
        routes.append(&mut slice.routes);
        nav.append(&mut slice.nav);
        reactions.append(&mut slice.reactions);
        errands.append(&mut slice.errands);
        timers.append(&mut slice.timers);
        told.extend_from_slice(slice.told);
        extras.extend(std::mem::take(&mut slice.extras));
    }
    extras.put(Arc::new(AllTold { told, declared: Declared::of(&migrations()) }));
    extras.put(Arc::new(Reactions(reactions.clone())));
    nav.sort_by_key(|item| item.order);
    let openapi = web::openapi::Document::of(&routes, ALIASES, env!("CARGO_PKG_VERSION"));
    let app = App::new(Parts {
        identity: identity::identity(identity_config(config)),
        limits: limits(config, db.clock().clone()).await?,
        cache: Cache::new(Duration::from_secs(5)),
        vault,
        outside: web::http::Outside::new(config.env, config.allow_loopback)?,
        env: config.env,
        public_url,
        trusted_proxies: config.trusted_proxies,
        nav,
        openapi,
        extras,
        db: db.clone(),
    });
    let service = web::service(&app, routes, ALIASES, health::routes(config.admin_token.clone()));
    let works = Works::new(db, reactions, errands, timers);
    Ok(House { app, service, works, credentials })
}

async fn limits(config: &Config, clock: Clock) -> Result<Limits> {
    let Some(url) = &config.redis_url else { return Ok(Limits::in_memory(clock, config.rates.clone())) };
    let away = |error: redis::RedisError| Error::unavailable("redis_away", "REDIS_URL cannot be reached.").because(error);
    let client = redis::Client::open(url.as_str()).map_err(away)?;
    let manager = redis::aio::ConnectionManager::new(client).await.map_err(away)?;
    Ok(Limits::in_redis(manager, clock, config.rates.clone()))
}

/// What opens with the master keys, over a database whose tables are there.
///
/// # Errors
/// `wrong_master_key` where they open nothing there; a data folder that cannot be written.
pub async fn vault(config: &Config, db: &Db) -> Result<Vault> {
    let vault = Vault::of(keys::source(config, db.dice())?, db.dice().clone())?;
    secret::settled(db, vault, |vaults| async move { audit::made_with(db, &vaults).await }).await
}

/// Every column of locked texts.
pub fn locked() -> Vec<&'static dyn secret::Locked> {
    let own: &'static dyn secret::Locked = &secret::ROOTS;
    let slices = [identity::LOCKED, settings::LOCKED, mobile::LOCKED, imports::LOCKED, webhooks::LOCKED, social::LOCKED];
    std::iter::once(own).chain(slices.into_iter().flatten().copied()).collect()
}

/// The first start on an empty database: the first tenant, its administrator, and something to sell. Returns the
/// administrator's password where one had to be made up.
///
/// # Errors
/// Whatever the database refuses.
pub async fn settle_in(config: &Config, db: &Db) -> Result<Option<String>> {
    let made_up = config.admin.password.is_none().then(|| {
        let bytes = db.dice().secret::<9>();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    });
    let password = config.admin.password.clone().or_else(|| made_up.clone().map(SecretString::from)).unwrap_or_default();
    let admin = identity::Admin { username: config.admin.username.clone(), email: config.admin.email.clone(), password };
    let (tenant, created) = identity::ensure_first(db, admin, FIRST_SHOP).await?;
    if created {
        db.run(&store::Who::system(tenant, "settle_in"), catalogue::Seed).await?;
    }
    Ok(made_up.filter(|_| created))
}

/// The OpenAPI document, without a database behind it.
///
/// # Errors
/// When this machine has no usable TLS set-up.
pub async fn openapi() -> Result<serde_json::Value> {
    let config = Config::read(&crate::config::Texts::default()).map_err(|mistakes| Error::internal(mistakes.join("; ")))?;
    let db = Db::open(Options::new("sqlite::memory:")).await?;
    let vault = Vault::new("", db.dice().clone());
    let credentials = Arc::new(play::credentials(&config, &db, &vault));
    let ground = Ground { config: &config, db, vault: &vault, credentials, public_url: "" };
    let routes: Vec<_> = slices(&ground)?.into_iter().flat_map(|slice| slice.routes).collect();
    Ok(web::openapi::Document::of(&routes, ALIASES, env!("CARGO_PKG_VERSION")).value())
}
