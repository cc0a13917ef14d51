//! The traces over HTTP: each delivery is a mail of a campaign, touched as the trace says, by the clock.

use super::{campaign, counted, fetch, mail, person, seconds, unsubscribed};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::TestApp;

/// Plays a trace; then people are counted, all of them and nobody else.
async fn play(t: &TestApp, trace: &str) {
    let trace: Value = serde_json::from_str(trace).unwrap();
    let deliveries = trace["deliveries"].as_array().unwrap();
    for number in 0..deliveries.len() {
        person(t, number).await;
    }
    let path = campaign(t).await;
    let mut steps: Vec<(u64, usize, &Value)> = Vec::new();
    for (number, delivery) in deliveries.iter().enumerate() {
        let all = delivery.as_array().unwrap().iter();
        steps.extend(all.map(|step| (u64::try_from(step["after_ms"].as_i64().unwrap()).unwrap_or(0), number, step)));
    }
    steps.sort_by_key(|(after, number, _)| (*after, *number));
    let (mut now, mut asked) = (0, BTreeSet::new());
    for (after, number, step) in steps {
        t.advance(Duration::from_millis(after - now)).await;
        now = after;
        let text = |name: &str| step[name].as_str().unwrap_or_default();
        let mail = mail(t, number);
        let place = match text("touch") {
            "image" => &mail.image,
            "trap" => &mail.trap,
            link => &mail.links[link.strip_prefix("link ").unwrap().parse::<usize>().unwrap() - 1],
        };
        let method = if text("method").is_empty() { "GET" } else { text("method") };
        let by = (text("agent"), text("from"));
        assert!(fetch(t, method, place, by).await.status < 400, "{step}");
        // What follows every link follows the one that ends offers.
        if text("by") == "scanner" && asked.insert(number) {
            assert_eq!(fetch(t, "GET", &mail.unsubscribe, by).await.status, 200);
        }
    }
    seconds(t, 61).await;
    let with = |what: &str, by: Option<&str>| {
        let fits = |step: &Value| step["touch"].as_str().unwrap().starts_with(what) && by.is_none_or(|by| step["by"] == by);
        i64::try_from(deliveries.iter().filter(|steps| steps.as_array().unwrap().iter().any(fits)).count()).unwrap()
    };
    let expected = ["image", "link"].map(|what| (with(what, None), with(what, Some("person"))));
    assert_eq!(counted(t, &path).await, expected, "{}", trace["who"]);
    assert_eq!(unsubscribed(t).await, 0, "{}", trace["who"]);
}

testkit::both_apps! {
    async fn promise_19_safelinks(t: TestApp) {
        play(&t, include_str!("../traces/safelinks.json")).await;
    }

    async fn promise_19_proofpoint(t: TestApp) {
        play(&t, include_str!("../traces/proofpoint.json")).await;
    }

    async fn promise_19_barracuda(t: TestApp) {
        play(&t, include_str!("../traces/barracuda.json")).await;
    }

    async fn promise_19_gmail(t: TestApp) {
        play(&t, include_str!("../traces/gmail.json")).await;
    }

    async fn promise_19_apple(t: TestApp) {
        play(&t, include_str!("../traces/apple.json")).await;
    }
}
