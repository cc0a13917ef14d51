//! A campaign from its mails to its page.

use super::{PHONE, PROXY, SCANNER, campaign, counted, fetch, mail, person, seconds, unsubscribed, who};
use serde_json::json;
use testkit::{ADMIN, Browser};

testkit::both_apps! {
    async fn promise_19_a_campaign_shows_people_and_machines(t: TestApp) {
        for number in 0..4 {
            person(&t, number).await;
        }
        let path = campaign(&t).await;
        // A scanner sweeps through one mail, and Gmail fetches the image of another.
        let swept = mail(&t, 0);
        seconds(&t, 3).await;
        for place in swept.links.iter().chain([&swept.image, &swept.trap, &swept.unsubscribe]) {
            fetch(&t, "GET", place, SCANNER).await;
        }
        fetch(&t, "GET", &mail(&t, 1).image, PROXY).await;
        // A person reads, and follows the second link, twice.
        seconds(&t, 600).await;
        let read = mail(&t, 2);
        fetch(&t, "GET", &read.image, PHONE).await;
        seconds(&t, 20).await;
        for _ in 0..2 {
            let reply = fetch(&t, "GET", &read.links[1], PHONE).await;
            assert_eq!((reply.status, reply.header("location")), (302, Some("https://shop.example/2?to=Person&x=1#top")), "{}", reply.text);
        }
        // Whom the scanner has been at reads as well.
        fetch(&t, "GET", &swept.links[4], PHONE).await;
        assert_eq!(counted(&t, &path).await[1], (1, 0), "the last ones are not judged yet");
        seconds(&t, 61).await;
        assert_eq!(counted(&t, &path).await, [(3, 1), (2, 2)]);
        assert_eq!(unsubscribed(&t).await, 0);
        let listed = t.get(&format!("{path}/recipients")).await.expect(200);
        let mut did: Vec<(bool, bool)> =
            listed["data"].as_array().unwrap().iter().map(|one| (one["opened"] == true, one["clicked"] == true)).collect();
        did.sort_unstable();
        assert_eq!(did, [(false, false), (false, false), (false, true), (true, true)]);
        let file = t.get(&format!("{path}/recipients/export")).await.text;
        assert!(file.starts_with("contact_id,channel,address,state,reason,message_id,opened,clicked") && file.contains(",true,true,,,\r\n"), "{file}");
        let page = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await.get(&t, &path.replace("/api/v1", "/admin")).await.text;
        for words in ["1 person", "3 with machines", "2 people", "2 with machines", "Followed a link"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // What people did is known of them.
        assert_eq!(who(&t, json!({"did": "message.clicked"})).await, 2);
        assert_eq!(who(&t, json!({"did": "message.opened"})).await, 1);
    }
}
