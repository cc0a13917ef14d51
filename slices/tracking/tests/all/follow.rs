//! Where links lead, and who is nobody.

use super::{PHONE, SCANNER, campaign, counted, fetch, html, mail, person, seconds};
use serde_json::json;
use store::{Look, params, sql};

testkit::both_apps! {
    async fn promise_19_a_link_leads_only_where_the_mail_leads(t: TestApp) {
        person(&t, 0).await;
        let path = campaign(&t).await;
        let mail = mail(&t, 0);
        assert!(html(&t, 0).contains("style=\"display:none\" aria-hidden=\"true\" tabindex=\"-1\" rel=\"nofollow\""));
        for (number, link) in mail.links.iter().enumerate() {
            let reply = fetch(&t, "GET", link, PHONE).await;
            let target = format!("https://shop.example/{}?to=Person&x=1#top", number + 1);
            assert_eq!((reply.status, reply.header("location")), (302, Some(target.as_str())));
            assert_eq!((reply.header("referrer-policy"), reply.header("cache-control")), (Some("no-referrer"), Some("no-store")));
        }
        let text = t.sim().mailboxes().mails_to("p0@example.com").pop().unwrap().text.unwrap();
        let first = text.split(t.url()).nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        assert_eq!(fetch(&t, "GET", &first, PHONE).await.header("location"), Some("https://shop.example/1"));
        let image = fetch(&t, "GET", &mail.image, PHONE).await;
        assert_eq!((image.status, image.header("content-type"), image.header("content-length")), (200, Some("image/gif"), Some("43")));
        let trap = fetch(&t, "GET", &mail.trap, SCANNER).await;
        assert_eq!((trap.status, trap.header("location")), (302, Some("/")));
        // Nothing else is a link, and no other shop's.
        t.another_tenant("Second").await;
        let other = if mail.links[0].ends_with('A') { "B" } else { "A" };
        let changed = format!("{}{other}", &mail.links[0][..mail.links[0].len() - 1]);
        for wrong in [changed, format!("/s/second{}", mail.links[0]), "/l/https:%2F%2Fevil.example".to_owned(), "/l/.gif".to_owned()] {
            assert_eq!(fetch(&t, "GET", &wrong, PHONE).await.status, 404, "{wrong}");
        }
        seconds(&t, 61).await;
        assert_eq!(counted(&t, &path).await, [(1, 0), (1, 0)], "all of it came at once");
    }

    async fn promise_19_what_only_asks_is_no_person(t: TestApp) {
        person(&t, 0).await;
        let path = campaign(&t).await;
        seconds(&t, 600).await;
        let mail = mail(&t, 0);
        let reply = fetch(&t, "HEAD", &mail.links[0], PHONE).await;
        assert_eq!((reply.status, reply.header("location").is_some()), (302, true));
        let ahead = t.request("GET", &mail.links[1]).header("user-agent", PHONE.0).header("sec-purpose", "prefetch");
        assert_eq!(t.send(ahead).await.status, 302);
        assert_eq!(fetch(&t, "GET", &mail.links[2], ("", "203.0.113.9")).await.status, 302);
        seconds(&t, 61).await;
        assert_eq!(counted(&t, &path).await, [(0, 0), (1, 0)]);
    }

    async fn promise_19_of_somebody_who_was_erased_nothing_is_kept(t: TestApp) {
        let who = person(&t, 0).await;
        let path = campaign(&t).await;
        seconds(&t, 600).await;
        let link = mail(&t, 0).links[0].clone();
        fetch(&t, "GET", &link, PHONE).await;
        seconds(&t, 61).await;
        let request = t.request("DELETE", &format!("/api/v1/contacts/{who}?reason=asked")).bearer_auth(t.key());
        assert_eq!(t.send(request).await.status, 204);
        t.settle().await;
        assert_eq!(fetch(&t, "GET", &link, PHONE).await.header("location"), Some("/"));
        seconds(&t, 61).await;
        let mut look = t.db().read_main(t.tenant());
        let kept: i64 = look.one(sql!("SELECT CAST(COUNT(*) AS BIGINT) FROM touches WHERE tenant_id = $1"), params![t.tenant()]).await.unwrap();
        assert_eq!((kept, counted(&t, &path).await[1]), (0, (1, 1)), "that somebody followed it stays counted");
    }

    async fn promise_19_a_shop_may_leave_its_links_alone(t: TestApp) {
        t.put("/api/v1/settings", json!({"messages.track": false})).await.expect(200);
        person(&t, 0).await;
        campaign(&t).await;
        let html = html(&t, 0);
        assert!(html.contains("<a href=\"https://shop.example/1?to=Person&amp;x=1#top\">") && !html.contains("/l/") && !html.contains("<img"), "{html}");
    }

    async fn promise_19_a_program_that_never_stops_fills_nothing(t: TestApp) {
        person(&t, 0).await;
        campaign(&t).await;
        let link = mail(&t, 0).links[0].clone();
        for _ in 0..205 {
            assert_eq!(fetch(&t, "GET", &link, SCANNER).await.status, 302);
        }
        let mut look = t.db().read_main(t.tenant());
        let kept: i64 = look.one(sql!("SELECT CAST(COUNT(*) AS BIGINT) FROM touches WHERE tenant_id = $1"), params![t.tenant()]).await.unwrap();
        assert_eq!(kept, 200);
    }
}
