//! Decisions, without a database.
