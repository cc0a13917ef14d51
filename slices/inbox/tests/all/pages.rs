//! The inbox in a browser without script.

use crate::{HOUR, PHONE, by_meta, only, path, writes};
use serde_json::json;
use sim::{At, Provider};
use testkit::{ADMIN, Browser};

testkit::both_apps! {
    async fn an_agent_reads_answers_and_resolves(t: TestApp) {
        by_meta(&t).await;
        let agent = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        assert!(agent.get(&t, "/admin/inbox").await.text.contains("No conversations yet"));
        writes(&t, PHONE, "Is it ready?").await;
        assert!(agent.get(&t, "/admin/inbox").await.text.contains("(1 new)"));
        let id = only(&t).await["id"].as_str().unwrap().to_owned();
        let here = format!("/admin/inbox/{id}");
        let page = agent.get(&t, &here).await;
        assert!(page.text.contains("Is it ready?") && page.text.contains("free replies until"), "{}", page.text);
        for method in ["GET", "HEAD"] {
            t.send(t.request(method, &here).header("cookie", &agent.cookie).header("sec-purpose", "prefetch")).await;
        }
        assert_eq!(only(&t).await["unread"], 1, "looking changes nothing: a browser may fetch ahead");
        let seen = format!("{here}/seen");
        assert!(page.text.contains(&seen));
        assert_eq!(agent.post(&t, &seen, &[]).await.status, 303);
        assert_eq!(only(&t).await["unread"], 0);
        assert!(!agent.get(&t, &here).await.text.contains(&seen));
        let once = page.between("name=\"once\" value=\"", "\"").to_owned();
        for _ in 0..2 {
            let reply = agent.post(&t, &format!("{here}/reply"), &[("text", "Yes"), ("once", &once)]).await;
            assert_eq!(reply.status, 303, "{}", reply.text);
        }
        t.advance(HOUR / 60).await;
        assert_eq!(t.sim().meta().sent().len(), 1, "a form that is sent twice says it once");
        let version = page.between("name=\"version\" value=\"", "\"").to_owned();
        assert_eq!(agent.post(&t, &format!("{here}/resolve"), &[("version", &version)]).await.status, 303);
        let stale = agent.post(&t, &format!("{here}/reopen"), &[("version", &version)]).await;
        assert!(stale.status == 409 && stale.text.contains("Look at it again"), "{}", stale.text);
    }

    async fn a_reply_that_failed_says_why(t: TestApp) {
        by_meta(&t).await;
        let agent = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        writes(&t, PHONE, "Is it ready?").await;
        let it = only(&t).await;
        t.sim().faults().next(1, At::every(Provider::Meta), sim::Meta::fault(131_047));
        t.post(&path(&it, "/replies"), json!({"text": "Yes"})).await.expect(201);
        t.advance(HOUR / 60).await;
        let page = agent.get(&t, &format!("/admin/inbox/{}", it["id"].as_str().unwrap())).await;
        assert!(page.text.contains("use an approved template"), "{}", page.text);
    }

    async fn an_open_page_keeps_nobody_signed_in(t: TestApp) {
        let agent = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let looks = |path: &'static str, header: (&'static str, &'static str)| {
            t.send(t.request("GET", path).header("cookie", &agent.cookie).header(header.0, header.1))
        };
        // A person looks now and then, and stays signed in.
        for _ in 0..3 {
            t.advance(HOUR / 6).await;
            assert_eq!(looks("/admin/inbox", ("accept", "text/html")).await.status, 200);
        }
        // A page that is left open looks as often, and its session ends as it would have.
        t.advance(HOUR / 6).await;
        assert_eq!(looks("/admin/inbox/list", ("x-unattended", "1")).await.status, 200);
        t.advance(HOUR / 6).await;
        assert_ne!(looks("/admin/inbox/list", ("x-unattended", "1")).await.status, 200);
        assert_eq!(looks("/admin/inbox/events", ("accept", "text/event-stream")).await.status, 303, "to the page to sign in");
    }

    async fn what_was_refused_stands_there_still(t: TestApp) {
        by_meta(&t).await;
        let agent = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        writes(&t, PHONE, "Is it ready?").await;
        t.advance(25 * HOUR).await;
        let agent_again = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        drop(agent);
        let here = format!("/admin/inbox/{}", only(&t).await["id"].as_str().unwrap());
        let page = agent_again.get(&t, &here).await;
        assert!(page.text.contains("Name an approved template first"), "{}", page.text);
        let reply = agent_again.post(&t, &format!("{here}/reply"), &[("text", "What I typed"), ("once", "x")]).await;
        assert!(reply.status == 409 && reply.text.contains("What I typed"), "{}", reply.text);
    }

    async fn canned_replies_are_filled_in(t: TestApp) {
        by_meta(&t).await;
        let agent = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        writes(&t, PHONE, "Is it ready?").await;
        let saved = agent.post(&t, "/admin/inbox/canned", &[("shortcut", "hi"), ("text", "Call us at {{ phone }}")]).await;
        assert_eq!(saved.status, 303, "{}", saved.text);
        let here = format!("/admin/inbox/{}", only(&t).await["id"].as_str().unwrap());
        let page = agent.get(&t, &here).await;
        let canned = page.between("name=\"canned\" value=\"", "\"").to_owned();
        let chosen = agent.post(&t, &format!("{here}/canned"), &[("text", "Yes, it is. "), ("canned", &canned)]).await;
        assert!(chosen.text.contains("Yes, it is.\nCall us at +91 98765 43210"), "what was typed is still there: {}", chosen.text);
        let chosen = agent.post(&t, &format!("{here}/canned"), &[("text", ""), ("canned", &canned)]).await;
        assert!(chosen.text.contains(">\nCall us at +91 98765 43210</textarea>"), "{}", chosen.text);
        let wrong = agent.post(&t, "/admin/inbox/canned", &[("shortcut", "no"), ("text", "{{ secret }}")]).await;
        assert!(wrong.status == 422 && wrong.text.contains("secret"), "{}", wrong.text);
        for page in ["/admin/inbox/canned", "/admin/inbox/leads", "/admin/inbox/list", "/admin/inbox.csv"] {
            assert_eq!(agent.get(&t, page).await.status, 200, "{page}");
        }
    }
}
