//! What changes referrers and their commissions.

mod join;
mod pay;
mod release;
mod set_up;
mod track;

pub(crate) use join::{ChangeReferrer, Join, Whom};
pub(crate) use pay::PayReferrer;
pub(crate) use release::ReleaseCommission;
pub(crate) use set_up::PutSettings;
pub(crate) use track::{Kind, Track};
