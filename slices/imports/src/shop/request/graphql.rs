//! What is asked of Shopify, and its answers in the shape that its webhooks have: one reader serves both.

use crate::shop::said::{list, text};
use serde_json::{Value, json};

/// What an order may cost without its items, in points: itself, four amounts, its customer and its address.
pub(super) const ORDER_POINTS: u64 = 13;
/// What an item may cost: itself, its price, and a discount.
pub(super) const LINE_POINTS: u64 = 6;

/// A part of every question: a list of items.
macro_rules! with_lines {
    ($question:literal) => {
        concat!(
            $question,
            " fragment Money on MoneyBag { shopMoney { amount } }
              fragment Lines on LineItemConnection {
                nodes { id title sku quantity originalUnitPriceSet { ...Money } discountAllocations { allocatedAmountSet { ...Money } } }
                pageInfo { hasNextPage endCursor }
              }"
        )
    };
}

/// Orders of whichever state, those that changed longest ago first.
pub(super) const ORDERS: &str = with_lines!(
    "query Orders($first: Int!, $after: String, $query: String, $lines: Int!) {
       orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
         nodes {
           id name createdAt updatedAt processedAt cancelledAt test currencyCode displayFinancialStatus displayFulfillmentStatus email phone
           totalPriceSet { ...Money } totalOutstandingSet { ...Money } totalDiscountsSet { ...Money } totalRefundedSet { ...Money }
           customer { firstName lastName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } }
           shippingAddress { firstName lastName phone }
           lineItems(first: $lines) { ...Lines }
         }
         pageInfo { hasNextPage endCursor }
       }
     }"
);

/// More items of one order.
pub(super) const LINES: &str = with_lines!(
    "query OrderLines($id: ID!, $after: String, $lines: Int!) {
       order(id: $id) { lineItems(first: $lines, after: $after) { ...Lines } }
     }"
);

/// An order as a webhook tells of it.
pub(super) fn order(node: &Value) -> Value {
    let word = |field: &str| text(node, field).map(|word| word.to_lowercase());
    let customer = node.get("customer").filter(|customer| customer.is_object());
    let under = |field: &str, part: &str| text(customer?.get(field)?, part);
    json!({
        "id": number(node),
        "name": node.get("name"),
        "created_at": node.get("createdAt"),
        "updated_at": node.get("updatedAt"),
        "processed_at": node.get("processedAt"),
        "cancelled_at": node.get("cancelledAt"),
        "test": node.get("test"),
        "currency": node.get("currencyCode"),
        "financial_status": word("displayFinancialStatus"),
        "fulfillment_status": word("displayFulfillmentStatus"),
        "email": node.get("email"),
        "phone": node.get("phone"),
        "total_price": amount(node, "totalPriceSet"),
        "total_outstanding": amount(node, "totalOutstandingSet"),
        "total_discounts": amount(node, "totalDiscountsSet"),
        "refunds": [{"transactions": [{"kind": "refund", "status": "success", "amount": amount(node, "totalRefundedSet")}]}],
        "customer": customer.map(|customer| {
            json!({
                "first_name": customer.get("firstName"),
                "last_name": customer.get("lastName"),
                "email": under("defaultEmailAddress", "emailAddress"),
                "phone": under("defaultPhoneNumber", "phoneNumber"),
            })
        }),
        "shipping_address": node.get("shippingAddress").filter(|address| address.is_object()).map(|address| {
            json!({"first_name": address.get("firstName"), "last_name": address.get("lastName"), "phone": address.get("phone")})
        }),
        "line_items": node.get("lineItems").map(lines),
    })
}

/// An order with more of its items.
pub(super) fn with_lines(order: &Value, found: &Value) -> Value {
    let mut order = order.clone();
    if let Some(known) = order.get_mut("line_items").and_then(Value::as_array_mut) {
        known.extend(lines(found));
    }
    order
}

fn lines(found: &Value) -> Vec<Value> {
    let off = |item: &Value| -> Vec<Value> {
        list(item, "discountAllocations").iter().map(|one| json!({"amount": amount(one, "allocatedAmountSet")})).collect()
    };
    let line = |item: &Value| {
        json!({
            "id": number(item),
            "title": item.get("title"),
            "sku": item.get("sku"),
            "quantity": item.get("quantity"),
            "price": amount(item, "originalUnitPriceSet"),
            "discount_allocations": off(item),
        })
    };
    list(found, "nodes").iter().map(line).collect()
}

