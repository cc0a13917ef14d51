//! The time in which an order could be given back is over.

use crate::model::State;
use crate::rows::{self, Side};
use crate::rules::{self, Event};
use facts::CommissionId;
use facts::referrals::CommissionReleased;
use serde::{Deserialize, Serialize};
use store::{Result, Timer, Tx};

/// Lets what is left of a commission be paid.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReleaseCommission {
    pub commission_id: CommissionId,
}

impl Timer for ReleaseCommission {
    const NAME: &'static str = "release_commission";

    fn key(&self) -> String {
        self.commission_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(mut it) = rows::lock_commission(tx, self.commission_id).await? else { return Ok(()) };
        let Some(State::Payable) = rules::next(it.state, Event::Release) else { return Ok(()) };
        it.state = State::Payable;
        rows::set(tx, &it).await?;
        let left = it.left();
        rows::move_balance(tx, it.referrer_id, Side::Pending, it.money(-left.minor)).await?;
        rows::move_balance(tx, it.referrer_id, Side::Payable, left).await?;
        if left.minor > 0 {
            let (commission_id, referrer_id, order_id) = (it.id, it.referrer_id, it.order_id);
            tx.state(CommissionReleased { commission_id, referrer_id, order_id, amount: left }).await?;
        }
        Ok(())
    }
}
