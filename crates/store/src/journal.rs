//! The journal: what happened, in order, for ever.

use crate::row::Json;
use crate::sql::sql_pair;
use crate::{Db, Error, Look, Result, Rows, Tx, params, rows, sql};
use facts::{ContactId, Fact, FactId, TenantId, Time};
use serde::Deserialize;
use uuid::Uuid;

/// A fact as the journal keeps it.
#[derive(Debug, Clone, Deserialize)]
pub struct Stated {
    /// The row's id.
    pub id: FactId,
    /// Whose it is.
    pub tenant_id: TenantId,
    pub(crate) xid: i64,
    pub(crate) seq: i64,
    /// `order.placed`.
    pub kind: String,
    /// Which shape the body has.
    pub version: i64,
    /// When it happened.
    pub at: Time,
    /// Who made it happen, such as `member:usr_…`.
    pub actor: String,
    /// In answer to which request.
    pub request_id: Option<String>,
    /// From which address that request came.
    pub address: Option<String>,
    /// The thing it is about.
    pub about: Option<Uuid>,
    /// The person it is about.
    pub contact_id: Option<ContactId>,
    /// What happened, in the shape of its kind and version.
    pub body: Json<serde_json::Value>,
}

impl Stated {
    /// The fact, where it is of this kind and version.
    ///
    /// # Errors
    /// A body that does not have the shape that its kind and version promise.
    pub fn read<F: Fact>(&self) -> Result<Option<F>> {
        if self.kind != F::KIND || self.version != F::VERSION {
            return Ok(None);
        }
        Ok(Some(F::deserialize(&self.body.0)?))
    }
}

fn facts() -> &'static Rows {
    rows!("INSERT INTO journal (tenant_id, id, kind, version, at, actor, request_id, address, about, contact_id, body) VALUES ", 11, "")
}

impl Tx {
    /// States that something happened. It is true when this transaction commits, and others react to it then.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn state<F: Fact>(&mut self, fact: F) -> Result<FactId> {
        let ids = self.state_all([fact]).await?;
        ids.into_iter().next().ok_or_else(|| Error::internal("a fact was stated and has no id"))
    }

    /// States that several things happened, in this order.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn state_all<F: Fact>(&mut self, all: impl IntoIterator<Item = F>) -> Result<Vec<FactId>> {
        let (mut ids, mut values) = (Vec::new(), Vec::new());
        let who = self.who.clone();
        let actor = who.actor.to_string();
        let address = who.from.map(|address| address.to_string());
        for fact in all {
            let id: FactId = self.id();
            ids.push(id);
            values.extend_from_slice(params![
                who.tenant,
                id,
                F::KIND,
                F::VERSION,
                self.now(),
                &actor,
                who.request.as_deref(),
                address.as_deref(),
                fact.about(),
                fact.contact(),
                serde_json::to_value(&fact)?
            ]);
        }
        self.woke.facts |= !ids.is_empty();
        self.put_last(facts(), &values).await?;
        Ok(ids)
    }
}

/// A place in the journal: everything up to and including it has been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
pub struct Place {
    /// The transaction that stated it; 0 on SQLite.
    pub xid: i64,
    /// Its number in the whole journal.
    pub seq: i64,
}

impl Stated {
    /// Where in the journal it stands.
    pub fn place(&self) -> Place {
        Place { xid: self.xid, seq: self.seq }
    }

    /// The same for somebody outside, who knows all up to it.
    pub fn mark(&self) -> Mark {
        Mark(self.place())
    }
}

/// The facts that follow a place, of all tenants, oldest first.
///
/// On PostgreSQL only those of transactions below the oldest open one. A fact that is still to come belongs to a
/// transaction that is open now or not yet begun, so its (xid, seq) is above all that is handed out here.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn after(db: &Db, place: Place, limit: i64) -> Result<Vec<Stated>> {
    db.read_global()
        .all(
            sql_pair!(
                postgres "SELECT tenant_id, id, xid, seq, kind, version, at, actor, request_id, address, about, contact_id, body FROM journal
                    WHERE (xid, seq) > ($1, $2) AND xid < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)
                    ORDER BY xid, seq LIMIT $3",
                sqlite "SELECT tenant_id, id, xid, seq, kind, version, at, actor, request_id, address, about, contact_id, body FROM journal
                    WHERE xid >= $1 AND seq > $2 ORDER BY seq LIMIT $3"
            ),
            params![place.xid, place.seq, limit],
        )
        .await
}

/// A place in a tenant's journal that somebody outside keeps: all of it up to there is known to them. As text it is
/// opaque; the default is the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark(Place);

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}.{}", self.0.xid, self.0.seq)
    }
}

impl std::str::FromStr for Mark {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (xid, seq) = text.split_once('.').and_then(|(xid, seq)| Some((xid.parse().ok()?, seq.parse().ok()?))).unwrap_or((-1, -1));
        if xid < 0 || seq < 0 {
            Err(Error::invalid("invalid_mark", "This is no place in the journal."))
        } else {
            Ok(Self(Place { xid, seq }))
        }
    }
}

