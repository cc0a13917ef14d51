//! The whole program for one test: database, slices, providers played over real HTTP, and works that are turned by hand.

use crate::{Engine, TestDb};
use facts::TenantId;
use origin::config::{Config, Texts};
use origin::stage::Stage;
use origin::{demo, house, people};
use serde_json::Value;
use sim::{Receipts, Sim, SimConfig};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use store::Who;
use web::{App, Reach, Role};

/// What one answer of the program was.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub text: String,
}

impl Reply {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What stands in it between two texts.
    pub fn between<'a>(&'a self, before: &str, after: &str) -> &'a str {
        let (_, rest) = self.text.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.text));
        rest.split(after).next().unwrap_or_default()
    }

    /// The JSON body of an answer that must have this status.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }
}

/// The whole program for one test. Nothing happens by itself but answering: [`TestApp::settle`] carries out what is due.
#[derive(Clone)]
pub struct TestApp(Arc<Inner>);

struct Inner {
    db: TestDb,
    stage: Stage,
    tenant: TenantId,
    key: String,
    http: reqwest::Client,
    folder: tempfile::TempDir,
}

/// What signs in to a test's back office.
pub const ADMIN: (&str, &str) = ("admin", "a-long-test-password");

impl TestApp {
    /// The program on one engine, with a first tenant that has the demo's products, and an owner's key.
    pub async fn new(engine: Engine) -> Self {
        Self::with(engine, &[]).await
    }

    /// The same with settings of its own, as the environment would give them.
    pub async fn with(engine: Engine, settings: &[(&str, &str)]) -> Self {
        let db = TestDb::with(engine, &house::migrations()).await;
        let clock = db.clock().clone();
        let mut simulated = SimConfig::new(move || clock.now());
        simulated.receipts = Receipts::ByHand;
        let sim = Sim::start(simulated).await.expect("the simulator starts");
        // Ids are the same in every test: what they keep in files must not meet.
        let folder = tempfile::tempdir().expect("a temporary directory");
        let mut texts = Texts::of([
            ("ORIGIN_ENV", "test"),
            ("ORIGIN_MASTER_KEY", "a master key for tests, long enough"),
            ("ADMIN_USERNAME", ADMIN.0),
            ("ADMIN_PASSWORD", ADMIN.1),
            ("ADMIN_TOKEN", "a-token-for-tests-long-enough"),
            ("RATE_CREATE_ORDER_LIMIT", "100000"),
            ("RATE_LOGIN_LIMIT", "100000"),
            ("RATE_COUNT_LIMIT", "100000"),
            ("RATE_INVITE_LIMIT", "100000"),
            ("ORIGIN_TRUSTED_PROXIES", "1"),
            ("ORIGIN_ALLOW_LOOPBACK", "true"),
        ]);
        texts.set("ORIGIN_DATA_DIR", &folder.path().display().to_string());
        settings.iter().for_each(|(name, value)| texts.set(name, value));
        let mut config = Config::read(&texts).expect("the test's settings are right");
        demo::played_by(&sim, &mut config);
        house::settle_in(&config, &db).await.expect("the first tenant");
        let tenant = identity::first_tenant(&db).await.expect("the tenants can be read").expect("there is a first tenant");
        let stage = Stage::set(&config, (*db).clone(), sim).await.expect("the house stands");
        let key = people::make_key(&db, tenant, "tests", Reach::of(Role::Owner), 1_000_000).await.expect("a key").key;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self(Arc::new(Inner { db, stage, tenant, key, http, folder }))
    }

    /// The database.
    pub fn db(&self) -> &TestDb {
        &self.0.db
    }

    /// What handlers reach.
    pub fn app(&self) -> &App {
        &self.0.stage.app
    }

    /// The providers.
    pub fn sim(&self) -> &Sim {
        &self.0.stage.sim
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.0.stage.url
    }

    /// Where it speaks TLS, where a test has set ORIGIN_TLS_LISTEN.
    pub fn tls(&self) -> std::net::SocketAddr {
        self.0.stage.tls.expect("ORIGIN_TLS_LISTEN is set")
    }

