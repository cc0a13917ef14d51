//! Writing rounds: commands, timers and reactions alone come here.

use crate::model::{Delivery, Route, Standing, StandingOrder, Terms};
use crate::queries::deliveries;
use facts::{ContactId, Currency, DeliveryId, InvoiceId, RouteId, StandingOrderId};
use jiff::civil::Date;
use store::{Look, Result, Tx, Value, many, params, rows, sql};

/// Begins the tenant's sheets where they were not begun; whether they were begun now.
pub(crate) async fn begin_plans(tx: &mut Tx, planned_through: Date) -> Result<bool> {
    let begun = tx
        .exec(
            sql!("INSERT INTO round_plans (tenant_id, planned_through) VALUES ($1, $2) ON CONFLICT (tenant_id) DO NOTHING"),
            params![tx.tenant(), planned_through.to_string()],
        )
        .await?;
    Ok(begun == 1)
}

/// Up to which day the sheets stand, held until the commit: whatever changes what they are made of comes one after another.
pub(crate) async fn lock_plans(tx: &mut Tx) -> Result<Date> {
    tx.one(sql!("SELECT planned_through FROM round_plans WHERE tenant_id = $1 FOR UPDATE"), params![tx.tenant()]).await
}

/// Notes up to which day they stand.
pub(crate) async fn set_planned(tx: &mut Tx, through: Date) -> Result<()> {
    let (tenant, through) = (tx.tenant(), through.to_string());
    tx.put(sql!("UPDATE round_plans SET planned_through = $2 WHERE tenant_id = $1"), params![tenant, through]).await
}

/// A delivery, held until the commit.
pub(crate) async fn lock_delivery(tx: &mut Tx, id: DeliveryId) -> Result<Option<Delivery>> {
    tx.maybe(deliveries!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

/// The deliveries of a day, of one route or of all, held until the commit.
pub(crate) async fn lock_day(tx: &mut Tx, day: Date, route: Option<RouteId>) -> Result<Vec<Delivery>> {
    tx.all(
        deliveries!(
            "WHERE tenant_id = $1 AND on_day = $2 AND (standing_order_id IN
                (SELECT o.id FROM standing_orders o WHERE o.tenant_id = $1 AND o.route_id = $3) OR $3 IS NULL)
             ORDER BY standing_order_id FOR UPDATE"
        ),
        params![tx.tenant(), day.to_string(), route],
    )
    .await
}

/// A customer's deliveries within a span that are on no invoice, held until the commit.
pub(crate) async fn lock_unbilled(tx: &mut Tx, contact: ContactId, days: (Date, Date), currency: Currency) -> Result<Vec<Delivery>> {
    tx.all(
        deliveries!(
            "WHERE tenant_id = $1 AND contact_id = $2 AND on_day >= $3 AND on_day <= $4 AND currency = $5 AND invoice_id IS NULL
             ORDER BY standing_order_id, on_day FOR UPDATE"
        ),
        params![tx.tenant(), contact, days.0.to_string(), days.1.to_string(), currency],
    )
    .await
}

/// A route, held until the commit.
pub(crate) async fn lock_route(tx: &mut Tx, id: RouteId) -> Result<Option<Route>> {
    tx.maybe(sql!("SELECT id, name, position FROM routes WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await
}

fn values(tx: &Tx, delivery: &Delivery) -> [Value; 15] {
    [
        tx.tenant().into(),
        delivery.on_day.to_string().into(),
        delivery.standing_order_id.into(),
        delivery.id.into(),
        delivery.contact_id.into(),
        delivery.pricing.as_str().into(),
        delivery.currency.into(),
        delivery.price_minor.into(),
        delivery.share_minor.into(),
        delivery.usual_milli.into(),
        delivery.quantity_milli.into(),
        delivery.state.as_str().into(),
        delivery.eta.as_deref().into(),
        delivery.marked_at.into(),
        delivery.invoice_id.into(),
    ]
}

/// Puts deliveries on the sheets; one that stands there already stays as it is.
pub(crate) async fn insert_deliveries(tx: &mut Tx, deliveries: &[Delivery]) -> Result<()> {
    let insert = rows!(
        "INSERT INTO deliveries (tenant_id, on_day, standing_order_id, id, contact_id, pricing, currency, price_minor, share_minor, \
         usual_milli, quantity_milli, state, eta, marked_at, invoice_id) VALUES ",
        15,
        " ON CONFLICT (tenant_id, on_day, standing_order_id) DO NOTHING"
    );
    let values: Vec<Value> = deliveries.iter().flat_map(|delivery| values(tx, delivery)).collect();
    tx.put_rows(insert, &values).await
}

/// Writes what became of deliveries that this transaction holds.
pub(crate) async fn put_deliveries(tx: &mut Tx, deliveries: &[Delivery]) -> Result<()> {
    let upsert = rows!(
        "INSERT INTO deliveries (tenant_id, on_day, standing_order_id, id, contact_id, pricing, currency, price_minor, share_minor, \
         usual_milli, quantity_milli, state, eta, marked_at, invoice_id) VALUES ",
        15,
        " ON CONFLICT (tenant_id, on_day, standing_order_id) DO UPDATE SET quantity_milli = excluded.quantity_milli, \
         state = excluded.state, eta = excluded.eta, marked_at = excluded.marked_at"
    );
    let values: Vec<Value> = deliveries.iter().flat_map(|delivery| values(tx, delivery)).collect();
    tx.put_rows(upsert, &values).await
}

/// Notes which invoice a customer's month is on, the days included that cost nothing: none of it changes any more.
pub(crate) async fn set_billed(tx: &mut Tx, contact: ContactId, days: (Date, Date), currency: Currency, invoice: InvoiceId) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE deliveries SET invoice_id = $6
             WHERE tenant_id = $1 AND contact_id = $2 AND on_day >= $3 AND on_day <= $4 AND currency = $5 AND invoice_id IS NULL"
        ),
        params![tx.tenant(), contact, days.0.to_string(), days.1.to_string(), currency, invoice],
    )
    .await
}

