//! Plans, subscribers and what they use, made by really subscribing, using and paying: some pay on the day, one is charged by a mandate,
//! one is late, one tries it out, one has had enough.

use crate::people;
use crate::stage::Stage;
use facts::{FactId, TenantId};
use http::Method;
use serde_json::{Value, json};
use sim::SimConfig;
use std::collections::HashSet;
use store::{Error, Result};
use tokio::sync::Mutex;
use web::{Reach, Role};

/// How somebody deals with what is asked of them.
#[derive(Clone, Copy, PartialEq)]
enum Pays {
    /// On the day.
    AtOnce,
    /// Has agreed to be charged.
    ByMandate,
    /// Not at all.
    Never,
}

/// Somebody who subscribes: name, phone, plan, cadence, how many, how they pay, and what they use in a day.
type Person = (&'static str, &'static str, &'static str, &'static str, i64, Pays, i64);

const PEOPLE: [Person; 7] = [
    ("Asha Rao", "+919700000001", "studio", "month", 1, Pays::AtOnce, 60),
    ("Meera Iyer", "+919700000002", "agency", "month", 2, Pays::AtOnce, 150),
    ("Rohan Patel", "+919700000003", "studio", "year", 1, Pays::AtOnce, 12),
    ("Kabir D'Souza", "+919700000004", "studio", "month", 1, Pays::AtOnce, 31),
    ("Lena Fischer", "+919700000005", "worldwide", "month", 1, Pays::ByMandate, 40),
    (TRIES, "+919700000006", "agency", "month", 1, Pays::Never, 5),
    (LATE, "+919700000007", "studio", "month", 1, Pays::Never, 8),
];
/// Who is on trial when the story ends, and who is late.
const TRIES: &str = "Fatima Khan";
const LATE: &str = "Arjun Sharma";
/// Who has had enough.
const LEAVES: &str = "Kabir D'Souza";
/// Days after which the first period of somebody who is late at the end begins: it is due two days before.
const LATE_BY: u32 = 9;

/// A shop with subscribers, whose days go by.
pub(crate) struct Subscribers<'a> {
    stage: &'a Stage,
    http: reqwest::Client,
    tenant: TenantId,
    slug: String,
    key: identity::NewKey,
    /// Who uses how much in a day.
    using: Vec<(String, i64)>,
    /// Who pays on the day.
    paying: HashSet<String>,
    /// The day that was gone through last.
    day: Mutex<String>,
}

impl<'a> Subscribers<'a> {
    /// Makes the plans, and lets people subscribe so many days before the end of the story.
    ///
    /// # Errors
    /// Whatever the program refuses.
    pub async fn begin(stage: &'a Stage, tenant: TenantId, slug: &str, days: u32) -> Result<Self> {
        let key = people::make_key(&stage.app.db, tenant, "Demo data", Reach::of(Role::Owner), 100_000).await?;
        let (http, slug) = (web::http::client()?, slug.to_owned());
        let mut this = Self { stage, http, tenant, slug, key, using: Vec::new(), paying: HashSet::new(), day: Mutex::new(String::new()) };
        this.offer().await?;
        for person in PEOPLE {
            this.subscribe(person, days).await?;
        }
        this.go_on().await?;
        Ok(this)
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let db = &self.stage.app.db;
        let request = self.http.request(method, format!("{}{path}", self.stage.url)).bearer_auth(&self.key.key);
        let request = request.header("idempotency-key", db.dice().id::<FactId>(db.clock().now()).to_string());
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let response = self.stage.meanwhile(request.send()).await?.map_err(Error::internal)?;
        let status = response.status();
        let text = response.text().await.map_err(Error::internal)?;
        if !status.is_success() {
            return Err(Error::internal(format!("{path}: {status}: {text}")));
        }
        if text.is_empty() { Ok(Value::Null) } else { serde_json::from_str(&text).map_err(Error::internal) }
    }

    /// Who sells, and three plans: one stops nobody and bills what goes over, one is paid in dollars.
    async fn offer(&self) -> Result<()> {
        let seller = json!({"legal_name": "Demo Software", "address": "12 MG Road\nBengaluru 560001", "state": "29", "gstin": "29AAGCB7383J1Z4", "due_days": 7});
        self.send(Method::PUT, "/api/v1/invoice-settings", Some(seller)).await?;
        let stripe = SimConfig::new(|| facts::Time(0)).stripe;
        let account = json!({"secret_key": stripe.secret_key, "webhook_secret": stripe.webhook_secret});
        self.send(Method::PUT, "/api/v1/settings/credentials/stripe", Some(account)).await?;
        self.stage.sim.stripe_webhooks_to(&format!("{}/webhooks/stripe/{}", self.stage.url, self.tenant));
        let features = [
            json!({"code": "renders", "name": "Renders", "kind": "metered", "unit": "renders"}),
            json!({"code": "seats", "name": "Seats", "kind": "limit", "unit": "seats"}),
            json!({"code": "own_domain", "name": "Own domain", "kind": "switch"}),
        ];
        for feature in features {
            self.send(Method::POST, "/api/v1/features", Some(feature)).await?;
        }
        let price = |cadence: &str, minor: i64, currency: &str, rate_bps: i64| json!({"cadence": cadence, "amount": {"minor": minor, "currency": currency}, "hsn": "998431", "rate_bps": rate_bps});
        let over = |minor: i64, currency: &str, per: i64| json!({"price": {"minor": minor, "currency": currency}, "per": per});
        let plans = [
            (
                "studio",
                "Studio",
                vec![price("month", 99_900, "INR", 1_800), price("year", 999_000, "INR", 1_800)],
                1_000,
                over(2_500, "INR", 100),
                3,
            ),
            (
                "agency",
                "Agency",
                vec![price("month", 349_900, "INR", 1_800), price("year", 3_499_000, "INR", 1_800)],
                5_000,
                Value::Null,
                10,
            ),
            ("worldwide", "Worldwide", vec![price("month", 1_900, "USD", 0)], 1_000, over(50, "USD", 100), 3),
        ];
        for (code, name, prices, renders, overage, seats) in plans {
            let plan = self.send(Method::POST, "/api/v1/plans", Some(json!({"code": code, "name": name, "prices": prices}))).await?;
            let gives = json!({"features": [
                {"feature": "renders", "limit": renders, "overage": overage}, {"feature": "seats", "limit": seats}, {"feature": "own_domain"},
            ]});
            self.send(Method::PUT, &format!("/api/v1/plans/{}/features", text(&plan, "id")?), Some(gives)).await?;
        }
        Ok(())
    }

