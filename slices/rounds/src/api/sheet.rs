//! `GET /api/v1/rounds/{day}`: the sheet of a day, whole or of one route, and many marks at once.

use super::view::{ProgressView, RouteView, StopView};
use super::{EXPORTS_A_MINUTE, day_of, today};
use crate::commands::{MarkRound, Marked, Noted};
use crate::queries;
use crate::sheet::{self, Stop};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::rounds::DeliveryState;
use facts::{DeliveryId, RouteId};
use http::header;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{Error, Look, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, Path, Permission, Query, Route, csv, filter_part};

/// The columns of the file.
const COLUMNS: &str = "day,route,stop,customer,address,note,product,quantity,unit,state,eta,amount,currency,delivery_id";
/// Deliveries that one request may mark by their ids.
const AT_ONCE: usize = 1_000;

/// Which part of a day.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
struct SheetQuery {
    /// The route whose stops are wanted; only how far each route is when not said.
    route_id: Option<String>,
}

/// A route on a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoundRoute)]
struct RouteOnDay {
    #[serde(flatten)]
    route: RouteView,
    #[serde(flatten)]
    progress: ProgressView,
}

/// The sheet of a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoundSheet)]
struct SheetView {
    #[schema(example = "2026-11-22")]
    on_day: String,
    /// Whether it stands: before the cut-off of the evening before it is as it would be now, and its deliveries have no ids.
    stands: bool,
    #[serde(flatten)]
    progress: ProgressView,
    routes: Vec<RouteOnDay>,
    /// The stops of the route that was asked for, in their order.
    stops: Vec<StopView>,
}

async fn show(State(app): State<App>, caller: Caller, Path(day): Path<String>, Query(query): Query<SheetQuery>) -> Answer<Json<SheetView>> {
    let day = day_of("day", &day, today(&app, &caller))?;
    let route = filter_part::<RouteId>("route_id", query.route_id.as_deref(), "an id like rte_01j8…")?;
    let mut read = caller.read(&app);
    let (routes, whole) = sheet::day(&mut read, day).await?;
    let stops = match route {
        Some(route) => sheet::stops(&mut read, day, route).await?,
        None => Vec::new(),
    };
    Ok(Json(SheetView {
        on_day: day.to_string(),
        stands: sheet::planned_through(&mut read).await?.is_some_and(|through| day <= through),
        progress: ProgressView::from(&whole),
        routes: routes.into_iter().map(|(route, progress)| RouteOnDay { progress: (&progress).into(), route: route.into() }).collect(),
        stops: stops.into_iter().map(StopView::from).collect(),
    }))
}

/// What many deliveries of a day are marked as.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMarks {
    /// `delivered`, `missed`, `delayed`, or `planned` to undo.
    #[schema(value_type = String, example = "delivered")]
    state: DeliveryState,
    /// When they come, for `delayed`.
    #[schema(example = "07:30")]
    eta: Option<String>,
    /// Those of one route; of all when not said.
    #[schema(value_type = Option<String>)]
    route_id: Option<RouteId>,
    /// Which; all that nobody has marked when not said.
    #[schema(value_type = Option<Vec<String>>)]
    delivery_ids: Option<Vec<DeliveryId>>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoundMarks)]
struct MarksView {
    /// How many deliveries were marked.
    marked: usize,
    /// How many of those named were left as they are, because they cannot be marked so, or are of another day or route.
    left: usize,
}

async fn mark(State(app): State<App>, caller: Caller, Path(day): Path<String>, body: Body<NewMarks>) -> Answer<Json<MarksView>> {
    let day = day_of("day", &day, today(&app, &caller))?;
    let NewMarks { state, eta, route_id: route, delivery_ids: ids } = body.value;
    if ids.as_ref().is_some_and(|ids| ids.len() > AT_ONCE) {
        return Err(Error::field("delivery_ids", format!("at most {AT_ONCE}")).into());
    }
    let noted = Noted::read(state, eta.as_deref())?;
    let Marked { marked, left } = app.db.run(&caller.who, MarkRound { day, route, ids, noted }).await?;
    Ok(Json(MarksView { marked, left }))
}

async fn export(State(app): State<App>, caller: Caller, Path(day): Path<String>, Query(query): Query<SheetQuery>) -> Answer<Response> {
    let day = day_of("day", &day, today(&app, &caller))?;
    let route = filter_part::<RouteId>("route_id", query.route_id.as_deref(), "an id like rte_01j8…")?;
    Ok(sheet_file(&mut caller.read(&app), day, route).await?)
}

/// A day's sheet as a file: of one route, or of all.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn sheet_file(look: &mut impl Look, day: Date, only: Option<RouteId>) -> Result<Response> {
    let mut text = format!("{COLUMNS}\r\n");
    // A query for each route: few, and each with its own stops in their order.
    for route in queries::routes(look).await?.into_iter().filter(|route| only.is_none_or(|only| only == route.id)) {
        for stop in sheet::stops(look, day, route.id).await? {
            text.push_str(&csv::line(cells(&route.name, &stop).iter().map(String::as_str)));
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"round-{day}.csv\"")),
    ];
    Ok((headers, text).into_response())
}

fn cells(route: &str, stop: &Stop) -> [String; 14] {
    let delivery = &stop.delivery;
    let id = if facts::Id::uuid(delivery.id).is_nil() { String::new() } else { delivery.id.to_string() };
    [
        delivery.on_day.to_string(),
        route.to_owned(),
        stop.stop.to_string(),
        stop.customer.clone(),
        stop.address.clone(),
        stop.note.clone(),
        stop.product.clone(),
        invoices::quantity_text(delivery.quantity_milli),
        stop.unit.clone(),
        delivery.state.to_string(),
        delivery.eta.clone().unwrap_or_default(),
        stop.amount().decimal(),
        delivery.currency.to_string(),
        id,
    ]
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/rounds/{day}", Permission::RoundsRead, show)
            .says(
                "Show a day's sheet",
                "Every route with what to load and how far it is, and the stops of one. `today` and `tomorrow` are days.",
            )
            .query::<SheetQuery>()
            .gives::<SheetView>(200),
        Route::get("/api/v1/rounds/{day}/export", Permission::RoundsRead, export)
            .says("Export a day's sheet", "Stop by stop, as CSV.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<SheetQuery>(),
        Route::post("/api/v1/rounds/{day}/marks", Permission::RoundsWrite, mark)
            .says("Mark many deliveries", "Of a route or of a whole day: all that nobody has marked, or those that are named.")
            .takes::<NewMarks>()
            .gives::<MarksView>(200),
    ]
}
