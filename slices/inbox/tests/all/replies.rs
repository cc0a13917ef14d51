//! Answers: queued once, within WhatsApp's window or in the template, and as far as their receipts say.

use crate::{HOUR, PHONE, by_meta, only, path, said, writes};
use serde_json::json;
use sim::{At, Channel, Content, Fault, Provider, Status};

testkit::both_apps! {
    async fn an_answer_goes_out_once_and_shows_how_far_it_is(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "Is it ready?").await;
        let it = only(&t).await;
        let body = json!({"text": "Yes, until six."});
        let first = t.post_keyed(&path(&it, "/replies"), "k", body.clone()).await.expect(201);
        assert_eq!(t.post_keyed(&path(&it, "/replies"), "k", body).await.expect(201)["id"], first["id"]);
        t.settle().await;
        let sent = t.sim().meta().sent();
        assert_eq!((sent.len(), &sent[0].content), (1, &Content::Text { body: "Yes, until six.".to_owned() }));
        let theirs = sent[0].message_id.clone().unwrap();
        // Receipts in the wrong order, and more than once: the highest word stands.
        for status in [Status::Read, Status::Sent, Status::Delivered, Status::Read] {
            t.sim().meta().status(&theirs, status);
            t.settle().await;
        }
        let entries = t.get(&path(&it, "/entries")).await.expect(200);
        assert_eq!((entries["data"].as_array().unwrap().len(), &entries["data"][0]["delivery"]), (2, &json!("read")), "{entries}");
        assert_eq!(only(&t).await["unread"], 0);
    }

    async fn after_24_hours_only_the_template_goes(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "Is it ready?").await;
        let it = only(&t).await;
        assert_eq!(it["can_reply_freely"], true);
        t.advance(25 * HOUR).await;
        let it = only(&t).await;
        assert_eq!((&it["can_reply_freely"], &it["window_ends_at"]), (&json!(false), &json!(null)));
        let replies = path(&it, "/replies");
        assert_eq!(t.post(&replies, json!({"text": "Yes"})).await.expect(409)["code"], "window_closed");
        assert_eq!(t.post(&replies, json!({"text": "Yes", "as_template": true})).await.expect(409)["code"], "no_template");
        let template = json!({"channel": "whatsapp", "provider_template": "payment_confirmation"});
        t.put("/api/notifications/templates/direct_message", template).await.expect(200);
        t.post(&replies, json!({"text": "Yes", "as_template": true})).await.expect(201);
        assert_eq!(said(&t, &it).await.len(), 2, "what was refused was not written down");
        // Who writes again is answered freely again, though there is a template.
        writes(&t, PHONE, "Thanks").await;
        t.post(&replies, json!({"text": "See you"})).await.expect(201);
        t.advance(HOUR).await;
        assert!(t.sim().meta().sent().iter().any(|message| message.content == Content::Text { body: "See you".to_owned() }));
    }

    async fn a_reply_goes_back_by_whom_the_customer_wrote_to(t: TestApp) {
        by_meta(&t).await;
        t.put("/api/v1/settings", json!({"channels.whatsapp": ["myoperator", "meta"]})).await.expect(200);
        writes(&t, PHONE, "Is it ready?").await;
        let it = only(&t).await;
        t.post(&path(&it, "/replies"), json!({"text": "Yes"})).await.expect(201);
        t.advance(HOUR / 60).await;
        assert_eq!((t.sim().meta().sent().len(), t.sim().phones().accepted()), (1, 0));
        // Where nobody answers there, another is asked as ever.
        t.sim().faults().until_cleared(At::every(Provider::Meta), Fault::reject(503));
        t.post(&path(&it, "/replies"), json!({"text": "Until six"})).await.expect(201);
        t.advance(HOUR / 60).await;
        assert_eq!((t.sim().meta().sent().len(), t.sim().phones().accepted()), (1, 1));
    }

    async fn an_sms_has_no_window(t: TestApp) {
        t.sim().twilio().inbound(None, Channel::Sms, PHONE, Content::Text { body: "Is it ready?".to_owned() });
        t.settle().await;
        t.advance(50 * HOUR).await;
        let it = only(&t).await;
        assert_eq!((&it["channel"], &it["can_reply_freely"]), (&json!("sms"), &json!(true)));
        t.post(&path(&it, "/replies"), json!({"text": "Yes"})).await.expect(201);
        t.settle().await;
        assert_eq!(t.sim().twilio().sent().len(), 1);
    }

    async fn two_who_answer_at_once_are_both_heard(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "Is it ready?").await;
        let it = only(&t).await;
        let replies = path(&it, "/replies");
        let one = t.post(&replies, json!({"text": "Yes"}));
        let other = t.post(&replies, json!({"text": "It is"}));
        let (one, other) = futures::future::join(one, other).await;
        assert_eq!((one.status, other.status), (201, 201));
        t.advance(HOUR / 60).await;
        assert_eq!((said(&t, &it).await.len(), t.sim().meta().sent().len()), (3, 2));
    }

    async fn what_the_house_wrote_stands_there_too(t: TestApp) {
        by_meta(&t).await;
        writes(&t, PHONE, "Is it ready?").await;
        let body = json!({"phone": PHONE, "type": "new_product", "variables": {"product": "Platinum", "availability_date": "1 December"}});
        t.post("/api/notifications/send-message", body).await.expect(202);
        t.settle().await;
        let it = only(&t).await;
        let all = said(&t, &it).await;
        assert!(all.len() == 2 && all[1].0 == "out" && all[1].1.contains("Platinum"), "{all:?}");
        let pages = t.get(&path(&it, "/entries?limit=1")).await.expect(200);
        let next = path(&it, &format!("/entries?limit=1&cursor={}", pages["next_cursor"].as_str().unwrap()));
        let last = t.get(&next).await.expect(200);
        assert_eq!((&last["data"][0]["kind"], &last["next_cursor"]), (&json!("in"), &json!(null)));
    }
}