    async fn subscribe(&mut self, (name, phone, plan, cadence, quantity, pays, a_day): Person, days: u32) -> Result<()> {
        let trial = match name {
            TRIES => (days + 6).min(365),
            LATE => days.saturating_sub(LATE_BY).min(365),
            _ => 0,
        };
        let customer = json!({"name": name, "phone": phone});
        let body = json!({"plan": plan, "cadence": cadence, "quantity": quantity, "trial_days": trial, "customer": customer});
        let sub = self.send(Method::POST, "/api/v1/subscriptions", Some(body)).await?;
        let (id, contact) = (text(&sub, "id")?, text(&sub, "contact_id")?);
        self.using.push((contact.clone(), a_day));
        match pays {
            Pays::AtOnce => drop(self.paying.insert(contact)),
            Pays::ByMandate => self.agree(&id).await?,
            Pays::Never => {}
        }
        if name == LEAVES {
            self.stage.settle().await?;
            self.pay().await?;
            let end = json!({"subscription_id": id, "at_period_end": true, "reason": "We build our own"});
            self.send(Method::POST, "/api/v1/subscriptions/cancel", Some(end)).await?;
        }
        Ok(())
    }

    /// Somebody pays their first invoice on the provider's page, and agrees to be charged for the next ones.
    async fn agree(&self, sub: &str) -> Result<()> {
        let charges = self.send(Method::GET, &format!("/api/v1/subscriptions/{sub}/charges"), None).await?;
        let pay = format!("{}/s/{}/invoice/{}/pay", self.stage.url, self.slug, text(&charges["data"][0], "invoice_id")?);
        self.stage.meanwhile(self.http.post(&pay).form(&[("keep", "on")]).send()).await?.map_err(Error::internal)?;
        let page = self.stage.meanwhile(self.http.get(&pay).send()).await?.map_err(Error::internal)?;
        let page = page.text().await.map_err(Error::internal)?;
        let session = page.split_once("/stripe/pay/").and_then(|(_, rest)| rest.split_once('"')).map(|(session, _)| session);
        let session = session.ok_or_else(|| Error::internal("the page to pay leads nowhere"))?;
        self.stage.sim.stripe().pay(session).map_err(|error| Error::internal(format!("{error:?}")))?;
        self.stage.settle().await
    }

    /// Whoever pays on the day does.
    async fn pay(&self) -> Result<()> {
        let open = self.send(Method::GET, "/api/v1/invoices?state=issued&payment=unpaid&limit=200", None).await?;
        for invoice in open["data"].as_array().into_iter().flatten() {
            if invoice["contact_id"].as_str().is_some_and(|contact| self.paying.contains(contact)) {
                let path = format!("/api/v1/invoices/{}/payments", text(invoice, "id")?);
                self.send(Method::POST, &path, Some(json!({"amount": invoice["due"], "method": "upi"}))).await?;
            }
        }
        self.stage.settle().await
    }

    /// What a day brings: something is used, and what is asked for is paid. Only the first call of a day does anything.
    ///
    /// # Errors
    /// Whatever the program refuses.
    pub async fn go_on(&self) -> Result<()> {
        let now = self.stage.app.db.clock().now();
        let day = now.to_string().chars().take(10).collect::<String>();
        if std::mem::replace(&mut *self.day.lock().await, day.clone()) == day {
            return Ok(());
        }
        self.stage.settle().await?;
        let event = |(at, (contact, quantity)): (usize, &(String, i64))| json!({"event_id": format!("{day}-{at}"), "source": "renderer", "contact_id": contact, "feature": "renders", "quantity": quantity, "at": now});
        let events: Vec<Value> = self.using.iter().enumerate().map(event).collect();
        self.send(Method::POST, "/api/v1/usage-events", Some(json!({"events": events}))).await?;
        self.pay().await
    }

    /// The story is over: nothing of it opens the shop any more.
    ///
    /// # Errors
    /// Whatever the program refuses.
    pub async fn leave(self) -> Result<()> {
        let path = format!("/api/v1/tenants/{}/api-keys/{}", self.tenant, self.key.api_key.id);
        self.send(Method::DELETE, &path, None).await.map(drop)
    }
}

fn text(value: &Value, name: &str) -> Result<String> {
    value[name].as_str().map(str::to_owned).ok_or_else(|| Error::internal(format!("no {name}: {value}")))
}
