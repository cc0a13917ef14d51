//! Looking at codes.

use crate::model::{OneTimeCode, State};
use crate::rows::{Counted, IN_ALL, codes};
use facts::Id;
use serde::Deserialize;
use store::{Look, Result, params, sql};
use web::Cursor;

/// What to narrow the list to; nothing set is all of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub state: Option<State>,
    /// In its one spelling.
    pub address: Option<String>,
}

/// Where a code stands in the list.
pub(crate) fn place(code: &OneTimeCode) -> Cursor {
    Cursor { at: code.created_at, id: code.id.uuid() }
}

/// Codes after a place in the list, newest first.
pub(crate) async fn list(look: &mut impl Look, filter: &Filter, after: Cursor, limit: i64) -> Result<Vec<OneTimeCode>> {
    look.all(
        codes!(
            "WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL) AND (address = $5 OR $5 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $6"
        ),
        params![look.tenant(), after.at, after.id, filter.state.map(State::as_str), filter.address.as_deref(), limit],
    )
    .await
}

/// What was counted of all codes within one hour.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Hour {
    /// As [`crate::rows::hour`] counts them.
    pub hour: i64,
    pub sends: i64,
    pub verified: i64,
    pub refused: i64,
    pub spent: i64,
}

impl Hour {
    pub(crate) fn counted(&self) -> Counted {
        let Self { sends, verified, refused, spent, .. } = *self;
        Counted { sends, verified, refused, spent }
    }
}

/// What was counted in each hour from this one on.
pub(crate) async fn hours(look: &mut impl Look, from: i64) -> Result<Vec<Hour>> {
    look.all(
        sql!(
            "SELECT hour, sends, verified, refused, spent FROM one_time_code_counts
             WHERE tenant_id = $1 AND scope = $2 AND what = '' AND hour >= $3 ORDER BY hour"
        ),
        params![look.tenant(), IN_ALL, from],
    )
    .await
}
