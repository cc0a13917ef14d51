//! Asking whether somebody may use something, and counting it in the same breath.

use crate::entitle::{Desk, Gives};
use crate::model::{Entitlement, Standing};
use crate::own::Quota;
use crate::queries;
use crate::rules::MOST;
use crate::take::{self, Asked};
use facts::ContactId;
use store::{Command, Error, Look, Result, Tx};

/// Who uses it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum For {
    /// A customer.
    Contact(ContactId),
    /// The tenant itself. `grace_percent` is how far above the limit it still goes.
    Own { grace_percent: i64 },
}

/// Uses so much of a feature, if it may be.
#[derive(Debug, Clone)]
pub(crate) struct Consume {
    /// Who uses it.
    pub who: For,
    /// The feature's code.
    pub feature: String,
    /// How much.
    pub amount: i64,
    /// Only asks.
    pub dry_run: bool,
    /// Where the world reaches this.
    pub public_url: String,
}

impl Command for Consume {
    const NAME: &'static str = "consume_entitlement";
    type Out = Standing;

    async fn run(&self, tx: &mut Tx) -> Result<Standing> {
        if !(1..=MOST).contains(&self.amount) {
            return Err(Error::field("amount", format!("a whole number from 1 to {MOST}")));
        }
        let now = tx.now();
        let desk = Desk::of(tx, now).await?;
        let of = entitlement(tx, &desk, self.who, &self.feature).await?;
        match take::take(tx, &desk, of, self.amount, self.dry_run).await? {
            Asked::Fits(standing) => Ok(standing),
            Asked::Full(standing) => {
                let upgrade = self.upgrade(tx).await?;
                Err(take::refused(&desk, &standing, self.amount, &upgrade))
            }
        }
    }
}

impl Consume {
    async fn upgrade(&self, look: &mut impl Look) -> Result<String> {
        if let For::Own { .. } = self.who {
            return Ok(format!("{}/admin/usage", self.public_url));
        }
        match queries::upgrade_url(look).await? {
            Some(typed) => Ok(typed),
            None => Ok(format!("{}/", identity::shop_url(look, &self.public_url).await?)),
        }
    }
}

/// Who a customer is now: programs keep ids, and may ask under one that was merged since.
///
/// # Errors
/// There is no such customer.
pub(crate) async fn customer(look: &mut impl Look, contact: ContactId) -> Result<ContactId> {
    if !contacts::known(look, &[contact]).await?.is_empty() {
        return Ok(contact);
    }
    let now = contacts::now_known_as(look, contact).await?;
    if now == contact || contacts::known(look, &[now]).await?.is_empty() {
        return Err(Error::not_found("contact"));
    }
    Ok(now)
}

/// What somebody may use of one feature.
///
/// # Errors
/// There is no such customer, or no such feature.
pub(crate) async fn entitlement(look: &mut impl Look, desk: &Desk, who: For, feature: &str) -> Result<Entitlement> {
    match who {
        For::Own { grace_percent } => {
            let quota: Quota = feature.parse().map_err(|_| Error::not_found("feature"))?;
            quota.entitlement(desk, grace_percent)
        }
        For::Contact(contact) => {
            let feature = queries::feature_by_code(look, feature).await?.ok_or_else(|| Error::not_found("feature"))?;
            let contact = customer(look, contact).await?;
            Ok(Gives::of(look, desk.clone(), &[contact]).await?.to(contact, &feature))
        }
    }
}
