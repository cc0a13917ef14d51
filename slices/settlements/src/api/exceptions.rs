//! `/api/v1/reconciliation/exceptions`: what does not add up, and letting it stand.

use super::view::{ExceptionView, day};
use crate::commands::Accept;
use crate::errands;
use crate::matching::Reconcile;
use crate::model::{Exception, Side};
use crate::queries::{self, Wanted};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{BankRowId, Id, Money, MovementId, SettlementId, SettlementRowId, Time};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Error, Read, Result, Tx};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Answer, App, Body, Caller, Cursor, Listed, Paging, Path, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "on_day,id,side,reason,amount,currency,text,accepted,note";
/// How far back totals go.
pub(crate) const LATELY: Duration = Duration::from_secs(30 * 86_400);

/// Which exceptions, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct ExceptionsQuery {
    /// `payment`, `provider_row`, `settlement` or `bank_row`.
    pub side: Option<String>,
    /// `not_settled`, `not_in_ledger`, `amount_differs`, `fee_differs`, `correction`, `duplicate`, `contradicted`, `rows_differ`,
    /// `settlement_not_in_bank` or `bank_row_unknown`.
    pub reason: Option<String>,
    /// `accepted` for those that somebody let stand; `open`, the usual, for the others.
    pub state: Option<String>,
    /// `csv` for a file of all that match, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl ExceptionsQuery {
    pub fn wanted(&self) -> Result<Wanted> {
        let accepted = match self.state.as_deref() {
            None | Some("" | "open") => false,
            Some("accepted") => true,
            Some(_) => return Err(Error::field("state", "open or accepted")),
        };
        let side = filter_part("side", self.side.as_deref(), "payment, provider_row, settlement or bank_row")?;
        let reason = filter_part("reason", self.reason.as_deref(), "a reason such as not_settled or bank_row_unknown")?;
        Ok(Wanted { side, reason, accepted })
    }

    pub fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

/// Where a page that ends with this one goes on.
pub(crate) fn place(exception: &Exception) -> Cursor {
    Cursor { at: exception.at, id: exception.id }
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(query): Query<ExceptionsQuery>) -> Answer<Response> {
    let (wanted, paging) = (query.wanted()?, query.paging());
    let mut read = caller.read(&app);
    if csv::wanted(&headers, query.format.as_deref())? {
        return Ok(exceptions_file(read, wanted).await?);
    }
    let limit = paging.limit()?;
    let rows = queries::exceptions(&mut read, wanted, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place).map(ExceptionView::from)).into_response())
}

/// All that match, as a file.
///
/// # Errors
/// The first page cannot be read.
pub(crate) async fn exceptions_file(read: Read, wanted: Wanted) -> Result<Response> {
    let page = move |after, limit| {
        let mut read = read.clone();
        async move { queries::exceptions(&mut read, wanted, after, limit).await }
    };
    csv::file("exceptions", COLUMNS, page, place, |it| {
        vec![
            day(it.at),
            it.row(),
            it.side.to_string(),
            it.reason.to_string(),
            it.amount().decimal(),
            it.currency.to_string(),
            it.text.clone(),
            it.accepted.to_string(),
            it.note.clone().unwrap_or_default(),
        ]
    })
    .await
}

/// Which side a row's id belongs to.
///
/// # Errors
/// An id of none of them.
pub(crate) fn side_of(id: &str) -> Result<(Side, Uuid)> {
    let found = if let Ok(id) = id.parse::<MovementId>() {
        (Side::Payment, id.uuid())
    } else if let Ok(id) = id.parse::<SettlementRowId>() {
        (Side::ProviderRow, id.uuid())
    } else if let Ok(id) = id.parse::<SettlementId>() {
        (Side::Settlement, id.uuid())
    } else if let Ok(id) = id.parse::<BankRowId>() {
        (Side::BankRow, id.uuid())
    } else {
        return Err(Error::not_found("exception"));
    };
    Ok(found)
}

/// Why it may stand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Accepting {
    #[schema(example = "Rent of the shop next door, paid by mistake; given back in cash.")]
    note: String,
}

