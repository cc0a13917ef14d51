//! A tenant's book: one row, held by whoever writes who is in a segment. What is read after it is held is newer than all that an
//! earlier holder has written, so no older look overwrites a newer one.

use crate::filter::Day;
use facts::{Id, TenantId, Time};
use jiff::civil::date;
use jiff::tz::TimeZone;
use store::{Look, Result, Tx, Value, params, sql};

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

/// Opens a tenant's book, if it has none, and holds it. Tells whether it is new.
pub(crate) async fn open(tx: &mut Tx, today: &Day) -> Result<bool> {
    let new = tx
        .exec(
            sql!("INSERT INTO segment_books (tenant_id, day) VALUES ($1, $2) ON CONFLICT (tenant_id) DO NOTHING"),
            params![tx.tenant(), today.number],
        )
        .await?;
    hold(tx).await?;
    Ok(new == 1)
}

/// Holds the tenant's book until the commit; gives the day up to which it is true, nothing where the tenant has no segments.
pub(crate) async fn hold(tx: &mut Tx) -> Result<Option<i64>> {
    tx.maybe(sql!("SELECT day FROM segment_books WHERE tenant_id = $1 FOR UPDATE"), params![tx.tenant()]).await
}

/// Notes up to which day a held book is true.
pub(crate) async fn set_day(tx: &mut Tx, day: i64) -> Result<()> {
    tx.put(sql!("UPDATE segment_books SET day = $2 WHERE tenant_id = $1"), params![tx.tenant(), day]).await
}

/// Which of these tenants have segments.
pub(crate) async fn having(tx: &mut Tx, tenants: &[TenantId]) -> Result<Vec<TenantId>> {
    let nobody = TenantId::from_uuid(uuid::Uuid::nil());
    let mut found = Vec::new();
    for some in tenants.chunks(AT_ONCE) {
        let wanted: Vec<Value> = (0..AT_ONCE).map(|at| some.get(at).copied().unwrap_or(nobody).into()).collect();
        let those: Vec<TenantId> = tx
            .all(
                sql!(global
                    "SELECT tenant_id FROM segment_books
                     WHERE tenant_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ORDER BY tenant_id"
                ),
                &wanted,
            )
            .await?;
        found.extend(those);
    }
    Ok(found)
}
