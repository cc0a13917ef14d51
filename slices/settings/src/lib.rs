//! Settings and credentials: what a tenant has chosen, and what it must keep secret.

mod credentials;
mod providers;
mod rows;

pub use credentials::Credentials;
pub use rows::{get, put, put_secret};