/// The number in `gid://shopify/Order/820982911946154508`, by which webhooks know the same thing.
fn number(node: &Value) -> Option<String> {
    let id = text(node, "id")?;
    id.rsplit('/').next()?.split('?').next().map(str::to_owned)
}

/// An amount in the currency of the shop.
fn amount(node: &Value, field: &str) -> Option<String> {
    text(node.get(field)?.get("shopMoney")?, "amount")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;
    use crate::shop::{Secrets, Shop};

    fn shop() -> Shop {
        let secrets = Secrets { key: String::new(), secret: "s".into(), webhook_secret: "s".into(), webhook_secret_old: None };
        Shop { provider: Origin::Shopify, address: "https://a.myshopify.com".parse().unwrap(), secrets }
    }

    fn money(amount: &str) -> Value {
        json!({"shopMoney": {"amount": amount}})
    }

    fn item(id: u64, price: &str, off: &str) -> Value {
        json!({"id": format!("gid://shopify/LineItem/{id}"), "title": "Milk", "sku": "M", "quantity": 2, "originalUnitPriceSet": money(price),
            "discountAllocations": [{"allocatedAmountSet": money(off)}]})
    }

    fn node() -> Value {
        json!({
            "id": "gid://shopify/Order/820982911946154508", "name": "#1001", "createdAt": "2026-11-01T09:30:00Z",
            "updatedAt": "2026-11-02T09:30:00Z", "processedAt": "2026-11-01T09:30:00Z", "cancelledAt": null, "test": false,
            "currencyCode": "INR", "displayFinancialStatus": "PARTIALLY_REFUNDED", "displayFulfillmentStatus": "FULFILLED",
            "email": null, "phone": null, "totalPriceSet": money("198.0"), "totalOutstandingSet": money("0.0"),
            "totalDiscountsSet": money("1.0"), "totalRefundedSet": money("50.0"),
            "customer": {"firstName": "Asha", "lastName": null, "defaultEmailAddress": {"emailAddress": "asha@example.com"},
                "defaultPhoneNumber": {"phoneNumber": "+919000000001"}},
            "shippingAddress": null,
            "lineItems": {"nodes": [item(1, "99.5", "1.0")], "pageInfo": {"hasNextPage": false, "endCursor": "x"}},
        })
    }

    #[test]
    fn an_order_is_the_same_whoever_tells_of_it() {
        let told = json!({
            "id": 820_982_911_946_154_508_u64, "name": "#1001", "currency": "INR", "total_price": "198.00", "total_outstanding": "0.00",
            "total_discounts": "1.00", "financial_status": "partially_refunded", "fulfillment_status": "fulfilled", "cancelled_at": null,
            "test": false, "created_at": "2026-11-01T15:00:00+05:30", "updated_at": "2026-11-02T15:00:00+05:30",
            "processed_at": "2026-11-01T15:00:00+05:30", "email": null, "phone": null, "shipping_address": null,
            "customer": {"first_name": "Asha", "last_name": null, "email": "asha@example.com", "phone": "+919000000001"},
            "refunds": [{"transactions": [{"kind": "refund", "status": "success", "amount": "50.00"}]}],
            "line_items": [{"id": 1, "title": "Milk", "sku": "M", "quantity": 2, "price": "99.50", "discount_allocations": [{"amount": "1.00"}]}],
        });
        let known = shop().order(&told).unwrap().unwrap();
        assert_eq!(shop().order(&order(&node())).unwrap().unwrap(), known);
        assert_eq!((known.source_id.as_str(), known.refunded_minor, known.lines.len()), ("820982911946154508", 5_000, 1));
    }

    #[test]
    fn what_is_not_told_is_not_known() {
        let mut node = node();
        for field in ["customer", "email", "phone", "shippingAddress", "displayFinancialStatus", "totalRefundedSet"] {
            node[field] = Value::Null;
        }
        let order = shop().order(&order(&node)).unwrap().unwrap();
        assert_eq!((order.customer_name, order.email, order.phone, order.refunded_minor), (None, None, None, 0));
        node["test"] = json!(true);
        assert_eq!(shop().order(&super::order(&node)), Ok(None), "a test of the shop's");
    }

    #[test]
    fn items_that_come_later_are_added() {
        let first = order(&node());
        let whole = with_lines(&first, &json!({"nodes": [item(2, "1.0", "0.0"), item(3, "1.0", "0.0")]}));
        let lines = shop().order(&whole).unwrap().unwrap().lines;
        let ids: Vec<&str> = lines.iter().map(|line| line.source_id.as_str()).collect();
        assert_eq!(ids, ["1", "2", "3"]);
    }
}
