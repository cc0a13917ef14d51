//! What is refused, and to whom.

use super::{ALL, asked, meet, people, started};
use serde_json::{Value, json};
use testkit::TestApp;

async fn refused(t: &TestApp, more: Value) -> String {
    let wrong = t.post(ALL, asked(more)).await.expect(422);
    wrong["errors"][0]["field"].as_str().unwrap().to_owned()
}

testkit::both_apps! {
    async fn what_does_not_fit_is_named(t: TestApp) {
        assert_eq!(refused(&t, json!({"name": " "})).await, "name");
        assert_eq!(refused(&t, json!({"goal": "order.lost"})).await, "goal");
        assert_eq!(refused(&t, json!({"within_days": 91})).await, "within_days");
        assert_eq!(refused(&t, json!({"minimum": 19})).await, "minimum");
        assert_eq!(refused(&t, json!({"matters_bps": -1})).await, "matters_bps");
        assert_eq!(refused(&t, json!({"variants": [{"name": "A"}]})).await, "variants");
        assert_eq!(refused(&t, json!({"variants": [{"name": "A"}, {"name": "A "}]})).await, "variants[1].name");
        assert_eq!(refused(&t, json!({"variants": [{"name": "A"}, {"name": "B", "weight": 0}]})).await, "variants[1].weight");
        let two = json!({"variants": [{"name": "A", "holdout": true}, {"name": "B", "holdout": true}]});
        assert_eq!(refused(&t, two).await, "variants");
        t.post(ALL, asked(json!({"subject": "weather"}))).await.expect(422);
    }

    async fn an_experiment_goes_one_way(t: TestApp) {
        let everybody = people(&t, 1).await;
        let made = t.post(ALL, asked(json!({"about": "prod_1"}))).await.expect(201);
        let path = format!("{ALL}/{}", made["id"].as_str().unwrap());
        let changed = t.put(&path, asked(json!({"name": "Other", "variants": [{"name": "X"}, {"name": "Y"}, {"name": "Z"}]}))).await.expect(200);
        assert_eq!((&changed["name"], changed["variants"].as_array().unwrap().len()), (&json!("Other"), 3));
        let early = t.post(&format!("{path}/enrol"), json!({"contact_ids": everybody})).await.expect(409);
        assert_eq!(early["code"], "experiment_state");
        t.post(&format!("{path}/stop"), json!({})).await.expect(409);
        t.post(&format!("{path}/decide"), json!({"variant": "X"})).await.expect(409);
        t.post(&format!("{path}/start"), json!({})).await.expect(200);
        t.post(&format!("{path}/start"), json!({})).await.expect(409);
        t.put(&path, asked(json!({}))).await.expect(409);
        t.send(t.request("DELETE", &path).bearer_auth(t.key())).await.expect(409);
        let unknown = t.post(&format!("{path}/decide"), json!({"variant": "W"})).await.expect(422);
        assert_eq!(unknown["errors"][0]["field"], "variant");
        t.post(&format!("{path}/stop"), json!({})).await.expect(200);
        t.post(&format!("{path}/start"), json!({})).await.expect(409);
        let draft = t.post(ALL, asked(json!({}))).await.expect(201);
        t.send(t.request("DELETE", &format!("{ALL}/{}", draft["id"].as_str().unwrap())).bearer_auth(t.key())).await.expect(204);
        assert_eq!(t.get(&format!("{ALL}?state=stopped")).await.expect(200)["data"].as_array().unwrap().len(), 1);
        assert_eq!(t.get(&format!("{ALL}?state=draft")).await.expect(200)["data"].as_array().unwrap().len(), 0);
    }

    async fn another_tenant_sees_nothing_of_it(t: TestApp) {
        let everybody = people(&t, 1).await;
        let path = started(&t, json!({})).await;
        meet(&t, &path, &everybody).await;
        let other = t.another_tenant("Second").await.1;
        t.send(t.request("GET", &path).bearer_auth(&other)).await.expect(404);
        t.send(t.request("GET", &format!("{path}/people")).bearer_auth(&other)).await.expect(404);
        let enrol = t.request("POST", &format!("{path}/enrol")).bearer_auth(&other).json(&json!({"contact_ids": everybody}));
        t.send(enrol).await.expect(422);
    }

    async fn people_are_listed_narrowed_and_taken_along(t: TestApp) {
        let everybody = people(&t, 12).await;
        let path = started(&t, json!({})).await;
        let of_b = meet(&t, &path, &everybody).await.iter().filter(|variant| *variant == "B").count();
        let many = |listed: &Value| listed["data"].as_array().unwrap().len();
        let first = t.get(&format!("{path}/people?limit=5")).await.expect(200);
        let rest = t.get(&format!("{path}/people?limit=10&cursor={}", first["next_cursor"].as_str().unwrap())).await.expect(200);
        assert_eq!((many(&first), many(&rest)), (5, 7));
        assert_eq!(many(&t.get(&format!("{path}/people?variant=B")).await.expect(200)), of_b);
        assert_eq!(many(&t.get(&format!("{path}/people?converted=true")).await.expect(200)), 0);
        t.get(&format!("{path}/people?converted=perhaps")).await.expect(422);
        let file = t.get(&format!("{path}/people/export")).await;
        assert!(file.text.starts_with("contact_id,variant,at,") && file.text.lines().count() == 13, "{}", file.text);
    }
}
