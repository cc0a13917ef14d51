//! Writing invoices: commands and reactions alone come here.

use crate::commands::Place;
use crate::model::{Invoice, InvoiceState, Line, NotedPayment, PaymentStatus, Whole};
use crate::queries::invoices;
use facts::InvoiceId;
use serde_json::json;
use store::{Key, Look, Result, Tx, Value, params, rows, sql};

macro_rules! insert {
    () => {
        "INSERT INTO invoices (tenant_id, id, kind, state, payment, contact_id, order_id, of_id, refund_id, settled_by_order, currency,
            inclusive, buyer, taxable_minor, cgst_minor, sgst_minor, igst_minor, round_off_minor, total_minor, paid_minor, credited_minor,
            due_on, note, reason, idempotency_key, request_hash, created_at, seller, place, supply, issued_on, issued_at, number, series,
            financial_year)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 0, $21, $22, $23, $24, $25,
            $26, $27, $28, $29, $30, $31, $32, $33, $34)"
    };
}

/// Inserts a draft with its lines and taxes; `false` where its key, its order or its refund has one already.
pub(crate) async fn insert(tx: &mut Tx, whole: &Whole, key: Option<&Key>) -> Result<bool> {
    let inserted = tx.exec(sql!(concat!(insert!(), " ON CONFLICT DO NOTHING")), &values(tx, whole, key, None)).await?;
    if inserted == 0 {
        return Ok(false);
    }
    insert_parts(tx, whole).await?;
    Ok(true)
}

/// Inserts a document that has its number, and whose lines and taxes are there.
pub(crate) async fn insert_issued(tx: &mut Tx, whole: &Whole, place: &Place) -> Result<()> {
    tx.put(sql!(insert!()), &values(tx, whole, None, Some(place))).await
}

fn values(tx: &Tx, whole: &Whole, key: Option<&Key>, place: Option<&Place>) -> Vec<Value> {
    let invoice = &whole.invoice;
    params![
        tx.tenant(),
        invoice.id,
        invoice.kind.as_str(),
        invoice.state.as_str(),
        invoice.payment.as_str(),
        invoice.contact_id,
        invoice.order_id,
        invoice.of_id,
        invoice.refund_id,
        invoice.settled_by_order,
        invoice.currency,
        invoice.inclusive,
        json!(invoice.buyer.0),
        invoice.taxable_minor,
        invoice.cgst_minor,
        invoice.sgst_minor,
        invoice.igst_minor,
        invoice.round_off_minor,
        invoice.total_minor,
        invoice.paid_minor,
        invoice.due_on.as_deref(),
        &invoice.note,
        invoice.reason.as_deref(),
        key.map(|key| key.key.as_str()),
        key.map(|key| key.body_hash.as_str()),
        invoice.created_at,
        invoice.seller.as_ref().map(|seller| json!(seller.0)),
        invoice.place.map(|place| place.to_string()),
        invoice.supply.map(|supply| supply.as_str()),
        invoice.issued_on.as_deref(),
        invoice.issued_at,
        invoice.number.as_deref(),
        place.map(|place| place.series.as_str()),
        place.map(|place| place.financial_year)
    ]
    .to_vec()
}

/// Inserts the lines and taxes of a document.
pub(crate) async fn insert_parts(tx: &mut Tx, whole: &Whole) -> Result<()> {
    let id = whole.invoice.id;
    let lines = rows!(
        "INSERT INTO invoice_lines (tenant_id, invoice_id, position, description, hsn, quantity_milli, unit, unit_minor, discount_minor, \
         rate_bps, net_minor, taxable_minor) VALUES ",
        12,
        ""
    );
    let mut values: Vec<Value> = Vec::new();
    for line in &whole.lines {
        let Line { position, quantity_milli, unit_minor, discount_minor, rate_bps, net_minor, taxable_minor, .. } = *line;
        let (words, hsn, unit) = (&line.description, &line.hsn, &line.unit);
        values.extend_from_slice(params![
            tx.tenant(),
            id,
            position,
            words,
            hsn,
            quantity_milli,
            unit,
            unit_minor,
            discount_minor,
            rate_bps,
            net_minor,
            taxable_minor
        ]);
    }
    tx.put_rows(lines, &values).await?;
    let taxes = rows!(
        "INSERT INTO invoice_taxes (tenant_id, invoice_id, rate_bps, taxable_minor, cgst_minor, sgst_minor, igst_minor) VALUES ",
        7,
        ""
    );
    let mut values: Vec<Value> = Vec::new();
    for tax in &whole.taxes {
        values.extend_from_slice(params![tx.tenant(), id, tax.rate_bps, tax.taxable_minor, tax.cgst_minor, tax.sgst_minor, tax.igst_minor]);
    }
    tx.put_rows(taxes, &values).await
}

