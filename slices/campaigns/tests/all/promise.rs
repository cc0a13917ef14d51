//! Promises 2, 7, 11 and 20, as far as they are about campaigns.

use super::{act, counted, mail, mails, people, person, show, with, written};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{ADMIN, Browser};

testkit::both_apps! {
    async fn promise_11_the_audience_is_frozen_and_explained(t: TestApp) {
        let asha = person(&t, "Asha", json!({"email": "asha@example.com"})).await;
        person(&t, "Ravi", json!({"email": "ravi@example.com"})).await;
        person(&t, "", json!({"email": "nameless@example.com"})).await;
        person(&t, "Phone Only", json!({"phone": "+91 98765 43210"})).await;
        person(&t, "Stopped", json!({"email": "stopped@example.com"})).await;
        t.post("/api/v1/suppressions", json!({"channel": "email", "address": "stopped@example.com"})).await.expect(201);
        let path = written(&t, mail("Hello {{ first_name }}, mangoes are in.")).await;
        assert_eq!(act(&t, &path, "freeze").await.status, 202);
        t.settle().await;
        let ready = show(&t, &path).await;
        assert_eq!((ready["state"].as_str(), ready["people"].as_i64(), ready["messages"].as_i64()), (Some("ready"), Some(5), Some(2)));
        for (word, number) in [("waiting", 2), ("missing_variable", 1), ("no_address", 1), ("by_hand", 1)] {
            assert_eq!(counted(&ready, "audience", word), number, "{word}: {ready}");
        }
        // From here on it is to the same people, whatever happens to them.
        person(&t, "Late", json!({"email": "late@example.com"})).await;
        t.put(&format!("/api/v1/contacts/{asha}"), json!({"name": "Someone Else", "email": "asha@example.com"})).await;
        assert_eq!(act(&t, &path, "send").await.status, 202);
        t.settle().await;
        assert_eq!((mails(&t, "asha@example.com"), mails(&t, "ravi@example.com"), mails(&t, "late@example.com"), mails(&t, "stopped@example.com")), (1, 1, 0, 0));
        let said = t.sim().mailboxes().mails_to("asha@example.com").pop().unwrap().text.unwrap();
        assert!(said.contains("Hello Asha,") && said.contains("Unsubscribe: http"), "{said}");
        let done = show(&t, &path).await;
        assert_eq!((done["state"].as_str(), counted(&done, "stands", "sent")), (Some("done"), 2));
        let out = t.get(&format!("{path}/recipients?state=excluded")).await.expect(200);
        let mut reasons: Vec<&str> = out["data"].as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap()).collect();
        reasons.sort_unstable();
        assert_eq!(reasons, ["by_hand", "missing_variable", "no_address"]);
        let file = t.get(&format!("{path}/recipients/export")).await;
        assert_eq!(file.text.lines().count(), 6, "{}", file.text);
        assert_eq!(campaigns::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn promise_11_whom_a_cap_keeps_from_it_is_said_before_it_leaves(t: TestApp) {
        person(&t, "Asha", json!({"email": "asha@example.com"})).await;
        t.put("/api/v1/settings", json!({"messages.caps": [{"channel": "email", "most": 1, "days": 7}]})).await.expect(200);
        let first = written(&t, mail("Mangoes are in.")).await;
        act(&t, &first, "send").await.expect(202);
        t.settle().await;
        person(&t, "Ravi", json!({"email": "ravi@example.com"})).await;
        let frozen = |body: Value| async {
            let path = written(&t, body).await;
            act(&t, &path, "freeze").await.expect(202);
            t.settle().await;
            path
        };
        let path = frozen(mail("Mangoes are here.")).await;
        let ready = show(&t, &path).await;
        let said = |of: &Value| (counted(of, "audience", "waiting"), counted(of, "forecast", "capped"));
        assert_eq!(said(&ready), (2, 1), "{ready}");
        let page = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await.get(&t, &path.replace("/api/v1", "/admin")).await.text;
        assert!(page.contains("1 of its messages are to people who had as many offers"), "{page}");
        // In eight days the place is free again.
        let starts_at = t.db().clock().now().after(Duration::from_secs(8 * 86_400));
        let later = frozen(with(mail("Mangoes are sweet."), json!({"starts_at": starts_at}))).await;
        assert_eq!(said(&show(&t, &later).await), (2, 0));
        act(&t, &path, "send").await.expect(202);
        t.settle().await;
        let done = show(&t, &path).await;
        assert_eq!((counted(&done, "stands", "sent"), counted(&done, "stands", "suppressed")), (1, 1), "{done}");
        assert_eq!(mails(&t, "asha@example.com"), 1);
    }

    async fn promise_02_paused_twenty_times_nobody_is_left_out_and_nobody_gets_it_twice(t: TestApp) {
        people(&t, 100).await;
        let path = written(&t, with(mail("Mangoes are in."), json!({"per_second": 2}))).await;
        assert_eq!(act(&t, &path, "send").await.status, 202);
        let mut pauses = 0;
        for _ in 0..20 {
            t.advance(Duration::from_secs(1)).await;
            if act(&t, &path, "pause").await.status == 200 {
                pauses += 1;
                t.advance(Duration::from_secs(30)).await;
                let before = t.sim().mailboxes().accepted();
                t.advance(Duration::from_secs(60)).await;
                assert_eq!(t.sim().mailboxes().accepted(), before, "a pause holds");
                assert_eq!(act(&t, &path, "resume").await.status, 200);
            }
        }
        t.advance(Duration::from_secs(120)).await;
        assert_eq!(pauses, 20);
        assert_eq!(show(&t, &path).await["state"], "done");
        for number in 0..100 {
            assert_eq!(mails(&t, &format!("p{number}@example.com")), 1, "{number}");
        }
    }

    async fn promise_20_who_unsubscribes_in_the_middle_gets_nothing_more(t: TestApp) {
        people(&t, 10).await;
        let path = written(&t, with(mail("Mangoes are in."), json!({"per_second": 1}))).await;
        act(&t, &path, "send").await.expect(202);
        t.advance(Duration::from_secs(2)).await;
        let left: Vec<usize> = (0..10).filter(|number| mails(&t, &format!("p{number}@example.com")) == 0).collect();
        assert!(left.len() > 3);
        for number in &left {
            t.post("/api/v1/suppressions", json!({"channel": "email", "address": format!("p{number}@example.com")})).await.expect(201);
        }
        t.advance(Duration::from_secs(60)).await;
        assert!(left.iter().all(|number| mails(&t, &format!("p{number}@example.com")) == 0));
        let done = show(&t, &path).await;
        assert_eq!((done["state"].as_str(), counted(&done, "stands", "suppressed")), (Some("done"), i64::try_from(left.len()).unwrap()));
    }

    async fn promise_07_each_by_their_own_night(t: TestApp) {
        // It is 10:00 in India, and 23:30 in New York.
        person(&t, "Asha", json!({"email": "asha@example.com", "time_zone": "Asia/Kolkata"})).await;
        person(&t, "Lee", json!({"email": "lee@example.com", "time_zone": "America/New_York"})).await;
        let path = written(&t, with(mail("Mangoes are in."), json!({"quiet_from": "21:00", "quiet_to": "09:00"}))).await;
        act(&t, &path, "send").await.expect(202);
        t.advance(Duration::from_secs(60)).await;
        assert_eq!((mails(&t, "asha@example.com"), mails(&t, "lee@example.com")), (1, 0));
        t.advance(Duration::from_secs(24 * 3_600)).await;
        assert_eq!((mails(&t, "asha@example.com"), mails(&t, "lee@example.com")), (1, 1));
        assert_eq!(show(&t, &path).await["state"], "done");
    }

    async fn promise_08_asked_for_fifty_times_it_is_one_campaign(t: TestApp) {
        people(&t, 3).await;
        let send = |_: usize| t.post_keyed("/api/campaigns/multi-channel/send", "the-same-key", mail("Mangoes are in."));
        let all: Vec<Value> = futures::future::join_all((0..50).map(send)).await.into_iter().map(|reply| reply.expect(201)).collect();
        assert!(all.iter().all(|one| one["id"] == all[0]["id"]));
        t.settle().await;
        assert_eq!((0..3).map(|number| mails(&t, &format!("p{number}@example.com"))).collect::<Vec<_>>(), [1, 1, 1]);
    }
}
