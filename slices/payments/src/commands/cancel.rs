//! Giving up on being paid.

use crate::model::IntentState;
use crate::rows;
use crate::rules::IntentEvent;
use facts::payments::Payable;
use store::{Result, Tx};

/// Says that something is no longer to be paid this way. Money that still comes for it is shown to a person; an intent that
/// is paid stays so.
///
/// # Errors
/// Whatever the database refuses.
pub async fn cancel(tx: &mut Tx, what: impl Into<Payable>) -> Result<()> {
    if let Some(id) = rows::live(tx, what.into()).await?
        && let Some(intent) = rows::lock_intent(tx, id).await?
    {
        let to = rows::move_intent(tx, &intent, IntentEvent::Cancelled).await?;
        if to == IntentState::Cancelled && intent.provider_order_id.is_some() {
            rows::close(tx, &intent, intent.provider).await?;
        }
    }
    Ok(())
}
