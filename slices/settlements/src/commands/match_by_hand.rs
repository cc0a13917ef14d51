//! Saying by hand which line of the bank's statement a settlement is.

use super::note;
use crate::matching::Reconcile;
use crate::model::{BankRow, Settlement};
use crate::{queries, rows};
use facts::settlements::SettlementMatched;
use facts::{BankRowId, SettlementId};
use store::{Command, Error, Result, Tx, params, sql};

/// Matches a settlement with a line, each of them free. Amounts that differ need a note; what the bank shows is what came.
#[derive(Debug, Clone)]
pub(crate) struct MatchByHand {
    pub settlement: SettlementId,
    pub bank_row: BankRowId,
    pub note: String,
}

impl Command for MatchByHand {
    const NAME: &'static str = "match_settlement";
    type Out = Settlement;

    async fn run(&self, tx: &mut Tx) -> Result<Settlement> {
        rows::lock(tx).await?;
        let settlement = queries::settlement(tx, self.settlement).await?.ok_or_else(|| Error::not_found("settlement"))?;
        let line: BankRow = queries::bank_row(tx, self.bank_row).await?.ok_or_else(|| Error::not_found("line of the bank's statement"))?;
        if settlement.bank_row_id.is_some() || line.settlement_id.is_some() {
            return Err(Error::conflict("already_matched", "One of the two belongs to another already. Take that apart first."));
        }
        if settlement.currency != line.currency {
            return Err(Error::field("bank_row_id", format!("a line in {}", settlement.currency)));
        }
        if line.amount_minor <= 0 {
            return Err(Error::field("bank_row_id", "a line of money that came in"));
        }
        let note = note(&self.note, settlement.net_minor != line.amount_minor)?;
        let (tenant, id) = (tx.tenant(), settlement.id);
        tx.put(
            sql!(
                "UPDATE settlements SET bank_row_id = $3, bank_minor = $4, by_hand = TRUE, note = $5, state = 'new'
                 WHERE tenant_id = $1 AND id = $2"
            ),
            params![tenant, id, line.id, line.amount_minor, note.as_str()],
        )
        .await?;
        tx.put(
            sql!("UPDATE bank_rows SET settlement_id = $3, note = $4, state = 'new' WHERE tenant_id = $1 AND id = $2"),
            params![tenant, line.id, id, note.as_str()],
        )
        .await?;
        tx.state(SettlementMatched { settlement_id: id, bank_row_id: line.id, note }).await?;
        Reconcile::soon(tx).await?;
        queries::settlement(tx, id).await?.ok_or_else(|| Error::not_found("settlement"))
    }
}

/// Takes apart what was matched by hand; what fits by itself finds itself again.
#[derive(Debug, Clone)]
pub(crate) struct TakeApart(pub SettlementId);

impl Command for TakeApart {
    const NAME: &'static str = "take_settlement_apart";
    type Out = Settlement;

    async fn run(&self, tx: &mut Tx) -> Result<Settlement> {
        rows::lock(tx).await?;
        let settlement = queries::settlement(tx, self.0).await?.ok_or_else(|| Error::not_found("settlement"))?;
        if !settlement.by_hand {
            return Err(Error::conflict("not_by_hand", "It was not matched by hand: accept what is wrong with a note instead."));
        }
        let tenant = tx.tenant();
        tx.put(
            sql!("UPDATE bank_rows SET settlement_id = NULL, note = NULL, state = 'new' WHERE tenant_id = $1 AND settlement_id = $2"),
            params![tenant, self.0],
        )
        .await?;
        tx.put(
            sql!(
                "UPDATE settlements SET bank_row_id = NULL, bank_minor = 0, by_hand = FALSE, note = NULL, state = 'new'
                 WHERE tenant_id = $1 AND id = $2"
            ),
            params![tenant, self.0],
        )
        .await?;
        Reconcile::soon(tx).await?;
        queries::settlement(tx, self.0).await?.ok_or_else(|| Error::not_found("settlement"))
    }
}
