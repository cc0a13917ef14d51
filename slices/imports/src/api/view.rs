//! An import as JSON.

use crate::model::{Difference, Import, Origin, State};
use facts::{Change, ImportId, OrderId, Time};
use serde::Serialize;
use utoipa::ToSchema;

/// An import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub(super) struct ImportView {
    #[schema(value_type = String, example = "imp_01h2xcejqtf2nbrexx3vqjhp41")]
    id: ImportId,
    /// `file`, `woocommerce` or `shopify`.
    #[schema(value_type = String, example = "file")]
    origin: Origin,
    /// The file's name, or the shop's.
    #[schema(example = "orders-2025.csv")]
    name: String,
    /// Whether it only looks at what would change.
    dry: bool,
    /// `reading`, `running`, `done` or `stopped`.
    #[schema(value_type = String, example = "running")]
    state: State,
    /// Pages that are done; each is taken in as a whole.
    pages_done: i64,
    /// Pages in all, where that is known.
    pages: Option<i64>,
    /// Orders that were not known, or would be new.
    new: i64,
    /// Orders that were changed, or would be.
    changed: i64,
    /// Orders that are as they were known.
    same: i64,
    /// Orders of which a newer version is known.
    older: i64,
    /// Orders that could not be read.
    wrong: i64,
    /// Why it stopped.
    trouble: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Time>,
    /// The first 100 orders that it changes, or would change; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    differences: Option<Vec<DifferenceView>>,
}

/// An order that is changed, or would be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportDifference)]
struct DifferenceView {
    /// What the order is called where it was placed.
    name: String,
    #[schema(value_type = Option<String>)]
    order_id: Option<OrderId>,
    /// Which fields, from what to what.
    #[schema(value_type = Vec<Object>)]
    changes: Vec<Change>,
}

impl From<Import> for ImportView {
    fn from(import: Import) -> Self {
        Self {
            id: import.id,
            origin: import.origin,
            name: import.name,
            dry: import.dry,
            state: import.state,
            pages_done: import.pages,
            pages: import.of_pages,
            new: import.new_orders,
            changed: import.changed_orders,
            same: import.same_orders,
            older: import.older_orders,
            wrong: import.wrong_orders,
            trouble: import.trouble,
            created_at: import.created_at,
            ended_at: import.ended_at,
            differences: None,
        }
    }
}

impl ImportView {
    pub(super) fn with(import: Import, differences: Vec<Difference>) -> Self {
        let shown = |one: Difference| DifferenceView { name: one.name, order_id: one.order_id, changes: one.changes.0 };
        Self { differences: Some(differences.into_iter().map(shown).collect()), ..Self::from(import) }
    }
}
