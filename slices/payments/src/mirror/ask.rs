//! Asking a provider about a subscription that it runs.

use super::{Invoiced, Person, Said, Standing, rows};
use crate::line::Line;
use crate::model::PaymentState;
use crate::provider::{Provider, ProviderPayment};
use crate::trouble::Trouble;
use crate::world::World;
use facts::{Currency, TenantId};
use std::time::Duration;

/// Payments that are asked about in one trip; whoever finds more comes back for them.
const AT_ONCE: usize = 12;
/// What was billed so long before a subscription was first heard of was billed before the shop came here, and is in other books. Stripe
/// repeats an event for three days.
const BEFORE: Duration = Duration::from_secs(3 * 86_400);

/// A payment of a subscription, captured.
#[derive(Debug)]
pub(crate) struct Taken {
    /// By what it is asked about later.
    pub order: String,
    /// Its currency.
    pub currency: Currency,
    /// The payment.
    pub payment: ProviderPayment,
}

/// What a provider said of a subscription, and what we had when it was asked.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Who runs it.
    pub provider: Provider,
    /// The provider's id of it.
    pub theirs: String,
    /// The version that we had before the provider was asked: what it said is newer than that.
    pub version: i64,
    /// How it stands.
    pub standing: Standing,
    /// Whose it is.
    pub person: Person,
    /// Captured payments that we had not.
    pub taken: Vec<Taken>,
    /// Whether there are more of them.
    pub more: bool,
}

/// Asks the provider how a subscription stands, and about the payments of it that we have not.
///
/// # Errors
/// What kept the provider from answering, or what of its answer cannot be read.
pub(crate) async fn ask(world: &World, tenant: TenantId, provider: Provider, theirs: &str) -> Result<Seen, Trouble> {
    let mut read = world.db.read_main(tenant);
    // Before the provider is asked: whatever is written from now on may be newer than its answer.
    let row = rows::find(&mut read, provider, theirs).await?;
    let line = world.line_to(tenant, provider).await?;
    let Said { standing, person, paid } = line.subscription(theirs).await?;
    let known = match &row {
        Some(row) => rows::orders_of(&mut read, row.id).await?,
        None => Vec::new(),
    };
    let since = row.as_ref().map_or_else(|| world.db.clock().now(), |row| row.created_at).before(BEFORE);
    let new: Vec<Invoiced> = paid.into_iter().rev().filter(|paid| paid.made >= since && !known.contains(&paid.order)).collect();
    let more = new.len() > AT_ONCE;
    let mut taken = Vec::new();
    for Invoiced { order, payment, .. } in new.into_iter().take(AT_ONCE) {
        if let Some(payment) = line.payment(&payment).await?.filter(|payment| payment.state == PaymentState::Captured) {
            let currency = currency(provider, &payment.currency)?;
            taken.push(Taken { order, currency, payment });
        }
    }
    Ok(Seen { provider, theirs: theirs.to_owned(), version: row.map_or(0, |row| row.version), standing, person, taken, more })
}

/// A currency of the provider's, in small or capital letters.
pub(crate) fn currency(provider: Provider, code: &str) -> Result<Currency, Trouble> {
    let unknown = |_| Trouble::Refused(422, format!("{} says {code}, which is no currency that is known here.", provider.title()));
    code.to_uppercase().parse().map_err(unknown)
}

impl Line<'_> {
    /// All that the provider says of a subscription that it runs.
    async fn subscription(&self, theirs: &str) -> Result<Said, Trouble> {
        match self {
            Line::Razorpay(razorpay) => razorpay.subscription(theirs).await,
            Line::Stripe(stripe) => stripe.subscription(theirs).await,
        }
    }

    /// A payment by its id.
    async fn payment(&self, id: &str) -> Result<Option<ProviderPayment>, Trouble> {
        match self {
            Line::Razorpay(razorpay) => razorpay.payment(id).await.map(Some),
            Line::Stripe(stripe) => Ok(stripe.ask(id).await?.payments.into_iter().next()),
        }
    }
}
