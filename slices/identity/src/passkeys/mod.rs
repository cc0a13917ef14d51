//! Passkeys (WebAuthn): a device proves that it holds a key and has asked its owner, in the place of password and code.
//!
//! They are the person's, in every tenant, as passwords are; where a tenant asks for single sign-on they open nothing.

mod ceremony;
mod commands;
mod pages;
mod rows;

pub(crate) use pages::{button, routes, section};
