//! What people and programs do about endpoints and deliveries.

mod change;
mod make;
mod replay;
mod rotate;
mod test;

pub(crate) use change::{ChangeEndpoint, RemoveEndpoint};
pub(crate) use make::{MakeEndpoint, Wanted};
pub(crate) use replay::{ReplayDelivery, ReplayEndpoint};
pub(crate) use rotate::RotateSecret;
pub(crate) use test::TestEndpoint;
