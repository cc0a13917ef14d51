//! Two contacts become one in every slice: made from the schema, so that a table which comes later is not forgotten.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use facts::ContactId;
use origin::verify;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::{Reply, TestApp};

/// By what a column tells whom its row is about.
const ABOUT: &[&str] = &["contact_id", "subject"];

/// Tables that get no row of the test's own: the journal is written by the program alone, members stand for a segment that there is, and
/// addresses are kept only of whoever was erased.
const SKIPPED: &[&str] = &["erased_addresses", "journal", "segment_members"];

/// What some columns have to say to be read at all.
const SPECIAL: &[(&str, &str)] = &[
    ("capped_people.lately", "'[]'"),
    // Nobody else has the number of an order.
    ("orders.number", "NULL"),
    // It is a person who met it, and no browser.
    ("exposures.visitor_id", "NULL"),
    ("usage_counters.period_start", "'2026-11-01'"),
    ("usage_counters.period_end", "'2026-12-01'"),
    ("usage_counters.terms", "NULL"),
    // A day on which nobody billed anything yet: a month of which one of them has a bill stays as it was billed.
    ("deliveries.on_day", "'2026-10-05'"),
    ("month_bills.month", "'2026-09'"),
    ("month_bills.currency", "'INR'"),
];

/// Where the old id stays, and why.
const STAYS: &[(&str, &str)] = &[
    ("contacts.id", "the empty row, which says who they are now"),
    ("journal.about", "what has happened is never changed"),
    ("journal.contact_id", "what has happened is never changed"),
    ("consents.contact_id", "the log of words on being written to is changed by an erasure alone, which follows the old id"),
    ("intents.contact_id", "whom it was asked of; who that is now is looked up when it is paid"),
    (
        "provider_customers.contact_id",
        "whose a provider's customer is, where the one who stays is another there; who that is now is looked up",
    ),
    ("month_bills.contact_id", "a customer's month is billed once, and both have a bill of this one"),
];

/// What the rows of whoever stays say, where each of the two had one that said 1.
const SUMS: &[(&str, &str, &str, &[i64])] = &[
    ("fact_days", "count", "contact_id", &[2]),
    ("journey_people", "times", "contact_id", &[2]),
    ("mrr_days", "closing_minor", "contact_id", &[2]),
    ("mrr_days", "opening_minor", "contact_id", &[2]),
    ("read_hours", "reads", "contact_id", &[2]),
    ("subscriptions", "quantity", "contact_id", &[1, 1]),
    ("usage_counters", "used", "subject", &[2]),
    ("usage_counters", "over_told", "subject", &[2]),
    ("usage_events", "quantity", "subject", &[1, 1]),
    ("orders", "total_minor", "contact_id", &[1, 1]),
    ("exposures", "at", "contact_id", &[1]),
    ("entitlement_overrides", "allows", "contact_id", &[1]),
];

async fn person(t: &TestApp, said: Value) -> ContactId {
    let id = t.post("/api/v1/contacts", said).await.expect(201)["id"].as_str().expect("an id").to_owned();
    t.advance(Duration::from_millis(1)).await;
    id.parse().expect("a contact's id")
}

testkit::both_apps! {
    async fn nothing_is_left_under_an_id_that_nobody_has_any_more(t: TestApp) {
        let kept = person(&t, json!({"name": "Asha Rao", "phone": "9876543210"})).await;
        let merged = person(&t, json!({"name": "Asha Rao", "email": "asha@example.com"})).await;
        let segment = json!({"name": "Everybody", "filter": {"not": {"tag": "nobody"}}});
        t.post("/api/v1/segments", segment).await.expect(201);
        t.settle().await;
        let mut tables = BTreeSet::new();
        for who in [kept, merged] {
            tables = t.db().strew(t.tenant(), who, ABOUT, SKIPPED, SPECIAL).await;
        }
        assert!(tables.len() > 30, "the schema is read: {tables:?}");
        let before = t.db().naming(merged).await;
        for table in &tables {
            assert!(before.iter().any(|column| column.starts_with(&format!("{table}."))), "{table} in {before:?}");
        }
        assert!(before.contains("segment_members.contact_id"), "{before:?}");
        t.post(&format!("/api/v1/contacts/{kept}/merge"), json!({"other": merged})).await.expect(200);
        t.settle().await;
        let stays: BTreeSet<String> = STAYS.iter().map(|(column, _)| (*column).to_owned()).collect();
        assert_eq!(t.db().naming(merged).await, stays);
        // Who has their rows is whoever stays.
        let after = t.db().naming(kept).await;
        for table in tables.iter().chain([&"segment_members".to_owned()]) {
            assert!(after.iter().any(|column| column.starts_with(&format!("{table}."))), "{table} in {after:?}");
        }
        // What both had one of is added up, and nothing is lost.
        for (table, column, about, sums) in SUMS {
            assert_eq!(t.db().numbers(kept, table, column, about).await, *sums, "{table}.{column}");
        }
        // What is written under the old id by whoever was behind comes over when it is said once more.
        let skipped: Vec<&str> = SKIPPED.iter().copied().chain(["month_bills", "provider_customers"]).collect();
        t.db().strew(t.tenant(), merged, ABOUT, &skipped, SPECIAL).await;
        assert!(t.db().naming(merged).await.len() > stays.len());
        t.advance(Duration::from_secs(61)).await;
        t.settle().await;
        assert!(t.db().naming(merged).await.difference(&stays).next().is_none(), "{:?}", t.db().naming(merged).await);
    }
}

const DAY: Duration = Duration::from_secs(86_400);

