//! What others are told of settlements: each fact has what changed since the one before, so together they are what is known.

use facts::settlements::{SettlementBanked, SettlementReceived};
use facts::{BankRowId, Currency, Money, SettlementId};
use serde::Deserialize;
use store::{Look, Result, Tx, params, sql};

/// A settlement of which more is known than was said.
#[derive(Deserialize)]
struct Unsaid {
    id: SettlementId,
    provider: String,
    settlement_ref: String,
    utr: Option<String>,
    currency: Currency,
    bank_row_id: Option<BankRowId>,
    net: i64,
    fees: i64,
    tax: i64,
    other: i64,
    bank: i64,
}

/// States what is new of the settlements whose turn it is, and notes that it was said.
pub(super) async fn said(tx: &mut Tx) -> Result<()> {
    let unsaid: Vec<Unsaid> = tx
        .all(
            sql!(
                "SELECT id, provider, settlement_ref, utr, currency, bank_row_id, net_minor - stated_net AS net,
                    more_fee_minor - stated_fees AS fees, tax_minor - stated_tax AS tax, other_minor - stated_other AS other,
                    bank_minor - stated_bank AS bank
                 FROM settlements WHERE tenant_id = $1 AND state = 'turn' AND (net_minor <> stated_net OR more_fee_minor <> stated_fees
                    OR tax_minor <> stated_tax OR other_minor <> stated_other OR bank_minor <> stated_bank) ORDER BY settled_at, id"
            ),
            params![tx.tenant()],
        )
        .await?;
    let money = |it: &Unsaid, minor| Money::new(minor, it.currency);
    let received = unsaid.iter().filter(|it| it.net != 0 || it.fees != 0 || it.tax != 0 || it.other != 0);
    let received: Vec<SettlementReceived> = received
        .map(|it| SettlementReceived {
            settlement_id: it.id,
            provider: it.provider.clone(),
            provider_settlement_id: it.settlement_ref.clone(),
            utr: it.utr.clone(),
            amount: money(it, it.net),
            fees: money(it, it.fees),
            tax: money(it, it.tax),
            other: money(it, it.other),
        })
        .collect();
    tx.state_all(received).await?;
    let banked = unsaid.iter().filter(|it| it.bank != 0);
    let banked: Vec<SettlementBanked> =
        banked.map(|it| SettlementBanked { settlement_id: it.id, bank_row_id: it.bank_row_id, amount: money(it, it.bank) }).collect();
    tx.state_all(banked).await?;
    tx.exec(
        sql!(
            "UPDATE settlements SET stated_net = net_minor, stated_fees = more_fee_minor, stated_tax = tax_minor, stated_other = other_minor,
                stated_bank = bank_minor WHERE tenant_id = $1 AND state = 'turn'"
        ),
        params![tx.tenant()],
    )
    .await?;
    Ok(())
}
