//! The one way in which news of a payment becomes true here, whoever brought it.

use crate::errands::ask_now;
use crate::janitor::AskForPayment;
use crate::mandates;
use crate::model::{Intent, IntentState, LearntBy, Payment, PaymentState, Way};
use crate::provider::{Asked, Provider, ProviderPayment};
use crate::rows;
use crate::rules::{self, Became, IntentEvent};
use facts::payments::{CollectionFailed, Payable, PaymentCaptured, PaymentFailed, PaymentUnmatched};
use facts::{Currency, IntentId, Money, PaymentId};
use std::time::Duration;
use store::{Result, Timer, Tx};

/// How soon an authorised payment is looked after, should the provider not capture it by itself.
const CAPTURE_BY: Duration = Duration::from_secs(60);

/// What news of a payment came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It paid its intent.
    Paid,
    /// It is money that fits nothing; a person has to look.
    Unmatched,
    /// The try failed, for now.
    Failed,
    /// It was written down, and nothing follows.
    Noted,
    /// All of it was known.
    Known,
    /// There is no such intent.
    NoIntent,
}

impl Settled {
    /// As a person reads it in a list of events.
    pub fn words(self) -> &'static str {
        match self {
            Settled::Paid => "It is paid.",
            Settled::Unmatched => "Money came that fits nothing that is to be paid.",
            Settled::Failed => "The payment failed.",
            Settled::Noted => "Noted.",
            Settled::Known => "All of it was known.",
            Settled::NoIntent => "It concerns nothing of ours.",
        }
    }
}

/// Makes news of a payment true: browser return, webhook and janitor all end here. The intent's row is locked first,
/// so however many of them come at once, the capture is stated once.
///
/// # Errors
/// Whatever the database refuses.
async fn settle(tx: &mut Tx, intent_id: IntentId, payment: &ProviderPayment, learnt_by: LearntBy) -> Result<Settled> {
    let Some(intent) = rows::lock_intent(tx, intent_id).await? else { return Ok(Settled::NoIntent) };
    let held = rows::held(tx, &payment.id).await?;
    let verdict = rules::judge(intent.state, intent.amount(), held, payment.state, came(payment));
    if let Some(held) = held.filter(|held| held.state == verdict.state) {
        if held.matched {
            keep_way(tx, &intent, payment).await?;
        }
        return Ok(Settled::Known);
    }
    let reason = match &verdict.became {
        Became::Unmatched(why) => Some(why.clone()),
        Became::Failed => Some(payment.why()),
        Became::Paid | Became::Nothing => None,
    };
    let id = rows::keep_payment(tx, &intent, payment, &verdict, reason.as_deref(), learnt_by).await?;
    match verdict.became {
        Became::Paid => {
            paid(tx, &intent, id, payment, learnt_by, None).await?;
            if intent.state == IntentState::Expired {
                // Nobody asks about it any more, and who knows what else came.
                ask_now(tx, intent.id, LearntBy::Janitor).await?;
            }
            Ok(Settled::Paid)
        }
        Became::Unmatched(reason) => unmatched(tx, &intent, id, payment, reason).await,
        Became::Failed => failed(tx, &intent, id, payment).await,
        Became::Nothing => {
            if verdict.state == PaymentState::Authorized {
                rows::ask_soon(tx, intent.id, intent.created_at, CAPTURE_BY).await?;
            }
            Ok(Settled::Noted)
        }
    }
}

/// Makes all true that the provider says of an intent; tells in words what the last of it came to. What nobody paid and nobody can pay
/// any more expires.
///
/// # Errors
/// Whatever the database refuses.
pub async fn settle_all(tx: &mut Tx, intent_id: IntentId, asked: &Asked, learnt_by: LearntBy) -> Result<Option<&'static str>> {
    let mut words = None;
    for payment in &asked.payments {
        words = Some(settle(tx, intent_id, payment, learnt_by).await?.words());
    }
    if asked.whole {
        rest(tx, intent_id).await?;
    }
    if asked.over
        && let Some(intent) = rows::lock_intent(tx, intent_id).await?
    {
        rows::expire(tx, &intent).await?;
        words = words.or(Some("Nobody paid, and nobody can any more."));
    }
    Ok(words)
}

/// Asks no more about what is paid, all tries at it being known. A try that failed may still succeed, and then its money has to be found;
/// so may one of which nobody has told us.
async fn rest(tx: &mut Tx, intent_id: IntentId) -> Result<()> {
    let paid = rows::lock_intent(tx, intent_id).await?.is_some_and(|intent| intent.state == IntentState::Paid);
    if paid && !rows::has_other_tries(tx, intent_id).await? {
        tx.stop(AskForPayment::NAME, &AskForPayment { intent_id }.key()).await?;
    }
    Ok(())
}

/// Makes captured money that fitted nothing pay a locked intent, because a person says so. Its own way to be paid is closed where that can
/// be; where it cannot, the janitor goes on asking, so that whatever still comes by it is found.
///
/// # Errors
/// `already_paid`, `being_charged`, `payment_misfit`, and whatever the database refuses.
pub(super) async fn settle_by_hand(tx: &mut Tx, intent: &Intent, payment: &Payment) -> Result<()> {
    rules::may_match(intent.state, intent.way, intent.amount(), payment.amount())?;
    rows::match_payment(tx, payment, intent).await?;
    let known = ProviderPayment {
        id: payment.provider_payment_id.clone(),
        amount: payment.amount_minor,
        currency: payment.currency.to_string(),
        state: payment.state,
        method: Some(payment.method.clone()),
        fee: payment.fee_minor,
        failure: None,
        failure_code: None,
        kept: None,
    };
    paid(tx, intent, payment.id, &known, payment.learnt_by, Some(payment.payable())).await?;
    rows::close(tx, intent, intent.provider).await
}

