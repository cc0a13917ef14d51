//! What changes imports.

mod apply;
mod begin;
mod connect;
mod inbound;
mod read;
mod take;

pub(crate) use apply::ApplyImport;
pub(crate) use begin::{BeginShopImport, PollShop};
pub(crate) use connect::{ConnectShop, DisconnectShop};
pub(crate) use inbound::ReceiveCall;
pub(crate) use read::{BeginReading, FinishReading, StagePage, StopReading, SweepImport, end, stop};
pub(crate) use take::TakePage;
