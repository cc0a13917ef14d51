//! SQL is written as SQL, one text for both engines.
//!
//! The text is PostgreSQL's. For SQLite `$1` becomes `?1` and a closing `FOR UPDATE` or other lock goes: there the one
//! writer holds the whole file anyway. Every text is registered, and one test prepares each on both engines.

use std::sync::OnceLock;

/// How a statement that locks what it finds may end.
const LOCKS: [&str; 3] = ["FOR UPDATE", "FOR NO KEY UPDATE", "FOR KEY SHARE"];

/// A statement.
#[derive(Debug)]
pub struct Sql {
    text: &'static str,
    sqlite: Option<&'static str>,
    translated: OnceLock<String>,
    global: bool,
    place: &'static str,
}

impl Sql {
    /// For [`sql!`] alone.
    #[doc(hidden)]
    pub const fn new(text: &'static str, sqlite: Option<&'static str>, global: bool, place: &'static str) -> Self {
        Self { text, sqlite, translated: OnceLock::new(), global, place }
    }

    /// The text for PostgreSQL.
    pub fn postgres(&self) -> &'static str {
        self.text
    }

    /// The text for SQLite.
    pub fn sqlite(&self) -> &str {
        self.translated.get_or_init(|| {
            let text = self.sqlite.unwrap_or(self.text).replace('$', "?");
            let text = text.trim_end();
            LOCKS.iter().find_map(|lock| text.strip_suffix(lock)).unwrap_or(text).to_owned()
        })
    }

    /// Whether it may see more than one tenant.
    pub fn is_global(&self) -> bool {
        self.global
    }

    /// Where it is written.
    pub fn place(&self) -> &'static str {
        self.place
    }

    /// Every statement of the program.
    pub fn all() -> impl Iterator<Item = &'static Sql> {
        inventory::iter::<Registered>.into_iter().map(|registered| registered.0)
    }
}

/// A statement in the program's list of statements.
#[doc(hidden)]
pub struct Registered(pub &'static Sql);

inventory::collect!(Registered);

/// A statement, registered so that the prepare-all test finds it.
///
/// `sql!("…")` names its tenant; `sql!(global "…")` is one of the few that look across tenants and must say so.
#[macro_export]
macro_rules! sql {
    (@make $text:expr, $sqlite:expr, $global:expr) => {{
        static SQL: $crate::Sql = $crate::Sql::new($text, $sqlite, $global, concat!(file!(), ":", line!()));
        $crate::inventory::submit! { $crate::Registered(&SQL) }
        &SQL
    }};
    (global $text:expr) => { $crate::sql!(@make $text, None, true) };
    ($text:expr) => { $crate::sql!(@make $text, None, false) };
}

/// A statement that the two engines spell differently; it stays inside this crate.
macro_rules! sql_pair {
    (postgres $postgres:expr, sqlite $sqlite:expr) => { $crate::sql!(@make $postgres, Some($sqlite), true) };
}
pub(crate) use sql_pair;
