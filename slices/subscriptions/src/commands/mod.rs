//! What changes plans and subscriptions.

mod change;
mod create;
mod look_after;
mod plan;
mod policy;
mod stop;

pub(crate) use change::{ChangeSubscription, PreviewChange, Quote};
pub(crate) use create::{CreateSubscription, NewPerson, create_once};
pub(crate) use look_after::{LetGoOn, LookAfterSubscription};
pub(crate) use plan::{ChangePlan, CreatePlan, Elsewhere, NewPrice};
pub(crate) use policy::PutPolicy;
pub(crate) use stop::{CancelSubscription, KeepSubscription, PauseSubscription, ResumeSubscription};
