//! The store: one way to write, one way to look, and what carries out whatever was committed.
//!
//! A [`Command`] runs in a [`Tx`] by [`Db::run`]. What it [`Tx::state`]s others react to ([`Reaction`]), what it
//! [`Tx::send`]s leaves the house ([`Errand`]), what it sets [`Tx::at`] a time rings then ([`Timer`]). All of that
//! is rows of the same commit, on SQLite and on PostgreSQL alike.

mod clock;
mod db;
mod erase;
pub mod errand;
mod error;
pub mod export;
mod feed;
mod idempotency;
pub mod inbound;
pub mod journal;
mod listen;
mod many;
mod migrate;
mod node;
mod postgres;
mod reaction;
mod read;
mod row;
pub mod secret;
mod sql;
mod sqlite;
mod timer;
mod tx;
mod value;
mod wake;
mod who;
#[doc(hidden)]
pub mod wide;
mod work;
mod works;

pub use clock::{Clock, Dice};
pub use db::{Db, Options};
pub use erase::EraseTenant;
pub use errand::{Ended, Errand, ErrandKind, Lane, Next, Sending, Trip};
pub use error::{Error, FieldError, Kind, Result};
pub use export::{Picture, Told};
pub use idempotency::Key;
pub use journal::Stated;
pub use many::{MANY, TOGETHER, portions, texts};
pub use migrate::{Migration, STORE, migrate, pending};
pub use node::keep_house;
pub use reaction::{Reaction, RunAgain, reached, react_to_each};
pub use read::Read;
pub use row::Json;
#[doc(hidden)]
pub use sql::Registered;
pub use sql::Sql;
pub use timer::{Timer, TimerKind};
pub use tx::{Look, Tx};
pub use value::Value;
pub use who::{Actor, Who};
pub use wide::{Rows, WIDE};
pub use work::{Command, Once};
pub use works::{Running, Works};

#[doc(hidden)]
pub use inventory;
