//! Works on a webhook after it has been answered.

use super::ask_subscription::again;
use crate::commands::{notice_failed, settle_all, settle_refund};
use crate::mandates::{self, Token, end_by_method};
use crate::mirror::{self, Came, Seen};
use crate::model::LearntBy;
use crate::provider::{Asked, Provider, ProviderRefund};
use crate::rules::pause_after;
use crate::stripe::{self, Matter};
use crate::trouble::Trouble;
use crate::world::World;
use crate::{queries, razorpay};
use facts::{InboundId, IntentId, MandateId, TenantId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Ended, Errand, Lane, Next, Result, Trip, Tx, inbound};

/// Failed tries after which an event is left to a person.
const MOST_TRIES: i64 = 10;

/// Makes true what a webhook says. It leaves the house only where the event does not say enough.
#[derive(Debug, Serialize, Deserialize)]
pub struct SettleInbound {
    /// The event, whose id this errand shares.
    pub inbound_id: InboundId,
}

/// What an event says, and what was asked about it.
#[derive(Default)]
pub struct Told {
    intent: Option<IntentId>,
    asked: Asked,
    refunds: Vec<ProviderRefund>,
    /// A card or an account that Stripe keeps no more.
    forgotten: Option<String>,
    /// A subscription that the provider runs.
    subscription: Option<Seen>,
    /// What somebody agreed to, as Razorpay has it now.
    agreement: Option<(MandateId, Token)>,
    /// A charge of which its customer had no notice.
    unannounced: Option<IntentId>,
    note: &'static str,
}

impl Told {
    fn nothing(note: &'static str) -> Self {
        Self { note, ..Self::default() }
    }
}

impl Errand for SettleInbound {
    const NAME: &'static str = "settle_inbound";
    type World = World;
    type Back = Result<Told, Trouble>;

    /// A lane of its own: most events need no call, so a provider that asks us to slow down does not hold them up.
    fn lane(&self, tenant: TenantId) -> Lane {
        Lane::open(format!("inbound/{tenant}"))
    }

    fn priority(&self) -> i64 {
        2
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        let mut read = world.db.read_main(trip.tenant);
        let Some(inbound) = inbound::find(&mut read, self.inbound_id).await? else { return Ok(Told::nothing("It is gone.")) };
        match inbound.provider.parse() {
            Ok(Provider::Stripe) => of_stripe(world, trip.tenant, &inbound.body).await,
            _ => of_razorpay(world, trip.tenant, &inbound.body).await,
        }
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        let told = match brought {
            Ok(told) => told,
            Err(trouble) => return Ok(later(trouble, tx, trip)),
        };
        let mut words = told.note;
        if let Some(intent) = told.intent {
            words = settle_all(tx, intent, &told.asked, LearntBy::Webhook).await?.unwrap_or(words);
        }
        for refund in &told.refunds {
            words = settle_refund(tx, refund).await?;
        }
        if let Some(method) = &told.forgotten
            && end_by_method(tx, Provider::Stripe, method, "It was removed at the provider.").await?
        {
            words = "The customer is charged by it no more.";
        }
        if let Some(seen) = &told.subscription {
            match mirror::keep(tx, seen, LearntBy::Webhook).await? {
                Came::Overtaken => return Ok(again(tx)),
                came => words = came.words(),
            }
        }
        if let Some((mandate, said)) = &told.agreement {
            mandates::heard(tx, *mandate, said).await?;
        }
        if let Some(charge) = told.unannounced {
            notice_failed(tx, charge).await?;
        }
        tx.processed(self.inbound_id, words).await?;
        Ok(Ended::done(words))
    }
}

/// What is not for us, as a person reads it.
const UNREADABLE: &str = "It is not an event that can be read.";
const NOT_OURS: &str = "It concerns nothing of ours.";
const NO_PAYMENT: &str = "It concerns no payment of ours.";

