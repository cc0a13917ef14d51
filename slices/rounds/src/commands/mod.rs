//! What changes rounds.

mod begin;
mod bill;
mod change;
mod day;
mod end;
mod mark;
mod pause;
mod plan;
mod route;
mod samples;
mod set_up;
mod sheet;

pub(crate) use begin::{BeginStandingOrder, Place, Who, called};
pub(crate) use bill::{BillCustomer, BillMonth, BillMonths};
pub(crate) use change::ChangeStandingOrder;
pub(crate) use day::SetDay;
pub(crate) use end::EndStandingOrder;
pub(crate) use mark::{MarkDelivery, MarkRound, Marked, Noted};
pub(crate) use pause::{PauseStandingOrder, ResumeStandingOrder};
pub(crate) use plan::{Ground, PlanRound, ground};
pub(crate) use route::SaveRoute;
pub use samples::Samples;
pub(crate) use set_up::PutSettings;
pub(crate) use sheet::ChangeDelivery;

use crate::model::StandingOrder;
use crate::{queries, rows, states};
use facts::StandingOrderId;
use jiff::civil::Date;
use store::{Error, Result, Tx};

/// The most of something that is brought at once, in thousandths.
const MOST: i64 = 1_000_000_000;

/// A standing order that is not over, with the terms of the first day that can still change. The ground is held before it is read,
/// so nobody else changes it meanwhile.
async fn running(tx: &mut Tx, ground: &Ground, id: StandingOrderId) -> Result<StandingOrder> {
    let order = queries::order(tx, id, ground.open).await?.ok_or_else(|| Error::not_found("standing order"))?;
    states::still_runs(order.standing().status(ground.today))?;
    Ok(order)
}

/// A day as it is typed; the usual one where nothing is.
fn day(field: &str, text: Option<&str>, usual: Date) -> Result<Date> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(usual) };
    let day: Date = text.parse().map_err(|_| Error::field(field, "a day such as 2026-11-22"))?;
    // Further on there is nothing to plan, and 9999-12-31 is a day that never comes.
    if day.year() > 9_000 || day.year() < 1_970 { Err(Error::field(field, "a day such as 2026-11-22")) } else { Ok(day) }
}

/// How much is brought at once.
fn quantity(field: &str, text: &str) -> Result<i64> {
    let milli = invoices::quantity(field, text)?;
    if milli <= MOST { Ok(milli) } else { Err(Error::field(field, "at most 1000000")) }
}

/// A day whose sheet does not stand yet.
fn open(ground: &Ground, day: Date) -> Result<()> {
    if day >= ground.open {
        return Ok(());
    }
    Err(Error::conflict(
        "past_cut_off",
        format!(
            "The sheet of {day} stands since the cut-off at {}. The first day that can still change is {}. A stop of a sheet that stands is \
             changed on the sheet itself, or with PUT /api/v1/deliveries/{{id}}.",
            ground.settings.cut_off, ground.open
        ),
    ))
}
