//! Segments over HTTP: what is asked for, refused and shown.

use super::{SEGMENTS, person, segment};
use serde_json::{Value, json};
use testkit::{ADMIN, Browser};

const HERE: &str = "/admin/contacts/segments";

testkit::both_apps! {
    async fn segments_are_made_named_listed_and_taken_away(t: TestApp) {
        let filter = json!({"all": [{"attribute": "city", "is": "Pune"}, {"did": "order.paid", "at_least": 2, "days": 30}]});
        for n in 0..30 {
            person(&t, n, json!({"city": "Pune"})).await;
        }
        let pune = segment(&t, "Pune", &json!({"attribute": "city", "is": "pune"})).await;
        let both = segment(&t, "Regulars of Pune", &filter).await;
        let again = t.post_keyed(SEGMENTS, "Pune", json!({"name": "Pune", "filter": {"attribute": "city", "is": "pune"}})).await;
        assert_eq!(again.expect(201)["id"], pune.rsplit('/').next().unwrap());
        t.settle().await;
        assert_eq!(t.get(&both).await.expect(200)["says"], "city is Pune and paid an order at least 2 times in 30 days");
        assert_eq!(t.get(&both).await.expect(200)["filter"], filter);
        let taken = t.post(SEGMENTS, json!({"name": "pune ", "filter": {"tag": "a"}})).await.expect(409);
        assert_eq!((&taken["code"], &taken["errors"][0]["field"]), (&json!("segment_exists"), &json!("name")));
        t.put(&both, json!({"name": "PUNE"})).await.expect(409);
        let wrong = t.post(SEGMENTS, json!({"name": "x", "filter": {"any": [{"tag": "a"}, {"did": "x"}]}})).await.expect(422);
        assert_eq!(wrong["errors"][0]["field"], "filter.any[1].did");
        let first = t.get(&format!("{pune}/contacts?limit=20")).await.expect(200);
        let rest = t.get(&format!("{pune}/contacts?limit=20&cursor={}", first["next_cursor"].as_str().unwrap())).await.expect(200);
        assert_eq!((first["data"].as_array().unwrap().len(), rest["data"].as_array().unwrap().len()), (20, 10));
        assert_eq!(rest["next_cursor"], Value::Null);
        let file = t.get(&format!("{pune}/contacts?format=csv")).await;
        assert!(file.text.starts_with("id,name,phone,") && file.text.lines().count() == 31, "{}", file.text);
        let counted = t.post(&format!("{SEGMENTS}/count"), json!({"filter": {"attribute": "name", "is": "person 7"}})).await.expect(200);
        assert_eq!(counted, json!({"contacts": 1, "of": 30, "exact": true}));
        assert_eq!(t.get(SEGMENTS).await.expect(200)["data"].as_array().unwrap().len(), 2);
        let other = t.another_tenant("Second").await.1;
        t.send(t.request("GET", &pune).bearer_auth(&other)).await.expect(404);
        t.send(t.request("DELETE", &pune).bearer_auth(t.key())).await.expect(204);
        t.get(&pune).await.expect(404);
        assert_eq!(t.db().holdings(t.tenant()).await["segment_members"].0, 0);
    }

    async fn a_segment_is_put_together_by_hand(t: TestApp) {
        person(&t, 1, json!({"city": "Pune"})).await;
        person(&t, 2, json!({"city": "Delhi"})).await;
        let office = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        assert!(office.get(&t, HERE).await.text.contains("No segments yet"));
        let form = office.get(&t, &format!("{HERE}/new")).await;
        assert!(form.status == 200 && form.text.contains("attribute:city"), "{}", form.text);
        let key = form.between("name=\"key\" value=\"", "\"").to_owned();
        let typed = |value: &'static str| vec![
            ("key", key.as_str()), ("name", "Pune"), ("join", "all"), ("what1", "attribute:city"), ("how1", "is"), ("value1", value),
            ("what2", "did:order.paid"), ("how2", "fewer"), ("value2", "1"), ("days2", "30"),
        ];
        let counted = office.post(&t, &format!("{HERE}/count"), &typed("Pune")).await;
        assert!(counted.text.contains("1 of your 2 contacts fit"), "{}", counted.text);
        let refused = office.post(&t, &format!("{HERE}/new"), &typed("")).await;
        assert!(refused.status == 422 && refused.text.contains("a text, a number") | refused.text.contains("a text of"), "{}", refused.text);
        let made = office.post(&t, &format!("{HERE}/new"), &typed("Pune")).await;
        let path = made.header("location").unwrap().to_owned();
        let twice = office.post(&t, &format!("{HERE}/new"), &typed("Pune")).await;
        assert_eq!(twice.header("location"), Some(path.as_str()), "the same form twice is one segment");
        t.settle().await;
        let shown = office.get(&t, &path).await;
        assert!(shown.text.contains("city is Pune and never paid an order in 30 days") && shown.text.contains("One person is in it."), "{}", shown.text);
        assert!(office.get(&t, &format!("{path}/contacts.csv")).await.text.contains("p1@example.com"));
        assert!(office.get(&t, &format!("{path}/state")).await.text.contains("Kept up to date"));
        let change = office.get(&t, &format!("{path}/change")).await;
        assert!(change.text.contains("value=\"did:order.paid\" selected"), "{}", change.text);
        let other = [("name", "Delhi"), ("join", "any"), ("what1", "attribute:city"), ("how1", "is"), ("value1", "Delhi")];
        assert_eq!(office.post(&t, &format!("{path}/change"), &other).await.status, 303);
        assert!(office.get(&t, HERE).await.text.contains("city is Delhi"));
        office.post(&t, &format!("{path}/delete"), &[]).await;
        assert!(office.get(&t, HERE).await.text.contains("No segments yet"));
    }

    async fn what_a_form_cannot_show_is_kept(t: TestApp) {
        let filter = json!({"all": [{"any": [{"tag": "a"}, {"tag": "b"}]}, {"tag": "c"}]});
        let path = segment(&t, "Deep", &filter).await;
        let id = path.rsplit('/').next().unwrap();
        let office = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let form = office.get(&t, &format!("{HERE}/{id}/change")).await;
        assert!(form.text.contains("They stay as they are"), "{}", form.text);
        office.post(&t, &format!("{HERE}/{id}/change"), &[("name", "Deeper"), ("keep", "on")]).await;
        let shown = t.get(&path).await.expect(200);
        assert_eq!((&shown["name"], &shown["filter"]), (&json!("Deeper"), &filter));
    }
}