/// Razorpay's events bring the payment along, as it was.
async fn of_razorpay(world: &World, tenant: TenantId, body: &[u8]) -> Result<Told, Trouble> {
    let Some(event) = razorpay::Event::read(body) else { return Ok(Told::nothing(UNREADABLE)) };
    if let Some(link) = &event.link_id {
        let known = queries::intent_by_provider_order(&mut world.db.read_main(tenant), link).await?;
        let Some(intent) = known else { return Ok(Told::nothing(NOT_OURS)) };
        let asked = world.line(tenant, &intent).await?.ask(&intent, link).await?;
        return Ok(Told { intent: Some(intent.id), asked, note: "Nobody has paid yet.", ..Told::default() });
    }
    if let Some(theirs) = &event.subscription_id {
        return of_subscription(world, tenant, Provider::Razorpay, theirs).await;
    }
    if let Some(token) = &event.token_id {
        return of_token(world, tenant, token).await;
    }
    let refunds: Vec<ProviderRefund> = event.refund.clone().into_iter().collect();
    let concerns = event.concerns_payments() || event.notice_failed();
    let Some(order) = event.order_id.as_deref().filter(|_| concerns) else {
        return Ok(Told { refunds, note: NO_PAYMENT, ..Told::default() });
    };
    let known = queries::intent_by_provider_order(&mut world.db.read_main(tenant), order).await?.map(|intent| intent.id);
    let intent = match known {
        Some(intent) => Some(intent),
        None => world.razorpay(tenant).await?.intent_of_order(order).await?,
    };
    if event.notice_failed() {
        return Ok(Told { unannounced: intent, note: "Its customer had no notice of the debit.", ..Told::default() });
    }
    let (payments, whole) = match event.payment {
        Some(payment) => (vec![payment], event.attempts == Some(1)),
        None if intent.is_some() => (world.razorpay(tenant).await?.payments_of_order(order).await?, true),
        None => (Vec::new(), false),
    };
    Ok(Told { intent, asked: Asked { payments, whole, over: false }, refunds, note: NOT_OURS, ..Told::default() })
}

/// Whatever is said of a subscription only says what to ask about.
async fn of_subscription(world: &World, tenant: TenantId, provider: Provider, theirs: &str) -> Result<Told, Trouble> {
    let subscription = Some(mirror::ask(world, tenant, provider, theirs).await?);
    Ok(Told { subscription, ..Told::default() })
}

/// Events of tokens come in any order, so they only say which one to ask about. One that no payment has brought yet is asked about then.
async fn of_token(world: &World, tenant: TenantId, token: &str) -> Result<Told, Trouble> {
    let known = mandates::by_method(&mut world.db.read_main(tenant), Provider::Razorpay, token).await?;
    let Some(mandate) = known else { return Ok(Told::nothing(NOT_OURS)) };
    let said = world.razorpay(tenant).await?.token(&mandate).await?;
    Ok(Told { agreement: Some((mandate.id, said)), note: "It says whether the customer can be charged.", ..Told::default() })
}

/// Stripe's events come in any order and as things were, so they only say what to ask about.
async fn of_stripe(world: &World, tenant: TenantId, body: &[u8]) -> Result<Told, Trouble> {
    let Some(event) = stripe::Event::read(body) else { return Ok(Told::nothing(UNREADABLE)) };
    let (line, live) = world.stripe(tenant).await?;
    if event.live != live {
        return Ok(Told::nothing("It is of the other mode, live or test, than the shop's key."));
    }
    match event.matter {
        Matter::Nothing => Ok(Told::nothing(NO_PAYMENT)),
        Matter::Refund(refund) => Ok(Told { refunds: vec![refund], note: NOT_OURS, ..Told::default() }),
        Matter::Refunds(payment) => Ok(Told { refunds: line.refunds_of(&payment).await?, note: NOT_OURS, ..Told::default() }),
        Matter::Forgotten(method) => Ok(Told { forgotten: Some(method), note: NOT_OURS, ..Told::default() }),
        Matter::Subscription(theirs) => of_subscription(world, tenant, Provider::Stripe, &theirs).await,
        Matter::Charge(id) => {
            // Those of sessions are heard of by their session.
            let known = queries::intent_by_provider_order(&mut world.db.read_main(tenant), &id).await?;
            let Some(intent) = known else { return Ok(Told::nothing(NOT_OURS)) };
            Ok(Told { intent: Some(intent.id), asked: line.ask(&id).await?, note: "The money is on its way.", ..Told::default() })
        }
        Matter::Session(session, ours) => {
            let mut read = world.db.read_main(tenant);
            let known = match queries::intent_by_provider_order(&mut read, &session).await? {
                None => match ours {
                    Some(id) => queries::intent_by_id(&mut read, id).await?,
                    None => None,
                },
                found => found,
            };
            let Some(intent) = known else { return Ok(Told::nothing(NOT_OURS)) };
            Ok(Told { intent: Some(intent.id), asked: line.ask(&session).await?, note: "Nobody has paid yet.", ..Told::default() })
        }
    }
}

/// An event waits while the provider is busy, and is left to a person after ten tries that failed.
fn later(trouble: &Trouble, tx: &Tx, trip: &Trip) -> Ended {
    let next = match trouble {
        Trouble::RateLimited(wait) => Next::Wait(tx.now().after(wait.unwrap_or(Duration::from_secs(2)))),
        _ if trip.failures + 1 >= MOST_TRIES => Next::Bury,
        _ => Next::Again(tx.now().after(pause_after(trip.failures))),
    };
    Ended::new(next, trouble.class(), trouble.to_string())
}
