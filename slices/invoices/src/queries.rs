//! Looking at invoices.

use crate::gst::RateTax;
use crate::model::{Invoice, InvoiceState, Line, NotedPayment, PaymentStatus, Seller, Whole};
use facts::invoices::InvoiceKind;
use facts::{ContactId, Id, InvoiceId, Money, OrderId, Time};
use payments::{IntentState, Payment, PaymentState, Provider, Way};
use serde::Deserialize;
use store::{Error, Look, Result, params, sql};
use uuid::Uuid;
use web::{Cursor, first_id, like};

/// The settings' name of the seller.
pub(crate) const SELLER: &str = "invoices.seller";

/// A statement that gives whole [`Invoice`]s: what stands behind the list of columns.
macro_rules! invoices {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, kind, state, payment, number, contact_id, order_id, of_id, refund_id, settled_by_order, currency, inclusive, buyer, seller, place,
                supply, taxable_minor, cgst_minor, sgst_minor, igst_minor, round_off_minor, total_minor, paid_minor, credited_minor,
                issued_on, due_on, note, reason, created_at, issued_at
             FROM invoices ",
            $rest
        ))
    };
}
pub(crate) use invoices;

/// Who sells; nothing where it was never said.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn seller(look: &mut impl Look) -> Result<Option<Seller>> {
    settings::get(look, SELLER).await
}

/// Whether somebody has said who sells: without that nothing can be billed.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn can_bill(look: &mut impl Look) -> Result<bool> {
    Ok(seller(look).await?.is_some())
}

/// How an invoice stands, for whoever had it made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Something is left to pay, or it is not issued yet.
    Open,
    /// Nothing is left to pay.
    Settled,
    /// It does not count any more, or was given up.
    Dropped,
}

/// How an invoice stands; nothing where there is none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn standing(look: &mut impl Look, id: InvoiceId) -> Result<Option<Standing>> {
    let found = invoice(look, id).await?;
    Ok(found.map(|invoice| match invoice.state {
        InvoiceState::Issued if invoice.due().minor == 0 => Standing::Settled,
        InvoiceState::Draft | InvoiceState::Issued => Standing::Open,
        InvoiceState::Void | InvoiceState::Uncollectible => Standing::Dropped,
    }))
}

/// What was paid of an invoice.
///
/// # Errors
/// `invoice_not_found`.
pub async fn paid(look: &mut impl Look, id: InvoiceId) -> Result<Money> {
    let invoice = invoice(look, id).await?.ok_or_else(|| Error::not_found("invoice"))?;
    Ok(invoice.money(invoice.paid_minor))
}

/// A document.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn invoice(look: &mut impl Look, id: InvoiceId) -> Result<Option<Invoice>> {
    look.maybe(invoices!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// The invoice of an order that counts.
pub(crate) async fn of_order(look: &mut impl Look, order: OrderId) -> Result<Option<Invoice>> {
    look.maybe(invoices!("WHERE tenant_id = $1 AND order_id = $2 AND of_id IS NULL AND state <> 'void'"), params![look.tenant(), order])
        .await
}

/// The credit notes of an invoice, oldest first.
pub(crate) async fn credit_notes(look: &mut impl Look, of: InvoiceId) -> Result<Vec<Invoice>> {
    look.all(invoices!("WHERE tenant_id = $1 AND of_id = $2 ORDER BY id"), params![look.tenant(), of]).await
}

/// The document that a request with this key made.
pub(crate) async fn made_with(look: &mut impl Look, key: &str) -> Result<Option<MadeBefore>> {
    look.maybe(sql!("SELECT id, request_hash FROM invoices WHERE tenant_id = $1 AND idempotency_key = $2"), params![look.tenant(), key])
        .await
}

/// What a key made, and by which request.
#[derive(Deserialize)]
pub(crate) struct MadeBefore {
    pub id: InvoiceId,
    pub request_hash: Option<String>,
}

/// A document with its lines and taxes.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn whole(look: &mut impl Look, id: InvoiceId) -> Result<Option<Whole>> {
    let Some(invoice) = invoice(look, id).await? else { return Ok(None) };
    let (lines, taxes) = (lines(look, id).await?, taxes(look, id).await?);
    Ok(Some(Whole { invoice, lines, taxes }))
}