    /// The data folder.
    pub fn folder(&self) -> &std::path::Path {
        self.0.folder.path()
    }

    /// The first tenant.
    pub fn tenant(&self) -> TenantId {
        self.0.tenant
    }

    /// Origin itself, for the first tenant.
    pub fn who(&self) -> Who {
        Who::system(self.0.tenant, "test")
    }

    /// An owner's key of the first tenant.
    pub fn key(&self) -> &str {
        &self.0.key
    }

    /// Another tenant, with an owner's key.
    pub async fn another_tenant(&self, name: &str) -> (TenantId, String) {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let made = people::open_tenant(&self.0.db, name, &email, "another-long-password".into()).await.expect("another tenant");
        (made.tenant_id, made.api_key)
    }

    /// A request that carries nothing of its own; the path begins with `/`.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = method.parse().expect("a method");
        self.0.http.request(method, format!("{}{path}", self.url()))
    }

    /// Sends a request, and meanwhile carries out what it waits for.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        self.meanwhile(async {
            let response = request.send().await.expect("the program answers");
            let status = response.status().as_u16();
            let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
            Reply { status, headers, text: response.text().await.expect("the body arrives") }
        })
        .await
    }

    /// Awaits something that needs errands and reactions to go on.
    pub async fn meanwhile<T>(&self, work: impl Future<Output = T>) -> T {
        self.0.stage.meanwhile(work).await.expect("the works turn")
    }

    /// Looks, with the owner's key.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request("GET", path).bearer_auth(self.key())).await
    }

    /// Posts JSON with the owner's key and an Idempotency-Key that no other request has.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        let key = self.0.db.dice().id::<facts::FactId>(self.0.db.clock().now());
        self.post_keyed(path, &key.to_string(), body).await
    }

    /// Posts JSON with the owner's key and this Idempotency-Key.
    pub async fn post_keyed(&self, path: &str, idempotency_key: &str, body: Value) -> Reply {
        let request = self.request("POST", path).bearer_auth(self.key()).header("idempotency-key", idempotency_key);
        self.send(request.json(&body)).await
    }

    /// Puts JSON with the owner's key.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(self.request("PUT", path).bearer_auth(self.key()).json(&body)).await
    }

    /// Carries out all that is due now, until nothing is left: facts, errands, timers, and what the providers send back.
    pub async fn settle(&self) {
        self.0.stage.settle().await.expect("everything that is due is carried out");
    }

    /// Walks the clock on, stopping at each moment at which something is due.
    pub async fn advance(&self, span: Duration) {
        self.0.stage.advance(span).await.expect("everything that falls due is carried out");
    }
}

/// Runs one test body on one engine; what [`both_apps!`](crate::both_apps) is made of.
pub fn run_app<F: Future<Output = ()>>(engine: Engine, settings: &[(&str, &str)], body: impl FnOnce(TestApp) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().expect("a runtime");
    runtime.block_on(async { body(TestApp::with(engine, settings).await).await });
}

/// Makes two tests, `name::sqlite` and `name::postgres`, from each body, with the whole program under it;
/// `with &[("NAME", "value")];` before the first gives it settings.
#[macro_export]
macro_rules! both_apps {
    ($($(#[$meta:meta])* async fn $name:ident($t:ident: TestApp) $body:block)+) => {
        $crate::both_apps! { with &[]; $($(#[$meta])* async fn $name($t: TestApp) $body)+ }
    };
    (with $settings:expr; $($(#[$meta:meta])* async fn $name:ident($t:ident: TestApp) $body:block)+) => {$(
        #[cfg(test)]
        mod $name {
            use super::*;

            async fn body($t: $crate::TestApp) $body

            $(#[$meta])*
            #[test]
            fn sqlite() {
                $crate::run_app($crate::Engine::Sqlite, $settings, body);
            }

            $(#[$meta])*
            #[test]
            fn postgres() {
                $crate::run_app($crate::Engine::Postgres, $settings, body);
            }
        }
    )+};
}