/// Some facts of one tenant, in the order of the journal.
#[derive(Debug, Clone)]
pub struct Followed {
    /// The facts.
    pub facts: Vec<Stated>,
    /// Where to go on.
    pub mark: Mark,
    /// Whether more follow at once.
    pub has_more: bool,
}

/// The facts of some kinds that follow a mark, of the tenant looked at, oldest first and `limit` at the most. Nothing is
/// ever stepped over: the same order and the same bound as the reactions have.
///
/// `None` when the mark lies ahead of this journal, because it is another's: whoever keeps it must begin anew.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn follow(look: &mut impl Look, kinds: &[&str], mark: Mark, limit: i64) -> Result<Option<Followed>> {
    // Asked for once: each kind is read by a statement of its own, and all must end at the same place.
    let end: Place = look
        .one(
            sql_pair!(
                postgres "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) AS xid, CAST(0 AS BIGINT) AS seq",
                sqlite "SELECT 0 AS xid, COALESCE(MAX(seq), 0) + 1 AS seq FROM journal"
            ),
            &[],
        )
        .await?;
    if mark.0 >= end {
        return Ok(None);
    }
    let mut facts: Vec<Stated> = Vec::new();
    for kind in kinds {
        let found: Vec<Stated> = look
            .all(
                sql!(
                    "SELECT tenant_id, id, xid, seq, kind, version, at, actor, request_id, address, about, contact_id, body FROM journal
                     WHERE tenant_id = $1 AND kind = $2 AND (xid, seq) > ($3, $4) AND (xid, seq) < ($5, $6) ORDER BY xid, seq LIMIT $7"
                ),
                params![look.tenant(), *kind, mark.0.xid, mark.0.seq, end.xid, end.seq, limit + 1],
            )
            .await?;
        facts.extend(found);
    }
    facts.sort_by_key(Stated::place);
    let page = usize::try_from(limit).unwrap_or(0);
    let has_more = facts.len() > page;
    facts.truncate(page);
    let mark = facts.last().map_or(mark, |last| Mark(last.place()));
    Ok(Some(Followed { facts, mark, has_more }))
}

/// The last place that [`after`] may hand out now.
pub(crate) async fn end(db: &Db) -> Result<Place> {
    let last: Option<Place> = db
        .read_global()
        .maybe(
            sql_pair!(
                postgres "SELECT xid, seq FROM journal WHERE xid < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)
                    ORDER BY xid DESC, seq DESC LIMIT 1",
                sqlite "SELECT xid, seq FROM journal ORDER BY seq DESC LIMIT 1"
            ),
            &[],
        )
        .await?;
    Ok(last.unwrap_or_default())
}

/// Whether a fact is committed that follows a place, handed out already or held back by an older transaction.
pub(crate) async fn has_more(db: &Db, place: Place) -> Result<bool> {
    db.read_global()
        .one(
            sql_pair!(
                // Sorted, so that it looks at the index's end: most of the journal does not follow.
                postgres "SELECT EXISTS (SELECT 1 FROM (SELECT seq FROM journal WHERE (xid, seq) > ($1, $2) ORDER BY xid, seq LIMIT 1) next)",
                sqlite "SELECT EXISTS (SELECT 1 FROM journal WHERE xid >= $1 AND seq > $2)"
            ),
            params![place.xid, place.seq],
        )
        .await
}

/// Whether a transaction that has written is open in this database. One in another database of the same server holds
/// facts back as well: PostgreSQL counts transactions for all of them together.
pub(crate) async fn writing_here(db: &Db) -> Result<bool> {
    db.read_global()
        .one(
            sql_pair!(
                postgres "SELECT EXISTS (SELECT 1 FROM pg_stat_activity
                    WHERE datname = current_database() AND backend_xid IS NOT NULL AND backend_type = 'client backend')",
                sqlite "SELECT FALSE"
            ),
            &[],
        )
        .await
}

/// What happened to one thing, oldest first.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn timeline(look: &mut impl Look, about: Uuid, limit: i64) -> Result<Vec<Stated>> {
    look.all(
        sql!(
            "SELECT tenant_id, id, xid, seq, kind, version, at, actor, request_id, address, about, contact_id, body FROM journal
             WHERE tenant_id = $1 AND about = $2 ORDER BY at, id LIMIT $3"
        ),
        params![look.tenant(), about, limit],
    )
    .await
}

/// What happened last to a tenant, newest first, not before `since`.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn latest(look: &mut impl Look, since: Time, limit: i64) -> Result<Vec<Stated>> {
    look.all(
        sql!(
            "SELECT tenant_id, id, xid, seq, kind, version, at, actor, request_id, address, about, contact_id, body FROM journal
             WHERE tenant_id = $1 AND at >= $2 ORDER BY at DESC, id DESC LIMIT $3"
        ),
        params![look.tenant(), since, limit],
    )
    .await
}
