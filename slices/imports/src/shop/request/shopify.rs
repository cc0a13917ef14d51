//! Shopify's list of orders, by its GraphQL Admin API. Each page is one call: an order with more items than come with it is kept in
//! the place until the calls after this one have brought the rest.

use super::{BREATH, Page, Trouble, World, breath, graphql, unasked};
use crate::shop::said::{list, text, time};
use crate::shop::{Long, Place, Shop};
use http::{Request, header};
use serde_json::{Value, json};

/// The version of Shopify's API that is spoken; each is kept for about a year.
const VERSION: &str = "2026-10";
/// Orders of one page.
const ORDERS: u64 = 20;
/// Items that come with an order of a page.
const WITH_ORDER: u64 = 5;
/// Items of one order that come at once when there are more.
const LINES: u64 = 100;
/// Shopify leads through a list for 25,000 orders and no further, so a new one is begun before that.
const DEEP: u64 = 20_000;
/// The longest words of Shopify's that are kept.
const LONGEST: usize = 200;

// What a question may cost is reckoned before it is answered: a point for each object and two for each list, as often as there may be
// of them. One of more than 1,000 points is not answered (shopify.dev, "GraphQL Admin API rate limits").
const _: () = assert!(2 + ORDERS * (graphql::ORDER_POINTS + 2 + WITH_ORDER * graphql::LINE_POINTS) <= 1_000);
const _: () = assert!(1 + 2 + LINES * graphql::LINE_POINTS <= 1_000);

pub(super) async fn page(world: &World, shop: &Shop, place: &Place) -> Result<Page, Trouble> {
    match place.long.split_first() {
        Some((long, rest)) => rest_of(world, shop, place, long, rest).await,
        None => orders(world, shop, place).await,
    }
}

