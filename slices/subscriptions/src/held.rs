//! A subscription in the hands of one transaction. Whatever is done with it ends in [`Held::settle`], which does what time asks for, writes
//! it down, keeps the books of recurring revenue and sets the timer: there is no other way, so doing it twice changes nothing.

use crate::billing;
use crate::collection;
use crate::commands::LookAfterSubscription;
use crate::model::{Mode, Plan, PlanPrice, Policy, Subscription};
use crate::rules::{self, Event, Step, Waits};
use crate::usage;
use crate::{money, news, provided, queries, rows};
use facts::subscriptions::{SubscriptionChanged, SubscriptionMoved, SubscriptionParked, SubscriptionState};
use facts::{Change, SubscriptionId};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::time::Duration;
use store::{Error, Look, Result, Timer, Tx, params};

/// Periods that are billed in one go. More were missed than this only after a long standstill, and then a person looks first.
const MOST_AT_ONCE: usize = 6;
/// How long a first invoice whose money is on its way at the end of its time is waited for, before it is looked at again.
const PATIENCE: Duration = Duration::from_secs(86_400);

/// What the tenant's calendar and rules say today.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub zone: TimeZone,
    pub today: Date,
    pub policy: Policy,
    /// Whether somebody has said who sells.
    pub can_bill: bool,
}

impl Desk {
    pub async fn of(tx: &mut Tx) -> Result<Self> {
        let zone = TimeZone::get(&identity::tenant(tx).await?.time_zone).unwrap_or(TimeZone::UTC);
        let today = tx.now().timestamp().to_zoned(zone.clone()).date();
        Ok(Self { zone, today, policy: queries::policy(tx).await?, can_bill: invoices::can_bill(tx).await? })
    }
}

/// A subscription whose row is locked until the commit.
pub(crate) struct Held {
    pub desk: Desk,
    pub sub: Subscription,
    pub plan: Plan,
    pub price: PlanPrice,
    /// The last day to pay of the oldest open period.
    pub unpaid: Option<Date>,
    /// The day on which its customer is charged next.
    pub try_on: Option<Date>,
    /// The day before which nobody is late, since money is on its way.
    patient_until: Option<Date>,
    before: Subscription,
    billed: usize,
}

