//! Wanting to be paid.

use crate::errands::CreateProviderOrder;
use crate::model::NewIntent;
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
    if new.amount.minor <= 0 {
        return Err(Error::field("amount", "more than nothing"));
    }
    let id: IntentId = tx.id();
    let made = tx
        .exec(
            sql!(
                "INSERT INTO intents (tenant_id, id, payable, payable_id, amount_minor, currency, receipt, state, description, name, phone, email,
                    asks, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, 'opening', $8, $9, $10, $11, 0, $12) ON CONFLICT DO NOTHING"
            ),
            params![
                tx.tenant(),
                id,
                new.payable.kind().as_str(),
                new.payable.uuid(),
                new.amount.minor,
                new.amount.currency,
                id.to_string(),
                cut(&new.description),
                new.name.as_deref().map(cut),
                new.phone.as_deref(),
                new.email.as_deref(),
                tx.now()
            ],
        )
        .await?;
    if made == 0 {
        let live = rows::live(tx, new.payable).await?;
        return live.ok_or_else(|| Error::internal("an intent that is neither new nor live"));
    }
    let how = Sending { id: Some(ErrandId::from_uuid(id.uuid())), ..Sending::default() };
    tx.send_with(CreateProviderOrder { intent_id: id }, how).await?;
    rows::ask_later(tx, id, tx.now()).await?;
    Ok(id)
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}
