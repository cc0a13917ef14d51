//! When people read, from what they do to what is known of them, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use facts::ContactId;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::TestApp;

/// A person's browser, and where it is.
const PHONE: (&str, &str) = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
    "203.0.113.7",
);
/// What fetches images in place of whoever reads.
const PROXY: (&str, &str) = ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "66.249.84.1");
const HOUR: Duration = Duration::from_secs(3_600);

async fn person(t: &TestApp, name: &str, rest: Value) -> ContactId {
    let mut body = json!({"name": name, "email": format!("{}@example.com", name.to_lowercase())});
    body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    t.post("/api/v1/contacts", body).await.expect(201)["id"].as_str().unwrap().parse().unwrap()
}

/// Sends everybody a mail with a link and an image, at any hour.
async fn campaign(t: &TestApp) {
    let html = "<html><body><p>Mangoes</p><a href=\"https://shop.example/1\">one</a></body></html>";
    let content = json!({"subject": "Mangoes", "body": "Mangoes: https://shop.example/1", "html": html});
    let body = json!({"name": "Mangoes", "contents": [{"channel": "email", "content": content}], "quiet_from": "00:00", "quiet_to": "00:00", "per_second": 500});
    t.post("/api/v1/campaigns/send", body).await.expect(201);
    t.settle().await;
}

/// Fetches the image of somebody's last mail, or follows its first link.
async fn touch(t: &TestApp, name: &str, what: &str, (agent, from): (&str, &str)) {
    let html = t.sim().mailboxes().mails_to(&format!("{}@example.com", name.to_lowercase())).pop().unwrap().html.unwrap();
    let url = html.split(what).nth(1).unwrap().split('"').next().unwrap();
    let path = url.strip_prefix(t.url()).unwrap();
    let reply = t.send(t.request("GET", path).header("user-agent", agent).header("x-forwarded-for", from)).await;
    assert!(reply.status < 400, "{}", reply.text);
}

const IMAGE: &str = "src=\"";
const LINK: &str = "href=\"";

/// The best hour of each of these people, of all that there are.
async fn best(t: &TestApp, people: &[ContactId]) -> Vec<Option<u8>> {
    let hours = sendtime::hours_of(&mut t.db().read_main(t.tenant()), people).await.unwrap();
    people.iter().map(|person| hours.best(*person, &[true; 24])).collect()
}

async fn nothing_is_wrong(t: &TestApp) {
    assert_eq!(sendtime::check(t.db()).await.unwrap(), Vec::<String>::new());
}

testkit::both_apps! {
    async fn promise_17_a_message_counts_once_at_the_hour_at_which_its_reader_first_read_it(t: TestApp) {
        // It is ten in India, and half past eleven at night in New York.
        let asha = person(&t, "Asha", json!({})).await;
        let lee = person(&t, "Lee", json!({"time_zone": "America/New_York"})).await;
        let ravi = person(&t, "Ravi", json!({})).await;
        assert_eq!(best(&t, &[asha, lee]).await, [None, None], "nothing is known");
        campaign(&t).await;
        t.advance(HOUR * 2).await;
        touch(&t, "Asha", LINK, PHONE).await;
        touch(&t, "Lee", IMAGE, PHONE).await;
        touch(&t, "Ravi", IMAGE, PROXY).await;
        t.advance(Duration::from_secs(61)).await;
        assert_eq!(best(&t, &[asha, lee, ravi]).await, [Some(12), Some(1), Some(1)], "of Ravi nothing is known, and a machine tells nothing");
        // Whatever else they do with the same message counts for nothing.
        t.advance(HOUR * 6).await;
        for _ in 0..3 {
            touch(&t, "Asha", IMAGE, PHONE).await;
            touch(&t, "Asha", LINK, PHONE).await;
            t.advance(HOUR).await;
        }
        assert_eq!(best(&t, &[asha]).await, [Some(12)]);
        // The next one is another message.
        campaign(&t).await;
        t.advance(Duration::from_secs(120)).await;
        touch(&t, "Ravi", LINK, PHONE).await;
        t.advance(Duration::from_secs(61)).await;
        assert_eq!(best(&t, &[asha, lee, ravi]).await, [Some(12), Some(1), Some(21)]);
        nothing_is_wrong(&t).await;
    }

    async fn promise_17_of_somebody_who_was_erased_the_hours_are_forgotten_and_stay_counted(t: TestApp) {
        let (asha, ravi) = (person(&t, "Asha", json!({})).await, person(&t, "Ravi", json!({})).await);
        campaign(&t).await;
        t.advance(HOUR).await;
        touch(&t, "Asha", LINK, PHONE).await;
        t.advance(HOUR * 9).await;
        touch(&t, "Ravi", LINK, PHONE).await;
        t.advance(Duration::from_secs(61)).await;
        assert_eq!(best(&t, &[asha, ravi]).await, [Some(11), Some(20)]);
        let erase = t.request("DELETE", &format!("/api/v1/contacts/{ravi}?reason=asked")).bearer_auth(t.key());
        assert_eq!(t.send(erase).await.status, 204);
        t.settle().await;
        let hours = sendtime::hours_of(&mut t.db().read_main(t.tenant()), &[ravi]).await.unwrap();
        let evening: [bool; 24] = std::array::from_fn(|hour| hour >= 12);
        assert_eq!((best(&t, &[ravi]).await, hours.best(ravi, &evening)), (vec![Some(11)], Some(20)), "as anybody's, with all that was read");
        nothing_is_wrong(&t).await;
    }
}
