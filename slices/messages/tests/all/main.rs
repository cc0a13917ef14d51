//! Messages from order to phone, on both databases.

mod delivery;
mod flows;
mod hours;
mod inbound;
mod moved;
mod providers;
mod recover;
mod reports;
mod trial;
