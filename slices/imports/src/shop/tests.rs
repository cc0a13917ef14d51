//! What shops sign and say.

use super::*;
use facts::orders::PayWhen;
use http::HeaderMap;
use orders::OrderState;
use serde_json::json;

fn shop(provider: Origin, webhook_secret: &str, old: Option<&str>) -> Shop {
    let secrets = Secrets {
        key: "ck_1".into(),
        secret: "cs_1".into(),
        webhook_secret: webhook_secret.into(),
        webhook_secret_old: old.map(Into::into),
    };
    Shop { provider, address: Url::parse("https://shop.example/blog/").unwrap(), secrets }
}

fn signed(name: &'static str, signature: &str) -> HeaderMap {
    HeaderMap::from_iter([(http::HeaderName::from_static(name), signature.parse().unwrap())])
}

const SHOPIFY: &str = r#"{"id":820982911946154508,"total_price":"199.00","currency":"INR"}"#;
const WOO: &str = r#"{"id":727,"status":"processing","total":"29.35"}"#;

#[test]
fn the_published_vectors() {
    let table = [
        (Origin::Shopify, "x-shopify-hmac-sha256", "shpss_test", SHOPIFY, "kIOSWTrPvkXMegXebhQnbiChLeEmq0/cLyW8ggA/91w="),
        (Origin::Shopify, "shopify-hmac-sha256", "shpss_test", SHOPIFY, "kIOSWTrPvkXMegXebhQnbiChLeEmq0/cLyW8ggA/91w="),
        (Origin::Woocommerce, "x-wc-webhook-signature", "wc_secret", WOO, "OlZlrlaLPcFe6qqZlEwBCjExkm9hhyKiY1JbdQS5XWg="),
        (Origin::Woocommerce, "x-wc-webhook-signature", "wc_secret & \"q\"", WOO, "8TJwUS5ApfBMH1QnEgR+sFMlWvXXLoROnkQfd2e0bck="),
        (
            Origin::Woocommerce,
            "x-wc-webhook-signature",
            "wc_secret &amp; &quot;q&quot;",
            WOO,
            "8TJwUS5ApfBMH1QnEgR+sFMlWvXXLoROnkQfd2e0bck=",
        ),
    ];
    for (provider, header, secret, body, signature) in table {
        let live = shop(provider, secret, None);
        assert!(genuine(&live, &signed(header, signature), body.as_bytes()), "{provider} {secret}");
        assert!(genuine(&shop(provider, "new", Some(secret)), &signed(header, signature), body.as_bytes()), "the secret before");
        assert!(!genuine(&shop(provider, "new", None), &signed(header, signature), body.as_bytes()));
        assert!(!genuine(&shop(provider, "", None), &signed(header, signature), body.as_bytes()));
        assert!(!genuine(&live, &HeaderMap::new(), body.as_bytes()));
        for at in 0..body.len() {
            for bit in 0..8 {
                let mut flipped = body.as_bytes().to_vec();
                flipped[at] ^= 1 << bit;
                assert!(!genuine(&live, &signed(header, signature), &flipped), "bit {bit} of byte {at}");
            }
        }
    }
}

#[test]
fn a_ping_is_a_form_without_a_topic() {
    assert!(is_ping(Origin::Woocommerce, &HeaderMap::new(), b"webhook_id=7"));
    assert!(!is_ping(Origin::Woocommerce, &signed("x-wc-webhook-topic", "order.created"), b"webhook_id=7"));
    assert!(!is_ping(Origin::Woocommerce, &HeaderMap::new(), b"webhook_id=7&x=1"));
    assert!(!is_ping(Origin::Shopify, &HeaderMap::new(), b"webhook_id=7"));
}

fn woo(status: &str, paid: Option<&str>, refunds: serde_json::Value) -> Foreign {
    let said = json!({
        "id": 727, "number": "727", "status": status, "currency": "INR", "total": "29.35", "discount_total": "1.00",
        "date_created_gmt": "2026-11-01T09:30:00", "date_modified_gmt": "2026-11-02T09:30:00", "date_paid_gmt": paid, "refunds": refunds,
        "billing": {"first_name": "Asha", "last_name": "", "email": "asha@example.com", "phone": "9876543210"},
        "line_items": [{"id": 1, "name": "Milk", "sku": "", "quantity": 2, "price": 14.675, "subtotal": "29.35", "total": "28.35"}],
    });
    shop(Origin::Woocommerce, "s", None).order(&said).unwrap().unwrap()
}