async fn paid(
    tx: &mut Tx,
    intent: &Intent,
    id: PaymentId,
    payment: &ProviderPayment,
    learnt_by: LearntBy,
    came_for: Option<Payable>,
) -> Result<()> {
    rows::move_intent(tx, intent, IntentEvent::Paid).await?;
    tx.state(PaymentCaptured {
        payment_id: id,
        intent_id: intent.id,
        payable: intent.payable(),
        amount: intent.amount(),
        fee: Money::new(payment.fee.unwrap_or(0), intent.currency),
        method: payment.method.clone().unwrap_or_else(|| "unknown".to_owned()),
        provider_payment_id: payment.id.clone(),
        learnt_by: learnt_by.to_string(),
        came_for,
    })
    .await?;
    keep_way(tx, intent, payment).await?;
    let told = payment.kept.is_some() && intent.provider.is_some();
    if !told && intent.provider != Some(Provider::Stripe) && mandates::registers(intent) {
        // Whoever told of the payment did not say what was agreed to with it, or was faster than the answer to our order.
        ask_now(tx, intent.id, LearntBy::Janitor).await?;
    }
    Ok(())
}

/// Keeps how an intent was paid, once, where whoever paid it wants to be charged in the same way from now on.
async fn keep_way(tx: &mut Tx, intent: &Intent, payment: &ProviderPayment) -> Result<()> {
    let (Some(contact), Some(provider)) = (intent.contact_id.filter(|_| intent.keep), intent.provider) else { return Ok(()) };
    let contact = contacts::now_known_as(tx, contact).await?;
    match (provider, &payment.kept) {
        (Provider::Stripe, Some(kept)) => mandates::keep(tx, contact, provider, kept).await,
        (Provider::Razorpay, Some(kept)) => mandates::wait_for(tx, contact, provider, kept).await,
        (_, None) => Ok(()),
    }
}

async fn unmatched(tx: &mut Tx, intent: &Intent, id: PaymentId, payment: &ProviderPayment, reason: String) -> Result<Settled> {
    let amount = came(payment).unwrap_or_else(|| Money::new(payment.amount, intent.currency));
    let fee = Money::new(payment.fee.unwrap_or(0), amount.currency);
    tx.state(PaymentUnmatched { payment_id: id, payable: intent.payable(), amount, fee, reason }).await?;
    Ok(Settled::Unmatched)
}

async fn failed(tx: &mut Tx, intent: &Intent, id: PaymentId, payment: &ProviderPayment) -> Result<Settled> {
    tx.state(PaymentFailed { payment_id: id, payable: intent.payable(), provider_payment_id: payment.id.clone(), reason: payment.why() })
        .await?;
    if intent.way == Way::Mandate && intent.state != IntentState::Cancelled {
        give_up(tx, intent, &payment.why(), rules::is_hard(payment.failure_code.as_deref())).await?;
    }
    Ok(Settled::Failed)
}

/// Gives up a charge that the provider will not make: nothing of it was begun. `hard` says that the same mandate can never succeed.
///
/// # Errors
/// Whatever the database refuses.
pub async fn refuse_charge(tx: &mut Tx, intent_id: IntentId, reason: &str, hard: bool) -> Result<()> {
    match rows::lock_intent(tx, intent_id).await? {
        Some(intent) if matches!(intent.state, IntentState::Opening | IntentState::Open) => give_up(tx, &intent, reason, hard).await,
        _ => Ok(()),
    }
}

/// Gives up a charge of which its customer had no notice, unless it has been debited meanwhile.
///
/// # Errors
/// Whatever the database refuses.
pub async fn notice_failed(tx: &mut Tx, intent_id: IntentId) -> Result<()> {
    let now = tx.now();
    match rows::lock_intent(tx, intent_id).await? {
        Some(intent) if intent.debit_after.is_some_and(|at| at > now) => {
            refuse_charge(tx, intent_id, "The notice before the debit did not reach the customer.", false).await
        }
        _ => Ok(()),
    }
}

/// A charge that failed is over: whoever owes it pays in another way, or is charged anew.
async fn give_up(tx: &mut Tx, intent: &Intent, reason: &str, hard: bool) -> Result<()> {
    rows::move_intent(tx, intent, IntentEvent::Cancelled).await?;
    let timer = AskForPayment { intent_id: intent.id };
    tx.stop(AskForPayment::NAME, &timer.key()).await?;
    rows::close(tx, intent, intent.provider).await?;
    let Some(mandate_id) = intent.mandate_id else { return Ok(()) };
    tx.state(CollectionFailed { intent_id: intent.id, payable: intent.payable(), mandate_id, reason: reason.to_owned(), hard }).await?;
    if hard {
        mandates::ended(tx, mandate_id, reason).await?;
    }
    Ok(())
}

/// What came; `None` for a currency that we do not know.
fn came(payment: &ProviderPayment) -> Option<Money> {
    let currency: Currency = payment.currency.parse().ok()?;
    Some(Money::new(payment.amount, currency))
}
