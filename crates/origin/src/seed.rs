//! Demo data: a tenant of its own with weeks of business behind it, made by really selling.
//!
//! The whole program runs on its stage with a clock that starts in the past: every order, payment, ledger entry and
//! message goes the way that it always goes, with the providers played on loopback.

use crate::config::Config;
use crate::stage::Stage;
use crate::subscribers::Subscribers;
use crate::{demo, house, people};
use facts::recovery::RecoveryReminderDue;
use facts::{Id, OrderId, TenantId, Time};
use rand::Rng;
use secrecy::SecretString;
use serde_json::json;
use std::time::Duration;
use store::{Clock, Command, Db, Dice, EraseTenant, Error, Look, Result, Tx, Who};
use tokio::sync::Mutex;
use web::Env;

/// The name of the tenant that holds the demo data.
const TENANT: &str = "Demo data";
const EMAIL: &str = "demo@origin.example";
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// First names and family names, some long, one from right to left, so that pages meet what customers are called.
const FIRST: [&str; 10] =
    ["Asha", "Ravi", "Lakshmi", "Mohammed", "Priya", "Venkatanarasimharajuvaripeta", "Sunita", "Arjun", "Fatima", "ليلى"];
const FAMILY: [&str; 8] = ["Rao", "Sharma", "Iyer", "Khan", "Patel", "Chattopadhyay", "D'Souza", "بنت أحمد"];
const PRODUCTS: [(&str, i64); 4] = [("starter", 99), ("pro", 499), ("premium", 999), ("platinum", 2_999)];

/// What was made.
pub struct Seeded {
    /// The tenant.
    pub tenant: TenantId,
    /// Its shop's slug.
    pub slug: String,
    /// What signs in.
    pub email: &'static str,
    /// Its password.
    pub password: String,
}

/// The tenant that holds the demo data, if there is one.
///
/// # Errors
/// Whatever the database refuses.
pub async fn tenant(db: &Db) -> Result<Option<TenantId>> {
    identity::tenant_by_slug(db, "demo-data").await
}

/// Makes the demo data: `orders` over `days`, told of one by one.
///
/// # Errors
/// Production; a database in which something is under way; demo data that is there already.
pub async fn load(mut config: Config, days: u32, orders: u32, mut progress: impl FnMut(u32)) -> Result<Seeded> {
    if config.env == Env::Production {
        return Err(Error::conflict("production", "Demo data is not for production."));
    }
    let end = Clock::system().now();
    let clock = Clock::simulated(end.before(DAY * days));
    let db = house::open(&config, clock.clone(), Dice::fair()).await?;
    store::migrate(&db, &house::migrations()).await?;
    if tenant(&db).await?.is_some() {
        return Err(Error::conflict("seeded", "There is demo data already: origin seed clear takes it out."));
    }
    house::settle_in(&config, &db).await?;
    let sim = demo::simulate("127.0.0.1:0", "127.0.0.1:0", clock.clone()).await?;
    sim.phones().set_receipts(sim::Receipts::ByHand);
    demo::played_by(&sim, &mut config);
    let password: String = db.dice().secret::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
    let made = people::open_tenant(&db, TENANT, EMAIL, SecretString::from(password.clone())).await?;
    let who = Who::system(made.tenant_id, "seed");
    db.run(&who, catalogue::Seed).await?;
    let stage = Stage::set(&config, db, sim).await?;
    if !stage.is_idle().await? {
        return Err(Error::conflict(
            "busy",
            "Something is under way in this database: load demo data into one of its own, such as ORIGIN_DATA_DIR=data/seed.",
        ));
    }
    stage.sim.webhooks_to(&format!("{}/webhooks/razorpay/{}", stage.url, made.tenant_id));
    let accounts = Accounts { credentials: config.providers.credentials.into_iter().collect(), vault: stage.app.vault.clone() };
    stage.app.db.run(&who, accounts).await?;
    let customer =
        |at: usize| (format!("{} {}", FIRST[at % FIRST.len()], FAMILY[at % FAMILY.len()]), format!("+9199{:08}", 10_000_000 + at * 7_919));
    stage.app.db.run(&who, rounds::Samples { customers: (0..12).map(customer).collect() }).await?;
    stage.app.db.run(&who, recovery::Samples).await?;
    let subscribers = Subscribers::begin(&stage, made.tenant_id, &made.slug, days).await?;
    let seller = Seller {
        stage: &stage,
        slug: &made.slug,
        http: web::http::client()?,
        dice: stage.app.db.dice().clone(),
        tenant: made.tenant_id,
        left: Mutex::default(),
    };
    for order in 0..orders {
        clock.move_to(moment(end, days, orders, order));
        subscribers.go_on().await?;
        seller.sell(order).await?;
        progress(order + 1);
    }
    clock.move_to(end);
    stage.settle().await?;
    subscribers.leave().await?;
    Ok(Seeded { tenant: made.tenant_id, slug: made.slug, email: EMAIL, password })
}