async fn accept(State(app): State<App>, caller: Caller, Path(id): Path<String>, body: Body<Accepting>) -> Answer<StatusCode> {
    let (side, id) = side_of(&id)?;
    app.db.run(&caller.who, Accept { side, id, note: body.value.note }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How captured, settled and banked money stand against each other.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReconciliationTotals)]
struct TotalsView {
    /// One for each currency.
    data: Vec<TotalView>,
    /// How many exceptions are open, by side and reason.
    open: Vec<OpenView>,
    /// Up to when the providers were asked; null where nothing was ever captured.
    #[schema(value_type = Option<String>, format = DateTime)]
    fetched_through: Option<Time>,
    /// When all was matched last.
    #[schema(value_type = Option<String>, format = DateTime)]
    matched_at: Option<Time>,
}

/// The last thirty days in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReconciliationTotal)]
struct TotalView {
    /// Captured, less what went back.
    #[schema(value_type = web::MoneyShape)]
    captured: Money,
    /// Paid out by the providers.
    #[schema(value_type = web::MoneyShape)]
    settled: Money,
    /// What the providers kept of it.
    #[schema(value_type = web::MoneyShape)]
    fees: Money,
    /// Found in the bank.
    #[schema(value_type = web::MoneyShape)]
    banked: Money,
    /// What was ever captured and is in no settlement yet, less its fees.
    #[schema(value_type = web::MoneyShape)]
    held: Money,
}

/// How many exceptions of a kind are open.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenExceptions)]
struct OpenView {
    #[schema(value_type = String)]
    side: Side,
    #[schema(value_type = String)]
    reason: crate::model::Reason,
    count: i64,
}

async fn totals(State(app): State<App>, caller: Caller) -> Answer<Json<TotalsView>> {
    let mut read = caller.read(&app);
    let reconciler = queries::reconciler(&mut read).await?;
    let total = |it: queries::Totals| {
        let money = |minor| Money::new(minor, it.currency);
        TotalView {
            captured: money(it.captured),
            settled: money(it.settled),
            fees: money(it.fees),
            banked: money(it.banked),
            held: money(it.held),
        }
    };
    let since = app.db.clock().now().before(LATELY);
    Ok(Json(TotalsView {
        data: queries::totals(&mut read, since).await?.into_iter().map(total).collect(),
        open: queries::open(&mut read)
            .await?
            .into_iter()
            .map(|it| OpenView { side: it.side, reason: it.reason, count: it.count })
            .collect(),
        fetched_through: reconciler.map(|it| it.fetched_through()),
        matched_at: reconciler.and_then(|it| it.ran_at),
    }))
}

/// Asks the providers what they paid out, and matches what is new.
#[derive(Debug, Clone)]
pub(crate) struct FetchNow;

impl Command for FetchNow {
    const NAME: &'static str = "fetch_settlements_now";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        crate::commands::begin(tx).await?;
        errands::fetch(tx).await?;
        Reconcile::soon(tx).await
    }
}

async fn run(State(app): State<App>, caller: Caller) -> Answer<StatusCode> {
    app.db.run(&caller.who, FetchNow).await?;
    Ok(StatusCode::OK)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{PaymentsRead, PaymentsWrite};
    vec![
        Route::get("/api/v1/reconciliation/exceptions", PaymentsRead, list)
            .says(
                "List what does not add up",
                "Payments, settlements and the bank held side by side: what is open, newest first, with its reason.",
            )
            .query::<ExceptionsQuery>()
            .gives::<Listed<ExceptionView>>(200),
        Route::post("/api/v1/reconciliation/exceptions/{id}/accept", PaymentsWrite, accept)
            .says("Accept an exception", "Lets it stand with a note, for as long as the same thing does not add up.")
            .takes::<Accepting>(),
        Route::get("/api/v1/reconciliation/totals", PaymentsRead, totals)
            .says("Captured, settled and in the bank", "The last thirty days, what is still held, and how many exceptions are open.")
            .gives::<TotalsView>(200),
        Route::post("/api/v1/reconciliation/fetch", PaymentsWrite, run).says(
            "Fetch settlements now",
            "Asks the providers what they paid out, and matches what is new. It happens by itself every day.",
        ),
    ]
}
