//! Plans are made and changed; another price is a new version beside the old one, which its subscribers keep.

use crate::model::{Offer, Plan, PlanPrice};
use crate::{queries, rows};
use catalogue::tax;
use facts::subscriptions::{Cadence, PlanSaved};
use facts::{Change, Money, PlanId};
use payments::Provider;
use serde_json::{Value, json};
use store::{Command, Error, Look, Result, Tx, params, sql};
use web::text;

/// The most that a period costs, in minor units.
const MOST: i64 = 100_000_000_000;

/// What a plan costs from now on, for one cadence.
#[derive(Debug, Clone)]
pub(crate) struct NewPrice {
    /// By the month or by the year.
    pub cadence: Cadence,
    /// What a period of one costs, the tax in it.
    pub amount: Money,
    /// For how many days it can be tried out.
    pub trial_days: i64,
    /// Its HSN or SAC.
    pub hsn: String,
    /// The rate of the tax in it, in basis points.
    pub rate_bps: i64,
}

/// Makes a plan with its first prices.
#[derive(Debug, Clone)]
pub(crate) struct CreatePlan {
    /// Its name in programs.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What it costs, once for each cadence at the most.
    pub prices: Vec<NewPrice>,
    /// Under which ids it is sold at providers.
    pub elsewhere: Elsewhere,
}

/// Changes a plan; what is left out stays.
#[derive(Debug, Clone)]
pub(crate) struct ChangePlan {
    /// The plan.
    pub id: PlanId,
    /// Its name for people.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// Whether anybody new can subscribe to it.
    pub active: Option<bool>,
    /// What it costs from now on; a cadence that is left out stays.
    pub prices: Vec<NewPrice>,
    /// Under which ids it is sold at providers.
    pub elsewhere: Elsewhere,
}

/// Under which ids a plan is sold at providers. What is left out stays; what is empty is none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Elsewhere {
    /// Stripe's price.
    pub stripe_price: Option<String>,
    /// Razorpay's plan.
    pub razorpay_plan: Option<String>,
}

impl Elsewhere {
    /// Puts what is wanted in place of what a plan has.
    async fn put(&self, tx: &mut Tx, plan: Plan) -> Result<Plan> {
        let stripe_price = sold(tx, &plan, Provider::Stripe, plan.stripe_price.clone(), self.stripe_price.as_deref()).await?;
        let razorpay_plan = sold(tx, &plan, Provider::Razorpay, plan.razorpay_plan.clone(), self.razorpay_plan.as_deref()).await?;
        Ok(Plan { stripe_price, razorpay_plan, ..plan })
    }
}

/// Sells a plan under another id of a provider's, if it is another.
async fn sold(tx: &mut Tx, plan: &Plan, provider: Provider, before: Option<String>, wanted: Option<&str>) -> Result<Option<String>> {
    let Some(wanted) = wanted.map(str::trim) else { return Ok(before) };
    let (field, example) = match provider {
        Provider::Stripe => ("stripe_price", "price_1Q2w3E4r5T"),
        Provider::Razorpay => ("razorpay_plan", "plan_Q2w3E4r5T6y7U8"),
    };
    let fits = wanted.len() <= 100 && wanted.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !fits {
        return Err(Error::field(field, format!("{}'s id of it, such as {example}", provider.title())));
    }
    let now = Some(wanted.to_owned()).filter(|price| !price.is_empty());
    if now != before && !rows::sell_elsewhere(tx, plan.id, provider, now.as_deref()).await? {
        let message = format!("Another plan is sold under this id at {}.", provider.title());
        return Err(Error::conflict("provider_price_taken", message.clone()).with_field(field, message));
    }
    Ok(now)
}

fn named(name: &str) -> Result<String> {
    let name = text("name", name, 120)?;
    if name.is_empty() { Err(Error::field("name", "1 to 120 characters")) } else { Ok(name) }
}

fn code(text: &str) -> Result<String> {
    catalogue::slug(text.trim()).ok_or_else(|| Error::field("code", "1 to 60 small letters, digits and hyphens, such as starter"))
}

impl Command for CreatePlan {
    const NAME: &'static str = "create_plan";
    type Out = Offer;

