//! What clients say to origin, and what they read in its answers: every request of the test in one place.

use crate::api::{Answer, Api};
use crate::campaign::TAG;
use crate::chance::Chance;
use crate::promises::Person;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// What is bought.
#[derive(Clone, Copy)]
pub struct Product {
    /// Its name in addresses.
    pub slug: &'static str,
    /// What it costs, in rupees.
    pub rupees: i64,
}

/// What the shop has.
pub const PRODUCTS: [Product; 4] = [
    Product { slug: "starter", rupees: 99 },
    Product { slug: "pro", rupees: 499 },
    Product { slug: "premium", rupees: 999 },
    Product { slug: "platinum", rupees: 2_999 },
];

/// The demo shop's coupon, and the percentage that it takes off.
pub const COUPON: (&str, i64) = ("SAVE20", 20);

/// A purchase before it is sent.
#[derive(Clone)]
pub struct Purchase {
    /// The Idempotency-Key.
    pub key: String,
    /// The body.
    pub body: Value,
    /// What it must come to, in minor units.
    pub minor: i64,
}

impl Purchase {
    /// Something from the shop, now and then with the coupon.
    pub fn random(chance: &mut Chance, key: String, person: &Person) -> Self {
        let product = chance.pick(&PRODUCTS).copied().unwrap_or(PRODUCTS[0]);
        Self::of(product, chance.percent(20), key, person)
    }

    /// One product from the shop.
    pub fn of(product: Product, with_coupon: bool, key: String, person: &Person) -> Self {
        let mut body = json!({
            "amount": product.rupees, "product": product.slug,
            "customer": {"name": person.name, "phone": person.phone, "email": person.email},
        });
        let mut minor = product.rupees * 100;
        if with_coupon {
            body["coupon_code"] = json!(COUPON.0);
            minor -= minor * COUPON.1 / 100;
        }
        Self { key, body, minor }
    }

    /// `POST /create_order`.
    pub fn request(&self, api: &Api) -> RequestBuilder {
        api.public(Method::POST, "/create_order").header("idempotency-key", &self.key).json(&self.body)
    }
}

/// Origin's id and the provider's id of the order in an answer of `/create_order`.
pub fn both_ids(answer: &Answer) -> Option<(String, String)> {
    Some((answer.body["order_id"].as_str()?.to_owned(), answer.body["id"].as_str()?.to_owned()))
}

/// `POST /api/v1/orders`: a merchant takes an order that is paid on delivery.
pub fn order_paid_later(api: &Api, key: &str, product: Product, person: &Person) -> RequestBuilder {
    let body = json!({
        "customer": {"name": person.name, "phone": person.phone, "email": person.email},
        "lines": [{"product": product.slug, "quantity": 1}],
        "pay": "later",
    });
    api.request(Method::POST, "/api/v1/orders").header("idempotency-key", key).json(&body)
}

/// `POST /api/notifications/send-message`: a member writes to one person.
pub fn direct_message(api: &Api, key: &str, person: &Person) -> RequestBuilder {
    let body = json!({
        "phone": person.phone, "type": "delivery_reminder",
        "variables": {"delivery_date": "22 Nov 2026", "customer_name": person.name},
    });
    api.request(Method::POST, "/api/notifications/send-message").header("idempotency-key", key).json(&body)
}

/// `POST /api/v1/contact-imports`: a file of people.
pub fn people(api: &Api, file: String) -> RequestBuilder {
    api.request(Method::POST, "/api/v1/contact-imports?name=crowd.csv").body(file)
}

/// `POST /api/v1/contact-imports/{id}/start`: it is taken in.
pub fn start_import(api: &Api, id: &str) -> RequestBuilder {
    let body = json!({"wins": "file", "consent": "none"});
    api.request(Method::POST, &format!("/api/v1/contact-imports/{id}/start")).json(&body)
}

/// `POST /api/v1/campaigns/send`: a mail to everybody with the crowd's tag, at any hour, so many in a second.
pub fn campaign(api: &Api, per_second: u64) -> RequestBuilder {
    let text = json!({"channel": "email", "content": {"subject": "Mangoes", "body": "Hello {{ name }}, fresh mangoes are in."}});
    let body = json!({
        "name": "Mangoes", "contents": [text], "audience": {"tag": TAG},
        "quiet_from": "00:00", "quiet_to": "00:00", "per_second": per_second,
    });
    api.request(Method::POST, "/api/v1/campaigns/send").header("idempotency-key", "campaign").json(&body)
}

/// `POST /api/v1/campaigns/{id}/pause` and the like.
pub fn of_campaign(api: &Api, id: &str, what: &str) -> RequestBuilder {
    api.request(Method::POST, &format!("/api/v1/campaigns/{id}/{what}")).json(&json!({}))
}

/// `GET /api/v1/campaigns/{id}`.
pub fn show_campaign(api: &Api, id: &str) -> RequestBuilder {
    api.request(Method::GET, &format!("/api/v1/campaigns/{id}"))
}

/// `POST /api/notifications/process-queue`: a member has no patience with retries that wait for their time.
pub fn retry_now(api: &Api) -> RequestBuilder {
    api.request(Method::POST, "/api/notifications/process-queue")
}

/// The buyer's browser comes back from the provider with the signed form.
pub fn browser_return(api: &Api, provider_order: &str, payment: &str, signature: &str) -> RequestBuilder {
    let form = [("razorpay_payment_id", payment), ("razorpay_order_id", provider_order), ("razorpay_signature", signature)];
    api.public(Method::POST, "/payments/razorpay/return").form(&form)
}
