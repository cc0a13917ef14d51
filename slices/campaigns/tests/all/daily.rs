//! Promise 6, as far as it is about campaigns: WhatsApp lets a shop begin with so many people in a day.

use super::templates::{by_meta, offer};
use super::{act, show, with, written};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::{ADMIN, Browser, TestApp};

const DAY: Duration = Duration::from_secs(24 * 3_600);
const SAYS: &str = "{{ first_name }}, mangoes are in {{ city }}.";

/// So many people with telephones, of whom so many are known already.
async fn people(t: &TestApp, known: usize, many: usize) {
    let make = |number: usize| {
        let body = json!({"name": format!("Person {number}"), "phone": format!("+91987650{number:04}"), "attributes": {"city": "Pune"}});
        async move { t.post("/api/v1/contacts", body).await.expect(201) }
    };
    for some in (known..many).collect::<Vec<_>>().chunks(100) {
        futures::future::join_all(some.iter().map(|number| make(*number))).await;
    }
}

async fn limit(t: &TestApp, people: i64) {
    t.put("/api/v1/settings", json!({"messages.whatsapp_people": people})).await.expect(200);
}

/// To how many different people something went.
fn reached(t: &TestApp) -> usize {
    t.sim().meta().sent().iter().map(|message| message.phone.clone()).collect::<BTreeSet<_>>().len()
}

async fn frozen(t: &TestApp, body: Value) -> String {
    let path = written(t, body).await;
    act(t, &path, "freeze").await.expect(202);
    t.settle().await;
    path
}

testkit::both_apps! {
    async fn promise_06_twelve_hundred_people_on_a_limit_of_a_thousand_are_refused_or_take_two_days(t: TestApp) {
        by_meta(&t).await;
        people(&t, 0, 1_200).await;
        limit(&t, 1_000).await;
        let path = frozen(&t, offer(SAYS)).await;
        assert_eq!(show(&t, &path).await["days"], 2);
        let refused = act(&t, &path, "send").await.expect(409);
        assert_eq!(refused["code"], "over_daily_people");
        assert!(refused["detail"].as_str().unwrap().contains("1200 people on WhatsApp, which lets your shop begin with 1000 a day"), "{refused}");
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let page = browser.get(&t, &path.replace("/api/v1", "/admin")).await.text;
        assert!(page.contains("more people than WhatsApp takes in a day") && page.contains("Over about 2 days"), "it is said before anybody tries");
        // One that is to go as soon as its audience is known stops there.
        let eager = t.post("/api/v1/campaigns/send", offer(SAYS)).await.expect(201)["id"].as_str().unwrap().to_owned();
        t.advance(Duration::from_secs(60)).await;
        assert_eq!((show(&t, &format!("/api/v1/campaigns/{eager}")).await["state"].as_str(), reached(&t)), (Some("ready"), 0));
        t.post(&format!("{path}/send"), json!({"over_days": true})).await.expect(202);
        t.advance(Duration::from_secs(3_600)).await;
        assert_eq!((reached(&t), show(&t, &path).await["state"].as_str()), (1_000, Some("running")));
        t.advance(DAY / 2).await;
        assert_eq!(reached(&t), 1_000, "no more in a day");
        t.advance(DAY / 2).await;
        assert_eq!((reached(&t), t.sim().meta().sent().len(), show(&t, &path).await["state"].as_str()), (1_200, 1_200, Some("done")));
        assert_eq!(campaigns::check(t.db()).await.unwrap(), Vec::<String>::new());
    }

    async fn promise_06_whoever_was_written_to_within_the_day_is_no_new_person(t: TestApp) {
        by_meta(&t).await;
        people(&t, 0, 8).await;
        limit(&t, 10).await;
        let first = frozen(&t, offer(SAYS)).await;
        act(&t, &first, "send").await.expect(202);
        t.advance(Duration::from_secs(60)).await;
        assert_eq!(reached(&t), 8);
        people(&t, 8, 14).await;
        // Fourteen: eight who are no new people, two for whom there is room, four for the next day.
        let second = frozen(&t, with(offer(SAYS), json!({"over_days": true, "worth_hours": 48}))).await;
        act(&t, &second, "send").await.expect(202);
        t.advance(Duration::from_secs(1_800)).await;
        assert_eq!((reached(&t), t.sim().meta().sent().len()), (10, 18));
        t.advance(DAY).await;
        assert_eq!((reached(&t), t.sim().meta().sent().len()), (14, 22));
        assert_eq!(show(&t, &second).await["state"], "done");
    }

    async fn the_limit_is_said_on_a_page(t: TestApp) {
        let browser = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await;
        let refused = browser.post(&t, "/admin/messages/caps", &[("people", "many")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("a whole number from 1 to 1000000"), "{}", refused.text);
        assert_eq!(browser.post(&t, "/admin/messages/caps", &[("people", "250"), ("all_most", "5"), ("all_days", "7")]).await.status, 303);
        let set = t.get("/api/v1/settings").await.expect(200);
        assert_eq!(set["messages.whatsapp_people"], 250, "{set}");
        assert!(browser.get(&t, "/admin/messages/caps").await.text.contains("value=\"250\""));
        browser.post(&t, "/admin/messages/caps", &[("people", "")]).await;
        assert_eq!(t.get("/api/v1/settings").await.expect(200)["messages.whatsapp_people"], 0);
    }
}
