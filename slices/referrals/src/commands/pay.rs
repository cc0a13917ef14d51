//! A referrer was paid, by hand: the transfer is noted, and what can be paid becomes less by it.

use crate::model::Payout;
use crate::{queries, rows};
use facts::referrals::{CommissionPaid, CommissionPaidBy};
use facts::{Currency, Money, ReferrerId};
use store::{Command, Error, Result, Tx};

/// The longest number of a transfer.
const LONGEST: usize = 80;

/// Notes that a referrer was paid.
#[derive(Debug, Clone)]
pub(crate) struct PayReferrer {
    pub id: ReferrerId,
    /// How much; all that can be paid in the shop's currency where nothing is said.
    pub amount: Option<Money>,
    pub method: CommissionPaidBy,
    /// The transfer's number; each is noted once.
    pub reference: String,
}

impl Command for PayReferrer {
    const NAME: &'static str = "pay_referrer";
    type Out = Payout;

    async fn run(&self, tx: &mut Tx) -> Result<Payout> {
        let reference = self.reference.trim().to_owned();
        if reference.is_empty() || reference.chars().count() > LONGEST {
            return Err(Error::field("reference", format!("the transfer's number, at most {LONGEST} characters")));
        }
        let referrer = rows::lock(tx, self.id).await?.ok_or_else(|| Error::not_found("referrer"))?;
        let balances = queries::balances(tx, self.id, self.id).await?;
        let usual = || balances.iter().find(|balance| balance.payable_minor > 0).map(|balance| balance.payable());
        let amount = self.amount.or_else(usual).unwrap_or(Money::new(0, Currency::INR));
        if amount.minor <= 0 && self.amount.is_some() {
            return Err(Error::field("amount", "more than nothing"));
        }
        if amount.minor <= 0 || !rows::pay(tx, self.id, amount).await? {
            let payable =
                balances.iter().find(|balance| balance.currency == amount.currency).map_or(0, |balance| balance.payable_minor.max(0));
            let message = format!("{} can be paid now.", Money::new(payable, amount.currency));
            return Err(Error::conflict("more_than_payable", message.clone()).with_field("amount", message));
        }
        let payout = Payout {
            id: tx.id(),
            referrer_id: self.id,
            name: referrer.name,
            currency: amount.currency,
            amount_minor: amount.minor,
            method: self.method,
            reference,
            paid_at: tx.now(),
        };
        if !rows::insert_payout(tx, &payout).await? {
            let message = "A payout to this referrer with this number is noted already.";
            return Err(Error::conflict("payout_noted", message).with_field("reference", message));
        }
        tx.state(CommissionPaid {
            payout_id: payout.id,
            referrer_id: self.id,
            name: payout.name.clone(),
            amount,
            method: self.method,
            reference: payout.reference.clone(),
        })
        .await?;
        Ok(payout)
    }
}
