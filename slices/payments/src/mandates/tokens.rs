//! Agreements that a bank confirms in its own time: they wait here until it has.

use super::rules::{TokenState, mandate_after};
use super::{Kept, MandateState, find, rows};
use crate::errands::LookAtMandate;
use crate::provider::Provider;
use facts::payments::MandateMade;
use facts::{ContactId, MandateId};
use store::{Result, Tx, params, sql};

/// What a provider says of an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// How far it is.
    pub state: TokenState,
    /// What it is, in the provider's word: `card`, `upi`.
    pub kind: String,
    /// What people know it by.
    pub label: String,
    /// The most that one charge may come to, in minor units.
    pub most_minor: i64,
    /// Why it is over, as a sentence.
    pub reason: String,
}

/// Keeps what somebody has agreed to with a payment, once, and sends somebody to ask whether their bank has confirmed it.
pub(crate) async fn wait_for(tx: &mut Tx, contact: ContactId, provider: Provider, kept: &Kept) -> Result<()> {
    if let Some(mandate_id) = rows::put(tx, contact, provider, kept, MandateState::Waiting).await? {
        tx.send(LookAtMandate { mandate_id }).await?;
    }
    Ok(())
}

/// Makes true what the provider says of a mandate, in whatever order it is heard. Gives how it stands now; `None` where there is no such.
pub(crate) async fn heard(tx: &mut Tx, id: MandateId, said: &Token) -> Result<Option<MandateState>> {
    let Some(mandate) = find(tx, id).await? else { return Ok(None) };
    // The customer's row is held from here on: of two that hear at once, the second sees what the first has made true.
    rows::know(tx, mandate.contact_id, mandate.provider, &mandate.customer).await?;
    let Some(mandate) = find(tx, id).await? else { return Ok(None) };
    let to = mandate_after(mandate.state, said.state);
    match to {
        MandateState::Ended if mandate.state != to => rows::ended(tx, id, &said.reason).await?,
        MandateState::Active if mandate.state != to => {
            if let Some(earlier) = super::active(tx, mandate.contact_id).await? {
                rows::ended(tx, earlier.id, "Another one took its place.").await?;
            }
            activate(tx, id, said).await?;
            let (contact_id, provider) = (mandate.contact_id, mandate.provider.to_string());
            tx.state(MandateMade { mandate_id: id, contact_id, provider, label: said.label.clone() }).await?;
        }
        _ => {}
    }
    Ok(Some(to))
}

async fn activate(tx: &mut Tx, id: MandateId, said: &Token) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE mandates SET state = 'active', kind = $3, label = $4, most_minor = $5
             WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'"
        ),
        params![tx.tenant(), id, said.kind.as_str(), said.label.as_str(), said.most_minor],
    )
    .await?;
    Ok(())
}