impl Held {
    /// Locks a subscription.
    ///
    /// # Errors
    /// `subscription_not_found`; `run_by_provider` where a provider runs it, which nobody here may do anything with.
    pub async fn lock(tx: &mut Tx, id: SubscriptionId) -> Result<Self> {
        let found = tx.maybe(queries::subscriptions!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await?;
        let sub: Subscription = found.ok_or_else(|| Error::not_found("subscription"))?;
        match &sub.run {
            Some(run) => Err(provided::refused(&run.0)),
            None => Self::of(tx, sub).await,
        }
    }

    /// One that this transaction has just inserted.
    pub async fn of(tx: &mut Tx, sub: Subscription) -> Result<Self> {
        let desk = Desk::of(tx).await?;
        let (plan, price) = sub.plan_id.zip(sub.price_id).ok_or_else(|| Error::internal("a subscription of ours without a plan"))?;
        let plan = queries::plan(tx, plan).await?.ok_or_else(|| Error::not_found("plan"))?;
        let price = queries::price(tx, price).await?.ok_or_else(|| Error::not_found("price"))?;
        let unpaid = rows::oldest_open(tx, sub.id).await?;
        let try_on = rows::next_try(tx, sub.id).await?;
        Ok(Self { desk, before: sub.clone(), sub, plan, price, unpaid, try_on, patient_until: None, billed: 0 })
    }

    /// Makes an event true, and states it.
    ///
    /// # Errors
    /// `subscription_state`.
    pub async fn move_by(&mut self, tx: &mut Tx, event: Event, on: Date, reason: &str) -> Result<()> {
        let to = rules::next(self.sub.state, event)?;
        let from = std::mem::replace(&mut self.sub.state, to);
        if from == to {
            return Ok(());
        }
        let resumes_on = self.sub.resume_on.filter(|_| to == SubscriptionState::Paused).map(|day| day.to_string());
        tx.state(SubscriptionMoved {
            subscription_id: self.sub.id,
            contact_id: self.sub.contact_id,
            plan: self.plan.name.clone(),
            from,
            to,
            on: on.to_string(),
            resumes_on,
            reason: reason.to_owned(),
        })
        .await
        .map(drop)
    }

    /// Does what time asks for, writes it down, and sees to it that it is looked after again when time asks for more.
    pub async fn settle(mut self, tx: &mut Tx) -> Result<Subscription> {
        self.catch_up(tx).await?;
        usage::bill_at_once(tx, &mut self).await?;
        let earns = matches!(self.sub.state, SubscriptionState::Active | SubscriptionState::PastDue);
        self.sub.mrr_minor = if earns { money::monthly(&self.price, self.sub.quantity, self.sub.discount_bps)? } else { 0 };
        if self.sub == self.before {
            self.set_timer(tx).await?;
            return Ok(self.sub);
        }
        write(tx, &self.before, &self.sub, self.desk.today).await?;
        let changes = Change::between(&told(&self.before), &told(&self.sub));
        if !changes.is_empty() {
            tx.state(SubscriptionChanged { subscription_id: self.sub.id, contact_id: self.sub.contact_id, changes }).await?;
        }
        self.set_timer(tx).await?;
        Ok(self.sub)
    }

    async fn set_timer(&self, tx: &mut Tx) -> Result<()> {
        let timer = LookAfterSubscription { subscription_id: self.sub.id };
        let next = self.next_step().map(|(day, _)| rules::begins(day, &self.desk.zone));
        match self.sub.decide_by.or(next).filter(|_| self.sub.parked.is_none()) {
            Some(at) => tx.at(at, timer).await,
            None => tx.stop(LookAfterSubscription::NAME, &timer.key()).await,
        }
    }

    /// What time asks for next.
    fn next_step(&self) -> Option<(Date, Step)> {
        let waits = Waits { unpaid: self.unpaid, try_on: self.try_on, patient_until: self.patient_until };
        rules::next_step(&self.sub, &self.desk.policy, waits)
    }

    async fn catch_up(&mut self, tx: &mut Tx) -> Result<()> {
        if self.sub.state == SubscriptionState::Incomplete {
            if self.try_on.is_some_and(|day| day <= self.desk.today) {
                collection::collect(tx, self).await?;
            }
            return self.decide(tx).await;
        }
        let mut looked = false;
        while self.sub.parked.is_none() {
            let Some((day, step)) = self.next_step().filter(|(day, _)| *day <= self.desk.today) else { break };
            if !looked && matches!(step, Step::FallDue | Step::Exhaust) {
                looked = true;
                news::look_for_payments(tx, self).await?;
                if collection::on_its_way(tx, self).await? {
                    self.patient_until = Some(self.desk.today.saturating_add(1.days()));
                }
                continue;
            }
            self.take(tx, step, day).await?;
        }
        Ok(())
    }

    /// Lets a subscription go whose first invoice nobody has paid in time.
    async fn decide(&mut self, tx: &mut Tx) -> Result<()> {
        if self.sub.decide_by.is_none_or(|by| by > tx.now()) {
            return Ok(());
        }
        news::look_for_payments(tx, self).await?;
        if self.sub.state != SubscriptionState::Incomplete {
            return Ok(());
        }
        if collection::on_its_way(tx, self).await? {
            self.sub.decide_by = Some(tx.now().after(PATIENCE));
            return Ok(());
        }
        let today = self.desk.today;
        billing::drop_open(tx, self.sub.id, "The subscription was not begun.").await?;
        self.unpaid = None;
        (self.sub.decide_by, self.sub.ended_on) = (None, Some(today));
        self.move_by(tx, Event::TimedOut, today, "").await
    }

    async fn take(&mut self, tx: &mut Tx, step: Step, day: Date) -> Result<()> {
        let today = self.desk.today;
        match step {
            Step::End => self.end(tx, Event::Cancel, day, &self.sub.reason.clone().unwrap_or_default()).await,
            Step::Rest => self.rest(tx, day, &self.sub.reason.clone().unwrap_or_default()).await,
            Step::GoOn => self.go_on(tx, day).await,
            Step::FallDue => {
                // Counted from the day on which we saw it: nobody loses days of grace because we were away.
                self.sub.past_due_on = Some(today);
                self.move_by(tx, Event::FellDue, today, "").await
            }
            Step::Exhaust if self.desk.policy.cancel => self.end(tx, Event::GivenUp, today, "Not paid").await,
            Step::Exhaust => {
                self.sub.past_due_on = None;
                self.move_by(tx, Event::LeftUnpaid, today, "Not paid").await
            }
            Step::Renew => self.renew(tx).await,
            Step::Collect => collection::collect(tx, self).await,
        }
    }

    /// Ends it, and drops whatever it still waited for.
    pub async fn end(&mut self, tx: &mut Tx, event: Event, on: Date, reason: &str) -> Result<()> {
        self.move_by(tx, event, on, reason).await?;
        self.drop_pending(tx).await?;
        let sub = &mut self.sub;
        (sub.cancel_on, sub.pause_on, sub.resume_on, sub.past_due_on) = (None, None, None, None);
        (sub.next_price_id, sub.next_quantity) = (None, None);
        sub.ended_on = Some(on);
        sub.reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
        Ok(())
    }

    /// Lets it rest: what is left of the period that was billed goes off the next invoice.
    pub async fn rest(&mut self, tx: &mut Tx, on: Date, reason: &str) -> Result<()> {
        self.move_by(tx, Event::Pause, on, reason).await?;
        self.drop_pending(tx).await?;
        let left = money::turn(&self.sub, 0, on.min(self.sub.period_end), false)?;
        let sub = &mut self.sub;
        sub.carry_minor += left.credit;
        (sub.since_minor, sub.pause_on, sub.cancel_on) = (0, None, None);
        sub.reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
        Ok(())
    }

    /// Lets it go on: a new period begins that day, and is billed by what follows.
    pub async fn go_on(&mut self, tx: &mut Tx, on: Date) -> Result<()> {
        self.move_by(tx, Event::Resume, on, "").await?;
        let sub = &mut self.sub;
        (sub.resume_on, sub.reason) = (None, None);
        (sub.anchor_on, sub.periods, sub.period_end) = (on, 0, on);
        Ok(())
    }

    /// The next period begins, and is billed.
    pub async fn renew(&mut self, tx: &mut Tx) -> Result<()> {
        if !self.desk.can_bill {
            return self.park(tx, "Nobody has said who sells: fill in the billing settings, then let it go on.").await;
        }
        if self.billed == MOST_AT_ONCE {
            let reason = format!(
                "{MOST_AT_ONCE} periods were billed at once after a standstill, and more are missing: look at them, then let it go on."
            );
            return self.park(tx, &reason).await;
        }
        self.billed += 1;
        self.drop_pending(tx).await?;
        let cadence = self.price.cadence;
        self.take_next(tx).await?;
        let from = self.sub.period_end;
        if self.sub.state == SubscriptionState::Trialing || self.price.cadence != cadence {
            (self.sub.anchor_on, self.sub.periods) = (from, 0);
        }
        self.sub.periods += 1;
        let to = rules::boundary(self.sub.anchor_on, self.price.cadence, self.sub.periods);
        let whole = money::period(&self.price, self.sub.quantity, self.sub.discount_bps)?;
        (self.sub.period_start, self.sub.period_end) = (from, to);
        (self.sub.since_on, self.sub.since_minor) = (from, whole);
        let due = billing::period(tx, self, whole).await?;
        self.unpaid = [self.unpaid, due].into_iter().flatten().min();
        if self.sub.state == SubscriptionState::Trialing {
            self.move_by(tx, Event::TrialEnded, from, "").await?;
        }
        Ok(())
    }

    /// What was agreed on for the next period counts from now on.
    async fn take_next(&mut self, tx: &mut Tx) -> Result<()> {
        if let Some(id) = self.sub.next_price_id.take() {
            self.price = queries::price(tx, id).await?.ok_or_else(|| Error::not_found("price"))?;
            self.plan = queries::plan(tx, self.price.plan_id).await?.ok_or_else(|| Error::not_found("plan"))?;
            (self.sub.price_id, self.sub.plan_id) = (Some(self.price.id), Some(self.plan.id));
        }
        if let Some(quantity) = self.sub.next_quantity.take() {
            self.sub.quantity = quantity;
        }
        Ok(())
    }

    /// A change that nobody has paid for is given up, and its invoice taken back.
    pub async fn drop_pending(&mut self, tx: &mut Tx) -> Result<()> {
        match self.sub.pending.take() {
            Some(pending) => billing::drop_invoice(tx, pending.0.invoice_id, "The change was given up.").await,
            None => Ok(()),
        }
    }

    /// Puts another plan in this one's place, from a day on.
    pub fn switch(&mut self, plan: Plan, price: PlanPrice, quantity: i64, since: (Date, i64)) {
        (self.sub.plan_id, self.sub.price_id, self.sub.quantity) = (Some(plan.id), Some(price.id), quantity);
        (self.sub.since_on, self.sub.since_minor) = since;
        (self.sub.next_price_id, self.sub.next_quantity) = (None, None);
        (self.plan, self.price) = (plan, price);
    }

    /// Begins a new period on a day. What was wished for the end of the one before comes true at the end of this one, for which they have paid; a rest
    /// that would be over by then is none.
    pub fn restart(&mut self, on: Date) {
        let sub = &mut self.sub;
        let end = rules::boundary(on, self.price.cadence, 1);
        (sub.anchor_on, sub.periods, sub.period_start, sub.period_end) = (on, 1, on, end);
        sub.cancel_on = sub.cancel_on.map(|_| end);
        if sub.pause_on.is_some() && sub.resume_on.is_some_and(|day| day <= end) {
            (sub.pause_on, sub.resume_on) = (None, None);
        }
        sub.pause_on = sub.pause_on.map(|_| end);
    }

    /// Leaves it to a person, and says why.
    pub async fn park(&mut self, tx: &mut Tx, reason: &str) -> Result<()> {
        self.sub.parked = Some(reason.to_owned());
        tx.state(SubscriptionParked { subscription_id: self.sub.id, contact_id: self.sub.contact_id, reason: reason.to_owned() }).await?;
        Ok(())
    }

    /// Whether a change in this mode begins a new period.
    pub fn resets(&self, price: &PlanPrice, mode: Mode) -> bool {
        mode == Mode::Reset || price.cadence != self.price.cadence
    }

    /// The first day on which a period may begin that is not one that was billed before.
    pub fn earliest(&self) -> Date {
        self.sub.period_start.saturating_add(1.days())
    }
}

/// Writes a subscription whose row is held, and moves the books of recurring revenue by the difference.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn write(tx: &mut Tx, before: &Subscription, sub: &Subscription, today: Date) -> Result<()> {
    let by = sub.mrr_minor - before.mrr_minor;
    if by != 0 {
        let customers = rows::mrr_of(tx, sub.contact_id, sub.currency).await?;
        rows::move_mrr(tx, sub, customers, by, today).await?;
    }
    rows::update(tx, sub).await
}

/// What the journal keeps of a subscription, to tell what changed. How it stands has facts of its own.
fn told(sub: &Subscription) -> Value {
    json!({
        "plan_id": sub.plan_id, "price_id": sub.price_id, "quantity": sub.quantity, "next_price_id": sub.next_price_id,
        "next_quantity": sub.next_quantity, "cancel_on": sub.cancel_on, "pause_on": sub.pause_on, "resume_on": sub.resume_on,
        "pending_invoice": sub.pending.as_ref().map(|pending| pending.0.invoice_id), "carry": sub.money(sub.carry_minor).to_string(),
    })
}