fn inr(paise: i64) -> Value {
    json!({"minor": paise, "currency": "INR"})
}

fn id(reply: &Value) -> String {
    reply["id"].as_str().expect("an id").to_owned()
}

/// A shop that sells, brings and subscribes, and of whose plans somebody can use too much.
async fn shop(t: &TestApp) -> String {
    let seller = json!({"legal_name": "Ananda", "address": "12 MG Road", "state": "29", "gstin": "29AAGCB7383J1Z4", "due_days": 7});
    t.put("/api/v1/invoice-settings", seller).await.expect(200);
    let feature = json!({"code": "calls", "name": "API calls", "kind": "metered", "unit": "calls", "resets": "month"});
    t.post("/api/v1/features", feature).await.expect(201);
    let price = |cadence: &str, minor: i64| json!({"cadence": cadence, "amount": inr(minor), "hsn": "998431", "rate_bps": 1800});
    let plan = json!({"code": "starter", "name": "Starter", "prices": [price("month", 9_900), price("year", 99_000)]});
    let plan = id(&t.post("/api/v1/plans", plan).await.expect(201));
    let gives = json!({"features": [{"feature": "calls", "limit": 100, "overage": {"price": inr(50), "per": 10}}]});
    t.put(&format!("/api/v1/plans/{plan}/features"), gives).await.expect(200);
    id(&t.post_keyed("/api/v1/routes", "north", json!({"name": "North"})).await.expect(201))
}

/// Somebody who has bought, subscribed and used too much, and to whom milk is brought from a day on.
async fn customer(t: &TestApp, number: u32, route: &str, milk_from: &str) -> String {
    let who = json!({"name": "Asha Rao", "phone": format!("98765432{number:02}")});
    let order = json!({"amount": 99, "product": "starter", "customer": who});
    let order = t.post("/create_order", order).await.expect(201);
    t.sim().razorpay().pay(order["id"].as_str().expect("an order"), sim::Method::Upi).expect("the simulated payment");
    t.settle().await;
    let body = json!({"plan": "starter", "cadence": "month", "customer": who});
    let sub = t.post_keyed("/api/v1/subscriptions", &format!("sub-{number}"), body).await.expect(201);
    let contact = sub["contact_id"].as_str().expect("a contact").to_owned();
    pay_all(t).await;
    let milk = json!({
        "contact_id": contact, "route_id": route, "address": "4 Hill Road", "product": "Cow milk", "unit": "l", "hsn": "0401",
        "rate_bps": 500, "price_per": "unit", "price": inr(6_000), "starts_on": milk_from
    });
    t.post_keyed("/api/v1/standing-orders", &format!("milk-{number}"), milk).await.expect(201);
    use_some(t, &contact, 130).await.expect(200);
    contact
}

async fn use_some(t: &TestApp, contact: &str, amount: i64) -> Reply {
    t.post(&format!("/api/v1/contacts/{contact}/entitlements/calls/consume"), json!({"amount": amount})).await
}

async fn pay_all(t: &TestApp) {
    t.settle().await;
    let open = t.get("/api/v1/invoices?payment=unpaid&state=issued&limit=200").await.expect(200);
    for invoice in open["data"].as_array().expect("invoices") {
        let id = id(invoice);
        let paid = json!({"amount": invoice["due"], "method": "upi"});
        t.post_keyed(&format!("/api/v1/invoices/{id}/payments"), &format!("pay-{id}"), paid).await.expect(201);
    }
    t.settle().await;
}

async fn promises(t: &TestApp) {
    t.settle().await;
    let wrong: Vec<String> = verify::verify(t.db(), &t.app().vault).await.expect("a look").into_values().flatten().collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

testkit::both_apps! {
    async fn what_was_promised_holds_after_a_merge(t: TestApp) {
        let route = shop(&t).await;
        // Of the first two each has a bill of November; of the others one begins in December.
        let mut all = Vec::new();
        for (number, from) in ["2026-11-22", "2026-11-22", "2026-11-22", "2026-12-02"].into_iter().enumerate() {
            all.push(customer(&t, u32::try_from(number).expect("a number"), &route, from).await);
        }
        t.advance(DAY * 14).await;
        pay_all(&t).await;
        for who in &all {
            use_some(&t, who, 70).await.expect(200);
        }
        promises(&t).await;
        let before = t.get("/api/v1/subscriptions?limit=200").await.expect(200)["data"].as_array().expect("subscriptions").len();
        for (keep, other) in [(0, 1), (3, 2)] {
            t.post(&format!("/api/v1/contacts/{}/merge", all[keep]), json!({"other": all[other]})).await.expect(200);
            promises(&t).await;
            let subs = t.get(&format!("/api/v1/subscriptions?contact_id={}", all[keep])).await.expect(200);
            assert_eq!(subs["data"].as_array().expect("subscriptions").len(), 2);
            let orders = t.get(&format!("/api/v1/orders?contact_id={}", all[keep])).await.expect(200);
            assert_eq!(orders["data"].as_array().expect("orders").len(), 2);
        }
        // Business goes on: both standing orders are on one bill of December, and what was used goes on being counted.
        for days in [2, 16, 14, 20] {
            t.advance(DAY * days).await;
            use_some(&t, &all[0], 10).await.expect(200);
            pay_all(&t).await;
            promises(&t).await;
        }
        let bills = t.get("/api/v1/month-bills?limit=200").await.expect(200);
        let of = |month: &str| bills["data"].as_array().expect("bills").iter().filter(|bill| bill["month"] == month).count();
        assert_eq!((of("2026-11"), of("2026-12")), (3, 2), "{bills}");
        assert_eq!(before, 4);
    }
}
