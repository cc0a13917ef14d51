//! Accounts, tenants and their doors over HTTP, on both databases.

mod certificates;
mod domains;
mod doors;
mod lifecycle;
mod network;
mod passkeys;
mod plans;
mod second_factor;
mod sso;
mod tenants;
mod test_mode;
mod tickets;