/// The lines of a document, in their order.
pub(crate) async fn lines(look: &mut impl Look, id: InvoiceId) -> Result<Vec<Line>> {
    look.all(
        sql!(
            "SELECT position, description, hsn, quantity_milli, unit, unit_minor, discount_minor, rate_bps, net_minor, taxable_minor
             FROM invoice_lines WHERE tenant_id = $1 AND invoice_id = $2 ORDER BY position"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// The taxes of a document, lowest rate first.
pub(crate) async fn taxes(look: &mut impl Look, id: InvoiceId) -> Result<Vec<RateTax>> {
    look.all(
        sql!(
            "SELECT rate_bps, taxable_minor, cgst_minor, sgst_minor, igst_minor FROM invoice_taxes
             WHERE tenant_id = $1 AND invoice_id = $2 ORDER BY rate_bps"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// How much of a line of an invoice its credit notes took back.
#[derive(Deserialize)]
pub(crate) struct CreditedLine {
    pub position: i64,
    pub net_minor: i64,
}

// CROSS JOIN in these two, because SQLite keeps its order: it would rather walk a tenant's lines in the order of the groups.

/// What the credit notes of an invoice took back, by its lines.
pub(crate) async fn credited_lines(look: &mut impl Look, of: InvoiceId) -> Result<Vec<CreditedLine>> {
    look.all(
        sql!(
            "SELECT l.position, CAST(SUM(l.net_minor) AS BIGINT) AS net_minor
             FROM invoices i CROSS JOIN invoice_lines l
             WHERE i.tenant_id = $1 AND i.of_id = $2 AND l.tenant_id = $1 AND l.invoice_id = i.id GROUP BY l.position"
        ),
        params![look.tenant(), of],
    )
    .await
}

/// What the credit notes of an invoice took back, by rate.
pub(crate) async fn credited_taxes(look: &mut impl Look, of: InvoiceId) -> Result<Vec<RateTax>> {
    look.all(
        sql!(
            "SELECT x.rate_bps, CAST(SUM(x.taxable_minor) AS BIGINT) AS taxable_minor, CAST(SUM(x.cgst_minor) AS BIGINT) AS cgst_minor,
                CAST(SUM(x.sgst_minor) AS BIGINT) AS sgst_minor, CAST(SUM(x.igst_minor) AS BIGINT) AS igst_minor
             FROM invoices i CROSS JOIN invoice_taxes x
             WHERE i.tenant_id = $1 AND i.of_id = $2 AND x.tenant_id = $1 AND x.invoice_id = i.id GROUP BY x.rate_bps"
        ),
        params![look.tenant(), of],
    )
    .await
}

/// What was noted for an invoice, oldest first.
pub(crate) async fn payments(look: &mut impl Look, id: InvoiceId) -> Result<Vec<NotedPayment>> {
    look.all(
        sql!(
            "SELECT id, invoice_id, method, amount_minor, currency, paid_on, reference, source_id, created_at FROM invoice_payments
             WHERE tenant_id = $1 AND invoice_id = $2 ORDER BY id"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// Whether money came online that the invoice does not count yet.
pub(crate) async fn uncounted(look: &mut impl Look, id: InvoiceId) -> Result<bool> {
    let came = payments::of(look, id).await?;
    if came.iter().all(|payment| !payment.matched) {
        return Ok(false);
    }
    let counted = payments(look, id).await?;
    Ok(came.iter().any(|payment| payment.matched && !counted.iter().any(|noted| noted.source_id == Some(payment.id.uuid()))))
}

/// Whether a payment online is on its way: the bank holds the money, or it came and is not counted yet.
pub(crate) async fn under_way(look: &mut impl Look, id: InvoiceId) -> Result<bool> {
    let live = payments::intent(look, id).await?;
    let live = live.filter(|intent| match intent.state {
        IntentState::Open | IntentState::Expired => true,
        IntentState::Opening => intent.way == Way::Mandate,
        IntentState::Paid | IntentState::Cancelled => false,
    });
    // Whoever is charged without being present has nothing to do.
    if live.as_ref().is_some_and(|live| live.way == Way::Mandate) {
        return Ok(true);
    }
    // What Stripe has of a payment that is only begun is money on its way; with Razorpay the buyer may have walked off.
    let money = match live.as_ref().and_then(|live| live.provider) {
        Some(Provider::Stripe) => &[PaymentState::Created, PaymentState::Authorized][..],
        _ => &[PaymentState::Authorized],
    };
    let held = |payment: &Payment| money.contains(&payment.state) && live.as_ref().is_some_and(|live| live.id == payment.intent_id);
    Ok(payments::of(look, id).await?.iter().any(held) || uncounted(look, id).await?)
}

/// Whether money for an invoice is on its way, so that nobody is late with it: as long as there is hope of hearing what became of it.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn on_its_way(look: &mut impl Look, id: InvoiceId) -> Result<bool> {
    let given_up = payments::intent(look, id).await?.is_some_and(|intent| intent.state == IntentState::Expired);
    Ok(!given_up && under_way(look, id).await?)
}

/// The address at the provider by which an invoice can be paid, where one was made to be sent.
pub(crate) async fn payment_link(look: &mut impl Look, id: InvoiceId) -> Result<Option<String>> {
    let live = payments::intent(look, id).await?.filter(|intent| intent.way == Way::Link && intent.state == IntentState::Open);
    Ok(live.and_then(|intent| intent.checkout_url))
}

/// Which documents of a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub kind: Option<InvoiceKind>,
    pub state: Option<InvoiceState>,
    pub payment: Option<PaymentStatus>,
    /// Those that are to be paid by a day before this one, and are not.
    pub overdue_on: Option<String>,
    pub contact: Option<ContactId>,
    pub order: Option<OrderId>,
    /// Begun at this moment or later.
    pub from: Option<Time>,
    /// Begun before this moment.
    pub to: Option<Time>,
    /// A part of the number or of the buyer's name.
    pub q: Option<String>,
}

impl Filter {
    /// What was typed as a pattern of LIKE, in which nothing is a wildcard.
    fn pattern(&self) -> Option<String> {
        self.q.as_deref().map(str::trim).filter(|words| !words.is_empty()).map(like)
    }
}

/// A page of documents, newest first.
pub(crate) async fn page(look: &mut impl Look, filter: &Filter, cursor: Cursor, limit: i64) -> Result<Vec<Invoice>> {
    let least = filter.from.map_or(Uuid::nil(), first_id);
    let before = filter.to.map_or(Uuid::max(), first_id).min(cursor.id);
    let pattern = filter.pattern();
    look.all(
        invoices!(
            "WHERE tenant_id = $1 AND id >= $2 AND id < $3 AND (kind = $4 OR $4 IS NULL) AND (state = $5 OR $5 IS NULL)
                AND ((payment = $6 AND state = 'issued' AND kind <> 'credit_note') OR $6 IS NULL)
                AND ((due_on < $7 AND state = 'issued' AND kind <> 'credit_note' AND payment <> 'paid') OR $7 IS NULL)
                AND (contact_id = $8 OR $8 IS NULL) AND (order_id = $9 OR $9 IS NULL)
                AND (LOWER(number) LIKE $10 ESCAPE '\\' OR LOWER(buyer ->> 'name') LIKE $10 ESCAPE '\\' OR $10 IS NULL)
             ORDER BY id DESC LIMIT $11"
        ),
        params![
            look.tenant(),
            least,
            before,
            filter.kind.map(InvoiceKind::as_str),
            filter.state.map(InvoiceState::as_str),
            filter.payment.map(PaymentStatus::as_str),
            filter.overdue_on.as_deref(),
            filter.contact,
            filter.order,
            pattern.as_deref(),
            limit
        ],
    )
    .await
}

/// Where a page that ends with this document goes on.
pub(crate) fn place(invoice: &Invoice) -> Cursor {
    Cursor { at: invoice.created_at, id: invoice.id.uuid() }
}

/// What is open, in one currency.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Open {
    pub currency: facts::Currency,
    pub due_minor: i64,
    pub overdue_minor: i64,
    pub count: i64,
}

/// What customers owe on the day `today`, by currency.
pub(crate) async fn open(look: &mut impl Look, today: &str) -> Result<Vec<Open>> {
    look.all(
        sql!(
            "SELECT currency, CAST(SUM(total_minor - credited_minor - paid_minor) AS BIGINT) AS due_minor,
                CAST(SUM(CASE WHEN due_on < $2 THEN total_minor - credited_minor - paid_minor ELSE 0 END) AS BIGINT) AS overdue_minor,
                COUNT(*) AS count
             FROM invoices WHERE tenant_id = $1 AND state = 'issued' AND payment <> 'paid' AND kind <> 'credit_note'
             GROUP BY currency ORDER BY currency"
        ),
        params![look.tenant(), today],
    )
    .await
}
