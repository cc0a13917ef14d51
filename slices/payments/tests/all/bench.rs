//! The slice alone: its tables, its errands and timers, and the provider played.

use facts::{Id, Money, OrderId, TenantId};
use payments::{Config, Intent, NewIntent};
use serde_json::json;
use sim::{Sim, SimConfig};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use store::secret::Vault;
use store::{Command, Dice, Look, Migration, Result, Tx, Who, Works, params, sql};
use testkit::TestDb;
use uuid::Uuid;

/// The tables that this slice needs.
pub fn tables() -> Vec<Migration> {
    [store::STORE, identity::MIGRATIONS, settings::MIGRATIONS, contacts::MIGRATIONS, payments::MIGRATIONS].concat()
}

/// What an order in these tests costs.
pub const PRICE: Money = Money { minor: 9_900, currency: facts::Currency::INR };

/// A slice under test.
pub struct Bench {
    /// Its database.
    pub db: TestDb,
    /// The provider.
    pub sim: Sim,
    works: Works,
}

/// Wants to be paid for an order.
pub struct Open(pub OrderId);

/// Wants to be paid for an order in dollars.
pub struct OpenDollars(pub OrderId);

impl Command for OpenDollars {
    const NAME: &'static str = "open_dollars";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let amount = Money::new(9_900, "USD".parse().unwrap());
        let new = NewIntent {
            payable: self.0.into(),
            amount,
            description: "Starter".into(),
            name: None,
            phone: None,
            email: None,
            contact_id: None,
            keep: false,
            keep_by: None,
        };
        payments::open(tx, new).await?;
        Ok(())
    }
}

/// The tenant, whose shop buyers come back to.
struct OpenShop;

impl Command for OpenShop {
    const NAME: &'static str = "open_shop";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(
            sql!(
                "INSERT INTO tenants (tenant_id, name, slug, time_zone, currency, is_first, state, plan, created_at)
                 VALUES ($1, 'Shop', 'shop', 'Asia/Kolkata', 'INR', TRUE, 'active', 'free', $2)"
            ),
            params![tx.tenant(), tx.now()],
        )
        .await
    }
}

impl Command for Open {
    const NAME: &'static str = "open";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let new = NewIntent {
            payable: self.0.into(),
            amount: PRICE,
            description: "Starter".into(),
            name: Some("Asha".into()),
            phone: Some("+919000000001".into()),
            email: None,
            contact_id: None,
            keep: false,
            keep_by: None,
        };
        payments::open(tx, new).await?;
        Ok(())
    }
}

/// Gives up an order.
pub struct Cancel(pub OrderId);

impl Command for Cancel {
    const NAME: &'static str = "cancel";
    type Out = ();
    async fn run(&self, tx: &mut Tx) -> Result<()> {
        payments::cancel(tx, self.0).await
    }
}

/// An order of that number.
pub fn order(number: u128) -> OrderId {
    OrderId::from_uuid(Uuid::from_u128(0x1000 + number))
}

impl Bench {
    /// Everything put together, with an account at Razorpay; webhooks are off.
    pub async fn new(db: TestDb) -> Self {
        Self::with(db, &["razorpay"]).await
    }

    /// The same with accounts at these providers.
    pub async fn with(db: TestDb, providers: &[&'static str]) -> Self {
        db.run(&db.who(), OpenShop).await.unwrap();
        let clock = db.clock().clone();
        let config = SimConfig::new(move || clock.now());
        let mut accounts = HashMap::from([
            ("razorpay", json!({"key_id": config.razorpay.key_id, "key_secret": config.razorpay.key_secret})),
            ("stripe", json!({"secret_key": config.stripe.secret_key})),
        ]);
        accounts.retain(|name, _| providers.contains(name));
        let sim = Sim::start(config).await.unwrap();
        sim.razorpay().webhooks_off();
        sim.stripe().webhooks_off();
        let vault = Vault::new("a master key", Dice::seeded(1));
        let addresses = HashMap::from([("razorpay", sim.razorpay_url()), ("stripe", sim.stripe_url())]);
        let real = settings::Real { addresses, accounts };
        let credentials = Arc::new(settings::Credentials::new((*db).clone(), vault, real, None, |_| Box::pin(async { Ok(false) })));
        credentials.set_first(db.who().tenant);
        let slice = payments::slice(Config {
            http: web::http::client().unwrap(),
            credentials,
            db: (*db).clone(),
            booked: |_| Box::pin(async { Ok(Vec::new()) }),
            public_url: "http://shop.test".to_owned(),
        });
        let works = Works::new((*db).clone(), slice.reactions, slice.errands, slice.timers);
        Self { db, sim, works }
    }

    /// Who acts.
    pub fn who(&self) -> Who {
        self.db.who()
    }

    /// Carries out what is due now.
    pub async fn settle(&mut self) {
        while self.works.turn().await.unwrap() > 0 {}
    }

    /// Walks the clock on by small steps, carrying out what falls due.
    pub async fn advance(&mut self, span: Duration) {
        let end = self.db.clock().now().after(span);
        self.settle().await;
        while let Some(next) = self.works.next().await.unwrap().filter(|next| *next <= end) {
            self.db.clock().move_to(next.max(self.db.clock().now()));
            self.settle().await;
        }
        self.db.clock().move_to(end);
    }

    /// An order's intent.
    pub async fn intent(&self, order: OrderId) -> Intent {
        payments::intent(&mut self.db.read_main(self.who().tenant), order).await.unwrap().unwrap()
    }

    /// An order's intent, opened at the provider; gives the provider's order.
    pub async fn opened(&mut self, number: u128) -> String {
        self.db.run(&self.who(), Open(order(number))).await.unwrap();
        self.settle().await;
        self.intent(order(number)).await.provider_order_id.unwrap()
    }

    /// How often something was stated.
    pub async fn stated(&self, kind: &str) -> usize {
        let mut read = self.db.read_main(TenantId::from_uuid(Uuid::nil()));
        let kinds: Vec<String> = read.all(sql!(global "SELECT kind FROM journal"), &[]).await.unwrap();
        kinds.iter().filter(|stated| *stated == kind).count()
    }

    /// The invariants hold.
    pub async fn sound(&self) {
        assert_eq!(payments::check(&self.db).await.unwrap(), Vec::<String>::new());
    }
}