async fn orders(world: &World, shop: &Shop, place: &Place) -> Result<Page, Trouble> {
    let since = place.since.map(|since| format!("updated_at:>='{}'", since.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ")));
    let variables = json!({"first": ORDERS, "after": place.page, "query": since, "lines": WITH_ORDER});
    let data = ask(world, shop, graphql::ORDERS, &variables).await?;
    let found = data.get("orders").filter(|orders| orders.is_object()).ok_or_else(|| Trouble::no_shop("has no orders"))?;
    let (nodes, mut page, mut long) = (list(found, "nodes"), Page::default(), Vec::new());
    for (at, node) in nodes.iter().enumerate() {
        let order = graphql::order(node);
        match next_of(node.get("lineItems")) {
            Some(after) => long.push(Long { order, after }),
            None => page.take(shop, at + 1, &order),
        }
    }
    let next = next_of(Some(found));
    page.next = (next.is_some() || !long.is_empty()).then(|| Place { long, ..after(place, nodes, next) });
    Ok(page)
}

/// Where the next page of orders begins.
fn after(place: &Place, nodes: &[Value], next: Option<String>) -> Place {
    let seen = place.seen + ORDERS;
    let last = nodes.last().and_then(|node| time(node, "updatedAt").ok().flatten());
    if next.is_some() && seen + ORDERS > DEEP && last > place.since {
        return Place { since: last, ..Place::default() };
    }
    Place { since: place.since, over: next.is_none(), page: next, seen, long: Vec::new() }
}

/// More items of the first order that lacks some. One that is gone meanwhile is left out.
async fn rest_of(world: &World, shop: &Shop, place: &Place, long: &Long, rest: &[Long]) -> Result<Page, Trouble> {
    let id = text(&long.order, "id").unwrap_or_default();
    let variables = json!({"id": format!("gid://shopify/Order/{id}"), "lines": LINES, "after": long.after});
    let data = ask(world, shop, graphql::LINES, &variables).await?;
    let (mut page, mut left) = (Page::default(), rest.to_vec());
    if let Some(found) = data.get("order").and_then(|order| order.get("lineItems")) {
        let order = graphql::with_lines(&long.order, found);
        match next_of(Some(found)) {
            Some(after) => left.insert(0, Long { order, after }),
            None => page.take(shop, 1, &order),
        }
    }
    page.next = (!place.over || !left.is_empty()).then(|| Place { long: left, ..place.clone() });
    Ok(page)
}

/// Where a list goes on; nothing where it is at its end.
fn next_of(list: Option<&Value>) -> Option<String> {
    let info = list?.get("pageInfo").filter(|info| info.get("hasNextPage") == Some(&Value::Bool(true)))?;
    text(info, "endCursor")
}

/// The data of an answer.
async fn ask(world: &World, shop: &Shop, question: &str, variables: &Value) -> Result<Value, Trouble> {
    let url = shop.under(&format!("/admin/api/{VERSION}/graphql.json"));
    let body = json!({"query": question, "variables": variables}).to_string().into_bytes();
    let request = Request::post(url.as_str()).header("x-shopify-access-token", &shop.secrets.secret);
    let request = request.header(header::CONTENT_TYPE, "application/json").header(header::ACCEPT, "application/json");
    let mut said = world.ask(request.body(body).map_err(unasked)?).await?;
    understood(&said)?;
    Ok(said.get_mut("data").map(Value::take).unwrap_or_default())
}

/// Whether there are data to go by. An app that may read orders and not their customers is told so beside the orders, which it gets
/// without them.
fn understood(said: &Value) -> Result<(), Trouble> {
    let errors = list(said, "errors");
    let code = |error: &Value| error.get("extensions").and_then(|more| text(more, "code")).unwrap_or_default();
    if errors.iter().any(|error| code(error) == "THROTTLED") {
        return Err(throttled(said));
    }
    let whole = said.get("data").is_some_and(|data| data.as_object().is_some_and(|data| data.values().any(|value| !value.is_null())));
    let Some(error) = errors.iter().find(|error| !whole || code(error) != "ACCESS_DENIED") else { return Ok(()) };
    let words: String = text(error, "message").unwrap_or_default().trim_end_matches('.').chars().take(LONGEST).collect();
    Err(match code(error).as_str() {
        "ACCESS_DENIED" => Trouble::Refused("The access token may not read orders. Give its app the scope read_orders.".to_owned()),
        "INTERNAL_SERVER_ERROR" | "TIMEOUT" => Trouble::Away(format!("Shopify could not answer: {words}.")),
        "SHOP_INACTIVE" => Trouble::Refused("Shopify says that this shop is not active.".to_owned()),
        _ => Trouble::Refused(format!("Shopify did not take the question: {words}.")),
    })
}

/// How long until there are points enough for the same question.
fn throttled(said: &Value) -> Trouble {
    let cost = said.get("extensions").and_then(|more| more.get("cost")).unwrap_or(&Value::Null);
    let status = cost.get("throttleStatus").unwrap_or(&Value::Null);
    // Points are told as 54.0, and whole ones are near enough.
    let points = |value: &Value, field: &str| text(value, field)?.split('.').next()?.parse::<u64>().ok();
    let asked = points(cost, "requestedQueryCost").zip(points(status, "currentlyAvailable")).zip(points(status, "restoreRate"));
    match asked {
        Some(((wanted, left), rate)) if rate > 0 => breath(wanted.saturating_sub(left).div_ceil(rate)),
        _ => Trouble::Busy(BREATH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Time;
    use std::time::Duration;

    fn error(code: &str) -> Value {
        json!({"message": "No.", "extensions": {"code": code}})
    }

    #[test]
    fn what_an_answer_means() {
        let cost = |wanted: f64, left: f64, rate: f64| {
            json!({"errors": [error("THROTTLED")], "extensions": {"cost": {"requestedQueryCost": wanted, "throttleStatus": {
                "maximumAvailable": 2000.0, "currentlyAvailable": left, "restoreRate": rate}}}})
        };
        for (wanted, left, rate, seconds) in
            [(902.0, 54.0, 100.0, 9), (902.0, 900.5, 50.0, 1), (1.0, 2000.0, 100.0, 1), (1e6, 0.0, 1.0, 3_600)]
        {
            assert_eq!(understood(&cost(wanted, left, rate)), Err(Trouble::Busy(Duration::from_secs(seconds))), "{wanted} {left} {rate}");
        }
        assert_eq!(understood(&cost(1.0, 1.0, 0.0)), Err(Trouble::Busy(BREATH)));
        assert_eq!(understood(&json!({"errors": [error("THROTTLED")]})), Err(Trouble::Busy(BREATH)));

        let orders = json!({"orders": {"nodes": []}});
        assert_eq!(understood(&json!({"data": orders})), Ok(()));
        assert_eq!(understood(&json!({"data": orders, "errors": [error("ACCESS_DENIED")]})), Ok(()), "without their customers");
        for (said, away) in [
            (json!({"data": {"orders": null}, "errors": [error("ACCESS_DENIED")]}), false),
            (json!({"data": null, "errors": [error("MAX_COST_EXCEEDED")]}), false),
            (json!({"errors": [{"message": "Field 'oders' doesn't exist on type 'QueryRoot'"}]}), false),
            (json!({"data": orders, "errors": [error("ACCESS_DENIED"), error("INTERNAL_SERVER_ERROR")]}), true),
        ] {
            let trouble = understood(&said).unwrap_err();
            assert_eq!((matches!(trouble, Trouble::Away(_)), matches!(trouble, Trouble::Refused(_))), (away, !away), "{said}");
        }
    }

    #[test]
    fn a_long_list_is_begun_anew_before_it_ends() {
        let place = |since: i64, seen| Place { since: Some(Time(since)), page: Some("a".into()), seen, ..Place::default() };
        let nodes = [json!({"updatedAt": "1970-01-01T00:00:07Z"})];
        let next = after(&place(0, 0), &nodes, Some("b".into()));
        assert_eq!((next.since, next.page.as_deref(), next.seen, next.over), (Some(Time(0)), Some("b"), ORDERS, false));
        let anew = after(&place(0, DEEP - ORDERS), &nodes, Some("b".into()));
        assert_eq!(anew, Place { since: Some(Time(7_000)), ..Place::default() });
        let same = after(&place(7_000, DEEP), &nodes, Some("b".into()));
        assert_eq!(same.page.as_deref(), Some("b"), "all of them changed in one second");
        assert!(after(&place(0, DEEP), &nodes, None).over);
    }
}
