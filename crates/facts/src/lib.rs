//! The language that every room of the house shares: ids, money, times, and what has happened.
//!
//! Nothing here does I/O and nothing here knows a table. A slice that wants another slice to know of
//! something states a [`Fact`]; the types of all facts are in this crate, one file a slice.

mod change;
mod fact;
mod id;
mod money;
mod time;
mod words;

pub mod branding;
pub mod campaigns;
pub mod catalogue;
pub mod consent;
pub mod contacts;
pub mod domains;
pub mod entitlements;
pub mod errands;
pub mod events;
pub mod experiments;
pub mod files;
pub mod identity;
pub mod imports;
pub mod inbox;
pub mod invoices;
pub mod journeys;
pub mod messages;
pub mod mobile;
pub mod orders;
pub mod otp;
pub mod payments;
pub mod provider_subscriptions;
pub mod push;
pub mod recovery;
pub mod referrals;
pub mod rounds;
pub mod segments;
pub mod settings;
pub mod settlements;
pub mod sign_in;
pub mod social;
pub mod subscriptions;
pub mod tracking;
pub mod webhooks;
pub mod whatsapp;

pub use change::{Change, MASK};
pub use fact::Fact;
pub use id::*;
pub use money::{Currency, Money, MoneyError, split};
pub use time::Time;