    async fn run(&self, tx: &mut Tx) -> Result<Offer> {
        let plan = Plan {
            id: tx.id(),
            code: code(&self.code)?,
            name: named(&self.name)?,
            description: text("description", &self.description, 2_000)?,
            active: true,
            stripe_price: None,
            razorpay_plan: None,
            created_at: tx.now(),
        };
        if self.prices.is_empty() {
            return Err(Error::field("prices", "at least one: by the month or by the year"));
        }
        if !rows::insert_plan(tx, &plan).await? {
            let message = "Another plan has this code.";
            return Err(Error::conflict("code_taken", message).with_field("code", message));
        }
        let plan = self.elsewhere.put(tx, plan).await?;
        let offer = Offer { prices: put_prices(tx, &plan, &[], &self.prices).await?, plan };
        tx.state(saved(None, &offer)).await?;
        Ok(offer)
    }
}

impl Command for ChangePlan {
    const NAME: &'static str = "change_plan";
    type Out = Offer;

    async fn run(&self, tx: &mut Tx) -> Result<Offer> {
        let locked: Option<PlanId> =
            tx.maybe(sql!("SELECT id FROM plans WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), self.id]).await?;
        let id = locked.ok_or_else(|| Error::not_found("plan"))?;
        let now = queries::plan(tx, id).await?.ok_or_else(|| Error::not_found("plan"))?;
        let before = Offer { prices: queries::prices_of(tx, id).await?, plan: now.clone() };
        let plan = Plan {
            name: self.name.as_deref().map(named).transpose()?.unwrap_or(now.name),
            description: self.description.as_deref().map(|words| text("description", words, 2_000)).transpose()?.unwrap_or(now.description),
            active: self.active.unwrap_or(now.active),
            ..now
        };
        rows::update_plan(tx, &plan).await?;
        let plan = self.elsewhere.put(tx, plan).await?;
        let offer = Offer { prices: put_prices(tx, &plan, &before.prices, &self.prices).await?, plan };
        let fact = saved(Some(&before), &offer);
        if !fact.changes.is_empty() {
            tx.state(fact).await?;
        }
        Ok(offer)
    }
}

/// Adds a version where a price is another than before, and gives what counts from now on.
async fn put_prices(tx: &mut Tx, plan: &Plan, before: &[PlanPrice], wanted: &[NewPrice]) -> Result<Vec<PlanPrice>> {
    let mut now = before.to_vec();
    for (at, new) in wanted.iter().enumerate() {
        if wanted[..at].iter().any(|other| other.cadence == new.cadence) {
            return Err(Error::field("prices", "one price for each cadence"));
        }
        let old = before.iter().find(|price| price.cadence == new.cadence);
        let price = read(tx, plan, old, new)?;
        if old.is_some_and(|old| PlanPrice { id: old.id, version: old.version, ..price.clone() } == *old) {
            continue;
        }
        rows::insert_price(tx, &price).await?;
        now.retain(|kept| kept.cadence != price.cadence);
        now.push(price);
    }
    now.sort_by_key(|price| price.cadence.as_str());
    Ok(now)
}

fn read(tx: &mut Tx, plan: &Plan, old: Option<&PlanPrice>, new: &NewPrice) -> Result<PlanPrice> {
    if !(1..=MOST).contains(&new.amount.minor) {
        return Err(Error::field("prices.amount", format!("an amount from 1 to {MOST}")));
    }
    if !(0..=365).contains(&new.trial_days) {
        return Err(Error::field("prices.trial_days", "0 to 365"));
    }
    Ok(PlanPrice {
        id: tx.id(),
        plan_id: plan.id,
        cadence: new.cadence,
        version: old.map_or(1, |old| old.version + 1),
        amount_minor: new.amount.minor,
        currency: new.amount.currency,
        trial_days: new.trial_days,
        hsn: tax::hsn("prices.hsn", &new.hsn)?,
        rate_bps: tax::rate("prices.rate_bps", new.rate_bps)?,
    })
}

fn saved(before: Option<&Offer>, after: &Offer) -> PlanSaved {
    let told = |offer: &Offer| {
        let prices: Vec<Value> = offer
            .prices
            .iter()
            .map(|price| json!([price.cadence, price.amount().to_string(), price.trial_days, price.hsn, price.rate_bps]))
            .collect();
        let Plan { code, name, description, active, stripe_price, razorpay_plan, .. } = &offer.plan;
        json!({"code": code, "name": name, "description": description, "active": active, "prices": prices, "stripe_price": stripe_price,
               "razorpay_plan": razorpay_plan})
    };
    let changes = Change::between(&before.map_or(Value::Null, told), &told(after));
    PlanSaved { plan_id: after.plan.id, name: after.plan.name.clone(), new: before.is_none(), changes }
}
