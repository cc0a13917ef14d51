//! Orders that were placed elsewhere, taken in so that they are packed, found and followed like our own.
//!
//! Their money was taken there: no intent is opened for them, the ledger books nothing, and what they say of it is what they
//! were told. Nobody is written to because of one.

mod foreign;
mod plan;
mod rows;

pub use foreign::{Foreign, ForeignLine, Seen, Verdict};

use crate::model::{Line, Order};
use contacts::NewContact;
use facts::orders::{OrderChangedElsewhere, OrderImported};
use facts::{OrderId, Time};
use plan::Planned;
use std::collections::HashMap;
use store::{Error, Result, Tx};

/// What became of one order that was taken in.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// Its place in what was given.
    pub at: usize,
    /// The order here; nothing where it is new and only looked at.
    pub id: Option<OrderId>,
    /// What became of it.
    pub verdict: Verdict,
    /// What changed; empty for anything but [`Verdict::Changed`].
    pub changes: Vec<facts::Change>,
}

/// What taking these in would come to; writes nothing.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn compare(tx: &mut Tx, orders: &[Foreign], seen: Seen) -> Result<Vec<Taken>> {
    let planned = plan::plan(tx, orders, seen).await?;
    Ok(planned.iter().map(|(at, planned)| taken(*at, planned, planned.before.as_ref().map(|before| before.order.id))).collect())
}

/// Takes orders in: each version of each once, whatever comes twice, late or in another order. The newest stands.
///
/// # Errors
/// `order_changed` where somebody else took the same order in at this moment: do it again.
pub async fn take_in(tx: &mut Tx, orders: &[Foreign], seen: Seen) -> Result<Vec<Taken>> {
    let planned = plan::plan(tx, orders, seen).await?;
    let (write, rest): (Vec<_>, Vec<_>) = planned.into_iter().partition(|(_, planned)| planned.writes);
    let people: Vec<NewContact> = write.iter().map(|(_, planned)| planned.said.person()).collect();
    let contacts = contacts::meet(tx, &people).await?;
    let mut made = Vec::with_capacity(write.len());
    for ((_, planned), contact) in write.iter().zip(contacts) {
        let id = planned.before.as_ref().map_or_else(|| tx.id_of(planned.said.placed_at), |before| before.order.id);
        let lines = lines(tx, planned);
        made.push((planned.said.order(id, contact, packed_at(&lines)), lines));
    }
    write_all(tx, &write, &made, seen).await?;
    state(tx, &write, &made).await?;
    let ids = write.iter().zip(&made).map(|((at, planned), (order, _))| taken(*at, planned, Some(order.id)));
    let known = rest.iter().map(|(at, planned)| taken(*at, planned, planned.before.as_ref().map(|before| before.order.id)));
    let mut all: Vec<Taken> = ids.chain(known).collect();
    all.sort_by_key(|taken| taken.at);
    Ok(all)
}

fn taken(at: usize, planned: &Planned, id: Option<OrderId>) -> Taken {
    Taken { at, id, verdict: planned.verdict, changes: planned.changes.clone() }
}

/// The order's lines. One that is the same as before keeps its id, and its mark where it has one; what was sent there is packed.
fn lines(tx: &mut Tx, planned: &Planned) -> Vec<Line> {
    let said = planned.said;
    let mut before: HashMap<&str, &Line> = HashMap::new();
    if let Some(known) = &planned.before {
        before.extend(known.lines.iter().filter_map(|(line, source)| Some((source.as_deref()?, line))));
    }
    let line = |(position, line): (usize, &ForeignLine)| {
        let old = before.get(line.source_id.as_str()).filter(|old| old.quantity == line.quantity);
        let packed_at = old.and_then(|old| old.packed_at).or_else(|| said.sent.then_some(said.changed_at));
        Line {
            id: old.map_or_else(|| tx.id(), |old| old.id),
            position: i64::try_from(position).unwrap_or(i64::MAX),
            product_id: None,
            price_id: None,
            product: line.product.clone(),
            name: line.name.clone(),
            quantity: line.quantity,
            unit_minor: line.unit_minor,
            amount_minor: line.amount_minor,
            discount_minor: line.discount_minor,
            packed_at,
        }
    };
    said.lines.iter().enumerate().map(line).collect()
}

/// When the last line was packed; nothing while one is not.
fn packed_at(lines: &[Line]) -> Option<Time> {
    let marks: Option<Vec<Time>> = lines.iter().map(|line| line.packed_at).collect();
    marks?.into_iter().max()
}

/// Writes orders and lines, and makes sure that each was written: a version of another's that came in between has the row.
async fn write_all(tx: &mut Tx, write: &[(usize, Planned<'_>)], made: &[(Order, Vec<Line>)], seen: Seen) -> Result<()> {
    let orders: Vec<(&Planned, &Order)> = write.iter().map(|(_, planned)| planned).zip(made.iter().map(|(order, _)| order)).collect();
    let written = rows::upsert(tx, &orders, seen).await?;
    if orders.iter().any(|(_, order)| !written.contains(&order.id)) {
        return Err(Error::unavailable("order_changed", "This order was just changed by somebody else. Try again."));
    }
    let known: Vec<OrderId> = write.iter().filter_map(|(_, planned)| planned.before.as_ref()).map(|before| before.order.id).collect();
    rows::delete_lines(tx, &known).await?;
    let mut all: Vec<(OrderId, &Line, &str)> = Vec::new();
    for ((_, planned), (order, lines)) in write.iter().zip(made) {
        all.extend(lines.iter().zip(&planned.said.lines).map(|(line, said)| (order.id, line, said.source_id.as_str())));
    }
    rows::insert_lines(tx, &all).await
}

async fn state(tx: &mut Tx, write: &[(usize, Planned<'_>)], made: &[(Order, Vec<Line>)]) -> Result<()> {
    let each = || write.iter().map(|(_, planned)| planned).zip(made.iter().map(|(order, _)| order));
    let imported = each().filter(|(planned, _)| planned.verdict == Verdict::New).map(|(planned, order)| OrderImported {
        order_id: order.id,
        contact_id: order.contact_id,
        source: order.source.clone(),
        source_name: planned.said.name.clone(),
        total: order.total(),
        state: order.state.to_string(),
    });
    tx.state_all(imported).await?;
    let changed = each().filter(|(planned, _)| !planned.changes.is_empty()).map(|(planned, order)| OrderChangedElsewhere {
        order_id: order.id,
        contact_id: order.contact_id,
        source: order.source.clone(),
        changes: planned.changes.clone(),
    });
    tx.state_all(changed).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
