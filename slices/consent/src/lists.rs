//! The list of suppressions, and the log.

use crate::model::{Consent, Entry, Reason, Suppression};
use facts::consent::{How, Scope};
use facts::messages::Channel;
use facts::{ContactId, Id};
use store::{Look, Result, params, sql};
use web::Cursor;

/// Which suppressions of a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct StopFilter {
    pub channel: Option<Channel>,
    pub scope: Option<Scope>,
    pub reason: Option<Reason>,
    /// A part of the address.
    pub q: Option<String>,
}

/// Suppressions after a place in the list, newest first.
pub(crate) async fn suppressions(look: &mut impl Look, filter: &StopFilter, cursor: Cursor, limit: i64) -> Result<Vec<Suppression>> {
    look.all(
        sql!(
            "SELECT id, contact_id, channel, address, scope, reason, detail, who, since FROM suppressed_addresses
             WHERE tenant_id = $1 AND (since, id) < ($2, $3) AND (channel = $5 OR $5 IS NULL) AND (scope = $6 OR $6 IS NULL)
               AND (reason = $7 OR $7 IS NULL) AND (address LIKE $8 ESCAPE '\\' OR $8 IS NULL)
             ORDER BY since DESC, id DESC LIMIT $4"
        ),
        params![
            look.tenant(),
            cursor.at,
            cursor.id,
            limit,
            filter.channel.map(Channel::as_str),
            filter.scope.map(Scope::as_str),
            filter.reason.map(Reason::as_str),
            filter.q.as_deref().map(web::like)
        ],
    )
    .await
}

/// Where a page of suppressions that ends with this one goes on.
pub(crate) fn place_of_stop(stop: &Suppression) -> Cursor {
    Cursor { at: stop.since, id: stop.id.uuid() }
}

/// Which words of the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogFilter {
    pub channel: Option<Channel>,
    pub scope: Option<Scope>,
    pub said: Option<Consent>,
    pub how: Option<How>,
    /// A whole address, in its one spelling.
    pub address: Option<String>,
    pub contact: Option<ContactId>,
}

/// A statement that gives words of the log after a place, newest first: what narrows them besides.
macro_rules! entries {
    ($narrow:literal) => {
        sql!(concat!(
            "SELECT id, contact_id, channel, address, scope, said, how, evidence, ip, who, at FROM consents
             WHERE tenant_id = $1 AND (at, id) < ($2, $3) AND (channel = $5 OR $5 IS NULL) AND (scope = $6 OR $6 IS NULL)
               AND (said = $7 OR $7 IS NULL) AND (how = $8 OR $8 IS NULL) ",
            $narrow,
            " ORDER BY at DESC, id DESC LIMIT $4"
        ))
    };
}

/// Words of the log after a place in it, newest first.
pub(crate) async fn log(look: &mut impl Look, filter: &LogFilter, cursor: Cursor, limit: i64) -> Result<Vec<Entry>> {
    let narrow = params![
        look.tenant(),
        cursor.at,
        cursor.id,
        limit,
        filter.channel.map(Channel::as_str),
        filter.scope.map(Scope::as_str),
        filter.said.map(Consent::as_str),
        filter.how.map(How::as_str)
    ];
    match (&filter.address, filter.contact) {
        (Some(address), None) => look.all(entries!("AND address = $9"), &[narrow.as_slice(), params![address]].concat()).await,
        (None, Some(contact)) => look.all(entries!("AND contact_id = $9"), &[narrow.as_slice(), params![contact]].concat()).await,
        (Some(address), Some(contact)) => {
            look.all(entries!("AND address = $9 AND contact_id = $10"), &[narrow.as_slice(), params![address, contact]].concat()).await
        }
        (None, None) => look.all(entries!(""), narrow).await,
    }
}

/// Where a page of the log that ends with this word goes on.
pub(crate) fn place_of_entry(entry: &Entry) -> Cursor {
    Cursor { at: entry.at, id: entry.id.uuid() }
}
