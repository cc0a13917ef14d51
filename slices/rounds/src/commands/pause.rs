//! A vacation: nothing is brought for a while.

use super::{day, ground, open, rows, running};
use crate::model::{Standing, StandingOrder};
use facts::StandingOrderId;
use facts::rounds::{StandingOrderPaused, StandingOrderResumed};
use jiff::civil::Date;
use store::{Command, Error, Result, Tx};

/// Pauses a standing order from a day on, or gives its pause other days.
#[derive(Debug, Clone)]
pub(crate) struct PauseStandingOrder {
    pub id: StandingOrderId,
    /// The first day without; the first whose sheet does not stand where nothing is said.
    pub from_on: Option<String>,
    /// The first day with it again; until it is resumed where nothing is said.
    pub resumes_on: Option<String>,
}

impl Command for PauseStandingOrder {
    const NAME: &'static str = "pause_standing_order";
    type Out = StandingOrder;

    async fn run(&self, tx: &mut Tx) -> Result<StandingOrder> {
        let ground = ground(tx).await?;
        let mut order = running(tx, &ground, self.id).await?;
        let asked = day("from_on", self.from_on.as_deref(), ground.open)?;
        let resumes_on = day("resumes_on", self.resumes_on.as_deref(), Date::MAX)?;
        // A pause that is under way goes on from where it began, and ends on another day.
        let under_way = order.paused_from < ground.open && ground.open < order.resumes_on;
        if under_way && asked > order.resumes_on {
            let message = format!("It is paused until {}. Pause it again from a later day on when that is over.", order.resumes_on);
            return Err(Error::conflict("standing_order_paused", message));
        }
        let from_on = if under_way { order.paused_from } else { asked };
        open(&ground, if under_way { resumes_on } else { from_on })?;
        if resumes_on <= from_on {
            return Err(Error::field("resumes_on", format!("a day after {from_on}, or none")));
        }
        (order.paused_from, order.resumes_on) = (from_on, resumes_on);
        rows::set_standing(tx, order.id, order.standing()).await?;
        tx.state(StandingOrderPaused {
            standing_order_id: order.id,
            contact_id: order.contact_id,
            from_on: from_on.to_string(),
            resumes_on: (resumes_on != Date::MAX).then(|| resumes_on.to_string()),
        })
        .await?;
        Ok(order)
    }
}

/// Has it brought again from a day on. A pause that has not begun by then is taken back.
#[derive(Debug, Clone)]
pub(crate) struct ResumeStandingOrder {
    pub id: StandingOrderId,
    /// The first day with it again; the first whose sheet does not stand where nothing is said.
    pub on_day: Option<String>,
}

impl Command for ResumeStandingOrder {
    const NAME: &'static str = "resume_standing_order";
    type Out = StandingOrder;

    async fn run(&self, tx: &mut Tx) -> Result<StandingOrder> {
        let ground = ground(tx).await?;
        let mut order = running(tx, &ground, self.id).await?;
        let on_day = day("on_day", self.on_day.as_deref(), ground.open)?;
        open(&ground, on_day)?;
        let Standing { paused_from, resumes_on, .. } = order.standing();
        if paused_from == Date::MAX || resumes_on <= on_day {
            return Err(Error::conflict("not_paused", format!("It is not paused on {on_day}.")));
        }
        (order.paused_from, order.resumes_on) = if on_day <= paused_from { (Date::MAX, Date::MAX) } else { (paused_from, on_day) };
        rows::set_standing(tx, order.id, order.standing()).await?;
        let (standing_order_id, contact_id) = (order.id, order.contact_id);
        tx.state(StandingOrderResumed { standing_order_id, contact_id, from_on: on_day.to_string() }).await?;
        Ok(order)
    }
}
