//! What is refused, and what goes which way.

use super::{act, counted, mail, mails, people, person, show, with, written};
use serde_json::{Value, json};
use sim::{At, Fault};
use std::time::Duration;

const PHONE: &str = "+919876543210";

/// Two texts: by SMS first.
fn both(way: &str) -> Value {
    let contents = json!([
        {"channel": "sms", "content": {"body": "Mangoes are in."}},
        {"channel": "email", "content": {"subject": "Mangoes", "body": "Mangoes are in."}},
    ]);
    with(mail(""), json!({"contents": contents, "way": way}))
}

testkit::both_apps! {
    async fn what_a_person_sends_once_more_is_its_recipients(t: TestApp) {
        people(&t, 1).await;
        t.sim().faults().next(1, At::mail(), Fault::Reject { status: 554, body: Some("5.7.1 Not today".into()), retry_after: None });
        let path = written(&t, mail("Mangoes are in.")).await;
        act(&t, &path, "send").await.expect(202);
        t.settle().await;
        let recipient = async || t.get(&format!("{path}/recipients")).await.expect(200)["data"][0].clone();
        let failed = recipient().await;
        assert_eq!((&failed["state"], counted(&show(&t, &path).await, "stands", "dead")), (&json!("dead"), 1), "{failed}");
        t.post(&format!("/api/v1/notifications/resend/{}", failed["message_id"].as_str().unwrap()), json!({})).await.expect(202);
        t.settle().await;
        let shown = show(&t, &path).await;
        assert_eq!((&recipient().await["state"], mails(&t, "p0@example.com")), (&json!("sent"), 1));
        assert_eq!((counted(&shown, "stands", "dead"), counted(&shown, "stands", "sent")), (0, 1));
        assert_eq!(campaigns::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn what_cannot_be_saved_is_named(t: TestApp) {
        let text = |channel: &str, content: Value| json!({"contents": [{"channel": channel, "content": content}]});
        for (wrong, field) in [
            (json!({"name": " "}), "name"),
            (json!({"contents": []}), "contents"),
            (text("email", json!({"body": "x"})), "contents.email.subject"),
            (text("sms", json!({"body": ""})), "contents.sms.body"),
            (text("sms", json!({"body": "{% for a in b %}{% endfor %}"})), "contents.sms.body"),
            (text("email", json!({"subject": "x", "body": "x", "provider_template": "x"})), "contents.email.provider_template"),
            (json!({"quiet_from": "25:00"}), "quiet_from"),
            (json!({"per_second": 0}), "per_second"),
            (json!({"worth_hours": 1_000}), "worth_hours"),
            (json!({"audience": {"list": "lst_01h2xcejqtf2nbrexx3vqjhp41", "tag": "vip"}}), "audience"),
        ] {
            let refused = t.post("/api/v1/campaigns", with(mail("Mangoes"), wrong.clone())).await.expect(422);
            assert_eq!(refused["errors"][0]["field"], field, "{wrong}: {refused}");
        }
    }

    async fn the_first_channel_that_reaches_somebody_or_every_one(t: TestApp) {
        t.put("/api/v1/consent-settings", json!({"marketing": {"sms": "opt_out"}})).await.expect(200);
        person(&t, "Asha", json!({"email": "asha@example.com", "phone": PHONE})).await;
        person(&t, "Ravi", json!({"email": "ravi@example.com"})).await;
        let first = written(&t, both("first")).await;
        act(&t, &first, "send").await.expect(202);
        t.advance(Duration::from_secs(30)).await;
        assert_eq!((mails(&t, "asha@example.com"), mails(&t, "ravi@example.com"), t.sim().twilio().sent().len()), (0, 1, 1));
        let every = written(&t, both("every")).await;
        act(&t, &every, "send").await.expect(202);
        t.advance(Duration::from_secs(30)).await;
        assert_eq!((mails(&t, "asha@example.com"), mails(&t, "ravi@example.com"), t.sim().twilio().sent().len()), (1, 2, 2));
    }

    async fn whoever_has_not_agreed_to_offers_is_left_out(t: TestApp) {
        person(&t, "Asha", json!({"phone": PHONE})).await;
        let text = json!({"contents": [{"channel": "whatsapp", "content": {"body": "Mangoes are in."}}]});
        let path = written(&t, with(mail(""), text)).await;
        act(&t, &path, "freeze").await.expect(202);
        t.settle().await;
        let ready = show(&t, &path).await;
        assert_eq!((ready["messages"].as_i64(), counted(&ready, "audience", "no_consent")), (Some(0), 1));
    }

    async fn a_segment_a_list_a_tag_and_a_change_that_counts_anew(t: TestApp) {
        let asha = person(&t, "Asha", json!({"email": "asha@example.com"})).await;
        person(&t, "Ravi", json!({"email": "ravi@example.com"})).await;
        t.put(&format!("/api/v1/contacts/{asha}/tags/vip"), json!({})).await.expect(200);
        let list = t.post("/api/v1/lists", json!({"name": "Friends"})).await.expect(201)["id"].clone();
        t.post(&format!("/api/v1/lists/{}/contacts", list.as_str().unwrap()), json!({"contact_ids": [asha]})).await.expect(200);
        let path = written(&t, with(mail("Mangoes"), json!({"audience": {"tag": "vip"}}))).await;
        let filter = json!({"attribute": "name", "begins_with": "Ra"});
        let segment = t.post("/api/v1/segments", json!({"name": "Ra", "filter": filter})).await.expect(201)["id"].clone();
        // Who is in it is known before it is asked for: a freeze would wait for that.
        t.settle().await;
        for (audience, messages) in [(json!({"segment": segment}), 1), (json!({"tag": "vip"}), 1), (json!({}), 2), (json!({"list": list}), 1)] {
            let before = show(&t, &path).await;
            let body = with(mail("Mangoes"), json!({"audience": audience, "version": before["version"]}));
            t.put(&path, body.clone()).await.expect(200);
            assert_eq!(t.put(&path, body).await.expect(409)["code"], "version", "somebody else's change is not written over");
            act(&t, &path, "freeze").await.expect(202);
            t.settle().await;
            let ready = show(&t, &path).await;
            assert_eq!((ready["state"].as_str(), ready["messages"].as_i64()), (Some("ready"), Some(messages)));
            assert_eq!(t.get(&format!("{path}/recipients")).await.expect(200)["data"].as_array().unwrap().len(), usize::try_from(messages).unwrap());
        }
        act(&t, &path, "send").await.expect(202);
        t.settle().await;
        assert_eq!((mails(&t, "asha@example.com"), mails(&t, "ravi@example.com")), (1, 0));
        assert_eq!(campaigns::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn it_can_be_planned_paused_and_cancelled(t: TestApp) {
        people(&t, 3).await;
        let path = written(&t, mail("Mangoes")).await;
        let at = t.db().clock().now().after(Duration::from_secs(3_600));
        t.post(&format!("{path}/send"), json!({"starts_at": at})).await.expect(202);
        t.advance(Duration::from_secs(1_800)).await;
        assert_eq!((show(&t, &path).await["state"].as_str(), mails(&t, "p0@example.com")), (Some("scheduled"), 0));
        act(&t, &path, "pause").await.expect(200);
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!(mails(&t, "p0@example.com"), 0);
        act(&t, &path, "cancel").await.expect(200);
        assert_eq!(act(&t, &path, "resume").await.expect(409)["code"], "campaign_state");
        assert_eq!(act(&t, &path, "send").await.expect(409)["code"], "campaign_state");
        let planned = written(&t, with(mail("Mangoes"), json!({"starts_at": t.db().clock().now().after(Duration::from_secs(3_600))}))).await;
        act(&t, &planned, "send").await.expect(202);
        t.settle().await;
        assert_eq!(show(&t, &planned).await["state"], "scheduled", "as it was planned when it was written");
        let past = t.post(&format!("{}/send", written(&t, mail("Mangoes")).await), json!({"starts_at": "2020-01-01T00:00:00Z"})).await;
        assert_eq!(past.expect(422)["errors"][0]["field"], "starts_at");
    }

    async fn it_can_be_seen_and_tried_before(t: TestApp) {
        let asha = person(&t, "Asha Rao", json!({"email": "asha@example.com"})).await;
        let path = written(&t, mail("Hello {{ first_name }}")).await;
        let seen = t.get(&format!("{path}/preview?contact_id={asha}")).await.expect(200);
        assert_eq!((seen["data"][0]["channel"].as_str(), seen["data"][0]["subject"].as_str()), (Some("email"), Some("Mangoes")));
        assert!(seen["data"][0]["body"].as_str().unwrap().starts_with("Hello Asha\n"));
        t.post(&format!("{path}/test"), json!({"channel": "email", "to": "me@shop.example", "contact_id": asha})).await.expect(202);
        t.settle().await;
        assert_eq!((mails(&t, "me@shop.example"), mails(&t, "asha@example.com")), (1, 0));
        t.post(&format!("{path}/test"), json!({"channel": "email", "to": "me@shop.example"})).await.expect(202);
        t.settle().await;
        let said = t.sim().mailboxes().mails_to("me@shop.example").pop().unwrap().text.unwrap();
        assert!(said.starts_with("Hello [first_name]"), "{said}");
        let wrong = t.post(&format!("{path}/test"), json!({"channel": "email", "to": "me"})).await;
        assert_eq!(wrong.expect(422)["errors"][0]["field"], "to");
        assert_eq!(show(&t, &path).await["state"], "draft");
    }

    async fn somebody_who_is_erased_is_forgotten_and_not_written_to(t: TestApp) {
        let asha = person(&t, "Asha", json!({"email": "asha@example.com"})).await;
        let path = written(&t, mail("Hello {{ name }}")).await;
        act(&t, &path, "freeze").await.expect(202);
        t.settle().await;
        let erase = t.request("DELETE", &format!("/api/v1/contacts/{asha}?reason=asked")).bearer_auth(t.key());
        assert_eq!(t.send(erase).await.status, 204);
        t.settle().await;
        act(&t, &path, "send").await.expect(202);
        t.settle().await;
        assert_eq!(mails(&t, "asha@example.com"), 0);
        let left = t.get(&format!("{path}/recipients")).await.expect(200);
        assert_eq!((&left["data"][0]["address"], &left["data"][0]["state"]), (&Value::Null, &json!("excluded")));
        assert_eq!(campaigns::check(t.db()).await.unwrap(), Vec::<String>::new());
    }
}
