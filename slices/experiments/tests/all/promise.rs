//! Promise 16: a sound winner, or none.

use super::{ALL, asked, counts, meet, nothing_is_wrong, order, people, started};
use futures::future::join_all;
use serde_json::json;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

testkit::both_apps! {
    async fn promise_16_a_winner_is_named_when_it_can_be_told_and_not_before(t: TestApp) {
        let everybody = people(&t, 60).await;
        let path = started(&t, json!({})).await;
        let early = meet(&t, &path, &everybody[..10]).await;
        let shown = t.get(&path).await.expect(200);
        assert_eq!((&shown["verdict"], &shown["winner"]), (&json!("too_few"), &json!(null)), "{shown}");
        let variants = meet(&t, &path, &everybody).await;
        assert_eq!(variants[..10], early, "each person's is the same every time");
        let shown = t.get(&path).await.expect(200);
        assert_eq!(shown["verdict"], "no_winner_yet", "{shown}");
        for (n, _) in variants.iter().enumerate().filter(|(_, variant)| *variant == "B") {
            order(&t, n).await;
        }
        t.settle().await;
        let shown = t.get(&path).await.expect(200);
        assert_eq!((&shown["verdict"], &shown["winner"]), (&json!("winner"), &json!("B")), "{shown}");
        let says = shown["says"].as_str().unwrap();
        assert!(says.starts_with("B wins: B is between ") && says.ends_with(" points better than A."), "{says}");
        let of_b = i64::try_from(variants.iter().filter(|variant| *variant == "B").count()).unwrap();
        assert_eq!(counts(&t, &path).await, [(60 - of_b, 0), (of_b, of_b)]);
        assert_eq!(shown["variants"][1]["rate_bps"], 10_000);
        nothing_is_wrong(&t).await;
    }

    async fn promise_16_each_person_counts_once_however_often_and_by_whom_they_are_enrolled(t: TestApp) {
        let everybody = people(&t, 20).await;
        let path = started(&t, json!({})).await;
        let backwards: Vec<String> = everybody.iter().rev().cloned().collect();
        let both = join_all([meet(&t, &path, &everybody), meet(&t, &path, &backwards), meet(&t, &path, &everybody)]).await;
        assert_eq!(both[0], both[1].iter().rev().cloned().collect::<Vec<_>>());
        let twice = [everybody[0].clone(), everybody[0].clone()];
        assert_eq!(meet(&t, &path, &twice).await, [both[0][0].clone(), both[0][0].clone()]);
        assert_eq!(counts(&t, &path).await.iter().map(|(exposed, _)| exposed).sum::<i64>(), 20);
        for _ in 0..3 {
            order(&t, 0).await;
        }
        t.settle().await;
        order(&t, 0).await;
        t.settle().await;
        assert_eq!(counts(&t, &path).await.iter().map(|(_, converted)| converted).sum::<i64>(), 1, "who did it, and not how often");
        nothing_is_wrong(&t).await;
    }

    async fn what_is_done_before_or_too_late_or_of_another_kind_does_not_count(t: TestApp) {
        let everybody = people(&t, 4).await;
        let path = started(&t, json!({"within_days": 2})).await;
        let paid = started(&t, json!({"goal": "order.paid"})).await;
        order(&t, 0).await;
        t.settle().await;
        t.advance(Duration::from_secs(60)).await;
        meet(&t, &path, &everybody).await;
        meet(&t, &paid, &everybody).await;
        t.advance(DAY).await;
        order(&t, 1).await;
        t.settle().await;
        let did = |counts: Vec<(i64, i64)>| counts.iter().map(|(_, converted)| converted).sum::<i64>();
        assert_eq!(did(counts(&t, &path).await), 1, "who ordered before is not counted, who did after a day is");
        t.advance(DAY + Duration::from_secs(60)).await;
        order(&t, 2).await;
        t.settle().await;
        assert_eq!((did(counts(&t, &path).await), did(counts(&t, &paid).await)), (1, 0));
        nothing_is_wrong(&t).await;
    }

    async fn promise_16_a_holdout_gets_nothing_and_a_decision_is_for_everybody(t: TestApp) {
        let everybody = people(&t, 40).await;
        let variants = json!([{"name": "Nothing", "holdout": true}, {"name": "A mail", "weight": 3}]);
        let path = started(&t, json!({"variants": variants})).await;
        let done = t.post(&format!("{path}/enrol"), json!({"contact_ids": &everybody[..30]})).await.expect(200);
        let given = done["people"].as_array().unwrap();
        assert!(given.iter().all(|one| one["holdout"] == json!(one["variant"] == "Nothing")));
        let held = given.iter().filter(|one| one["holdout"] == true).count();
        assert!((1..20).contains(&held), "about a quarter: {held}");
        let decided = t.post(&format!("{path}/decide"), json!({"variant": "A mail"})).await.expect(200);
        assert_eq!((&decided["state"], &decided["decision"]["variant"]), (&json!("stopped"), &json!("A mail")));
        assert_eq!((&decided["decision"]["verdict"], &decided["decision"]["exposed"][0]), (&json!("too_few"), &json!(held)));
        assert!(meet(&t, &path, &everybody).await.iter().all(|variant| variant == "A mail"));
        assert_eq!(counts(&t, &path).await.iter().map(|(exposed, _)| exposed).sum::<i64>(), 30, "nobody new is counted");
        let again = t.post(&format!("{path}/decide"), json!({"variant": "Nothing"})).await.expect(200);
        assert_eq!(again["decision"]["variant"], "Nothing", "a decision may be changed");
        nothing_is_wrong(&t).await;
    }

    async fn what_is_done_after_the_stop_counts_and_the_control_is_for_everybody_until_a_decision(t: TestApp) {
        let everybody = people(&t, 8).await;
        let path = started(&t, json!({})).await;
        meet(&t, &path, &everybody[..6]).await;
        t.post(&format!("{path}/stop"), json!({})).await.expect(200);
        assert!(meet(&t, &path, &everybody).await.iter().all(|variant| variant == "A"));
        order(&t, 3).await;
        t.settle().await;
        let counts = counts(&t, &path).await;
        assert_eq!((counts.iter().map(|one| one.0).sum::<i64>(), counts.iter().map(|one| one.1).sum::<i64>()), (6, 1));
        nothing_is_wrong(&t).await;
    }

    async fn somebody_who_is_erased_stays_counted_and_is_nobody(t: TestApp) {
        let everybody = people(&t, 3).await;
        let path = started(&t, json!({})).await;
        meet(&t, &path, &everybody).await;
        order(&t, 1).await;
        t.settle().await;
        let before = counts(&t, &path).await;
        let erase = t.request("DELETE", &format!("/api/v1/contacts/{}?reason=asked", everybody[1])).bearer_auth(t.key());
        t.send(erase).await.expect(204);
        t.settle().await;
        assert_eq!(counts(&t, &path).await, before);
        let listed = t.get(&format!("{path}/people?limit=200")).await.expect(200);
        let gone: Vec<_> = listed["data"].as_array().unwrap().iter().filter(|one| one["contact_id"].is_null()).collect();
        assert!(gone.len() == 1 && gone[0]["converted"] == true, "{listed}");
        let refused = t.post(&format!("{path}/enrol"), json!({"contact_ids": [everybody[1]]})).await.expect(422);
        assert_eq!(refused["errors"][0]["field"], "contact_ids");
        nothing_is_wrong(&t).await;
    }

    async fn what_is_asked_for_twice_is_made_once(t: TestApp) {
        let one = t.post_keyed(ALL, "box", asked(json!({}))).await.expect(201);
        let two = t.post_keyed(ALL, "box", asked(json!({}))).await.expect(201);
        assert_eq!(one["id"], two["id"]);
        assert_eq!(t.get(ALL).await.expect(200)["data"].as_array().unwrap().len(), 1);
    }
}
