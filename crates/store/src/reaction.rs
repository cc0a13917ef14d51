//! Reactions turn facts into writes, each fact once: what is written and the reaction's cursor commit together.

use crate::feed::Feed;
use crate::journal::{Place, Stated};
use crate::work::Command;
use crate::{Db, Error, Look, Result, Tx, Who, params, sql};
use async_trait::async_trait;
use facts::Id;
use std::sync::Arc;
use std::time::Duration;

/// Foreign facts that may be stepped over before the cursor is written down.
const LAZY: usize = 2_000;
/// Tries before a fact is set aside.
const TRIES: u32 = 5;

/// Something that follows from a fact, inside this database.
#[async_trait]
pub trait Reaction: Send + Sync + 'static {
    /// Says both sides: `confirm_placed_order`. It names the cursor, so it never changes.
    fn name(&self) -> &'static str;
    /// The kinds of fact it wants.
    fn kinds(&self) -> &'static [&'static str];
    /// Whether it wants this kind of fact; one that wants all of them says so here.
    fn wants(&self, kind: &str) -> bool {
        self.kinds().contains(&kind)
    }
    /// Writes what follows. Runs once for each fact, in order; the transaction is bound to the fact's tenant.
    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()>;
    /// Writes what follows from some facts, of any tenants, in one commit: from each by itself, where nothing follows
    /// from all of them together.
    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        react_to_each(self, tx, facts).await
    }
}

/// Reacts to each fact by itself, on account of its own tenant: for a [`Reaction::react_all`] that has found out which
/// of them matter at all.
///
/// # Errors
/// Whatever the reaction meets.
pub async fn react_to_each<R: Reaction + ?Sized>(reaction: &R, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
    for fact in facts {
        tx.go_on_because_of(reaction.name(), fact);
        reaction.react(tx, fact).await?;
    }
    Ok(())
}

impl Tx {
    /// Goes on because of a fact, on account of its own tenant: for a [`Reaction::react_all`] that writes some of what follows for a whole
    /// page at once.
    pub fn go_on_because_of(&mut self, reaction: &'static str, fact: &Stated) {
        self.who = on_account_of(reaction, fact);
    }
}

/// Whoever acts because of a fact: Origin, for the fact's tenant.
fn on_account_of(reaction: &'static str, fact: &Stated) -> Who {
    Who::system(fact.tenant_id, reaction).asked_by(fact.request_id.as_deref().map(Into::into))
}

/// How far a reaction has come; nothing before its first fact.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn reached(db: &Db, reaction: &'static str) -> Result<Option<Place>> {
    db.read_global().maybe(sql!(global "SELECT xid, seq FROM reaction_cursors WHERE name = $1"), params![reaction]).await
}

/// A reaction and how far it has come.
pub(crate) struct Follower {
    reaction: Arc<dyn Reaction>,
    /// What the database says.
    written: Option<Place>,
    /// What has been looked at; ahead of `written` by facts of other kinds.
    seen: Place,
    stepped_over: usize,
}

impl Follower {
    pub(crate) fn new(reaction: Arc<dyn Reaction>) -> Self {
        Self { reaction, written: None, seen: Place::default(), stepped_over: 0 }
    }

    /// Takes the next page of the feed and reacts to it; tells how many facts there were.
    pub(crate) async fn pass(&mut self, db: &Db, feed: &Feed) -> Result<usize> {
        let written = match self.written {
            Some(place) => place,
            None => self.load(db).await?,
        };
        let page = feed.after(db, self.seen).await?;
        let Some(last) = page.last() else { return Ok(0) };
        let (read, to) = (page.len(), last.place());
        let wanted: Vec<Arc<Stated>> = page.into_iter().filter(|fact| self.reaction.wants(&fact.kind)).collect();
        self.stepped_over += read;
        if wanted.is_empty() && self.stepped_over < LAZY {
            self.seen = to;
            return Ok(read);
        }
        let moved = match self.react(db, wanted.clone(), written, to).await {
            Ok(moved) => moved,
            Err(error) if error.is_away() => return Err(error),
            Err(error) => {
                tracing::warn!(reaction = self.reaction.name(), ?error, "a batch of facts failed; trying one by one");
                self.one_by_one(db, wanted, written, to).await?
            }
        };
        self.settle_at(moved, to);
        Ok(read)
    }

    /// Whether it has looked at all that was read.
    pub(crate) fn has_caught_up(&self, feed: &Feed) -> bool {
        feed.ends_at(self.seen)
    }

    async fn load(&mut self, db: &Db) -> Result<Place> {
        let name = self.reaction.name();
        let who = Who::system(Id::from_uuid(uuid::Uuid::nil()), name);
        let place = db.run(&who, LoadCursor(name)).await?;
        self.written = Some(place);
        self.seen = self.seen.max(place);
        Ok(place)
    }

    /// Another node may have moved the cursor in the meantime: then its place is loaded again.
    fn settle_at(&mut self, moved: bool, to: Place) {
        self.stepped_over = 0;
        if moved {
            self.written = Some(to);
            self.seen = to;
        } else {
            self.written = None;
            self.seen = Place::default();
        }
    }

