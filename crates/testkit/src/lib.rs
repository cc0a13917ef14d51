//! What tests stand on: a database of one's own on either engine, a clock that is moved by hand, seeded chance.
//!
//! A dev-dependency only. It may panic: a test that cannot be set up has failed.
#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

#[cfg(feature = "app")]
mod app;
#[cfg(feature = "app")]
mod browser;
mod db;
#[cfg(feature = "app")]
mod logs;
#[cfg(feature = "app")]
mod people;
mod plans;
mod postgres;
mod prepare;
mod rows;
mod schema;
mod secrets;

#[cfg(feature = "app")]
pub use app::{ADMIN, Reply, TestApp, run_app};
#[cfg(feature = "app")]
pub use browser::Browser;
pub use db::{Engine, START, TestDb, run};
#[cfg(feature = "app")]
pub use logs::{heard, listen};
pub use plans::walks;
pub use prepare::prepare_all;
pub use rows::Holdings;
pub use schema::{differences, schema};
pub use secrets::stands_in;

/// Makes two tests, `name::sqlite` and `name::postgres`, from each body.
///
/// ```ignore
/// testkit::both! {
///     async fn adds_up(db: TestDb) { … }
/// }
/// testkit::both! { with MIGRATIONS;
///     async fn adds_up(db: TestDb) { … }
/// }
/// ```
/// Without `with`, the database has the store's own tables. Each runs on a multi-thread runtime of its own.
#[macro_export]
macro_rules! both {
    (with $migrations:expr; $($(#[$meta:meta])* async fn $name:ident($db:ident: $kind:ty) $body:block)+) => {$(
        #[cfg(test)]
        mod $name {
            use super::*;

            async fn body($db: $kind) $body

            $(#[$meta])*
            #[test]
            fn sqlite() {
                $crate::run($crate::Engine::Sqlite, $migrations, body);
            }

            $(#[$meta])*
            #[test]
            fn postgres() {
                $crate::run($crate::Engine::Postgres, $migrations, body);
            }
        }
    )+};
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: $kind:ty) $body:block)+) => {
        $crate::both! { with $crate::STORE; $($(#[$meta])* async fn $name($db: $kind) $body)+ }
    };
}

#[doc(hidden)]
pub use store::STORE;
