//! Origin: the back office of a small business in one binary. Here the slices are put together and started.

mod aliases;
pub mod cli;
pub mod config;
pub mod demo;
mod door;
mod health;
pub mod house;
pub mod keys;
mod logs;
pub mod people;
mod plain;
mod play;
mod samples;
mod say;
mod seed;
mod serve;
mod slices;
pub mod stage;
mod subscribers;
mod tls;
pub mod verify;

pub use aliases::ALIASES;
