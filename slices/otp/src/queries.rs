//! Looking at codes.

use crate::model::{OneTimeCode, State};
use crate::rows::codes;
use store::{Look, Result, params};
use web::Cursor;

/// Codes after a place in the list, newest first.
pub(crate) async fn list(
    look: &mut impl Look,
    state: Option<State>,
    address: Option<&str>,
    after: Cursor,
    limit: i64,
) -> Result<Vec<OneTimeCode>> {
    look.all(
        codes!(
            "WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL) AND (address = $5 OR $5 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $6"
        ),
        params![look.tenant(), after.at, after.id, state.map(State::as_str), address, limit],
    )
    .await
}
