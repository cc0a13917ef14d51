//! The promises about journeys, by their numbers.

use super::{DAY, act, begun, counted, enrol, mail, mails, nothing_is_wrong, order, person, plan, with};
use serde_json::json;
use std::time::Duration;
use testkit::TestApp;

testkit::both_apps! {
    async fn promise_12_whoever_entered_stays_on_their_version(t: TestApp) {
        let (one, two) = (person(&t, 1).await, person(&t, 2).await);
        let steps = json!([mail("hello", "Hello {{ name }}"), {"id": "pause", "kind": "wait", "minutes": 1440}, mail("old", "Old")]);
        let path = begun(&t, plan(steps)).await;
        assert_eq!(enrol(&t, &path, std::slice::from_ref(&one)).await, 1);
        t.settle().await;
        assert_eq!(mails(&t, 1), ["hello"]);
        let steps = json!([mail("hello", "Hello {{ name }}"), {"id": "pause", "kind": "wait", "minutes": 60}, mail("new", "New")]);
        t.put(&path, json!({"name": "Welcome", "plan": plan(steps)})).await.expect(200);
        assert_eq!(enrol(&t, &path, &[two]).await, 1, "what is being written is walked by nobody");
        act(&t, &path, "begin").await.expect(200);
        let three = person(&t, 3).await;
        assert_eq!(enrol(&t, &path, &[three, one]).await, 1, "nobody is in it twice");
        t.advance(DAY + Duration::from_secs(60)).await;
        assert_eq!((mails(&t, 1), mails(&t, 2)), (vec!["hello".into(), "old".into()], vec!["hello".into(), "old".into()]));
        assert_eq!(mails(&t, 3), ["hello", "new"]);
        assert_eq!(counted(&t, &path, None, "done").await, 1, "the counts of the version that people enter");
        nothing_is_wrong(&t).await;
    }

    async fn promise_12_whoever_is_inside_is_moved_only_when_somebody_says_so(t: TestApp) {
        let mut people = Vec::new();
        for n in 1..=3 {
            people.push(person(&t, n).await);
        }
        let wait = |id: &str, minutes: i64| json!({"id": id, "kind": "wait", "minutes": minutes});
        let path = begun(&t, plan(json!([mail("hello", "Hello"), wait("pause", 14_400), mail("old", "Old")]))).await;
        assert_eq!(enrol(&t, &path, &people[..2]).await, 2);
        t.settle().await;
        t.advance(2 * DAY).await;
        // The step that they wait at is shorter now, and what follows says something else.
        let steps = json!([mail("hello", "Hello"), wait("pause", 1440), mail("new", "New"), wait("later", 1440)]);
        t.put(&path, json!({"name": "Welcome", "plan": plan(steps)})).await.expect(200);
        act(&t, &path, "begin").await.expect(200);
        assert_eq!(enrol(&t, &path, &people[2..]).await, 1);
        t.advance(DAY / 2).await;
        assert_eq!((mails(&t, 1).len(), mails(&t, 2).len()), (1, 1), "nobody moves by themselves");
        act(&t, &path, "bring-over").await.expect(200);
        t.settle().await;
        for n in [1, 2] {
            assert_eq!(mails(&t, n), ["hello", "new"], "they have waited long enough for the new one");
        }
        assert_eq!(counted(&t, &path, None, "came").await, 3, "all are on the new version");
        nothing_is_wrong(&t).await;
        // A step that is not there any more keeps whoever is at it.
        let steps = json!([mail("hello", "Hello"), wait("pause", 1440), mail("newest", "Newest")]);
        t.put(&path, json!({"name": "Welcome", "plan": plan(steps)})).await.expect(200);
        act(&t, &path, "begin").await.expect(200);
        act(&t, &path, "bring-over").await.expect(200);
        t.advance(3 * DAY).await;
        assert_eq!((mails(&t, 1).len(), mails(&t, 3)), (2, vec!["hello".to_owned(), "newest".to_owned()]));
        nothing_is_wrong(&t).await;
    }

    async fn promise_12_a_rehearsal_says_what_would_have_been_sent(t: TestApp) {
        let one = person(&t, 1).await;
        let entered = plan(json!([{"id": "wait", "kind": "wait", "minutes": 1440}, mail("thanks", "Thank you {{ name }}")]));
        let made = t.post("/api/v1/journeys", json!({"name": "Thanks", "plan": with(entered.clone(), json!({"entry": {"did": "order.placed"}}))})).await.expect(201);
        let path = format!("/api/v1/journeys/{}", made["id"].as_str().unwrap());
        order(&t, 1).await;
        order(&t, 2).await;
        let rehearsed = async || t.get(&format!("{path}/rehearsal")).await.expect(200);
        let now = rehearsed().await;
        assert_eq!((&now["people"], now["data"].as_array().unwrap().len()), (&json!(2), 0), "a day later they would");
        t.advance(DAY + Duration::from_secs(60)).await;
        let later = rehearsed().await;
        let data = later["data"].as_array().unwrap();
        assert_eq!(data.len(), 2, "{later}");
        let of = |id: &str| data.iter().find(|line| line["contact_id"] == id);
        assert_eq!(of(&one).unwrap()["channel"], "email");
        let other = data.iter().find(|line| line["contact_id"] != one.as_str()).unwrap();
        assert_eq!(other["left_out"], "no_address", "who has no mailbox: {other}");
        assert!(mails(&t, 1).iter().all(|subject| subject != "thanks"), "nothing is sent");
        let nobody = t.post("/api/v1/journeys", json!({"name": "By hand", "plan": entered})).await.expect(201);
        let refused = t.get(&format!("/api/v1/journeys/{}/rehearsal", nobody["id"].as_str().unwrap())).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (409, Some("journey_rehearsal")));
        assert_eq!(t.get(&format!("{path}/rehearsal?days=8")).await.status, 422);
    }

    async fn promise_12_forks_shares_and_one_at_a_time(t: TestApp) {
        let mut people = Vec::new();
        for n in 1..=4 {
            people.push(person(&t, n).await);
        }
        t.put(&format!("/api/v1/contacts/{}/tags/vip", people[0]), json!({})).await.expect(200);
        let path = begun(&t, plan(json!([
            {"id": "vips", "kind": "branch", "filter": {"tag": "vip"}, "then": "thanks", "otherwise": "halves"},
            with(mail("thanks", "Thank you"), json!({"next": "leave"})),
            {"id": "halves", "kind": "split", "parts": [{"weight": 1, "next": "one"}, {"weight": 1, "next": "two"}]},
            {"id": "one", "kind": "tag", "tag": "first half", "next": "slow"},
            {"id": "two", "kind": "tag", "tag": "second half"},
            {"id": "slow", "kind": "throttle", "people": 1, "minutes": 60},
            mail("last", "The last"),
        ]))).await;
        assert_eq!(enrol(&t, &path, &people).await, 4);
        t.settle().await;
        let sent = |t: &TestApp| (1..=4).flat_map(|n| mails(t, n)).collect::<Vec<_>>();
        assert_eq!(sent(&t).len(), 2, "one who is thanked, and one who is let through: {:?}", sent(&t));
        assert_eq!(mails(&t, 1), ["thanks"]);
        t.advance(Duration::from_secs(3 * 3_600)).await;
        assert_eq!(sent(&t).iter().filter(|subject| *subject == "last").count(), 3);
        let halves = [counted(&t, &path, Some("one"), "came").await, counted(&t, &path, Some("two"), "came").await];
        assert_eq!(halves.iter().sum::<i64>(), 3);
        assert_eq!(counted(&t, &path, None, "done").await, 4);
        nothing_is_wrong(&t).await;
    }

    async fn promise_12_what_is_waited_for_comes_or_does_not(t: TestApp) {
        let (one, two) = (person(&t, 1).await, person(&t, 2).await);
        let path = begun(&t, plan(json!([
            {"id": "order", "kind": "wait_for", "did": "order.placed", "minutes": 4320, "then": "thanks", "otherwise": "remind"},
            with(mail("thanks", "Thank you"), json!({"next": "leave"})),
            mail("remind", "It waits for you"),
        ]))).await;
        assert_eq!(enrol(&t, &path, &[one, two]).await, 2);
        t.settle().await;
        t.advance(DAY).await;
        order(&t, 1).await;
        assert_eq!(counted(&t, &path, Some("thanks"), "came").await, 1, "as soon as they have done it");
        t.advance(DAY * 3).await;
        let last = |n: usize| mails(&t, n).into_iter().filter(|subject| subject == "thanks" || subject == "remind").collect::<Vec<_>>();
        assert_eq!((last(1), last(2)), (vec!["thanks".to_owned()], vec!["remind".to_owned()]));
        nothing_is_wrong(&t).await;
    }

    async fn promise_12_stopped_at_any_moment_it_ends_the_same(t: TestApp) {
        for n in 1..=20 {
            person(&t, n).await;
        }
        let steps = json!([
            mail("hello", "Hello"), {"id": "night", "kind": "wait", "minutes": 600},
            {"id": "halves", "kind": "split", "parts": [{"weight": 2, "next": "more"}, {"weight": 1, "next": "slow"}]},
            mail("more", "More"),
            {"id": "slow", "kind": "throttle", "people": 3, "minutes": 30}, mail("last", "The last"),
        ]);
        let path = begun(&t, plan(steps)).await;
        t.post(&format!("{path}/enrolments"), json!({"audience": {}})).await.expect(201);
        // Held and let go again and again, at moments that fit nothing.
        for turn in 0..40 {
            t.advance(Duration::from_secs(1_117)).await;
            act(&t, &path, if turn % 2 == 0 { "pause" } else { "resume" }).await.expect(200);
        }
        t.advance(DAY).await;
        for n in 1..=20 {
            let sent = mails(&t, n);
            let times = |what: &str| sent.iter().filter(|subject| *subject == what).count();
            assert_eq!((times("hello"), times("last")), (1, 1), "each gets each once: {sent:?}");
            assert!(times("more") <= 1 && sent[0] == "hello");
        }
        assert_eq!(counted(&t, &path, None, "done").await, 20);
        nothing_is_wrong(&t).await;
    }

    async fn promise_14_what_happens_again_is_gathered_into_one(t: TestApp) {
        person(&t, 1).await;
        let says = mail("many", "You ordered {{ times }} times");
        let path = begun(&t, with(plan(json!([{"id": "gather", "kind": "digest", "minutes": 60}, says])), json!({"entry": {"did": "order.placed"}, "again": "always"}))).await;
        for _ in 0..5 {
            order(&t, 1).await;
        }
        t.advance(Duration::from_secs(2 * 3_600)).await;
        let said = t.sim().mailboxes().mails_to("p1@example.com").into_iter().filter(|mail| mail.subject == "many").collect::<Vec<_>>();
        assert_eq!(said.len(), 1);
        assert!(said[0].text.as_deref().unwrap().starts_with("You ordered 5 times"), "{:?}", said[0].text);
        assert_eq!(counted(&t, &path, None, "came").await, 1);
        order(&t, 1).await;
        assert_eq!(counted(&t, &path, None, "came").await, 2, "and again");
        nothing_is_wrong(&t).await;
    }

    async fn promise_07_nobody_is_written_to_at_night(t: TestApp) {
        let one = person(&t, 1).await;
        // It is 10:00 in India.
        let path = begun(&t, json!({"quiet_from": "09:00", "quiet_to": "12:00", "steps": [mail("hello", "Hello")]})).await;
        assert_eq!(enrol(&t, &path, &[one]).await, 1);
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!((mails(&t, 1).len(), counted(&t, &path, Some("hello"), "went").await), (0, 0));
        t.advance(Duration::from_secs(3_700)).await;
        assert_eq!((mails(&t, 1).len(), counted(&t, &path, Some("hello"), "went").await), (1, 1));
    }

    async fn promise_20_whoever_stops_offers_gets_no_more(t: TestApp) {
        let one = person(&t, 1).await;
        let path = begun(&t, plan(json!([mail("hello", "Hello"), {"id": "day", "kind": "wait", "minutes": 1440}, mail("more", "More")]))).await;
        assert_eq!(enrol(&t, &path, &[one]).await, 1);
        t.settle().await;
        t.post("/api/v1/suppressions", json!({"channel": "email", "address": "p1@example.com"})).await.expect(201);
        t.advance(DAY * 2).await;
        assert_eq!(mails(&t, 1), ["hello"]);
        assert_eq!(counted(&t, &path, Some("more"), "by_hand").await, 1, "and it is said why");
    }

    async fn promise_16_a_split_goes_by_an_experiment_and_by_its_decision(t: TestApp) {
        let mut people = Vec::new();
        for n in 0..20 {
            people.push(person(&t, n).await);
        }
        let variants = json!([{"name": "Nothing", "holdout": true}, {"name": "A mail"}]);
        let asked = json!({"name": "Hello", "subject": "journey", "goal": "order.placed", "minimum": 20, "variants": variants});
        let made = t.post("/api/v1/experiments", asked).await.expect(201);
        let experiment = format!("/api/v1/experiments/{}", made["id"].as_str().unwrap());
        let split = |parts: serde_json::Value| json!([
            {"id": "halves", "kind": "split", "experiment": made["id"], "parts": parts}, mail("hello", "Hello {{ name }}"),
        ]);
        let three = json!([{"weight": 1}, {"weight": 1}, {"weight": 1}]);
        let wrong = t.post("/api/v1/journeys", json!({"name": "Hello", "plan": plan(split(three))})).await.expect(422);
        assert_eq!(wrong["errors"][0]["field"], "steps.halves.experiment");
        let parts = json!([{"weight": 1, "next": "leave"}, {"weight": 1, "next": "hello"}]);
        let journey = t.post("/api/v1/journeys", json!({"name": "Hello", "plan": plan(split(parts))})).await.expect(201);
        let path = format!("/api/v1/journeys/{}", journey["id"].as_str().unwrap());
        assert_eq!(act(&t, &path, "begin").await.expect(409)["code"], "experiment_state");
        act(&t, &experiment, "start").await.expect(200);
        act(&t, &path, "begin").await.expect(200);
        enrol(&t, &path, &people[..16]).await;
        t.settle().await;
        let shown = t.get(&experiment).await.expect(200);
        let met = |place: usize| usize::try_from(shown["variants"][place]["exposed"].as_u64().unwrap()).unwrap();
        let written = (0..16).filter(|n| !mails(&t, *n).is_empty()).count();
        assert_eq!((met(0) + met(1), met(1)), (16, written), "who met the mail was sent it: {shown}");
        assert!(written > 0 && written < 16, "{written}");
        t.post(&format!("{experiment}/decide"), json!({"variant": "A mail"})).await.expect(200);
        enrol(&t, &path, &people[16..]).await;
        t.settle().await;
        assert!((16..20).all(|n| mails(&t, n).len() == 1), "everybody gets what was chosen");
        assert_eq!(t.get(&experiment).await.expect(200)["variants"][1]["exposed"], met(1), "and nobody new is counted");
        nothing_is_wrong(&t).await;
    }
}
