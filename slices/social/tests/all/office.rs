//! The pages of the back office.

use crate::{HOUR, PLACES, POSTS, calls};
use serde_json::json;
use testkit::{ADMIN, Browser};

testkit::both_apps! {
    // Tests begin on Friday, 20 November 2026, at 10:00 in India.
    async fn a_month_in_the_office(t: TestApp) {
        let office = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        assert!(office.get(&t, "/admin/social").await.text.contains("No places yet"));
        assert!(office.get(&t, "/admin/social/posts").await.text.contains("No posts yet"));
        assert_eq!(office.get(&t, "/admin/social/posts/new").await.header("location"), Some("/admin/social/places"), "a place comes first");
        let places = "/admin/social/places";
        let refused = office.post(&t, places, &[("name", "Our page"), ("kind", "instagram"), ("address", "nonsense")]).await;
        assert!(refused.status == 422 && refused.text.contains("value=\"nonsense\"") && refused.text.contains("Our page"), "{}", refused.text);
        let made = office.post(&t, places, &[("name", "Our page"), ("kind", "instagram"), ("address", &t.sim().receiver_url("page"))]).await;
        assert!(made.text.contains("whsec_"), "{}", made.text);
        assert!(!office.get(&t, places).await.text.contains("whsec_"), "shown once");
        let id = t.get(PLACES).await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
        let own = format!("{places}/{id}");
        assert_eq!(office.post(&t, &format!("{own}/test"), &[]).await.status, 303);
        t.settle().await;
        assert!(office.get(&t, &own).await.text.contains("200 taken") && office.get(&t, &format!("{own}/part")).await.text.contains("Taken"));
        assert!(office.get(&t, "/admin/social").await.text.contains("Nothing in November 2026"));

        let form = office.get(&t, "/admin/social/posts/new?day=2026-11-25").await;
        let (key, tick) = (form.between("name=\"key\" value=\"", "\"").to_owned(), format!("place.{id}"));
        assert!(form.text.contains("value=\"2026-11-25T10:00\"") && form.text.contains("By the clock of Asia/Kolkata"), "{}", form.text);
        let fields = [
            ("key", key.as_str()), ("text", "The first mangoes of the year"), ("link", "https://shop.example/m"), ("picture", ""),
            ("at", "2026-11-25T10:00"), ("plan", "yes"), (tick.as_str(), "on"),
        ];
        let mut wrong = fields;
        wrong[4].1 = "2026-11-19T10:00";
        let refused = office.post(&t, "/admin/social/posts/new", &wrong).await;
        assert!(refused.status == 422 && refused.text.contains("a time to come") && refused.text.contains("The first mangoes"), "{}", refused.text);
        let made = office.post(&t, "/admin/social/posts/new", &fields).await;
        assert_eq!(made.status, 303, "{}", made.text);
        let page = made.header("location").unwrap().to_owned();
        assert_eq!(office.post(&t, "/admin/social/posts/new", &fields).await.header("location"), Some(page.as_str()), "sent twice is one");
        let shown = office.get(&t, &page).await.text;
        assert!(shown.contains("It goes out on") && shown.contains("Instagram takes no post without a picture."), "{shown}");
        let month = office.get(&t, "/admin/social?month=2026-11").await.text;
        assert!(month.contains("1 to go out") && month.contains("10:00") && month.contains("Planned") && month.contains(&page), "{month}");
        assert!(office.get(&t, "/admin/social?month=2026-12").await.text.contains("Nothing in December 2026"));
        assert_eq!(office.get(&t, "/admin/social?month=soon").await.status, 422);

        let listed = office.get(&t, &format!("/admin/social/posts?state=planned&place={id}&from=2026-11-25&to=2026-11-25")).await.text;
        assert!(listed.contains("The first mangoes of the year") && listed.contains(&page) && listed.contains("format=csv"), "{listed}");
        for query in ["state=draft", "from=2026-11-26", "to=2026-11-24"] {
            let nothing = office.get(&t, &format!("/admin/social/posts?{query}")).await.text;
            assert!(nothing.contains("Nothing matches") && !nothing.contains(&page), "{query}: {nothing}");
        }
        assert_eq!(office.get(&t, "/admin/social/posts?from=soon").await.status, 422);

        let edit = format!("{page}/edit");
        assert!(office.get(&t, &edit).await.text.contains("value=\"1\""), "the version goes along");
        let changed = [
            ("version", "1"), ("text", "Mangoes"), ("link", ""), ("picture", "https://shop.example/m.jpg"), ("at", "2026-11-26T09:30"), ("plan", "yes"),
            (tick.as_str(), "on"),
        ];
        assert_eq!(office.post(&t, &edit, &changed).await.status, 303);
        let stale = office.post(&t, &edit, &changed).await;
        assert!(stale.status == 409 && stale.text.contains("Somebody else has changed this"), "{}", stale.text);
        t.sim().faults().next(1, sim::At::receiver("page"), sim::Fault::reject(400));
        t.advance(HOUR * 24 * 7).await;
        assert_eq!(calls(&t, "page").iter().filter(|call| call.json()["type"] == "social.post").count(), 1);
        // Nobody stays signed in for a week.
        let office = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let shown = office.get(&t, &page).await.text;
        assert!(shown.contains("0 of 1 places took it") && shown.contains("refused by a fault") && shown.contains("Send it again"), "{shown}");
        assert_eq!(office.post(&t, &format!("{page}/retry"), &[]).await.status, 303);
        t.settle().await;
        assert!(office.get(&t, &page).await.text.contains("every place took it") && office.get(&t, &format!("{page}/part")).await.text.contains("Taken"));
        let again = office.post(&t, &format!("{page}/cancel"), &[]).await;
        assert!(again.status == 409 && again.text.contains("That was not done"), "{}", again.text);

        let asked = json!({"text": "A draft", "at": "2026-12-24T10:00:00Z", "places": [id]});
        let draft = t.post(POSTS, asked).await.expect(201)["id"].as_str().unwrap().to_owned();
        for deed in ["plan", "cancel"] {
            assert_eq!(office.post(&t, &format!("/admin/social/posts/{draft}/{deed}"), &[]).await.status, 303, "{deed}");
        }
        let place = [("version", "1"), ("name", "Another name"), ("kind", "x"), ("address", "https://example.com/new")];
        assert_eq!(office.post(&t, &own, &place).await.status, 303);
        assert_eq!(office.post(&t, &own, &place).await.status, 409);
        let rotated = office.post(&t, &format!("{own}/rotate"), &[]).await.text;
        assert!(rotated.contains("whsec_") && rotated.contains("the old one signs along"), "{rotated}");
        let after = office.get(&t, &own).await.text;
        assert!(!after.contains("whsec_") && after.contains("Old secret signs until"), "{after}");
        for deed in ["pause", "resume", "remove"] {
            assert_eq!(office.post(&t, &format!("{own}/{deed}"), &[]).await.status, 303, "{deed}");
        }
        assert_eq!(office.get(&t, &own).await.status, 404);
        assert!(office.get(&t, "/admin/social").await.text.contains("Nothing in November 2026") || office.get(&t, "/admin/social").await.text.contains("Mangoes"));
        let audit = office.get(&t, "/admin/audit").await.text;
        for words in ["New secret for posts to", "Place for posts added", ": planned", "taken by 1 of 1 places", "Posts go no more to"] {
            assert!(audit.contains(words), "{words}");
        }
    }
}
