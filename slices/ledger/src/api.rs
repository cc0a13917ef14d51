//! The API of the books.

use crate::model::{Account, EntryView};
use crate::queries::{self, Balance, Wanted};
use axum::Json;
use axum::extract::State;
use facts::{EntryId, Id, Money, OrderId, Time, TransactionId};
use serde::{Deserialize, Serialize};
use store::{Error, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Caller, Cursor, Listed, Paging, Permission, Query, Route};

/// The routes of the API.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/ledger/entries", Permission::PaymentsRead, entries)
            .says("List ledger entries", "One side of a transaction each, newest first.")
            .query::<Filters>()
            .gives::<Listed<EntryShown>>(200),
        Route::get("/api/v1/ledger/balances", Permission::PaymentsRead, balances)
            .says("Look at the balances", "What every account comes to, by currency, added up from its entries.")
            .gives::<Balances>(200),
    ]
}

/// Which entries.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub struct Filters {
    /// The code of one account, such as `sales`.
    pub account: Option<String>,
    /// Those that concern one order.
    pub order_id: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Filters {
    fn wanted(&self) -> Result<Wanted> {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let account = filled(&self.account).map(|word| word.parse::<Account>().map_err(|message| Error::field("account", message)));
        let order = filled(&self.order_id).map(|id| id.parse::<OrderId>().map_err(|error| Error::field("order_id", error.to_string())));
        Ok(Wanted { account: account.transpose()?, order_id: order.transpose()? })
    }
}

/// One side of a transaction.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LedgerEntry)]
pub struct EntryShown {
    /// Its id.
    #[schema(value_type = String, example = "ent_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    id: EntryId,
    /// The transaction it is a side of.
    #[schema(value_type = String, example = "txn_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    transaction_id: TransactionId,
    /// The order that it concerns.
    #[schema(value_type = Option<String>, example = "ord_01j8z3k5c6e7f8g9h0j1k2m3n4")]
    order_id: Option<OrderId>,
    /// The account's code.
    #[schema(example = "sales")]
    account: &'static str,
    /// Above zero for a debit, below for a credit.
    #[schema(value_type = web::MoneyShape)]
    amount: Money,
    /// What the transaction was.
    #[schema(example = "Paid by upi")]
    text: String,
    /// When it was booked.
    #[schema(value_type = String, example = "2026-11-21T09:30:00.000Z")]
    at: Time,
}

impl From<EntryView> for EntryShown {
    fn from(entry: EntryView) -> Self {
        Self {
            id: entry.id,
            transaction_id: entry.transaction_id,
            order_id: entry.order_id,
            account: entry.account.as_str(),
            amount: entry.amount(),
            text: entry.text,
            at: entry.at,
        }
    }
}

/// What every account comes to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LedgerBalances)]
pub struct Balances {
    /// One for each account and currency.
    data: Vec<BalanceShown>,
}

/// What one account comes to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = LedgerBalance)]
pub struct BalanceShown {
    /// The account's code.
    #[schema(example = "sales")]
    account: &'static str,
    /// The account's name.
    #[schema(example = "Sales")]
    title: &'static str,
    /// Above zero for a debit balance, below for a credit balance.
    #[schema(value_type = web::MoneyShape)]
    balance: Money,
}

impl From<Balance> for BalanceShown {
    fn from(balance: Balance) -> Self {
        let amount = Money::new(balance.minor, balance.currency);
        Self { account: balance.account.as_str(), title: balance.account.title(), balance: amount }
    }
}

async fn entries(State(app): State<App>, caller: Caller, Query(filters): Query<Filters>) -> Answer<Json<Listed<EntryShown>>> {
    let wanted = filters.wanted()?;
    let paging = Paging { limit: filters.limit, cursor: filters.cursor };
    let (limit, cursor) = (paging.limit()?, paging.cursor()?);
    let rows = queries::entries(&mut caller.read(&app), wanted, cursor, limit + 1).await?;
    let page = Listed::new(rows, limit, |entry| Cursor { at: entry.at, id: entry.id.uuid() });
    Ok(Json(page.map(EntryShown::from)))
}

async fn balances(State(app): State<App>, caller: Caller) -> Answer<Json<Balances>> {
    let rows = queries::balances(&mut caller.read(&app)).await?;
    Ok(Json(Balances { data: rows.into_iter().map(BalanceShown::from).collect() }))
}
