//! Seals each page of the journal, tenant by tenant: one seal for each tenant in it.

use super::seal::{Entry, Head, Key, Seal};
use async_trait::async_trait;
use facts::{Id, TenantId};
use std::collections::HashMap;
use std::sync::Arc;
use store::{Look, Reaction, Result, Rows, Stated, Tx, Value, params, rows, sql};

/// Names the cursor.
pub(crate) const NAME: &str = "audit/seal";
/// Tenants whose heads are read at once.
const AT_ONCE: usize = 16;

/// Seals what is stated, whatever it is.
pub(crate) struct SealJournal(pub Key);

#[async_trait]
impl Reaction for SealJournal {
    fn name(&self) -> &'static str {
        NAME
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[]
    }

    fn wants(&self, _: &str) -> bool {
        true
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        self.react_all(tx, &[Arc::new(fact.clone())]).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: Vec<(TenantId, Vec<&Stated>)> = Vec::new();
        for fact in facts {
            match tenants.iter_mut().find(|(tenant, _)| *tenant == fact.tenant_id) {
                Some((_, all)) => all.push(fact),
                None => tenants.push((fact.tenant_id, vec![fact])),
            }
        }
        let mut heads = heads(tx, &tenants).await?;
        let (mut seals, mut ends) = (Vec::new(), Vec::new());
        for (tenant, facts) in &tenants {
            let head = heads.remove(tenant).unwrap_or_else(|| Head::start(*tenant));
            let Some(seal) = self.seal(&head, facts, tx) else { continue };
            let latest = facts.iter().map(|fact| fact.at).max().unwrap_or_default();
            let end = head.then(&seal, latest, &self.0);
            ends.extend_from_slice(params![end.tenant_id, end.number, end.hash.as_slice(), end.sealed_at, end.latest, end.proof()]);
            seals.extend(values(seal));
        }
        tx.put_rows(into_seals(), &seals).await?;
        tx.put_rows(into_heads(), &ends).await
    }
}

impl SealJournal {
    /// The seal that follows a head; nothing where there are no facts.
    fn seal(&self, head: &Head, facts: &[&Stated], tx: &Tx) -> Option<Seal> {
        let (first, last) = (facts.iter().map(|fact| fact.place()), facts.iter().map(|fact| fact.place()));
        let mut entries = Vec::new();
        for fact in facts {
            Entry { id: fact.id, digest: self.0.digest(fact), kind: fact.kind.clone() }.write(&mut entries);
        }
        let mut seal = Seal {
            tenant_id: head.tenant_id,
            number: head.number + 1,
            // The least of each and not the first row: rows keep their numbers, but not their transactions, in a
            // database restored elsewhere, and must still lie between these.
            first_xid: first.clone().map(|place| place.xid).min()?,
            first_seq: first.map(|place| place.seq).min()?,
            last_xid: last.clone().map(|place| place.xid).max()?,
            last_seq: last.map(|place| place.seq).max()?,
            entries,
            since: head.latest,
            sealed_at: tx.now(),
            prev: head.hash.clone(),
            hash: Vec::new(),
        };
        seal.hash = seal.proof(&self.0).to_vec();
        Some(seal)
    }
}

fn into_seals() -> &'static Rows {
    rows!(global "INSERT INTO journal_seals (tenant_id, number, first_xid, first_seq, last_xid, last_seq, entries, since, sealed_at, prev, hash) VALUES ", 11, "")
}

fn into_heads() -> &'static Rows {
    rows!(global
        "INSERT INTO journal_heads (tenant_id, number, hash, sealed_at, latest, proof) VALUES ", 6,
        " ON CONFLICT (tenant_id) DO UPDATE SET number = excluded.number, hash = excluded.hash, sealed_at = excluded.sealed_at,
           latest = excluded.latest, proof = excluded.proof"
    )
}

fn values(seal: Seal) -> [Value; 11] {
    [
        seal.tenant_id.into(),
        seal.number.into(),
        seal.first_xid.into(),
        seal.first_seq.into(),
        seal.last_xid.into(),
        seal.last_seq.into(),
        seal.entries.into(),
        seal.since.into(),
        seal.sealed_at.into(),
        seal.prev.into(),
        seal.hash.into(),
    ]
}

/// The last seals of the tenants that have facts here.
async fn heads(tx: &mut Tx, tenants: &[(TenantId, Vec<&Stated>)]) -> Result<HashMap<TenantId, Head>> {
    let mut found = HashMap::with_capacity(tenants.len());
    let ids: Vec<TenantId> = tenants.iter().map(|(tenant, _)| *tenant).collect();
    for some in ids.chunks(AT_ONCE) {
        let nobody = TenantId::from_uuid(uuid::Uuid::nil());
        let wanted: Vec<Value> = (0..AT_ONCE).map(|at| some.get(at).copied().unwrap_or(nobody).into()).collect();
        let page: Vec<Head> = tx
            .all(
                sql!(global
                    "SELECT tenant_id, number, hash, sealed_at, latest, proof FROM journal_heads
                     WHERE tenant_id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
                ),
                &wanted,
            )
            .await?;
        found.extend(page.into_iter().map(|head| (head.tenant_id, head)));
    }
    Ok(found)
}
