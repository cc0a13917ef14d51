//! Opens and clicks of mails, from the sending to the figures, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod figures;
mod follow;
mod replay;

use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Reply, TestApp};

/// A person's browser, and where it is.
const PHONE: (&str, &str) = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
    "203.0.113.7",
);
/// A scanner goes by the name of a browser.
const SCANNER: (&str, &str) =
    ("Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/57.0.2987.133 Safari/537.36", "40.107.218.12");
/// Gmail's.
const PROXY: (&str, &str) = ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "66.249.84.1");

/// What a mail that arrived leads to: paths of the shop.
struct Mail {
    /// The links that people see, in their order.
    links: Vec<String>,
    image: String,
    trap: String,
    unsubscribe: String,
}

/// A person with a mailbox; gives their id.
async fn person(t: &TestApp, number: usize) -> String {
    let body = json!({"name": format!("Person {number}"), "email": format!("p{number}@example.com")});
    t.post("/api/v1/contacts", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// A campaign of five links to everybody; gives its path, once it has gone out.
async fn campaign(t: &TestApp) -> String {
    let link = |number: usize| format!("<a href=\"https://shop.example/{number}?to={{{{ first_name }}}}&amp;x=1#top\">{number}</a>");
    let html = format!("<html><body><p>Mangoes</p>{}</body></html>", (1..=5).map(link).collect::<String>());
    let content = json!({"subject": "Mangoes", "body": "Mangoes: https://shop.example/1", "html": html});
    let body = json!({"name": "Mangoes", "contents": [{"channel": "email", "content": content}], "quiet_from": "00:00", "quiet_to": "00:00", "per_second": 500});
    let made = t.post("/api/v1/campaigns", body).await.expect(201);
    let path = format!("/api/v1/campaigns/{}", made["id"].as_str().unwrap());
    t.post(&format!("{path}/send"), json!({})).await.expect(202);
    t.settle().await;
    path
}

/// The HTML of the mail that somebody got.
fn html(t: &TestApp, number: usize) -> String {
    t.sim().mailboxes().mails_to(&format!("p{number}@example.com")).pop().unwrap().html.unwrap()
}

/// What the mail leads to that somebody got.
fn mail(t: &TestApp, number: usize) -> Mail {
    let html = html(t, number);
    let after = |mark: &str| -> Vec<String> {
        let parts = html.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap());
        parts.map(|url| url.strip_prefix(t.url()).unwrap().to_owned()).collect()
    };
    let mut links = after("href=\"");
    let trap = links.pop().unwrap();
    let unsubscribe = links.pop().unwrap();
    assert!(unsubscribe.starts_with("/u/") && links.iter().all(|link| link.starts_with("/l/")), "{html}");
    Mail { links, image: after("src=\"").pop().unwrap(), trap, unsubscribe }
}

/// Fetches something of a mail, as such a program from such an address.
async fn fetch(t: &TestApp, method: &str, path: &str, (agent, from): (&str, &str)) -> Reply {
    t.send(t.request(method, path).header("user-agent", agent).header("x-forwarded-for", from)).await
}

async fn seconds(t: &TestApp, number: u64) {
    t.advance(Duration::from_secs(number)).await;
}

/// What a campaign counts: opens and clicks, each of anything at all and of people.
async fn counted(t: &TestApp, path: &str) -> [(i64, i64); 2] {
    let shown = t.get(path).await.expect(200);
    ["opens", "clicks"].map(|what| (shown[what]["raw"].as_i64().unwrap(), shown[what]["human"].as_i64().unwrap()))
}

/// How many words of people who want no more were heard.
async fn unsubscribed(t: &TestApp) -> usize {
    t.get("/api/v1/consents").await.expect(200)["data"].as_array().unwrap().len()
}

/// How many people fit a filter.
async fn who(t: &TestApp, filter: Value) -> i64 {
    let made = t.post("/api/v1/segments", json!({"name": filter.to_string(), "filter": filter})).await.expect(201);
    t.settle().await;
    let shown = t.get(&format!("/api/v1/segments/{}", made["id"].as_str().unwrap())).await.expect(200);
    shown["contacts"].as_i64().unwrap_or_else(|| panic!("{shown}"))
}
