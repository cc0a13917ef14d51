//! Files of people: uploaded, understood, looked at, and taken in page by page.

mod columns;
mod commands;
mod merge;
mod model;
mod person;
mod queries;
mod receive;
mod rows;
mod states;
mod take;
mod timers;

pub(crate) use model::{Consent, Import};
pub(crate) use queries::import;

pub(crate) use columns::{Column, Says};
pub(crate) use commands::{MoveImport, StartImport};
pub(crate) use model::{Difference, Refused, State, Wins};
pub(crate) use queries::{differences, page, place, refused};
pub(crate) use receive::{LARGEST, receive};
pub(crate) use states::Act;
pub(crate) use timers::{SweepImport, TakeLines};
