//! Writing settlements: commands, timers, reactions and outcomes alone come here.

use crate::model::{Line, Moved, Settled, Told};
use crate::reading;
use facts::{BankRowId, Currency, MovementId, SettlementId, SettlementRowId, StatementId, Time};
use payments::Provider;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use store::{Look, Result, Tx, Value, params, rows, sql};

/// Begins settling with a tenant; `false` where that was done.
pub(crate) async fn begin(tx: &mut Tx, fetched_through: Time) -> Result<bool> {
    let begun = tx
        .exec(
            sql!("INSERT INTO reconcilers (tenant_id, razorpay_through, stripe_through) VALUES ($1, $2, $2) ON CONFLICT (tenant_id) DO NOTHING"),
            params![tx.tenant(), fetched_through],
        )
        .await?;
    Ok(begun == 1)
}

/// Takes hold of the tenant's matching until the commit; `false` where nothing was ever settled.
pub(crate) async fn lock(tx: &mut Tx) -> Result<bool> {
    let held: Option<i64> =
        tx.maybe(sql!("SELECT razorpay_through FROM reconcilers WHERE tenant_id = $1 FOR UPDATE"), params![tx.tenant()]).await?;
    Ok(held.is_some())
}

/// Notes that everything was looked at.
pub(crate) async fn note_run(tx: &mut Tx) -> Result<()> {
    tx.put(sql!("UPDATE reconcilers SET ran_at = $2 WHERE tenant_id = $1"), params![tx.tenant(), tx.now()]).await
}

/// Notes up to when a provider was asked.
pub(crate) async fn note_fetched(tx: &mut Tx, provider: Provider, through: Time) -> Result<()> {
    let note = match provider {
        Provider::Razorpay => {
            sql!("UPDATE reconcilers SET razorpay_through = $2 WHERE tenant_id = $1 AND razorpay_through < $2")
        }
        Provider::Stripe => sql!("UPDATE reconcilers SET stripe_through = $2 WHERE tenant_id = $1 AND stripe_through < $2"),
    };
    tx.put(note, params![tx.tenant(), through]).await
}

/// Writes down money that moved, once for each of the provider's ids.
pub(crate) async fn insert_moved(tx: &mut Tx, moved: &Moved) -> Result<()> {
    let id: MovementId = tx.id();
    tx.put(
        sql!(
            "INSERT INTO movements (tenant_id, id, entity_ref, kind, payment_id, amount_minor, fee_minor, fee_known, currency, happened_at, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'new') ON CONFLICT (tenant_id, entity_ref) DO NOTHING"
        ),
        params![
            tx.tenant(),
            id,
            moved.entity_ref.as_str(),
            moved.kind.as_str(),
            moved.payment_id,
            moved.amount.minor,
            moved.fee.unwrap_or(0),
            moved.fee.is_some(),
            moved.amount.currency,
            moved.happened_at
        ],
    )
    .await
}

/// Whether a settlement has a row of the provider's id already.
pub(crate) async fn is_settled(tx: &mut Tx, entity_ref: &str) -> Result<bool> {
    let found: Option<SettlementRowId> = tx
        .maybe(sql!("SELECT id FROM settlement_rows WHERE tenant_id = $1 AND entity_ref = $2 LIMIT 1"), params![tx.tenant(), entity_ref])
        .await?;
    Ok(found.is_some())
}

#[derive(Deserialize)]
struct Known {
    id: SettlementId,
    settlement_ref: String,
}

