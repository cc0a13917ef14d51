//! The page on which customers choose what they get.

use crate::promise::{MAIL, button, offer, one_click};
use serde_json::{Value, json};
use testkit::{Reply, TestApp};

async fn choose(t: &TestApp, path: &str, choices: &[(&str, &str)]) -> Reply {
    t.send(t.request("POST", path).form(choices)).await
}

async fn see(t: &TestApp, path: &str) -> String {
    let page = t.send(t.request("GET", path)).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page.text
}

/// What somebody known gets on a channel.
async fn gets(t: &TestApp, contact: &str, channel: &str) -> Value {
    let all = t.get(&format!("/api/v1/contacts/{contact}/consent")).await.expect(200);
    all["channels"].as_array().unwrap().iter().find(|one| one["channel"] == channel).unwrap()["choice"].clone()
}

testkit::both_apps! {
    async fn promise_20_everybody_chooses_what_they_get(t: TestApp) {
        let asha = t.post("/api/v1/contacts", json!({"name": "Asha", "phone": "98765 43210", "email": MAIL})).await.expect(201);
        let id = asha["id"].as_str().unwrap().to_owned();
        // By its contact, so that the link knows whose it is.
        t.post("/api/notifications/send-message", json!({"contact_id": id, "channel": "email", "type": "churn_risk", "variables": {"customer_name": "Asha"}})).await.expect(202);
        let path = button(&t).await.replace("/u/", "/p/");
        let page = see(&t, &path).await;
        assert!(page.contains("a•••@example.com") && page.contains("•••3210") && !page.contains(MAIL), "{page}");
        assert_eq!((gets(&t, &id, "email").await, gets(&t, &id, "whatsapp").await), (json!("everything"), json!("no_marketing")));
        assert_eq!(choose(&t, &path, &[("email", "nothing"), ("whatsapp", "everything"), ("fax", "nothing")]).await.status, 200);
        assert_eq!((gets(&t, &id, "email").await, gets(&t, &id, "whatsapp").await), (json!("nothing"), json!("everything")));
        assert_eq!(choose(&t, &path, &[("email", "everything"), ("whatsapp", "everything")]).await.status, 200);
        assert_eq!(gets(&t, &id, "email").await, "everything");
        assert_eq!(offer(&t).await["state"], "queued", "begun again");
        let said = t.get(&format!("/api/v1/consents?contact_id={id}")).await.expect(200);
        // WhatsApp: given. E-mail: all and offers withdrawn, both given again.
        assert_eq!(said["data"].as_array().unwrap().len(), 5, "{said}");
        assert!(said["data"].as_array().unwrap().iter().all(|word| word["how"] == "preference_page" && word["ip"] == "127.0.0.1"), "{said}");
        assert_eq!(choose(&t, &path, &[("email", "sometimes")]).await.status, 422);
        assert_eq!(consent::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn what_is_stopped_is_said_and_begun_again(t: TestApp) {
        let path = button(&t).await;
        assert!(see(&t, &path).await.contains("No more offers?"));
        let by_page = t.send(t.request("POST", &path).form(&[("from", "page")])).await;
        assert_eq!(by_page.status, 200);
        assert!(!see(&t, &path).await.contains("No more offers?"), "there is nothing left to ask");
        assert_eq!(t.get("/api/v1/consents").await.expect(200)["data"][0]["how"], "preference_page");
        let preferences = path.replace("/u/", "/p/");
        assert!(see(&t, &preferences).await.contains("value=\"no_marketing\" selected"));
        choose(&t, &preferences, &[("email", "everything")]).await;
        assert_eq!(offer(&t).await["state"], "queued");
        assert_eq!(one_click(&t, &path).await.status, 200);
        assert_eq!(offer(&t).await["state"], "suppressed");
    }

    async fn whoever_has_the_address_no_more_is_not_chosen_for(t: TestApp) {
        let asha = t.post("/api/v1/contacts", json!({"name": "Asha", "phone": "98765 43210", "email": MAIL})).await.expect(201);
        let id = asha["id"].as_str().unwrap().to_owned();
        t.post("/api/notifications/send-message", json!({"contact_id": id, "channel": "email", "type": "churn_risk", "variables": {"customer_name": "Asha"}})).await.expect(202);
        let path = button(&t).await.replace("/u/", "/p/");
        t.put(&format!("/api/v1/contacts/{id}"), json!({"email": "new@example.com"})).await.expect(200);
        assert!(!see(&t, &path).await.contains("3210"));
        choose(&t, &path, &[("whatsapp", "nothing")]).await;
        assert_eq!(gets(&t, &id, "whatsapp").await, "no_marketing");
    }
}