#[test]
fn orders_of_woocommerce() {
    let paid = Some("2026-11-01T10:00:00");
    let order = woo("processing", paid, json!([]));
    assert_eq!((order.source.as_str(), order.source_id.as_str(), order.name.as_str()), ("woocommerce/shop.example/blog", "727", "#727"));
    assert_eq!((order.total_minor, order.paid_minor, order.placed_at), (2_935, 2_935, "2026-11-01T09:30:00Z".parse().unwrap()));
    assert_eq!((order.lines[0].amount_minor, order.lines[0].discount_minor, order.customer_name.as_deref()), (2_935, 100, Some("Asha")));
    let table = [
        ("processing", None, json!([]), OrderState::Created, PayWhen::Later, false),
        ("completed", paid, json!([]), OrderState::Paid, PayWhen::First, true),
        ("completed", paid, json!([{"total": "-9.35"}]), OrderState::PartiallyRefunded, PayWhen::First, true),
        ("refunded", paid, json!([{"total": "-29.35"}]), OrderState::Refunded, PayWhen::First, false),
        ("pending", None, json!([]), OrderState::Created, PayWhen::First, false),
        ("trash", None, json!([]), OrderState::Cancelled, PayWhen::First, false),
        ("packing-soon", paid, json!([]), OrderState::Paid, PayWhen::First, false),
    ];
    for (status, paid, refunds, state, pay, sent) in table {
        let order = woo(status, paid, refunds);
        assert_eq!((order.state, order.pay, order.sent), (state, pay, sent), "{status}");
    }
    let shop = shop(Origin::Woocommerce, "s", None);
    assert_eq!(shop.order(&json!({"id": 727})), Ok(None), "of a deleted one only the id is told");
    assert!(shop.order(&json!({"id": 1, "status": "processing", "line_items": [], "currency": "INR", "total": "1,5"})).is_err());
}

#[test]
fn orders_of_shopify() {
    let said = |financial: &str, fulfillment: Option<&str>| {
        json!({
            "id": 820_982_911_946_154_508_u64, "name": "#1001", "currency": "INR", "total_price": "199.00", "total_outstanding": "0.00",
            "financial_status": financial, "fulfillment_status": fulfillment, "cancelled_at": null, "test": false,
            "created_at": "2026-11-01T15:00:00+05:30", "updated_at": "2026-11-02T15:00:00+05:30", "processed_at": "2026-11-01T15:00:00+05:30",
            "customer": null, "phone": null, "email": "asha@example.com", "shipping_address": {"first_name": "Asha", "last_name": "Rao"},
            "refunds": [{"transactions": [{"kind": "refund", "status": "success", "amount": "50.00"}, {"kind": "void", "amount": "1"}]}],
            "line_items": [{"id": 1, "title": "Milk", "sku": null, "quantity": 2, "price": "99.50"}],
        })
    };
    let shop = shop(Origin::Shopify, "s", None);
    let order = shop.order(&said("partially_refunded", Some("fulfilled"))).unwrap().unwrap();
    assert_eq!(
        (order.source_id.as_str(), order.total_minor, order.refunded_minor, order.sent),
        ("820982911946154508", 19_900, 5_000, true)
    );
    assert_eq!((order.changed_at, order.customer_name.as_deref()), ("2026-11-02T09:30:00Z".parse().unwrap(), Some("Asha Rao")));
    for (financial, state, pay) in [
        ("paid", OrderState::Paid, PayWhen::First),
        ("pending", OrderState::Created, PayWhen::Later),
        ("partially_paid", OrderState::Created, PayWhen::First),
        ("voided", OrderState::Cancelled, PayWhen::First),
        ("refunded", OrderState::Refunded, PayWhen::First),
    ] {
        let order = shop.order(&said(financial, None)).unwrap().unwrap();
        assert_eq!((order.state, order.pay), (state, pay), "{financial}");
    }
    assert_eq!(shop.order(&json!({"id": 1, "email": "asha@example.com"})), Ok(None), "a customer is no order");
}
