//! One error for the whole house. The web turns it into a problem or a page; nobody else knows of HTTP.

use std::error::Error as StdError;
use std::fmt;
use std::panic::Location;
use std::time::Duration;

/// What went wrong, as coarse as a caller needs to decide what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request cannot be read at all.
    Malformed,
    /// The request can be read but says something that is not allowed.
    Invalid,
    /// Nobody is signed in, or the signature is wrong.
    Unauthenticated,
    /// Whoever is signed in may not do this.
    Forbidden,
    /// There is no such thing, or none that the caller may know of.
    NotFound,
    /// The thing is in a state that does not allow this.
    Conflict,
    /// It has to be paid for first.
    PaymentRequired,
    /// Too much in one go.
    TooLarge,
    /// Too often.
    TooMany,
    /// A provider or the database is away; the same request may succeed later.
    Unavailable,
    /// A mistake of ours.
    Internal,
}

/// What is wrong with one field of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name, dotted where it is nested: `customer.phone`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// An error with a stable code, words for a person, and the place it came from.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    code: &'static str,
    message: String,
    fields: Vec<FieldError>,
    members: Vec<(&'static str, serde_json::Value)>,
    retry_after: Option<Duration>,
    transient: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
    place: &'static Location<'static>,
}

/// The result of nearly everything.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of a kind; `code` is stable and for programs, `message` for people.
    #[track_caller]
    pub fn new(kind: Kind, code: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            code,
            message: message.into(),
            fields: Vec::new(),
            members: Vec::new(),
            retry_after: None,
            transient: false,
            source: None,
            place: Location::caller(),
        }))
    }

    /// The input says something that is not allowed.
    #[track_caller]
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, code, message)
    }

    /// One field of the input is wrong.
    #[track_caller]
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::new(Kind::Invalid, "invalid_field", message.clone()).with_field(field, message)
    }

    /// There is no such thing.
    #[track_caller]
    pub fn not_found(what: &str) -> Self {
        Self::new(Kind::NotFound, "not_found", format!("There is no such {what}."))
    }

    /// The state of things does not allow it.
    #[track_caller]
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code, message)
    }

    /// A mistake of ours, with its cause for the log.
    #[track_caller]
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Kind::Internal, "internal", "Something went wrong on our side.").because(cause)
    }

    /// Something we need is away.
    #[track_caller]
    pub fn unavailable(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, code, message).retry_after(Duration::from_secs(1))
    }

    /// Adds what is wrong with a field.
    pub fn with_field(mut self, field: impl Into<String>, message: impl Into<String>) -> Self {
        self.0.fields.push(FieldError { field: field.into(), message: message.into() });
        self
    }

    /// Adds what a program needs to go on, under a name of its own in the answer: `upgrade_url`.
    pub fn with_member(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.0.members.push((name, value.into()));
        self
    }

    /// Adds the cause, for the log alone.
    pub fn because(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(cause.into());
        self
    }

    /// Tells the caller when to come back.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Marks a conflict between transactions that running again resolves.
    pub(crate) fn rerun(mut self) -> Self {
        self.0.transient = true;
        self
    }

    /// Whether running the same command again may succeed at once.
    pub(crate) fn is_rerun(&self) -> bool {
        self.0.transient
    }

    /// Whether the database could not take it just now: what was asked for is not to blame.
    pub(crate) fn is_away(&self) -> bool {
        const AWAY: [&str; 6] = ["database_away", "database_busy", "database_conflict", "commit_failed", "disk_full", "shutting_down"];
        AWAY.contains(&self.0.code)
    }

    /// What went wrong.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The words for a person.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What is wrong with which field.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// What a program needs to go on, by name.
    pub fn members(&self) -> &[(&'static str, serde_json::Value)] {
        &self.0.members
    }

    /// When to come back, where that is known.
    pub fn retry(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Where in the source it was made.
    pub fn place(&self) -> &'static Location<'static> {
        self.0.place
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0.message)?;
        for field in &self.0.fields {
            write!(f, " [{}: {}]", field.field, field.message)?;
        }
        if let Some(source) = &self.0.source {
            write!(f, " ({source})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:?} {} at {}: {self}", self.0.kind, self.0.code, self.0.place)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}

impl From<rusqlite::Error> for Error {
    #[track_caller]
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull};
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::unavailable("database_busy", "The database is busy.").because(error),
            Some(DiskFull) => Self::unavailable("disk_full", "The disk is full.").because(error),
            _ => Self::internal(error),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    #[track_caller]
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        match error.code() {
            Some(&(SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED | SqlState::LOCK_NOT_AVAILABLE)) => {
                Self::unavailable("database_conflict", "Others changed the same thing at the same time.").because(error).rerun()
            }
            Some(_) => {
                let text = error.as_db_error().map(ToString::to_string).unwrap_or_default();
                Self::internal(error).because(text)
            }
            None => Self::unavailable("database_away", "The database cannot be reached.").because(error),
        }
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    #[track_caller]
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => error.into(),
            other => Self::unavailable("database_away", "The database cannot be reached.").because(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    #[track_caller]
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<facts::MoneyError> for Error {
    #[track_caller]
    fn from(error: facts::MoneyError) -> Self {
        Self::invalid("invalid_money", error.to_string())
    }
}