/// Makes a standing order with its first terms.
pub(crate) async fn insert_order(tx: &mut Tx, order: &StandingOrder) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO standing_orders (tenant_id, id, contact_id, customer, route_id, stop, address, note, product, unit, hsn, rate_bps,
                pricing, currency, starts_on, ends_on, paused_from, resumes_on, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
        ),
        params![
            tx.tenant(),
            order.id,
            order.contact_id,
            &order.customer,
            order.route_id,
            order.stop,
            &order.address,
            &order.note,
            &order.product,
            &order.unit,
            &order.hsn,
            order.rate_bps,
            order.pricing.as_str(),
            order.currency,
            order.starts_on.to_string(),
            order.ends_on.to_string(),
            order.paused_from.to_string(),
            order.resumes_on.to_string(),
            order.created_at
        ],
    )
    .await?;
    put_terms(tx, order.id, order.terms()).await
}

/// Lets terms hold from their first day on, in the place of all that were to hold from then on.
pub(crate) async fn put_terms(tx: &mut Tx, id: StandingOrderId, terms: Terms) -> Result<()> {
    let from_on = terms.from_on.to_string();
    tx.put(
        sql!("DELETE FROM standing_terms WHERE tenant_id = $1 AND standing_order_id = $2 AND from_on >= $3"),
        params![tx.tenant(), id, from_on.as_str()],
    )
    .await?;
    tx.put(
        sql!(
            "INSERT INTO standing_terms (tenant_id, standing_order_id, from_on, quantity_milli, weekdays, price_minor)
             VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        params![tx.tenant(), id, from_on.as_str(), terms.quantity_milli, terms.weekdays, terms.price_minor],
    )
    .await
}

/// Changes where a standing order is brought to.
pub(crate) async fn set_place(tx: &mut Tx, order: &StandingOrder) -> Result<()> {
    tx.put(
        sql!("UPDATE standing_orders SET route_id = $3, stop = $4, address = $5, note = $6 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), order.id, order.route_id, order.stop, &order.address, &order.note],
    )
    .await
}

/// Changes from when until when it is brought.
pub(crate) async fn set_standing(tx: &mut Tx, id: StandingOrderId, standing: Standing) -> Result<()> {
    let Standing { ends_on, paused_from, resumes_on, .. } = standing;
    tx.put(
        sql!("UPDATE standing_orders SET ends_on = $3, paused_from = $4, resumes_on = $5 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, ends_on.to_string(), paused_from.to_string(), resumes_on.to_string()],
    )
    .await
}

/// Another quantity for one day, or the usual one again.
pub(crate) async fn set_day(tx: &mut Tx, id: StandingOrderId, day: Date, quantity: Option<i64>) -> Result<()> {
    let day = day.to_string();
    let Some(quantity) = quantity else {
        return tx
            .put(
                sql!("DELETE FROM standing_days WHERE tenant_id = $1 AND standing_order_id = $2 AND on_day = $3"),
                params![tx.tenant(), id, day],
            )
            .await;
    };
    tx.put(
        sql!(
            "INSERT INTO standing_days (tenant_id, standing_order_id, on_day, quantity_milli) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, standing_order_id, on_day) DO UPDATE SET quantity_milli = excluded.quantity_milli"
        ),
        params![tx.tenant(), id, day, quantity],
    )
    .await
}

/// Calls a customer's standing orders by the name that they have now.
pub(crate) async fn rename_customer(tx: &mut Tx, contact: ContactId, name: &str) -> Result<()> {
    tx.put(sql!("UPDATE standing_orders SET customer = $3 WHERE tenant_id = $1 AND contact_id = $2"), params![tx.tenant(), contact, name])
        .await
}

/// Which of these people have something brought, or had.
pub(crate) async fn households(tx: &mut Tx, people: &[ContactId]) -> Result<Vec<ContactId>> {
    tx.all_in(
        sql!(concat!("SELECT DISTINCT contact_id FROM standing_orders WHERE tenant_id = $1 AND contact_id IN (", many!(), ")")),
        people,
        &[],
    )
    .await
}

/// Makes a route or changes one; `false` where another has its name.
pub(crate) async fn insert_route(tx: &mut Tx, id: RouteId, name: &str, position: i64) -> Result<bool> {
    let inserted = tx
        .exec(
            sql!(
                "INSERT INTO routes (tenant_id, id, name, position, created_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (tenant_id, name) DO NOTHING"
            ),
            params![tx.tenant(), id, name, position, tx.now()],
        )
        .await?;
    Ok(inserted == 1)
}

/// Changes a route; `false` where another has its name.
pub(crate) async fn set_route(tx: &mut Tx, id: RouteId, name: &str, position: i64) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE routes SET name = $3, position = $4 WHERE tenant_id = $1 AND id = $2
                    AND NOT EXISTS (SELECT 1 FROM routes other WHERE other.tenant_id = $1 AND other.name = $3 AND other.id <> $2)"
            ),
            params![tx.tenant(), id, name, position],
        )
        .await?;
    Ok(changed == 1)
}

/// A month that is billed.
pub(crate) struct Billed<'a> {
    pub month: &'a str,
    pub contact: ContactId,
    pub customer: &'a str,
    pub bill: &'a invoices::Billed,
}

/// Notes that a customer's month is billed.
pub(crate) async fn insert_bill(tx: &mut Tx, billed: Billed<'_>) -> Result<()> {
    let Billed { month, contact, customer, bill } = billed;
    tx.put(
        sql!(
            "INSERT INTO month_bills (tenant_id, month, contact_id, currency, customer, invoice_id, number, total_minor, billed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        params![tx.tenant(), month, contact, bill.total.currency, customer, bill.id, bill.number.as_str(), bill.total.minor, tx.now()],
    )
    .await
}
