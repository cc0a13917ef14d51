//! What changes features, what is given of them, and what is counted.

mod bill_usage;
mod consume;
mod events;
mod feature;
mod flag;
mod overrides;
mod plan;
mod upgrade;

pub(crate) use bill_usage::BillUsage;
pub(crate) use consume::{Consume, For, customer};
pub(crate) use events::{Came, Record, Reply, Status};
pub(crate) use feature::{ChangeFeature, CreateFeature};
pub(crate) use flag::{PutFlag, RemoveFlag};
pub(crate) use overrides::{Override, TakeBack};
pub(crate) use plan::{Given, PutPlanFeatures};
pub(crate) use upgrade::PutUpgradeUrl;
