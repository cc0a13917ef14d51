//! The month's bill: one for each customer, in the transaction that notes that the month is billed.

use super::{ground, rows};
use crate::{clock, month, queries};
use facts::rounds::MonthBilled;
use facts::{ContactId, Currency};
use invoices::Bill;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::{Command, Error, Result, Timer, Tx};

/// Bills what is over and on no invoice: every morning, so that what could not be billed on the first of a month is billed as soon
/// as it can be.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BillMonths {}

impl BillMonths {
    /// Sets it for the next morning.
    pub(super) async fn set(tx: &mut Tx, zone: &TimeZone) -> Result<()> {
        let next = clock::next_billing(tx.now(), zone);
        tx.at(next, Self {}).await
    }
}

impl Timer for BillMonths {
    const NAME: &'static str = "bill_months";

    fn key(&self) -> String {
        "next".to_owned()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let ground = ground(tx).await?;
        Self::set(tx, &ground.zone).await?;
        if invoices::can_bill(tx).await? {
            set_all(tx, ground.today.first_of_month(), None).await?;
        }
        Ok(())
    }
}

/// Has every customer's open month before a day billed, each in a transaction of its own; tells how many there are.
async fn set_all(tx: &mut Tx, before: jiff::civil::Date, only: Option<&str>) -> Result<usize> {
    let open = queries::open_months(tx, before).await?;
    let mut count = 0;
    for queries::Open { contact_id, month, currency } in open {
        if only.is_none_or(|only| only == month) {
            tx.at(tx.now(), BillCustomer { contact_id, month, currency }).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// Bills a month that is over, now.
#[derive(Debug, Clone)]
pub(crate) struct BillMonth {
    /// The month, such as `2026-11`.
    pub month: String,
}

impl Command for BillMonth {
    const NAME: &'static str = "bill_month";
    type Out = usize;

    async fn run(&self, tx: &mut Tx) -> Result<usize> {
        let (_, last) = month::days(&self.month)?;
        let ground = ground(tx).await?;
        if last >= ground.today {
            return Err(Error::conflict(
                "month_not_over",
                format!("{} is not over: its last deliveries are still to come.", month::words(&self.month)),
            ));
        }
        if !invoices::can_bill(tx).await? {
            let message = "Say first who sells, under Invoices, Billing settings, or with PUT /api/v1/invoice-settings.";
            return Err(Error::conflict("seller_unknown", message));
        }
        set_all(tx, ground.today.first_of_month(), Some(&self.month)).await
    }
}

/// Bills one customer's month.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BillCustomer {
    pub contact_id: ContactId,
    pub month: String,
    pub currency: Currency,
}

impl Timer for BillCustomer {
    const NAME: &'static str = "bill_customer";

    fn key(&self) -> String {
        format!("{}/{}/{}", self.contact_id, self.month, self.currency)
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let ground = ground(tx).await?;
        let days = month::days(&self.month)?;
        let done = queries::is_billed(tx, self.contact_id, &self.month, self.currency).await?;
        if done || days.1 >= ground.today || !invoices::can_bill(tx).await? {
            return Ok(());
        }
        let deliveries = rows::lock_unbilled(tx, self.contact_id, days, self.currency).await?;
        // What stayed under an id that nobody has any more is brought to whom they became one with.
        let customer = contacts::now_known_as(tx, self.contact_id).await?;
        let orders = queries::of_contact(tx, customer, days.1).await?;
        let lines = month::lines(&self.month, &orders, &deliveries)?;
        let Some(customer) = orders.first().map(|order| order.customer.clone()).filter(|_| !lines.is_empty()) else { return Ok(()) };
        let note = format!("Deliveries of {}", month::words(&self.month));
        let bill = invoices::bill(tx, Bill { contact_id: self.contact_id, lines, inclusive: true, due_on: None, note }).await?;
        rows::insert_bill(tx, rows::Billed { month: &self.month, contact: self.contact_id, customer: &customer, bill: &bill }).await?;
        rows::set_billed(tx, self.contact_id, days, self.currency, bill.id).await?;
        tx.state(MonthBilled {
            contact_id: self.contact_id,
            month: self.month.clone(),
            invoice_id: bill.id,
            number: bill.number,
            total: bill.total,
        })
        .await?;
        Ok(())
    }
}
