//! Settings and credentials over HTTP.

use serde::Deserialize;
use serde_json::json;
use settings::Credentials;
use testkit::TestDb;

#[derive(Debug, PartialEq, Deserialize)]
struct Keys {
    key_id: String,
    key_secret: String,
}

testkit::both_apps! {
    async fn a_setting_holds_until_it_goes_back(t: TestApp) {
        let usual = t.get("/api/v1/settings").await.expect(200);
        assert_eq!(usual["messages.retry_minutes"], json!([5, 10, 15]));
        let changed = t.put("/api/v1/settings", json!({"messages.retry_minutes": [1]})).await.expect(200);
        assert_eq!(changed["messages.retry_minutes"], json!([1]));
        assert_eq!(t.get("/api/v1/settings").await.expect(200), changed);
        let wrong = t.put("/api/v1/settings", json!({"messages.retry_minutes": [2], "messages.pace": -1})).await.expect(422);
        assert_eq!(wrong["errors"][0]["field"], "messages.pace");
        assert_eq!(t.get("/api/v1/settings").await.expect(200), changed);
        assert_eq!(t.put("/api/v1/settings", json!({"messages.retry_minutes": null})).await.expect(200), usual);
        t.put("/api/v1/settings", json!([1])).await.expect(422);
    }

    async fn credentials_go_in_and_never_come_out(t: TestApp) {
        let (other, key) = t.another_tenant("Second").await;
        let credentials = t.app().extra::<Credentials>().unwrap();
        assert!(credentials.find::<Keys>(t.tenant(), "razorpay").await.unwrap().is_some(), "the environment's are the first tenant's");
        assert_eq!(credentials.find::<Keys>(other, "razorpay").await.unwrap(), None);
        let path = "/api/v1/settings/credentials";
        let body = json!({"key_id": "rzp_test_12345678", "key_secret": "very-secret"});
        let put = t.request("PUT", &format!("{path}/razorpay")).bearer_auth(&key).json(&body);
        let told = t.send(put).await.expect(200);
        assert_eq!((&told["set"], &told["from"], &told["ends_with"]), (&json!(true), &json!("own"), &json!("5678")));
        let own = credentials.find::<Keys>(other, "razorpay").await.unwrap();
        assert_eq!(own, Some(Keys { key_id: "rzp_test_12345678".into(), key_secret: "very-secret".into() }));
        let list = t.send(t.request("GET", path).bearer_auth(&key)).await;
        assert!(list.status == 200 && !list.text.contains("very-secret") && !list.text.contains("rzp_test"), "{}", list.text);
        let journal = t.send(t.request("GET", "/api/v1/audit").bearer_auth(&key)).await;
        assert!(journal.text.contains("credentials.changed") && !journal.text.contains("very-secret"));
        t.put(&format!("{path}/paypal"), json!({})).await.expect(404);
        assert_eq!(t.put(&format!("{path}/smtp"), json!({"port": 1})).await.expect(422)["errors"][0]["field"], "host");
    }
}

testkit::both! {
    async fn test_data_reaches_nobody_where_nobody_plays(db: TestDb) {
        let accounts = [("razorpay", json!({"key_id": "rzp_live_1", "key_secret": "real"}))].into();
        let real = settings::Real { addresses: [("razorpay", "https://api.razorpay.com/v1".to_owned())].into(), accounts };
        let vault = store::secret::Vault::new("a master key", store::Dice::seeded(1));
        let credentials = Credentials::new((*db).clone(), vault, real, None, |_| Box::pin(async { Ok(true) }));
        let tenant = db.who().tenant;
        credentials.set_first(tenant);
        assert_eq!(credentials.find::<Keys>(tenant, "razorpay").await.unwrap(), None);
        assert!(credentials.address(tenant, "razorpay").await.is_err());
    }
}
