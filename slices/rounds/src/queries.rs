//! Looking at standing orders and routes.

use crate::model::{Delivery, RoundSettings, Route, StandingOrder, Status, Terms};
use facts::{ContactId, Currency, Id, InvoiceId, RouteId, StandingOrderId, Time};
use jiff::civil::Date;
use serde::Deserialize;
use store::{Look, Result, params, sql};
use web::{Cursor, like};

/// A statement that gives whole [`StandingOrder`]s with the terms of the day $2: what narrows and sorts them.
macro_rules! orders {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT o.id, o.contact_id, o.customer, o.route_id, o.stop, o.address, o.note, o.product, o.unit, o.hsn, o.rate_bps, o.pricing,
                o.currency, o.starts_on, o.ends_on, o.paused_from, o.resumes_on, o.created_at, t.from_on, t.quantity_milli, t.weekdays,
                t.price_minor
             FROM standing_orders o CROSS JOIN standing_terms t
             WHERE o.tenant_id = $1 AND t.tenant_id = $1 AND t.standing_order_id = o.id
                AND t.from_on = (SELECT MAX(n.from_on) FROM standing_terms n WHERE n.tenant_id = $1 AND n.standing_order_id = o.id
                    AND n.from_on <= CASE WHEN o.starts_on > $2 THEN o.starts_on ELSE $2 END) ",
            $rest
        ))
    };
}

/// A statement that gives whole [`Delivery`]s: what stands behind the list of columns.
macro_rules! deliveries {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, on_day, standing_order_id, contact_id, pricing, currency, price_minor, share_minor, usual_milli, quantity_milli,
                state, eta, marked_at, invoice_id FROM deliveries ",
            $rest
        ))
    };
}
pub(crate) use deliveries;

/// The settings' name of how rounds go.
pub(crate) const SETTINGS: &str = "rounds";

/// How the tenant's rounds go.
pub(crate) async fn settings(look: &mut impl Look) -> Result<RoundSettings> {
    Ok(settings::get(look, SETTINGS).await?.unwrap_or_default())
}

/// A standing order, with the terms of a day.
pub(crate) async fn order(look: &mut impl Look, id: StandingOrderId, day: Date) -> Result<Option<StandingOrder>> {
    look.maybe(orders!("AND o.id = $3"), params![look.tenant(), day.to_string(), id]).await
}

/// The standing orders of a customer, those that are over included.
pub(crate) async fn of_contact(look: &mut impl Look, contact: ContactId, day: Date) -> Result<Vec<StandingOrder>> {
    look.all(orders!("AND o.contact_id = $3 ORDER BY o.id"), params![look.tenant(), day.to_string(), contact]).await
}

/// Whether something is brought to somebody, or was.
pub(crate) async fn is_customer(look: &mut impl Look, contact: ContactId) -> Result<bool> {
    let found: Option<ContactId> = look
        .maybe(
            sql!("SELECT contact_id FROM standing_orders WHERE tenant_id = $1 AND contact_id = $2 LIMIT 1"),
            params![look.tenant(), contact],
        )
        .await?;
    Ok(found.is_some())
}

/// All terms of a standing order, in the order of their first days.
pub(crate) async fn terms(look: &mut impl Look, id: StandingOrderId) -> Result<Vec<Terms>> {
    look.all(
        sql!(
            "SELECT from_on, quantity_milli, weekdays, price_minor FROM standing_terms
             WHERE tenant_id = $1 AND standing_order_id = $2 ORDER BY from_on"
        ),
        params![look.tenant(), id],
    )
    .await
}

/// What was asked for single days of a span.
pub(crate) async fn days(look: &mut impl Look, id: StandingOrderId, from: Date, to: Date) -> Result<Vec<(Date, i64)>> {
    look.all(
        sql!(
            "SELECT on_day, quantity_milli FROM standing_days
             WHERE tenant_id = $1 AND standing_order_id = $2 AND on_day >= $3 AND on_day <= $4 ORDER BY on_day"
        ),
        params![look.tenant(), id, from.to_string(), to.to_string()],
    )
    .await
}

/// The deliveries of a standing order within a span, in the order of days.
pub(crate) async fn of_order(look: &mut impl Look, id: StandingOrderId, from: Date, to: Date) -> Result<Vec<Delivery>> {
    look.all(
        deliveries!("WHERE tenant_id = $1 AND standing_order_id = $2 AND on_day >= $3 AND on_day <= $4 ORDER BY on_day"),
        params![look.tenant(), id, from.to_string(), to.to_string()],
    )
    .await
}

/// Which standing orders of a list.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    /// The day that it is for them.
    pub today: Date,
    pub status: Option<Status>,
    pub route: Option<RouteId>,
    pub contact: Option<ContactId>,
    /// A part of the customer's name or of the product's.
    pub q: Option<String>,
}

