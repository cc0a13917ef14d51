//! Wanting to be paid.

use crate::errands::{ChargeMandate, CreateProviderOrder};
use crate::mandates::{KeepBy, Mandate, NOTICE};
use crate::model::{NewIntent, Way};
use crate::provider::Provider;
use crate::rows;
use facts::{ErrandId, Id, IntentId};
use store::{Error, Result, Sending, Tx, params, sql};

/// The longest text that a provider is sent.
const LONGEST: usize = 250;

/// Wants to be paid for something: the intent is stored, and the provider is asked for an order of its own as soon as
/// this commits. While it is live, a second call for the same thing finds it.
///
/// # Errors
/// `invalid_field` when the amount is not above zero.
pub async fn open(tx: &mut Tx, new: NewIntent) -> Result<IntentId> {
    begin(tx, new, Way::Checkout, None).await
}

/// As [`open`], by an address that can be sent to whoever is to pay.
///
/// # Errors
/// As [`open`].
pub async fn open_link(tx: &mut Tx, new: NewIntent) -> Result<IntentId> {
    begin(tx, new, Way::Link, None).await
}

/// Charges a customer who is not present, by what they have agreed to. What became of it is said by `payment.captured`, or by
/// `collection.failed`, after which nothing of it is under way.
///
/// # Errors
/// `collecting` while something else is live for the same thing, `invalid_field` when the amount is not above zero.
pub async fn charge(tx: &mut Tx, new: NewIntent, mandate: &Mandate) -> Result<IntentId> {
    begin(tx, new, Way::Mandate, Some(mandate)).await
}

async fn begin(tx: &mut Tx, new: NewIntent, way: Way, mandate: Option<&Mandate>) -> Result<IntentId> {
    if new.amount.minor <= 0 {
        return Err(Error::field("amount", "more than nothing"));
    }
    let id: IntentId = tx.id();
    if !insert(tx, id, &new, way, mandate).await? {
        if way == Way::Mandate {
            return Err(Error::conflict("collecting", "Another way to pay it is open. It has to end first."));
        }
        let live = rows::live(tx, new.payable).await?;
        return live.ok_or_else(|| Error::internal("an intent that is neither new nor live"));
    }
    let how = Sending { id: Some(ErrandId::from_uuid(id.uuid())), ..Sending::default() };
    match way {
        Way::Mandate => tx.send_with(ChargeMandate { intent_id: id }, how).await?,
        Way::Checkout | Way::Link => tx.send_with(CreateProviderOrder { intent_id: id }, how).await?,
        Way::Provider => return Err(Error::internal("what a provider bills by itself is never asked for here")),
    };
    rows::ask_later(tx, id, tx.now()).await?;
    Ok(id)
}

/// `false` where something is live for the same thing.
async fn insert(tx: &mut Tx, id: IntentId, new: &NewIntent, way: Way, mandate: Option<&Mandate>) -> Result<bool> {
    // Razorpay's customers hear of a debit before it is made.
    let debit_after = mandate.filter(|mandate| mandate.provider == Provider::Razorpay).map(|_| tx.now().after(NOTICE));
    let made = tx
        .exec(
            sql!(
                "INSERT INTO intents (tenant_id, id, payable, payable_id, amount_minor, currency, receipt, state, way, contact_id, mandate_id,
                    keep, keep_by, debit_after, description, name, phone, email, asks, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 'opening', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 0, $18) ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                id,
                new.payable.kind().as_str(),
                new.payable.uuid(),
                new.amount.minor,
                new.amount.currency,
                id.to_string(),
                way.as_str(),
                new.contact_id,
                mandate.map(|mandate| mandate.id),
                new.keep,
                new.keep_by.map(KeepBy::as_str),
                debit_after,
                cut(&new.description),
                new.name.as_deref().map(cut),
                new.phone.as_deref(),
                new.email.as_deref(),
                tx.now()
            ],
        )
        .await?;
    Ok(made == 1)
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}