/// What is said of settlements, by the provider's id: the bank's reference, when, in which currency, and the provider's own sum.
type Saying<'a> = BTreeMap<&'a str, (&'a Option<String>, Time, Currency, Option<i64>)>;

/// Writes down settlements as their provider says them: what was not known of one is added, and it is looked at anew.
async fn put_told(tx: &mut Tx, provider: &str, told: &Saying<'_>) -> Result<Vec<Known>> {
    let upsert = rows!(
        "INSERT INTO settlements (tenant_id, id, provider, settlement_ref, currency, utr, mark, settled_at, day, told_minor, rows_count, \
         rows_minor, net_minor, fee_minor, tax_minor, other_minor, more_fee_minor, bank_minor, by_hand, stated_net, stated_fees, stated_tax, \
         stated_other, stated_bank, state) VALUES ",
        25,
        " ON CONFLICT (tenant_id, provider, settlement_ref) DO UPDATE SET utr = COALESCE(settlements.utr, excluded.utr), \
         mark = COALESCE(settlements.mark, excluded.mark), told_minor = COALESCE(excluded.told_minor, settlements.told_minor), \
         settled_at = CASE WHEN excluded.settled_at < settlements.settled_at THEN excluded.settled_at ELSE settlements.settled_at END, \
         day = CASE WHEN excluded.day < settlements.day THEN excluded.day ELSE settlements.day END, \
         state = CASE WHEN (settlements.mark IS NULL AND excluded.mark IS NOT NULL) OR excluded.settled_at < settlements.settled_at \
           OR COALESCE(excluded.told_minor <> settlements.told_minor, excluded.told_minor IS NOT NULL) THEN 'new' ELSE settlements.state END \
         RETURNING id, settlement_ref"
    );
    let mut values: Vec<Value> = Vec::new();
    for (settlement_ref, (utr, settled_at, currency, amount)) in told {
        let id: SettlementId = tx.id();
        let mark = utr.as_deref().and_then(reading::mark);
        let day = settled_at.seconds().div_euclid(86_400);
        let known = [tx.tenant().into(), id.into(), provider.into(), (*settlement_ref).into(), (*currency).into(), utr.as_deref().into()];
        values.extend(known);
        values.extend([mark.into(), (*settled_at).into(), day.into(), (*amount).into()]);
        values.extend([0i64, 0, amount.unwrap_or(0), 0, 0, 0, 0, 0].map(Value::from));
        values.push(false.into());
        values.extend([0i64; 5].map(Value::from));
        values.push("new".into());
    }
    tx.all_rows(upsert, &values).await
}

/// Writes down settlements with the sums that their provider says.
pub(crate) async fn put_settlements(tx: &mut Tx, provider: &str, all: &[Told]) -> Result<()> {
    let told = all.iter().map(|told| (told.settlement_ref.as_str(), (&told.utr, told.settled_at, told.currency, Some(told.amount))));
    put_told(tx, provider, &told.collect()).await.map(drop)
}

/// Writes down rows of settlements; tells how many were not known as they are.
pub(crate) async fn put_settled(tx: &mut Tx, provider: &str, all: &[Settled]) -> Result<usize> {
    let mut told: Saying<'_> = BTreeMap::new();
    let mut once: BTreeMap<(&str, &str), (&Settled, bool)> = BTreeMap::new();
    for row in all {
        let held = told.entry(&row.settlement_ref).or_insert((&row.utr, row.settled_at, row.currency, None));
        held.1 = held.1.min(row.settled_at);
        if held.0.is_none() {
            held.0 = &row.utr;
        }
        let same = |held: &Settled| (held.gross, held.fee, held.tax, held.net) == (row.gross, row.fee, row.tax, row.net);
        once.entry((&row.settlement_ref, &row.entity_ref))
            .and_modify(|(held, contradicted)| *contradicted |= !same(held))
            .or_insert((row, false));
    }
    let ids: HashMap<String, SettlementId> =
        put_told(tx, provider, &told).await?.into_iter().map(|known| (known.settlement_ref, known.id)).collect();
    let insert = rows!(
        "INSERT INTO settlement_rows (tenant_id, id, settlement_id, entity_ref, kind, currency, gross_minor, fee_minor, tax_minor, net_minor, \
         contradicted, text, settled_at, settlement_ref, state) VALUES ",
        15,
        " ON CONFLICT (tenant_id, entity_ref, settlement_id) DO UPDATE SET contradicted = TRUE, state = 'new' \
         WHERE NOT settlement_rows.contradicted AND (excluded.contradicted OR settlement_rows.gross_minor <> excluded.gross_minor \
         OR settlement_rows.fee_minor <> excluded.fee_minor OR settlement_rows.net_minor <> excluded.net_minor \
         OR settlement_rows.tax_minor <> excluded.tax_minor) RETURNING id"
    );
    let mut values: Vec<Value> = Vec::new();
    for (row, contradicted) in once.into_values() {
        let Some(settlement) = ids.get(&row.settlement_ref) else { continue };
        let id: SettlementRowId = tx.id();
        values.extend_from_slice(params![
            tx.tenant(),
            id,
            *settlement,
            row.entity_ref.as_str(),
            row.kind.as_str(),
            row.currency,
            row.gross,
            row.fee,
            row.tax,
            row.net,
            contradicted,
            row.text.as_str(),
            row.settled_at,
            row.settlement_ref.as_str(),
            "new"
        ]);
    }
    let new: Vec<SettlementRowId> = tx.all_rows(insert, &values).await?;
    Ok(new.len())
}

/// What a line says and which of its like it is, so that the same file adds nothing.
fn fingerprint(line: &Line, currency: Currency, cells: &[String]) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{}\u{1f}{}\u{1f}{}\u{1f}{currency}", line.ordinal, line.day, line.amount));
    for cell in cells {
        hash.update("\u{1f}");
        hash.update(cell);
    }
    hex::encode(&hash.finalize()[..20])
}

/// Writes down lines of a bank's statement, each with its cells; tells how many were not known.
pub(crate) async fn put_lines(tx: &mut Tx, statement: StatementId, currency: Currency, lines: &[(Line, Vec<String>)]) -> Result<usize> {
    let insert = rows!(
        "INSERT INTO bank_rows (tenant_id, id, statement_id, line, fingerprint, day, at, amount_minor, currency, reference, narration, state) \
         VALUES ",
        12,
        " ON CONFLICT (tenant_id, fingerprint) DO NOTHING RETURNING id"
    );
    let (mut values, mut found): (Vec<Value>, HashMap<BankRowId, Vec<String>>) = (Vec::new(), HashMap::new());
    for (line, cells) in lines {
        let id: BankRowId = tx.id();
        found.insert(id, reading::marks(&line.reference, &line.narration));
        values.extend_from_slice(params![
            tx.tenant(),
            id,
            statement,
            line.number,
            fingerprint(line, currency, cells),
            line.day,
            line.day * 86_400_000,
            line.amount,
            currency,
            line.reference.as_str(),
            line.narration.as_str(),
            "new"
        ]);
    }
    let new: Vec<BankRowId> = tx.all_rows(insert, &values).await?;
    let insert = rows!("INSERT INTO bank_marks (tenant_id, mark, bank_row_id) VALUES ", 3, " ON CONFLICT DO NOTHING");
    let tenant = tx.tenant();
    let marks = new.iter().flat_map(|id| found.get(id).into_iter().flatten().map(move |mark| (mark, *id)));
    let values: Vec<Value> = marks.flat_map(|(mark, id)| [tenant.into(), mark.into(), id.into()]).collect();
    tx.put_rows(insert, &values).await?;
    Ok(new.len())
}
