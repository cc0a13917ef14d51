//! The pages that a person looks at, and the checkout that a buyer pays on.

use crate::street::{client, start};
use serde_json::{Value, json};
use sim::{OrderStatus, Sim};

async fn get(sim: &Sim, path: &str) -> String {
    let answer = client().get(format!("{}{path}", sim.http_url())).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

async fn place(sim: &Sim) -> String {
    let request = client()
        .post(format!("{}/orders", sim.razorpay_url()))
        .basic_auth("rzp_test_SimulatedShop1", Some("simulated_key_secret"))
        .json(&json!({"amount": 49_900, "currency": "INR", "receipt": "R-1"}));
    let order: Value = request.send().await.unwrap().json().await.unwrap();
    order["id"].as_str().unwrap().to_owned()
}

/// What the buyer sees after pressing one of the buttons.
async fn press(sim: &Sim, order: &str, choice: &str) -> String {
    let url = format!("{}?callback_url=http%3A%2F%2Fshop.test%2Fback", sim.checkout_url(order));
    let answer = client().post(url).header("content-type", "application/x-www-form-urlencoded").body(format!("choice={choice}"));
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(!policy.contains("unsafe"), "{policy}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn every_page_opens_empty_and_has_its_changing_part() {
    let (sim, _) = start().await;
    for path in ["/", "/phones", "/phones/+919876543210", "/pushes", "/mailboxes", "/faults"] {
        assert!(get(&sim, path).await.contains("data-live"), "{path}");
        assert!(!get(&sim, &format!("{path}?part=1")).await.contains("<html"), "{path}");
    }
    for path in ["/phones.json", "/messages.json", "/mailboxes.json"] {
        assert_eq!(get(&sim, path).await, "[]");
    }
    get(&sim, "/assets/sim.css").await;
    get(&sim, "/assets/sim.js").await;
}

#[tokio::test]
async fn a_buyer_pays_and_is_brought_back_with_a_signature() {
    let (sim, _) = start().await;
    let order = place(&sim).await;
    let shown = get(&sim, &format!("/checkout/{order}?callback_url=javascript:alert(1)")).await;
    assert!(shown.contains("₹499.00") && !shown.contains("action=\"javascript"));
    let declined = press(&sim, &order, "upi_fails").await;
    assert!(declined.contains("error[reason]"));
    let paid = press(&sim, &order, "upi").await;
    let payment = sim.razorpay().payments().pop().unwrap().id;
    assert!(paid.contains(r#"action="http://shop.test/back""#));
    assert!(paid.contains(&sim.razorpay().signature(&order, &payment)));
    assert_eq!(sim.razorpay().orders()[0].status, OrderStatus::Paid);
    assert!(press(&sim, &order, "card").await.contains("Paid already"));
}

#[tokio::test]
async fn a_buyer_who_vanishes_has_paid_all_the_same() {
    let (sim, _) = start().await;
    let order = place(&sim).await;
    let shown = press(&sim, &order, "pay_and_vanish").await;
    assert!(!shown.contains("razorpay_signature"));
    assert_eq!(sim.razorpay().orders()[0].status, OrderStatus::Paid);
}

#[tokio::test]
async fn a_form_post_opens_the_checkout() {
    let (sim, _) = start().await;
    let order = place(&sim).await;
    let body = format!("key_id=rzp_test_SimulatedShop1&order_id={order}&callback_url=http%3A%2F%2Fshop.test%2Fback");
    let request = client().post(format!("{}/checkout/embedded", sim.razorpay_url()));
    let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    let there = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(get(&sim, &there).await.contains("Pay by UPI"));
}

#[tokio::test]
async fn a_bad_day_begins_and_ends_at_a_press() {
    let (sim, _) = start().await;
    let press = async |path: &str, body: &'static str| {
        let request = client().post(format!("{}{path}", sim.http_url()));
        let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        assert_eq!(answer.status(), 303, "{path} {body}");
    };
    press("/faults", "provider=myoperator&trouble=drop&who=%2B91+98765+43210&calls=2").await;
    press("/faults", "provider=smtp&trouble=too_many").await;
    assert_eq!(sim.faults().rules().iter().map(|rule| rule.left).collect::<Vec<_>>(), [Some(2), None]);
    assert!(get(&sim, "/faults").await.contains("+91 98765 43210"));
    press("/faults/clear", "").await;
    assert!(sim.faults().rules().is_empty());
    press("/faults/webhooks", "whose=razorpay&off=true").await;
    assert!(get(&sim, "/faults?part=1").await.contains("Switch on"));
}

#[tokio::test]
async fn the_owner_of_a_phone_answers_by_the_way_the_shop_wrote() {
    let (sim, shop) = start().await;
    let write = async |body: &'static str| {
        let request = client().post(format!("{}/phones/+919876543210", sim.http_url()));
        let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        assert_eq!(answer.status(), 303, "{body}");
    };
    write("way=meta&kind=text&words=Hello").await;
    write("way=twilio-sms&kind=text&words=STOP").await;
    write("way=gateway&kind=text&words=Hi").await;
    write("way=meta&kind=stop&words=").await;
    sim.quiet().await;
    assert_eq!(shop.heard.lock().unwrap().len(), 4);
    assert_eq!((sim.meta().received().len(), sim.twilio().received().len(), sim.gateway().received().len()), (1, 1, 1));
    let shown = get(&sim, "/phones/+919876543210").await;
    assert!(shown.contains("Hello") && shown.contains("STOP") && shown.contains("value=\"gateway\" selected"));
    let sought = client().get(format!("{}/phones?number=91+98765+43210", sim.http_url())).send().await.unwrap();
    assert_eq!(sought.headers()["location"], "/phones/+919876543210");
}