    async fn react(&self, db: &Db, facts: Vec<Arc<Stated>>, from: Place, to: Place) -> Result<bool> {
        let who = Who::system(Id::from_uuid(uuid::Uuid::nil()), self.reaction.name());
        let command = React { reaction: self.reaction.clone(), facts, from, to, set_aside: None };
        db.run_behind(&who, command).await
    }

    async fn one_by_one(&self, db: &Db, facts: Vec<Arc<Stated>>, mut from: Place, to: Place) -> Result<bool> {
        for fact in facts {
            let at = fact.place();
            if !self.stubborn(db, fact, from, at).await? {
                return Ok(false);
            }
            from = at;
        }
        if from == to { Ok(true) } else { self.react(db, Vec::new(), from, to).await }
    }

    /// One fact, again and again, and then aside.
    async fn stubborn(&self, db: &Db, fact: Arc<Stated>, from: Place, at: Place) -> Result<bool> {
        let mut last = String::new();
        for wait in 0..TRIES {
            tokio::time::sleep(Duration::from_millis(u64::from(wait) * 20)).await;
            match self.react(db, vec![fact.clone()], from, at).await {
                Ok(moved) => return Ok(moved),
                // The fact is not to blame for a database that is away.
                Err(error) if error.is_away() => return Err(error),
                Err(error) => last = format!("{error:?}"),
            }
        }
        tracing::error!(reaction = self.reaction.name(), fact = %fact.id, kind = fact.kind, error = last, "a fact was set aside");
        metrics::counter!("facts_set_aside", "reaction" => self.reaction.name()).increment(1);
        let who = Who::system(fact.tenant_id, self.reaction.name());
        let command = React { reaction: self.reaction.clone(), facts: vec![fact], from, to: at, set_aside: Some(last) };
        db.run_behind(&who, command).await
    }
}

/// Finds the cursor, or makes it at the beginning.
struct LoadCursor(&'static str);

impl Command for LoadCursor {
    const NAME: &'static str = "load_cursor";
    type Out = Place;

    async fn run(&self, tx: &mut Tx) -> Result<Place> {
        tx.put(
            sql!(global "INSERT INTO reaction_cursors (name, xid, seq, moved_at) VALUES ($1, 0, 0, $2) ON CONFLICT (name) DO NOTHING"),
            params![self.0, tx.now()],
        )
        .await?;
        tx.one(sql!(global "SELECT xid, seq FROM reaction_cursors WHERE name = $1"), params![self.0]).await
    }
}

/// Moves the cursor and writes what follows from the facts it moves over: `false` when it was no longer there.
struct React {
    reaction: Arc<dyn Reaction>,
    facts: Vec<Arc<Stated>>,
    from: Place,
    to: Place,
    set_aside: Option<String>,
}

impl Command for React {
    const NAME: &'static str = "react";
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> Result<bool> {
        let moved = tx
            .exec(
                sql!(global "UPDATE reaction_cursors SET xid = $4, seq = $5, moved_at = $6 WHERE name = $1 AND xid = $2 AND seq = $3"),
                params![self.reaction.name(), self.from.xid, self.from.seq, self.to.xid, self.to.seq, tx.now()],
            )
            .await?;
        if moved == 0 {
            return Ok(false);
        }
        let Some(error) = &self.set_aside else {
            self.reaction.react_all(tx, &self.facts).await?;
            return Ok(true);
        };
        for fact in &self.facts {
            tx.go_on_because_of(self.reaction.name(), fact);
            set_aside(tx, self.reaction.name(), fact, error).await?;
        }
        Ok(true)
    }
}

async fn set_aside(tx: &mut Tx, reaction: &str, fact: &Stated, error: &str) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO facts_set_aside (tenant_id, reaction, fact_id, error, set_aside_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, reaction, fact_id) DO UPDATE SET error = excluded.error, set_aside_at = excluded.set_aside_at"
        ),
        params![tx.tenant(), reaction, fact.id, error, tx.now()],
    )
    .await
}

/// Runs a reaction again for a fact that was set aside, and takes the fact back in when it succeeds.
pub struct RunAgain {
    /// The reaction.
    pub reaction: Arc<dyn Reaction>,
    /// The fact.
    pub fact_id: facts::FactId,
}

impl Command for RunAgain {
    const NAME: &'static str = "run_fact_again";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let name = self.reaction.name();
        let taken = tx
            .exec(
                sql!("DELETE FROM facts_set_aside WHERE tenant_id = $1 AND reaction = $2 AND fact_id = $3"),
                params![tx.tenant(), name, self.fact_id],
            )
            .await?;
        if taken == 0 {
            return Err(Error::not_found("fact set aside"));
        }
        let fact: Stated = tx
            .one(
                sql!(
                    "SELECT tenant_id, id, xid, seq, kind, version, at, actor, request_id, address, about, contact_id, body FROM journal
                     WHERE tenant_id = $1 AND id = $2"
                ),
                params![tx.tenant(), self.fact_id],
            )
            .await?;
        self.reaction.react(tx, &fact).await
    }
}
