//! Drafts: begun and changed.

use super::{locked, seller};
use crate::compose::Wanted;
use crate::model::{Invoice, Whole};
use crate::rules::{self, Event};
use crate::{queries, rows};
use facts::invoices::{InvoiceChanged, InvoiceDrafted};
use facts::{Change, ContactId, InvoiceId};
use serde_json::{Value, json};
use store::{Command, Db, Error, Key, Once, Result, Tx, Who};

/// Begins a draft.
#[derive(Debug, Clone)]
pub(crate) struct DraftInvoice {
    /// What is asked for.
    pub wanted: Wanted,
    /// Whose it is, where they are known already.
    pub contact: Option<ContactId>,
    /// Whether it is issued in the same breath.
    pub issue: bool,
    /// The idempotency key it came with, which is the draft's for ever.
    pub key: Option<Key>,
}

const MADE_BEFORE: &str = "invoice_made_before";

/// Begins a draft once for its key, also when the key's stored answer is long gone.
///
/// # Errors
/// As [`DraftInvoice`]; `idempotency_key_reused` when the key came with something else before.
pub(crate) async fn draft_once(db: &Db, who: &Who, draft: DraftInvoice) -> Result<Once<Whole>> {
    let Some(key) = draft.key.clone() else { return Ok(Once { out: db.run(who, draft).await?, replayed: false }) };
    match db.run_once(who, key.clone(), draft).await {
        Err(error) if error.code() == MADE_BEFORE => found(db, who, &key).await,
        answer => answer,
    }
}

async fn found(db: &Db, who: &Who, key: &Key) -> Result<Once<Whole>> {
    let mut look = db.read_main(who.tenant);
    let gone = || Error::not_found("invoice");
    let before = queries::made_with(&mut look, &key.key).await?.ok_or_else(gone)?;
    if before.request_hash.as_deref() != Some(&key.body_hash) {
        let message = "This Idempotency-Key came with another invoice before. Use a new key for a new invoice.";
        return Err(Error::invalid("idempotency_key_reused", message));
    }
    let out = queries::whole(&mut look, before.id).await?.ok_or_else(gone)?;
    Ok(Once { out, replayed: true })
}

impl Command for DraftInvoice {
    const NAME: &'static str = "draft_invoice";
    type Out = Whole;

    async fn run(&self, tx: &mut Tx) -> Result<Whole> {
        let seller = seller(tx).await?;
        let mut whole = self.wanted.draft(tx, &seller)?;
        whole.invoice.contact_id = self.known(tx).await?;
        if !rows::insert(tx, &whole, self.key.as_ref()).await? {
            return Err(Error::conflict(MADE_BEFORE, "This invoice was made before."));
        }
        let Invoice { id, contact_id, .. } = whole.invoice;
        tx.state(InvoiceDrafted { invoice_id: id, contact_id, total: whole.invoice.total() }).await?;
        if self.issue { super::issue(tx, whole).await } else { Ok(whole) }
    }
}

impl DraftInvoice {
    /// The contact that was named, or whoever has the buyer's phone number or e-mail address.
    async fn known(&self, tx: &mut Tx) -> Result<Option<ContactId>> {
        let buyer = &self.wanted.buyer;
        match self.contact {
            Some(id) => {
                let contact = contacts::find(tx, id).await?;
                Ok(Some(contact.ok_or_else(|| Error::field("contact_id", "There is no such contact."))?.id))
            }
            None if buyer.phone.is_none() && buyer.email.is_none() => Ok(None),
            None => {
                let person = contacts::NewContact {
                    name: Some(buyer.name.clone()),
                    phone: buyer.phone.clone(),
                    email: buyer.email.clone(),
                    ..contacts::NewContact::default()
                };
                Ok(Some(contacts::save(tx, person).await?))
            }
        }
    }
}

/// Puts other words and amounts into a draft.
#[derive(Debug, Clone)]
pub(crate) struct ChangeInvoice {
    /// The draft.
    pub id: InvoiceId,
    /// What is asked for from now on.
    pub wanted: Wanted,
}

impl Command for ChangeInvoice {
    const NAME: &'static str = "change_invoice";
    type Out = Whole;

    async fn run(&self, tx: &mut Tx) -> Result<Whole> {
        let before = locked(tx, self.id).await?;
        rules::next(before.state, Event::Change)?;
        let before = Whole { lines: queries::lines(tx, self.id).await?, taxes: Vec::new(), invoice: before };
        let seller = seller(tx).await?;
        let mut whole = self.wanted.draft(tx, &seller)?;
        let Invoice { id, contact_id, order_id, created_at, .. } = before.invoice;
        whole.invoice = Invoice { id, contact_id, order_id, created_at, ..whole.invoice };
        rows::replace(tx, &whole, None).await?;
        let changes = Change::between(&told(&before), &told(&whole));
        if !changes.is_empty() {
            tx.state(InvoiceChanged { invoice_id: id, contact_id, changes }).await?;
        }
        Ok(whole)
    }
}

/// What the journal keeps of a draft, to tell what changed.
fn told(whole: &Whole) -> Value {
    let invoice = &whole.invoice;
    let lines: Vec<Value> = whole
        .lines
        .iter()
        .map(|line| {
            json!([line.description, rules::quantity_text(line.quantity_milli), line.unit_minor, line.discount_minor, line.rate_bps])
        })
        .collect();
    json!({
        "customer": invoice.buyer.0.name, "lines": lines, "inclusive": invoice.inclusive, "due_on": invoice.due_on, "note": invoice.note,
        "total": invoice.total().to_string(),
    })
}
