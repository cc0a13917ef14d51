//! What a key may do to itself. The fuzzer must not, or it would come no further (tests/fuzz/past_the_door.py).

use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Reply, TestApp};

async fn by(t: &TestApp, key: &str, method: &str, path: &str, body: Value) -> Reply {
    t.send(t.request(method, path).bearer_auth(key).json(&body)).await
}

/// A key like that of the fuzzer: an owner's reach. Its path and itself.
async fn owners_key(t: &TestApp) -> (String, String) {
    let all = format!("/api/v1/tenants/{}/api-keys", t.tenant());
    let made = t.post(&all, json!({"name": "itself", "role": "owner"})).await.expect(201);
    let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
    (format!("{all}/{}", text("id")), text("key"))
}

testkit::both_apps! {
    async fn a_key_that_revokes_itself_is_out_at_once(t: TestApp) {
        let (itself, key) = owners_key(&t).await;
        by(&t, &key, "GET", "/api/v1/settings", Value::Null).await.expect(200);
        assert_eq!(by(&t, &key, "DELETE", &itself, Value::Null).await.status, 204);
        assert_eq!(by(&t, &key, "GET", "/api/v1/settings", Value::Null).await.expect(401)["code"], "invalid_api_key");
        assert_eq!(by(&t, &key, "DELETE", &itself, Value::Null).await.status, 401);
    }

    async fn a_key_that_replaces_itself_goes_on_for_as_long_as_it_said(t: TestApp) {
        let (itself, key) = owners_key(&t).await;
        let made = by(&t, &key, "POST", &format!("{itself}/rotate"), json!({"overlap_hours": 1})).await.expect(201);
        let heir = made["key"].as_str().unwrap_or_default().to_owned();
        for key in [&key, &heir] {
            by(&t, key, "GET", "/api/v1/settings", Value::Null).await.expect(200);
        }
        t.advance(Duration::from_secs(3_601)).await;
        by(&t, &key, "GET", "/api/v1/settings", Value::Null).await.expect(401);
        by(&t, &heir, "GET", "/api/v1/settings", Value::Null).await.expect(200);
    }
}
