//! Orders in the shape of GraphQL's answers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A list's page with where it goes on.
pub(super) fn connection(nodes: Vec<Value>, more: Option<String>) -> Value {
    json!({"nodes": nodes, "pageInfo": {"hasNextPage": more.is_some(), "endCursor": more}})
}

/// A place in a list, as it is handed out.
pub(super) fn cursor(place: &str) -> String {
    URL_SAFE_NO_PAD.encode(place)
}

/// The place that was handed out; nothing where it was not.
pub(super) fn place(cursor: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

/// An order with its first items.
pub(super) fn order(order: &Value, lines: usize) -> Value {
    let word = |field: &str| order[field].as_str().map(str::to_uppercase);
    json!({
        "id": format!("gid://shopify/Order/{}", order["id"]),
        "name": order["name"], "createdAt": order["created_at"], "updatedAt": order["updated_at"], "processedAt": order["processed_at"],
        "cancelledAt": order["cancelled_at"], "test": order["test"], "currencyCode": order["currency"], "email": order["email"],
        "phone": order["phone"], "displayFinancialStatus": word("financial_status"),
        "displayFulfillmentStatus": word("fulfillment_status").unwrap_or_else(|| "UNFULFILLED".to_owned()),
        "totalPriceSet": money(&order["total_price"]), "totalOutstandingSet": money(&order["total_outstanding"]),
        "totalDiscountsSet": money(&order["total_discounts"]), "totalRefundedSet": money(&json!("0.0")),
        "customer": {"firstName": order["customer"]["first_name"], "lastName": order["customer"]["last_name"],
            "defaultEmailAddress": null, "defaultPhoneNumber": null},
        "shippingAddress": null,
        "lineItems": line_items(order, None, lines).unwrap_or_default(),
    })
}

/// Items of an order behind a place; nothing for a place that was not handed out.
pub(super) fn line_items(order: &Value, after: Option<&str>, most: usize) -> Option<Value> {
    let from: usize = match after {
        Some(after) => place(after)?.parse().ok()?,
        None => 0,
    };
    let all = order["line_items"].as_array()?;
    let to = all.len().min(from + most);
    let nodes = all.get(from..to)?.iter().map(line).collect();
    Some(connection(nodes, (to < all.len()).then(|| cursor(&to.to_string()))))
}

fn line(item: &Value) -> Value {
    json!({
        "id": format!("gid://shopify/LineItem/{}", item["id"]), "title": item["title"], "sku": item["sku"], "quantity": item["quantity"],
        "originalUnitPriceSet": money(&item["price"]), "discountAllocations": [],
    })
}

fn money(amount: &Value) -> Value {
    json!({"shopMoney": {"amount": amount}})
}
