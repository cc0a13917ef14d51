//! The audit trail: the journal of facts, in words, narrowed, and as a file.

mod about;
mod api;
mod chain;
mod moment;
mod narrow;
mod page;
mod people;
mod queries;
mod words;

pub use chain::{check, made_with};
pub use moment::moment;
pub use queries::of_contact;

use chain::{Key, SealJournal};
use std::sync::Arc;
use store::Migration;
use store::secret::Vault;
use web::Slice;

/// The chain's tables; the journal itself is the store's.
pub const MIGRATIONS: &[Migration] = &[Migration::both("audit/0001_seals", include_str!("../migrations/0001_seals.sql"))];

/// API, page, and what seals the journal with a key that comes of the vault's.
pub fn slice(vault: &Vault) -> Slice {
    Slice {
        name: "audit",
        migrations: MIGRATIONS.to_vec(),
        routes: [api::routes(), page::routes()].into_iter().flatten().collect(),
        reactions: vec![Arc::new(SealJournal(Key::of(vault)))],
        told: &[
            store::Told { table: "journal_seals", secret: &[], plain: &["entries", "sealed_at", "prev", "hash"] },
            store::Told { table: "journal_heads", secret: &[], plain: &["hash", "sealed_at", "proof"] },
        ],
        ..Slice::default()
    }
}
