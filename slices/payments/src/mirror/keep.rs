//! What a provider says of a subscription becomes true here: the one way, whoever asked.

use super::ask::Taken;
use super::{AskForSubscription, Seen, Standing, rows, rules};
use crate::commands::settle_all;
use crate::model::{LearntBy, Way};
use crate::provider::Asked;
use facts::payments::PayableKind;
use facts::provider_subscriptions::ProviderSubscriptionChanged;
use facts::{ContactId, IntentId, SubscriptionId};
use std::time::Duration;
use store::{Result, Timer, Tx, params, sql};

/// How soon somebody goes again where more was paid than one trip asks about.
const SOON: Duration = Duration::from_secs(30);

/// What an answer came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// It is written down.
    Kept,
    /// All of it was known.
    Known,
    /// Somebody wrote down another answer while this one was under way. Which of them is newer nobody knows, so the provider has to be
    /// asked again.
    Overtaken,
    /// The provider knows neither a phone number nor an e-mail address of whose it is.
    Nobody,
}

impl Came {
    /// As a person reads it in a list of events.
    pub fn words(self) -> &'static str {
        match self {
            Came::Kept => "The subscription is as the provider has it.",
            Came::Known => "All of it was known.",
            Came::Overtaken => "Another answer came first; the provider is asked again.",
            Came::Nobody => "The provider knows neither a phone number nor an e-mail address of whose subscription it is.",
        }
    }
}

/// Writes down what a provider said of a subscription, states it once, and keeps the money that came for it. The row is locked first, and
/// an answer counts only while nothing was written since it was asked for.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn keep(tx: &mut Tx, seen: &Seen, learnt_by: LearntBy) -> Result<Came> {
    let row = rows::hold(tx, seen.provider, &seen.theirs).await?;
    let same = row.told.as_ref().is_some_and(|told| told.0 == seen.standing);
    if row.version != seen.version && !same {
        return Ok(Came::Overtaken);
    }
    let contact = match row.contact_id {
        Some(contact) => Some(contacts::now_known_as(tx, contact).await?),
        None => rows::contact(tx, seen.provider, &seen.person).await?,
    };
    let Some(contact) = contact else { return Ok(Came::Nobody) };
    if !same {
        let version = row.version + 1;
        rows::write(tx, row.id, contact, version, &seen.standing).await?;
        tx.state(told(seen, row.id, version, contact)).await?;
    }
    for taken in &seen.taken {
        take(tx, seen, row.id, contact, taken, learnt_by).await?;
    }
    let timer = AskForSubscription { provider: seen.provider, theirs: seen.theirs.clone() };
    let usual = rules::ask_at(&seen.standing, tx.now());
    match if seen.more { Some(tx.now().after(SOON)) } else { usual } {
        Some(at) => tx.at(at, timer).await?,
        None => tx.stop(AskForSubscription::NAME, &timer.key()).await?,
    }
    Ok(if same && seen.taken.is_empty() { Came::Known } else { Came::Kept })
}

fn told(seen: &Seen, id: SubscriptionId, version: i64, contact_id: ContactId) -> ProviderSubscriptionChanged {
    let amount = seen.standing.amount();
    let Standing { state, price, plan, interval, every, quantity, .. } = seen.standing.clone();
    let Standing { period_start, period_end, trial_end, ends_at, cancel_at_period_end, ended_at, last_invoice, .. } = seen.standing;
    ProviderSubscriptionChanged {
        subscription_id: id,
        version,
        contact_id,
        customer_name: seen.person.called(),
        provider: seen.provider.to_string(),
        provider_subscription_id: seen.theirs.clone(),
        state,
        provider_price: price,
        plan,
        amount,
        interval,
        every,
        quantity,
        period_start,
        period_end,
        trial_end,
        ends_at,
        cancel_at_period_end,
        ended_at,
        last_invoice,
    }
}

/// Keeps money that the provider took for a subscription: an intent that the provider itself made, once for each of its orders, and
/// settled in the way of all others.
async fn take(tx: &mut Tx, seen: &Seen, id: SubscriptionId, contact: ContactId, taken: &Taken, learnt_by: LearntBy) -> Result<()> {
    let intent: IntentId = tx.id();
    let made = tx
        .exec(
            sql!(
                "INSERT INTO intents (tenant_id, id, payable, payable_id, amount_minor, currency, receipt, state, way, contact_id, keep,
                    provider, provider_order_id, description, asks, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, FALSE, $10, $11, $12, 0, $13) ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                intent,
                PayableKind::Subscription.as_str(),
                id,
                taken.payment.amount,
                taken.currency,
                intent.to_string(),
                Way::Provider.as_str(),
                contact,
                seen.provider.as_str(),
                taken.order.as_str(),
                seen.standing.plan.as_str(),
                tx.now()
            ],
        )
        .await?;
    if made == 1 {
        settle_all(tx, intent, &Asked { payments: vec![taken.payment.clone()], whole: false, over: false }, learnt_by).await?;
    }
    Ok(())
}
