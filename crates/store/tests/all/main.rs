//! The store on both engines.

#[cfg(test)]
mod commands;
#[cfg(test)]
mod common;
#[cfg(test)]
mod cuts;
#[cfg(test)]
mod errands;
#[cfg(test)]
mod export;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lanes;
#[cfg(test)]
mod losses;
#[cfg(test)]
mod migrations;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod reactions;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod security;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod timers;
