//! Another plan, another cadence, or more of it: what it would come to, and doing it.

use super::create::priced;
use crate::billing;
use crate::held::Held;
use crate::model::{Mode, Pending, Plan, PlanPrice, Subscription};
use crate::money::{self, Turn};
use crate::queries;
use facts::subscriptions::{Cadence, SubscriptionState};
use facts::{Money, SubscriptionId};
use invoices::NewLine;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{Command, Error, Json, Result, Tx};

/// What providers take at the least, in minor units: less than this is carried to the next invoice.
const LEAST: i64 = 100;

/// To what a subscription is changed; what is left out stays.
#[derive(Debug, Clone)]
pub(crate) struct ChangeSubscription {
    /// The subscription.
    pub id: SubscriptionId,
    /// The plan's code.
    pub plan: Option<String>,
    /// By the month or by the year.
    pub cadence: Option<Cadence>,
    /// How many.
    pub quantity: Option<i64>,
    /// When it counts, and when it is paid.
    pub mode: Mode,
}

/// What a change would come to today.
#[derive(Debug, Clone)]
pub(crate) struct PreviewChange(pub ChangeSubscription);

/// What a change comes to on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Quote {
    /// The day.
    pub on: Date,
    /// What is left of what was billed.
    pub credit: Money,
    /// What the new plan costs from that day on.
    pub charge: Money,
    /// What an invoice asks for now, tax and rounding included; none where none does.
    pub invoice: Option<Money>,
    /// What goes off the next invoice because of it; below zero it is added.
    pub carried: Money,
}

/// A subscription and what its change came to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Preview {
    /// As it is now.
    pub subscription: Subscription,
    /// What it came to.
    pub quote: Quote,
}

/// A change that can be made.
struct Planned {
    plan: Plan,
    price: PlanPrice,
    quantity: i64,
    reset: bool,
    turn: Turn,
}

impl Planned {
    /// Whether it has to be paid before it counts.
    fn paid_first(&self, mode: Mode) -> bool {
        matches!(mode, Mode::InvoiceNow | Mode::Reset) && self.turn.net() >= LEAST
    }

    fn lines(&self) -> Result<Vec<NewLine>> {
        let what =
            if self.reset { format!("{}, a new period", self.plan.name) } else { format!("{}, the rest of the period", self.plan.name) };
        Ok(vec![billing::line(what, &self.price, 1, (self.turn.charge, 1), self.turn.charge, self.turn.credit)?])
    }

    /// The days that it is for.
    fn span(&self, held: &Held) -> (Date, Date) {
        let today = held.desk.today;
        (today, if self.reset { crate::rules::boundary(today, self.price.cadence, 1) } else { held.sub.period_end })
    }
}

impl ChangeSubscription {
    async fn planned(&self, tx: &mut Tx, held: &Held) -> Result<Planned> {
        if !matches!(held.sub.state, SubscriptionState::Active | SubscriptionState::Trialing) {
            let state = held.sub.state.as_str().replace('_', " ");
            return Err(Error::conflict("subscription_state", format!("A subscription that is {state} cannot be changed.")));
        }
        let plan = match &self.plan {
            Some(code) => {
                let found = queries::plan_by_code(tx, code.trim()).await?.filter(|plan| plan.active);
                found.ok_or_else(|| Error::field("plan", "the code of a plan that is offered, such as pro"))?
            }
            None => held.plan.clone(),
        };
        let cadence = self.cadence.unwrap_or(held.price.cadence);
        // Who only takes more of the same pays what was agreed on.
        let same = plan.id == held.plan.id && cadence == held.price.cadence;
        let price = if same { held.price.clone() } else { priced(tx, plan.id, cadence).await? };
        let quantity = self.quantity.unwrap_or(held.sub.quantity);
        if !(1..=10_000).contains(&quantity) {
            return Err(Error::field("quantity", "1 to 10000"));
        }
        if price.id == held.price.id && quantity == held.sub.quantity && self.mode != Mode::Reset {
            return Err(Error::conflict("nothing_changes", "That is what is subscribed to already."));
        }
        if price.currency != held.sub.currency {
            return Err(Error::field("plan", format!("a plan in {}", held.sub.currency)));
        }
        let reset = held.resets(&price, self.mode);
        if reset && self.mode == Mode::NextInvoice && held.sub.state == SubscriptionState::Active {
            let message = "reset, invoice_now or next_period: with another cadence a new period begins, which is paid at once";
            return Err(Error::field("mode", message));
        }
        let whole = money::period(&price, quantity, held.sub.discount_bps)?;
        let turn = match (self.mode, held.sub.state) {
            (Mode::NextPeriod, _) | (_, SubscriptionState::Trialing) => Turn { credit: 0, charge: 0 },
            _ => money::turn(&held.sub, whole, held.desk.today, reset)?,
        };
        Ok(Planned { plan, price, quantity, reset, turn })
    }

    async fn quote(&self, tx: &mut Tx, held: &Held, planned: &Planned) -> Result<Quote> {
        let money = |minor| held.sub.money(minor);
        let now = planned.paid_first(self.mode);
        let invoice = if now {
            Some(invoices::would_bill(tx, billing::invoice(&held.sub, planned.lines()?, planned.span(held))).await?)
        } else {
            None
        };
        let carried = if now { 0 } else { -planned.turn.net() };
        let Turn { credit, charge } = planned.turn;
        Ok(Quote { on: held.desk.today, credit: money(credit), charge: money(charge), invoice, carried: money(carried) })
    }

    async fn apply(&self, tx: &mut Tx, held: &mut Held, planned: Planned) -> Result<()> {
        held.drop_pending(tx).await?;
        if self.mode == Mode::NextPeriod {
            held.sub.next_price_id = Some(planned.price.id).filter(|id| Some(*id) != held.sub.price_id);
            held.sub.next_quantity = Some(planned.quantity).filter(|quantity| *quantity != held.sub.quantity);
            return Ok(());
        }
        let today = held.desk.today;
        let charged = planned.turn.charge;
        if planned.paid_first(self.mode) {
            let span = planned.span(held);
            let invoice_id = billing::change(tx, held, planned.lines()?, span, charged).await?;
            let (price_id, plan_id, quantity) = (planned.price.id, planned.plan.id, planned.quantity);
            let pending = Pending { invoice_id, price_id, plan_id, quantity, reset: planned.reset, on: today, charge_minor: charged };
            held.sub.pending = Some(Json(pending));
            return Ok(());
        }
        held.sub.carry_minor -= planned.turn.net();
        let trial = held.sub.state == SubscriptionState::Trialing;
        held.switch(planned.plan, planned.price, planned.quantity, (today, charged));
        if planned.reset && !trial {
            held.restart(today);
        }
        Ok(())
    }
}

impl Command for PreviewChange {
    const NAME: &'static str = "preview_subscription_change";
    type Out = Quote;

    async fn run(&self, tx: &mut Tx) -> Result<Quote> {
        let held = Held::lock(tx, self.0.id).await?;
        let planned = self.0.planned(tx, &held).await?;
        self.0.quote(tx, &held, &planned).await
    }
}

impl Command for ChangeSubscription {
    const NAME: &'static str = "change_subscription";
    type Out = Preview;

    async fn run(&self, tx: &mut Tx) -> Result<Preview> {
        let mut held = Held::lock(tx, self.id).await?;
        let planned = self.planned(tx, &held).await?;
        let quote = self.quote(tx, &held, &planned).await?;
        self.apply(tx, &mut held, planned).await?;
        Ok(Preview { subscription: held.settle(tx).await?, quote })
    }
}