/// A document, its row held until the commit.
pub(crate) async fn lock(tx: &mut Tx, id: InvoiceId) -> Result<Option<Invoice>> {
    tx.maybe(invoices!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

/// Puts a locked document in the place of what it was: a draft that changed, or one that is issued.
pub(crate) async fn replace(tx: &mut Tx, whole: &Whole, place: Option<&Place>) -> Result<()> {
    let invoice = &whole.invoice;
    tx.put(
        sql!(
            "UPDATE invoices SET kind = $3, state = $4, payment = $5, contact_id = $6, currency = $7, inclusive = $8, buyer = $9, seller = $10,
                place = $11, supply = $12, taxable_minor = $13, cgst_minor = $14, sgst_minor = $15, igst_minor = $16, round_off_minor = $17,
                total_minor = $18, issued_on = $19, due_on = $20, note = $21, issued_at = $22, paid_minor = $23, number = $24, series = $25,
                financial_year = $26
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            invoice.id,
            invoice.kind.as_str(),
            invoice.state.as_str(),
            invoice.payment.as_str(),
            invoice.contact_id,
            invoice.currency,
            invoice.inclusive,
            json!(invoice.buyer.0),
            invoice.seller.as_ref().map(|seller| json!(seller.0)),
            invoice.place.map(|place| place.to_string()),
            invoice.supply.map(|supply| supply.as_str()),
            invoice.taxable_minor,
            invoice.cgst_minor,
            invoice.sgst_minor,
            invoice.igst_minor,
            invoice.round_off_minor,
            invoice.total_minor,
            invoice.issued_on.as_deref(),
            invoice.due_on.as_deref(),
            &invoice.note,
            invoice.issued_at,
            invoice.paid_minor,
            invoice.number.as_deref(),
            place.map(|place| place.series.as_str()),
            place.map(|place| place.financial_year)
        ],
    )
    .await?;
    for delete in [
        sql!("DELETE FROM invoice_lines WHERE tenant_id = $1 AND invoice_id = $2"),
        sql!("DELETE FROM invoice_taxes WHERE tenant_id = $1 AND invoice_id = $2"),
    ] {
        tx.put(delete, params![tx.tenant(), invoice.id]).await?;
    }
    insert_parts(tx, whole).await
}

/// The next number of a series, and the day that it bears: never a day before the one of the number before it. The row is held
/// until the commit, so numbers are given one after another, and one that is rolled back is given again.
pub(crate) async fn next_number(tx: &mut Tx, series: &str, financial_year: i64, today: &str) -> Result<(i64, String)> {
    tx.one(
        sql!(
            "INSERT INTO invoice_counters (tenant_id, series, financial_year, last, last_on) VALUES ($1, $2, $3, 1, $4)
             ON CONFLICT (tenant_id, series, financial_year) DO UPDATE SET last = invoice_counters.last + 1,
                last_on = CASE WHEN invoice_counters.last_on > excluded.last_on THEN invoice_counters.last_on ELSE excluded.last_on END
             RETURNING last, last_on"
        ),
        params![tx.tenant(), series, financial_year, today],
    )
    .await
}

/// Moves a locked document to another state, and says why.
pub(crate) async fn set_state(tx: &mut Tx, id: InvoiceId, state: InvoiceState, reason: &str) -> Result<()> {
    tx.put(
        sql!("UPDATE invoices SET state = $3, reason = $4 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, state.as_str(), reason],
    )
    .await
}

/// Notes what of a locked document was paid and credited in all.
pub(crate) async fn set_settled(tx: &mut Tx, id: InvoiceId, payment: PaymentStatus, paid: i64, credited: i64) -> Result<()> {
    tx.put(
        sql!("UPDATE invoices SET payment = $3, paid_minor = $4, credited_minor = $5 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, payment.as_str(), paid, credited],
    )
    .await
}

/// Notes money for a locked document; `false` where its key or its source has noted some already.
pub(crate) async fn insert_payment(tx: &mut Tx, payment: &NotedPayment, key: Option<&str>) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO invoice_payments (tenant_id, id, invoice_id, method, amount_minor, currency, paid_on, reference, source_id,
                    idempotency_key, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                 ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                payment.id,
                payment.invoice_id,
                payment.method.as_str(),
                payment.amount_minor,
                payment.currency,
                &payment.paid_on,
                &payment.reference,
                payment.source_id,
                key,
                payment.created_at
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Notes that a reminder goes out; `false` where it went out before.
pub(crate) async fn remind_once(tx: &mut Tx, id: InvoiceId, step: &str) -> Result<bool> {
    let new = tx
        .exec(
            sql!(
                "INSERT INTO invoice_reminders (tenant_id, invoice_id, step, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (tenant_id, invoice_id, step) DO NOTHING"
            ),
            params![tx.tenant(), id, step, tx.now()],
        )
        .await?;
    Ok(new == 1)
}
