//! What changes imports.

mod apply;
mod read;
mod take;

pub(crate) use apply::ApplyImport;
pub(crate) use read::{BeginReading, FinishReading, StagePage, StopReading, SweepImport};
pub(crate) use take::TakePage;
