//! A seal, the head of a chain, and the key that nobody makes either without.

use super::canon::{self, part};
use facts::{FactId, Id, TenantId, Time};
use hmac::{Hmac, Mac};
use serde::Deserialize;
use sha2::Sha256;
use store::secret::Vault;
use store::{Look, Result, Stated, params, sql};
use uuid::Uuid;

/// What the digest of a fact has of its 32 bytes.
pub(crate) const DIGEST: usize = 16;
/// What stands in the place of the hash before the first.
const NOTHING: [u8; 32] = [0; 32];

/// What all hashes of the chain are keyed with. It comes from the vault's root, which a master key locks and which outlives it:
/// the database alone makes no seal.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    pub(crate) fn of(vault: &Vault) -> Self {
        let mut block = [0; 64];
        block[..32].copy_from_slice(&vault.derive("audit/seal"));
        Self(Mac::new(&block.into()))
    }

    fn hash(&self, bytes: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// What a fact is known again by.
    pub(crate) fn digest(&self, fact: &Stated) -> [u8; DIGEST] {
        let mut digest = [0; DIGEST];
        digest.copy_from_slice(&self.hash(&canon::fact(fact))[..DIGEST]);
        digest
    }
}

/// What a seal keeps of one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub id: FactId,
    pub digest: [u8; DIGEST],
    /// So that one that is gone can be named.
    pub kind: String,
}

impl Entry {
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.id.uuid().as_bytes());
        out.extend_from_slice(&self.digest);
        let kind = &self.kind.as_bytes()[..self.kind.len().min(usize::from(u8::MAX))];
        out.push(kind.len() as u8);
        out.extend_from_slice(kind);
    }

    /// The first of some entries, and what follows it; nothing where the bytes are none.
    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let (digest, rest) = rest.split_first_chunk::<DIGEST>()?;
        let (length, rest) = rest.split_first()?;
        let (kind, rest) = rest.split_at_checked(usize::from(*length))?;
        let kind = String::from_utf8_lossy(kind).into_owned();
        Some((Self { id: FactId::from_uuid(Uuid::from_bytes(*id)), digest: *digest, kind }, rest))
    }
}

/// One link of a tenant's chain.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Seal {
    pub tenant_id: TenantId,
    pub number: i64,
    pub first_xid: i64,
    pub first_seq: i64,
    pub last_xid: i64,
    pub last_seq: i64,
    pub entries: Vec<u8>,
    /// The latest time that a fact sealed before says.
    pub since: Time,
    pub sealed_at: Time,
    pub prev: Vec<u8>,
    pub hash: Vec<u8>,
}

impl Seal {
    /// What its hash must be.
    pub(crate) fn proof(&self, key: &Key) -> [u8; 32] {
        let mut out = Vec::with_capacity(self.entries.len() + 200);
        part(&mut out, b"origin/seal/1");
        part(&mut out, self.tenant_id.uuid().as_bytes());
        part(&mut out, &self.number.to_be_bytes());
        part(&mut out, &self.since.millis().to_be_bytes());
        part(&mut out, &self.sealed_at.millis().to_be_bytes());
        part(&mut out, &self.entries);
        part(&mut out, &self.prev);
        key.hash(&out)
    }

    /// What it keeps of each fact, as far as that can be read: one whose bytes were altered does not fit its hash.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry> {
        let mut rest = self.entries.as_slice();
        std::iter::from_fn(move || {
            let (entry, after) = Entry::read(rest)?;
            rest = after;
            Some(entry)
        })
    }
}

/// The last seal of a tenant's chain.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Head {
    pub tenant_id: TenantId,
    pub number: i64,
    pub hash: Vec<u8>,
    pub sealed_at: Time,
    /// The latest time that a fact sealed so far says.
    pub latest: Time,
    proof: Vec<u8>,
}

impl Head {
    /// Where a chain begins.
    pub(crate) fn start(tenant_id: TenantId) -> Self {
        Self { tenant_id, number: 0, hash: NOTHING.to_vec(), sealed_at: Time(0), latest: Time(0), proof: Vec::new() }
    }

    /// The one that follows, with this seal as its last.
    pub(crate) fn then(&self, seal: &Seal, latest: Time, key: &Key) -> Self {
        let Seal { number, hash, sealed_at, .. } = seal;
        let mut head = Self { number: *number, hash: hash.clone(), sealed_at: *sealed_at, latest: self.latest.max(latest), ..self.clone() };
        head.proof = head.proved(key).to_vec();
        head
    }

    pub(crate) fn proof(&self) -> &[u8] {
        &self.proof
    }

    /// Whether it was written by whoever has the key.
    pub(crate) fn is_ours(&self, key: &Key) -> bool {
        self.proof == self.proved(key)
    }

    fn proved(&self, key: &Key) -> [u8; 32] {
        let mut out = Vec::with_capacity(160);
        part(&mut out, b"origin/head/1");
        part(&mut out, self.tenant_id.uuid().as_bytes());
        part(&mut out, &self.number.to_be_bytes());
        part(&mut out, &self.sealed_at.millis().to_be_bytes());
        part(&mut out, &self.latest.millis().to_be_bytes());
        part(&mut out, &self.hash);
        key.hash(&out)
    }

    /// The hash as it is shown and noted.
    pub(crate) fn shown(&self) -> String {
        self.hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The head of the tenant's chain; nothing before its first seal.
pub(crate) async fn head(look: &mut impl Look) -> Result<Option<Head>> {
    look.maybe(
        sql!("SELECT tenant_id, number, hash, sealed_at, latest, proof FROM journal_heads WHERE tenant_id = $1"),
        params![look.tenant()],
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_go_there_and_back() {
        let entry =
            |number: u128, kind: &str| Entry { id: FactId::from_uuid(Uuid::from_u128(number)), digest: [7; DIGEST], kind: kind.to_owned() };
        let all = vec![entry(1, "order.placed"), entry(2, ""), entry(3, "x")];
        let mut bytes = Vec::new();
        all.iter().for_each(|entry| entry.write(&mut bytes));
        let tenant_id = TenantId::from_uuid(Uuid::nil());
        let seal = |entries| Seal {
            tenant_id,
            number: 1,
            first_xid: 0,
            first_seq: 0,
            last_xid: 0,
            last_seq: 0,
            entries,
            since: Time(0),
            sealed_at: Time(0),
            prev: Vec::new(),
            hash: Vec::new(),
        };
        assert_eq!(seal(bytes.clone()).entries().collect::<Vec<_>>(), all);
        for cut in 0..bytes.len() {
            assert!(seal(bytes[..cut].to_vec()).entries().count() < 3);
        }
    }
}
