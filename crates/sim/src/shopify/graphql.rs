//! Shopify's GraphQL: two questions are understood, by what they name and their variables.

use super::answers::{connection, cursor, line_items, order, place};
use super::points::DEAREST;
use super::{Shopify, TOKEN};
use crate::faults::{Ask, Provider, Reject};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Value, json};

/// What one order costs without its items, and what an item costs.
const ORDER: u64 = 13;
const LINE: u64 = 6;

#[derive(Deserialize)]
struct Question {
    query: String,
    variables: Variables,
}

#[derive(Deserialize)]
struct Variables {
    first: Option<u64>,
    after: Option<String>,
    query: Option<String>,
    id: Option<String>,
    lines: u64,
}

pub(crate) fn routes(shop: Shopify) -> Router {
    Router::new().route("/admin/api/{version}/graphql.json", post(ask)).with_state(shop)
}

async fn ask(State(shop): State<Shopify>, headers: HeaderMap, Json(question): Json<Question>) -> Response {
    if headers.get("x-shopify-access-token").and_then(|given| given.to_str().ok()) != Some(TOKEN) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"errors": "[API] Invalid API key or access token"}))).into_response();
    }
    let ask = Ask { provider: Provider::Shopify, call: "POST /graphql.json", who: &[] };
    let by_fault = |reject: &Reject| match (reject.status, &reject.body) {
        (429, _) => {
            shop.points.lock().gone();
            answer(&shop, &question)
        }
        (status, body) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let said = body.as_ref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_else(|| json!({"errors": "No."}));
            (status, Json(said)).into_response()
        }
    };
    shop.faults.around(&ask, by_fault, async { answer(&shop, &question) }).await
}

fn answer(shop: &Shopify, question: &Question) -> Response {
    let variables = &question.variables;
    let asked = match variables.first {
        Some(first) => 2 + first * (ORDER + 2 + variables.lines * LINE),
        None => 3 + variables.lines * LINE,
    };
    let mut points = shop.points.lock();
    if asked > DEAREST {
        return wrong(
            &points.told(asked, None),
            "MAX_COST_EXCEEDED",
            &format!("Query cost is {asked}, which exceeds the single query max cost limit ({DEAREST})."),
        );
    }
    if !points.suffice((shop.clock)(), asked) {
        return wrong(&points.told(asked, None), "THROTTLED", "Throttled");
    }
    let found = if question.query.contains("orders(") { orders(shop, variables) } else { lines(shop, variables) };
    let Some((data, spent)) = found else {
        return wrong(&points.told(asked, None), "BAD_REQUEST", "Invalid cursor for current pagination sort.");
    };
    points.spend(spent);
    Json(json!({"data": data, "extensions": points.told(asked, Some(spent))})).into_response()
}

fn wrong(extensions: &Value, code: &str, message: &str) -> Response {
    Json(json!({"errors": [{"message": message, "extensions": {"code": code}}], "extensions": extensions})).into_response()
}

/// Orders that changed at a time or later, by when they changed, with what they cost.
fn orders(shop: &Shopify, wanted: &Variables) -> Option<(Value, u64)> {
    let (size, lines) = (usize::try_from(wanted.first?.clamp(1, 250)).ok()?, usize::try_from(wanted.lines).ok()?);
    let after = match &wanted.after {
        Some(after) => place(after)?,
        None => String::new(),
    };
    let least = match &wanted.query {
        Some(query) => query.strip_prefix("updated_at:>='")?.strip_suffix('\'')?,
        None => "",
    };
    let at = |order: &Value| format!("{}/{:020}", order["updated_at"].as_str().unwrap_or_default(), order["id"].as_u64().unwrap_or(0));
    let mut found: Vec<Value> =
        shop.orders.lock().values().filter(|order| at(order) > after && at(order).as_str() >= least).cloned().collect();
    found.sort_by_key(at);
    let more = found.len() > size;
    found.truncate(size);
    let end = found.last().filter(|_| more).map(|last| cursor(&at(last)));
    let nodes: Vec<Value> = found.iter().map(|one| order(one, lines)).collect();
    let items: usize = nodes.iter().filter_map(|node| node["lineItems"]["nodes"].as_array()).map(Vec::len).sum();
    let spent = 2 + nodes.len() as u64 * (ORDER + 2) + items as u64 * LINE;
    Some((json!({"orders": connection(nodes, end)}), spent))
}

/// More items of one order, with what they cost; an order that is not there is null.
fn lines(shop: &Shopify, wanted: &Variables) -> Option<(Value, u64)> {
    let id: u64 = wanted.id.as_deref()?.strip_prefix("gid://shopify/Order/")?.parse().ok()?;
    let Some(order) = shop.orders.lock().get(&id).cloned() else { return Some((json!({"order": null}), 1)) };
    let found = line_items(&order, wanted.after.as_deref(), usize::try_from(wanted.lines).ok()?)?;
    let spent = 3 + found["nodes"].as_array().map_or(0, Vec::len) as u64 * LINE;
    Some((json!({"order": {"lineItems": found}}), spent))
}
