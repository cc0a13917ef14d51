//! Whether the journal is as it was sealed: what `origin verify` asks.

use super::content;
use super::seal::{Head, Key, Seal};
use facts::{Id, TenantId};
use std::collections::HashMap;
use store::secret::Vault;
use store::{Db, Error, Kind, Look, Read, Result, params, sql};
use uuid::Uuid;

/// Seals and heads read at once.
const PAGE: usize = 200;
/// Sentences kept; of what goes beyond only the number is told.
const MOST: usize = 1_000;

/// What is wrong, a sentence each.
#[derive(Default)]
pub(super) struct Wrong {
    said: Vec<String>,
    more: usize,
}

impl Wrong {
    pub(super) fn say(&mut self, sentence: String) {
        if self.said.len() < MOST {
            self.said.push(sentence);
        } else {
            self.more += 1;
        }
    }

    fn all(mut self) -> Vec<String> {
        if self.more > 0 {
            self.said.push(format!("and {} more", self.more));
        }
        self.said
    }
}

/// What is no longer as it was sealed, a sentence each: facts that are gone, altered or were put between, and seals
/// that are gone, altered or do not follow each other. Facts that are not sealed yet are no mistake.
///
/// It reads each tenant's seals and the whole journal once, some hundred rows at a time.
///
/// # Errors
/// Whatever keeps the database from being read.
pub async fn check(db: &Db, vault: &Vault) -> Result<Vec<String>> {
    let key = Key::of(vault);
    let mut wrong = Wrong::default();
    chains(db, &key, &mut wrong).await?;
    content::compare(db, &key, &mut wrong).await?;
    Ok(wrong.all())
}

/// Which of some vaults derives the key that the chains here were made with; nothing where nothing has been sealed.
///
/// # Errors
/// `wrong_master_key` where none of them does.
pub async fn made_with(db: &Db, vaults: &[Vault]) -> Result<Option<usize>> {
    let head: Option<Head> = everywhere(db)
        .maybe(sql!(global "SELECT tenant_id, number, hash, sealed_at, latest, proof FROM journal_heads LIMIT 1"), &[])
        .await?;
    let Some(head) = head else { return Ok(None) };
    let found = vaults.iter().position(|vault| head.is_ours(&Key::of(vault)));
    let message = "The journal was sealed with another master key. ORIGIN_MASTER_KEY must be, or hold, the key that it was until now.";
    found.map(Some).ok_or_else(|| Error::new(Kind::Unavailable, "wrong_master_key", message))
}

pub(super) fn everywhere(db: &Db) -> Read {
    db.read_main(TenantId::from_uuid(Uuid::nil()))
}

/// Follows every chain from its beginning. The heads are read first: what is sealed meanwhile is above them.
async fn chains(db: &Db, key: &Key, wrong: &mut Wrong) -> Result<()> {
    let mut heads = heads(db).await?;
    let (mut tenant, mut number) = (TenantId::from_uuid(Uuid::nil()), 0);
    let mut chain: Option<Chain> = None;
    loop {
        let page: Vec<Seal> = everywhere(db)
            .all(
                sql!(global
                    "SELECT tenant_id, number, first_xid, first_seq, last_xid, last_seq, entries, since, sealed_at, prev, hash FROM journal_seals
                     WHERE (tenant_id, number) > ($1, $2) ORDER BY tenant_id, number LIMIT $3"
                ),
                params![tenant, number, PAGE as i64],
            )
            .await?;
        let read = page.len();
        for seal in page {
            (tenant, number) = (seal.tenant_id, seal.number);
            if chain.as_ref().is_none_or(|chain| chain.last.tenant_id != tenant) {
                end(db, chain.take(), key, wrong).await?;
                chain = Some(Chain { last: Head::start(tenant), head: heads.remove(&tenant) });
            }
            if let Some(chain) = &mut chain {
                chain.follow(seal, key, wrong);
            }
        }
        if read < PAGE {
            break;
        }
    }
    end(db, chain, key, wrong).await?;
    for head in heads.into_values() {
        wrong.say(format!("all seals of {} are gone, 1 to {}", head.tenant_id, head.number));
    }
    Ok(())
}

/// A chain as far as it has been followed.
struct Chain {
    last: Head,
    head: Option<Head>,
}

impl Chain {
    fn follow(&mut self, seal: Seal, key: &Key, wrong: &mut Wrong) {
        let (tenant, number) = (seal.tenant_id, seal.number);
        match number - self.last.number {
            1 if seal.prev != self.last.hash => wrong.say(format!("seal {number} of {tenant} does not follow the one before it")),
            1 => {}
            2 => wrong.say(format!("seal {} of {tenant} is gone", number - 1)),
            _ => wrong.say(format!("seals {} to {} of {tenant} are gone", self.last.number + 1, number - 1)),
        }
        if seal.proof(key) != seal.hash.as_slice() {
            wrong.say(format!("seal {number} of {tenant} was altered, or made with another master key"));
        }
        if self.head.as_ref().is_some_and(|head| head.number == number && head.hash != seal.hash) {
            wrong.say(format!("seal {number} of {tenant} is not the one that its head names"));
        }
        self.last = self.last.then(&seal, seal.since, key);
    }
}

/// Holds the end of a chain against its head.
async fn end(db: &Db, chain: Option<Chain>, key: &Key, wrong: &mut Wrong) -> Result<()> {
    let Some(Chain { last, head }) = chain else { return Ok(()) };
    let tenant = last.tenant_id;
    let head = match head {
        Some(head) => Some(head),
        // The chain may have begun after the heads were read.
        None => super::seal::head(&mut db.read_main(tenant)).await?,
    };
    match head {
        None => wrong.say(format!("the head of the chain of {tenant} is gone")),
        Some(head) if !head.is_ours(key) => {
            wrong.say(format!("the head of the chain of {tenant} was altered, or made with another master key"));
        }
        Some(head) if head.number > last.number => {
            wrong.say(format!("the last seals of {tenant} are gone, {} to {}", last.number + 1, head.number));
        }
        Some(_) => {}
    }
    Ok(())
}

async fn heads(db: &Db) -> Result<HashMap<TenantId, Head>> {
    let (mut all, mut after) = (HashMap::new(), TenantId::from_uuid(Uuid::nil()));
    loop {
        let page: Vec<Head> = everywhere(db)
            .all(
                sql!(global
                    "SELECT tenant_id, number, hash, sealed_at, latest, proof FROM journal_heads WHERE tenant_id > $1 ORDER BY tenant_id LIMIT $2"
                ),
                params![after, PAGE as i64],
            )
            .await?;
        let Some(last) = page.last() else { return Ok(all) };
        after = last.tenant_id;
        all.extend(page.into_iter().map(|head| (head.tenant_id, head)));
    }
}