/// A page of standing orders, newest first.
pub(crate) async fn page(look: &mut impl Look, filter: &Filter, cursor: Cursor, limit: i64) -> Result<Vec<StandingOrder>> {
    let pattern = filter.q.as_deref().map(str::trim).filter(|words| !words.is_empty()).map(like);
    look.all(
        orders!(
            "AND o.id < $3 AND (o.route_id = $4 OR $4 IS NULL) AND (o.contact_id = $5 OR $5 IS NULL)
             AND (LOWER(o.customer) LIKE $6 ESCAPE '\\' OR LOWER(o.product) LIKE $6 ESCAPE '\\' OR $6 IS NULL)
             AND (CASE WHEN o.ends_on < $2 OR o.ends_on < o.starts_on THEN 'ended' WHEN o.starts_on > $2 THEN 'upcoming'
                WHEN o.paused_from <= $2 AND o.resumes_on > $2 THEN 'paused' ELSE 'active' END = $7 OR $7 IS NULL)
             ORDER BY o.id DESC LIMIT $8"
        ),
        params![
            look.tenant(),
            filter.today.to_string(),
            cursor.id,
            filter.route,
            filter.contact,
            pattern.as_deref(),
            filter.status.map(Status::as_str),
            limit
        ],
    )
    .await
}

/// Where a page that ends with this one goes on.
pub(crate) fn place(order: &StandingOrder) -> Cursor {
    Cursor { at: order.created_at, id: order.id.uuid() }
}

/// Every route, in their order.
pub(crate) async fn routes(look: &mut impl Look) -> Result<Vec<Route>> {
    look.all(sql!("SELECT id, name, position FROM routes WHERE tenant_id = $1 ORDER BY position, name"), params![look.tenant()]).await
}

/// How many stops a route has that are not over, and the last place in it.
#[derive(Deserialize)]
pub(crate) struct Stops {
    pub count: i64,
    pub last: i64,
}

/// What a route has on a day and later.
pub(crate) async fn stops(look: &mut impl Look, route: RouteId, day: Date) -> Result<Stops> {
    look.one(
        sql!(
            "SELECT COUNT(*) AS count, COALESCE(MAX(stop), 0) AS last FROM standing_orders
             WHERE tenant_id = $1 AND route_id = $2 AND ends_on >= $3"
        ),
        params![look.tenant(), route, day.to_string()],
    )
    .await
}

/// A customer's month that is over and on no invoice.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Open {
    pub contact_id: ContactId,
    pub month: String,
    pub currency: Currency,
}

/// Every customer's month before a day that has something to pay for and is on no invoice.
pub(crate) async fn open_months(look: &mut impl Look, before: Date) -> Result<Vec<Open>> {
    look.all(
        sql!(
            "SELECT DISTINCT contact_id, SUBSTR(on_day, 1, 7) AS month, currency FROM deliveries
             WHERE tenant_id = $1 AND on_day < $2 AND invoice_id IS NULL AND state <> 'missed' AND state <> 'skipped'
             ORDER BY month, contact_id"
        ),
        params![look.tenant(), before.to_string()],
    )
    .await
}

/// A bill of a month, as its row has it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct MonthBill {
    pub month: String,
    pub contact_id: ContactId,
    pub customer: String,
    pub currency: Currency,
    pub invoice_id: InvoiceId,
    pub number: String,
    pub total_minor: i64,
    pub billed_at: Time,
}

/// Whether a customer's month is billed.
pub(crate) async fn is_billed(look: &mut impl Look, contact: ContactId, month: &str, currency: Currency) -> Result<bool> {
    let found: Option<InvoiceId> = look
        .maybe(
            sql!("SELECT invoice_id FROM month_bills WHERE tenant_id = $1 AND month = $2 AND contact_id = $3 AND currency = $4"),
            params![look.tenant(), month, contact, currency],
        )
        .await?;
    Ok(found.is_some())
}

/// A page of bills, newest first.
pub(crate) async fn bills(look: &mut impl Look, month: Option<&str>, cursor: Cursor, limit: i64) -> Result<Vec<MonthBill>> {
    look.all(
        sql!(
            "SELECT month, contact_id, customer, currency, invoice_id, number, total_minor, billed_at FROM month_bills
             WHERE tenant_id = $1 AND (billed_at, invoice_id) < ($2, $3) AND (month = $4 OR $4 IS NULL)
             ORDER BY billed_at DESC, invoice_id DESC LIMIT $5"
        ),
        params![look.tenant(), cursor.at, cursor.id, month, limit],
    )
    .await
}

/// Where a page of bills that ends with this one goes on.
pub(crate) fn place_of_bill(bill: &MonthBill) -> Cursor {
    Cursor { at: bill.billed_at, id: bill.invoice_id.uuid() }
}
