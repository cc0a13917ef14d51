//! What subscriptions do because of invoices, and of what providers say.

use crate::collection::{heard_of_mandate, heard_of_refusal};
use crate::news::heard_of_invoice;
use crate::provided::heard_of_provider;
use crate::usage::heard_of_usage;
use async_trait::async_trait;
use facts::Fact;
use facts::entitlements::UsageBillable;
use facts::invoices::{InvoiceIssued, InvoicePaymentNoted, InvoiceVoided, InvoiceWrittenOff};
use facts::payments::{CollectionFailed, MandateMade};
use facts::provider_subscriptions::ProviderSubscriptionChanged;
use store::{Reaction, Result, Stated, Tx};

/// Makes true for a subscription what has become of an invoice that it asked with.
pub(crate) struct SubscriptionFollowsInvoice;

#[async_trait]
impl Reaction for SubscriptionFollowsInvoice {
    fn name(&self) -> &'static str {
        "subscription_follows_invoice"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[InvoicePaymentNoted::KIND, InvoiceIssued::KIND, InvoiceVoided::KIND, InvoiceWrittenOff::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(paid) = fact.read::<InvoicePaymentNoted>()? {
            return heard_of_invoice(tx, paid.invoice_id).await;
        }
        if let Some(voided) = fact.read::<InvoiceVoided>()? {
            return heard_of_invoice(tx, voided.invoice_id).await;
        }
        if let Some(given_up) = fact.read::<InvoiceWrittenOff>()? {
            return heard_of_invoice(tx, given_up.invoice_id).await;
        }
        // A credit note may take back all that was left to pay.
        match fact.read::<InvoiceIssued>()?.and_then(|issued| issued.of_id) {
            Some(of) => heard_of_invoice(tx, of).await,
            None => Ok(()),
        }
    }
}

/// Makes true for a subscription what became of charging its customer, and charges them by what they have newly agreed to.
pub(crate) struct SubscriptionFollowsMandate;

#[async_trait]
impl Reaction for SubscriptionFollowsMandate {
    fn name(&self) -> &'static str {
        "subscription_follows_mandate"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[CollectionFailed::KIND, MandateMade::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if let Some(made) = fact.read::<MandateMade>()? {
            let contact = contacts::now_known_as(tx, made.contact_id).await?;
            return heard_of_mandate(tx, contact).await;
        }
        match fact.read::<CollectionFailed>()? {
            Some(failed) => match failed.payable.invoice() {
                Some(invoice) => heard_of_refusal(tx, invoice, failed.hard).await,
                None => Ok(()),
            },
            None => Ok(()),
        }
    }
}

/// Makes true for a subscription what the provider says that runs it.
pub(crate) struct SubscriptionFollowsProvider;

#[async_trait]
impl Reaction for SubscriptionFollowsProvider {
    fn name(&self) -> &'static str {
        "subscription_follows_provider"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ProviderSubscriptionChanged::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        match fact.read::<ProviderSubscriptionChanged>()? {
            Some(told) => heard_of_provider(tx, told).await,
            None => Ok(()),
        }
    }
}

/// Asks a subscription's customer for what was used above the plan in a period that is over.
pub(crate) struct SubscriptionBillsUsage;

#[async_trait]
impl Reaction for SubscriptionBillsUsage {
    fn name(&self) -> &'static str {
        "subscription_bills_usage"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[UsageBillable::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        match fact.read::<UsageBillable>()? {
            Some(usage) => heard_of_usage(tx, usage).await,
            None => Ok(()),
        }
    }
}