/// Business grows: later orders lie closer together.
fn moment(end: Time, days: u32, orders: u32, order: u32) -> Time {
    let left = f64::from(orders - order) / f64::from(orders);
    end.before((DAY * days).mul_f64(left.powf(1.6)))
}

/// Gives the demo's tenant the simulated accounts.
struct Accounts {
    credentials: Vec<(&'static str, serde_json::Value)>,
    vault: store::secret::Vault,
}

impl Command for Accounts {
    const NAME: &'static str = "seed_accounts";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        for (name, account) in &self.credentials {
            settings::put_secret(tx, &self.vault, name, account).await?;
        }
        Ok(())
    }
}

struct Seller<'a> {
    stage: &'a Stage,
    slug: &'a str,
    http: reqwest::Client,
    dice: Dice,
    tenant: TenantId,
    /// Orders whose buyers come back when they are reminded, ours and the provider's ids of them.
    left: Mutex<Vec<(OrderId, String)>>,
}

impl Seller<'_> {
    /// One order, most paid; some at the second try, some after a reminder.
    async fn sell(&self, order: u32) -> Result<()> {
        self.come_back().await?;
        let mut dice = self.dice.fork();
        let customer = dice.random_range(0..240usize);
        let (product, amount) = PRODUCTS[[0, 0, 0, 0, 1, 1, 1, 2, 2, 3][dice.random_range(0..10usize)]];
        let name = format!("{} {}", FIRST[customer % FIRST.len()], FAMILY[customer / FIRST.len() % FAMILY.len()]);
        let body = json!({
            "amount": amount, "product": product,
            "customer": {"name": name, "phone": format!("+9198{:08}", 10_000_000 + customer * 7_919), "email": format!("customer{customer}@example.com")},
        });
        let url = format!("{}/s/{}/create_order", self.stage.url, self.slug);
        let request = self.http.post(url).header("idempotency-key", format!("seed-{order}")).json(&body).send();
        let response = self.stage.meanwhile(request).await?.map_err(Error::internal)?;
        let placed: serde_json::Value = response.json().await.map_err(Error::internal)?;
        let provider_order = placed["id"].as_str().ok_or_else(|| Error::internal(format!("no order: {placed}")))?;
        if dice.random_range(0..100) < 8 {
            // Some of those who leave come back when they are reminded.
            if let Some(order) = placed["order_id"].as_str().and_then(|id| id.parse().ok()).filter(|_| dice.random_range(0..2) == 0) {
                self.left.lock().await.push((order, provider_order.to_owned()));
            }
            return self.stage.settle().await;
        }
        if dice.random_range(0..100) < 12 {
            let failed = self.stage.sim.razorpay().fail(provider_order, sim::Method::Upi);
            failed.map_err(|error| Error::internal(format!("{error:?}")))?;
        }
        let method = if dice.random_range(0..100) < 75 { sim::Method::Upi } else { sim::Method::Card };
        self.stage.sim.razorpay().pay(provider_order, method).map_err(|error| Error::internal(format!("{error:?}")))?;
        self.stage.settle().await
    }
}

impl Seller<'_> {
    /// Somebody who left an order comes back by a reminder's link and pays after all.
    async fn come_back(&self) -> Result<()> {
        let Some((order, theirs)) = self.left.lock().await.first().cloned() else { return Ok(()) };
        let told = store::journal::timeline(&mut self.stage.app.db.read_main(self.tenant), order.uuid(), 50).await?;
        let Some(due) = told.iter().find_map(|fact| fact.read::<RecoveryReminderDue>().ok().flatten()) else { return Ok(()) };
        self.left.lock().await.remove(0);
        let visit = self.http.get(format!("{}{}", self.stage.url, due.path)).header("user-agent", "Mozilla/5.0 (Linux; Android 14)").send();
        self.stage.meanwhile(visit).await?.map_err(Error::internal)?;
        let paid = self.stage.sim.razorpay().pay(&theirs, sim::Method::Upi);
        paid.map_err(|error| Error::internal(format!("{error:?}")))?;
        self.stage.settle().await
    }
}

/// Takes the demo's tenant out, with every row of it; tells how many there were.
///
/// # Errors
/// Whatever the database refuses.
pub async fn clear(db: &Db) -> Result<u64> {
    let Some(tenant) = tenant(db).await? else { return Ok(0) };
    let who = Who::system(tenant, "seed");
    db.run(&who, EraseTenant(who.tenant)).await
}

/// How many orders the demo's tenant has.
///
/// # Errors
/// Whatever the database refuses.
pub async fn orders(db: &Db, tenant: TenantId) -> Result<i64> {
    db.read(tenant).one(store::sql!("SELECT COUNT(*) FROM orders WHERE tenant_id = $1"), store::params![tenant]).await
}
