//! Phones and what they hold, on both databases.

mod devices;
mod sync;
