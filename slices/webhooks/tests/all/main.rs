//! Endpoints and their deliveries, on both databases.

mod faults;
mod flows;
mod line;
mod order;
