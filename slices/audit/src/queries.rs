//! Looking at the journal as people do: newest first, narrowed.

use facts::{ContactId, Time};
use store::{Look, Result, Stated, params, sql};
use uuid::Uuid;
use web::Cursor;

/// What to narrow the journal to; nothing set is all of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// A kind, or what stands before its dot.
    pub kind: Option<String>,
    /// How the actor begins.
    pub actor: Option<String>,
    pub about: Option<Uuid>,
    pub text: Option<Sought>,
    pub from: Option<Time>,
    pub to: Option<Time>,
}

/// A text that is looked for: in who, in what, as an id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sought {
    pub text: String,
    pub id: Option<Uuid>,
    /// Those whose names have it in them, as the journal names them; the first eight count.
    pub actors: Vec<String>,
}

impl Sought {
    fn actor(&self, at: usize) -> Option<&str> {
        self.actors.get(at).map(String::as_str)
    }
}

/// The tenant's journal, newest first, after a place in it.
pub(crate) async fn journal(look: &mut impl Look, filter: &Filter, cursor: Cursor, limit: i64) -> Result<Vec<Stated>> {
    let kind = filter.kind.as_deref().map(|kind| if kind.contains('.') { exactly(kind) } else { begins_with(&format!("{kind}.")) });
    let sought = filter.text.as_ref();
    look.all(
        sql!(
            "SELECT tenant_id, id, xid, seq, kind, version, at, actor, request_id, address, about, contact_id, body FROM journal
             WHERE tenant_id = $1 AND (at, id) < ($2, $3)
               AND at >= $4 AND at < $5
               AND (kind LIKE $6 ESCAPE '!' OR $6 IS NULL)
               AND (actor LIKE $7 ESCAPE '!' OR $7 IS NULL)
               AND (about = $8 OR $8 IS NULL)
               AND (kind LIKE $10 ESCAPE '!' OR LOWER(actor) LIKE $11 ESCAPE '!' OR address LIKE $11 ESCAPE '!'
                 OR LOWER(CAST(body AS TEXT)) LIKE $11 ESCAPE '!' OR about = $12 OR contact_id = $12
                 OR actor IN ($13, $14, $15, $16, $17, $18, $19, $20) OR $10 IS NULL)
             ORDER BY at DESC, id DESC LIMIT $9"
        ),
        params![
            look.tenant(),
            cursor.at,
            cursor.id,
            filter.from.unwrap_or(Time(i64::MIN)),
            filter.to.unwrap_or(Time(i64::MAX)),
            kind,
            filter.actor.as_deref().map(begins_with),
            filter.about,
            limit,
            sought.map(|sought| words_of(&sought.text)),
            sought.map(|sought| within(&sought.text)),
            sought.and_then(|sought| sought.id),
            sought.and_then(|sought| sought.actor(0)),
            sought.and_then(|sought| sought.actor(1)),
            sought.and_then(|sought| sought.actor(2)),
            sought.and_then(|sought| sought.actor(3)),
            sought.and_then(|sought| sought.actor(4)),
            sought.and_then(|sought| sought.actor(5)),
            sought.and_then(|sought| sought.actor(6)),
            sought.and_then(|sought| sought.actor(7)),
        ],
    )
    .await
}

/// What happened to one person, newest first.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn of_contact(look: &mut impl Look, contact: ContactId, limit: i64) -> Result<Vec<Stated>> {
    look.all(
        sql!(
            "SELECT tenant_id, id, xid, seq, kind, version, at, actor, request_id, address, about, contact_id, body FROM journal
             WHERE tenant_id = $1 AND contact_id = $2 ORDER BY at DESC, id DESC LIMIT $3"
        ),
        params![look.tenant(), contact, limit],
    )
    .await
}

/// The LIKE pattern of a text, in which `!` takes the meaning from what follows it.
fn exactly(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

fn begins_with(text: &str) -> String {
    format!("{}%", exactly(text))
}

fn within(text: &str) -> String {
    format!("%{}%", exactly(&text.to_lowercase()))
}

/// A kind of fact by its words: `order paid` as `order.paid`.
fn words_of(text: &str) -> String {
    let text = text.to_lowercase();
    let words: Vec<String> = text.split([' ', '.', '_']).filter(|word| !word.is_empty()).map(exactly).collect();
    format!("%{}%", words.join("%"))
}
