//! A tenant's book: one row, held by whoever counts what people do or writes who is in a segment. What is read after it is held is newer than all that an
//! earlier holder has written, so no older look overwrites a newer one.

use crate::filter::Day;
use facts::{Id, TenantId, Time};
use jiff::civil::date;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use store::{Look, Result, Tx, Value, params, rows, sql};

/// Tenants whose books are looked for at once.
const AT_ONCE: usize = 16;

/// The day that a tenant's wall clock shows.
pub(crate) fn day_of(at: Time, zone: &TimeZone) -> i64 {
    let day = at.timestamp().to_zoned(zone.clone()).date();
    day.duration_since(date(1970, 1, 1)).as_hours() / 24
}

/// The wall clock of any tenant; that of the world for one that was erased.
pub(crate) async fn zone(look: &mut impl Look, tenant: TenantId) -> Result<TimeZone> {
    let name = identity::time_zone_of(look, tenant).await?;
    Ok(name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC))
}

/// The tenant's day.
pub(crate) async fn today(look: &mut impl Look, now: Time) -> Result<Day> {
    let tenant = look.tenant();
    let zone = zone(look, tenant).await?;
    Ok(Day { number: day_of(now, &zone), zone })
}

/// Begins a tenant's book, if it has no segment yet, and holds it. Tells whether it is begun.
pub(crate) async fn open(tx: &mut Tx, today: &Day) -> Result<bool> {
    let new = tx
        .exec(
            sql!(
                "INSERT INTO segment_books (tenant_id, day) VALUES ($1, $2)
                 ON CONFLICT (tenant_id) DO UPDATE SET day = excluded.day WHERE segment_books.day IS NULL"
            ),
            params![tx.tenant(), today.number],
        )
        .await?;
    hold(tx).await?;
    Ok(new == 1)
}

/// Holds the tenant's book until the commit; gives the day up to which it is true, nothing where the tenant never had a segment.
pub(crate) async fn hold(tx: &mut Tx) -> Result<Option<i64>> {
    let day: Option<Option<i64>> =
        tx.maybe(sql!("SELECT day FROM segment_books WHERE tenant_id = $1 FOR UPDATE"), params![tx.tenant()]).await?;
    Ok(day.flatten())
}

/// Notes up to which day a held book is true.
pub(crate) async fn set_day(tx: &mut Tx, day: i64) -> Result<()> {
    tx.put(sql!("UPDATE segment_books SET day = $2 WHERE tenant_id = $1"), params![tx.tenant(), day]).await
}

/// Holds the books of these tenants, each in its place, and makes those that are not there; gives the tenants that have had a segment.
/// A book is made before there is a segment, so that whoever makes the first one waits for what is being counted.
pub(crate) async fn hold_all(tx: &mut Tx, tenants: &BTreeSet<TenantId>) -> Result<BTreeSet<TenantId>> {
    let books = rows!(global "INSERT INTO segment_books (tenant_id) VALUES ", 1, " ON CONFLICT (tenant_id) DO NOTHING");
    let all: Vec<Value> = tenants.iter().map(|tenant| (*tenant).into()).collect();
    tx.put_rows(books, &all).await?;
    let nobody = Value::from(TenantId::from_uuid(uuid::Uuid::nil()));
    let mut found = BTreeSet::new();
    for some in all.chunks(AT_ONCE) {
        let wanted: Vec<Value> = (0..AT_ONCE).map(|at| some.get(at).unwrap_or(&nobody).clone()).collect();
        let held: Vec<(TenantId, bool)> = tx
            .all(
                sql!(global
                    "SELECT tenant_id, day IS NOT NULL AS begun FROM segment_books
                     WHERE tenant_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                     ORDER BY tenant_id FOR UPDATE"
                ),
                &wanted,
            )
            .await?;
        found.extend(held.into_iter().filter(|(_, begun)| *begun).map(|(tenant, _)| tenant));
    }
    Ok(found)
}
