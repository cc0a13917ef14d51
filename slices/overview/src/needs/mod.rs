//! What needs a person: errands that were given up, facts that a reaction failed on.

pub(crate) mod page;

use facts::{ErrandId, FactId, Time};
use serde::Deserialize;
use store::{Look, Result, params, sql};

/// An errand that was given up.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Buried {
    pub id: ErrandId,
    pub name: String,
    pub note: Option<String>,
    pub failures: i64,
    pub created_at: Time,
}

/// A fact that a reaction failed on.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SetAside {
    pub reaction: String,
    pub fact_id: FactId,
    pub error: String,
    pub set_aside_at: Time,
}

/// How many of each the page shows.
const MOST: i64 = 100;

pub(crate) async fn buried(look: &mut impl Look) -> Result<Vec<Buried>> {
    look.all(
        sql!(
            "SELECT id, name, note, failures, created_at FROM errands WHERE tenant_id = $1 AND state = 'buried'
             ORDER BY created_at DESC LIMIT $2"
        ),
        params![look.tenant(), MOST],
    )
    .await
}

pub(crate) async fn set_aside(look: &mut impl Look) -> Result<Vec<SetAside>> {
    look.all(
        sql!(
            "SELECT reaction, fact_id, error, set_aside_at FROM facts_set_aside WHERE tenant_id = $1
             ORDER BY set_aside_at DESC LIMIT $2"
        ),
        params![look.tenant(), MOST],
    )
    .await
}
