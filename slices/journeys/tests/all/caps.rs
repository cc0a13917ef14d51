//! Promise 15: how often one person is written to, whatever campaigns and journeys they are in. Promise 6: how many people in a day.

use super::{DAY, begun, counted, enrol, mail, nothing_is_wrong, person, plan, with};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use sim::{At, Fault};
use std::time::Duration;
use testkit::TestApp;

const PEOPLE: usize = 4;
const HOUR: Duration = Duration::from_secs(3_600);

/// What a merchant does next.
#[derive(Debug, Clone)]
enum Deed {
    /// A campaign to everybody, at once.
    Campaign,
    /// Everybody is led into a journey of three mails, with so many hours between them.
    Journey(i64),
    /// The mail server refuses the next few.
    Trouble(u32),
    Wait(u32),
}

fn schedule() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        3 => Just(Deed::Campaign),
        2 => (1i64..50).prop_map(Deed::Journey),
        1 => (1u32..4).prop_map(Deed::Trouble),
        4 => (1u32..60).prop_map(Deed::Wait),
    ];
    prop::collection::vec(deed, 14)
}

fn quiet(hours: bool) -> Value {
    if hours { json!({"from": "21:00", "to": "09:00"}) } else { json!({"from": "00:00", "to": "00:00"}) }
}

async fn campaign(t: &TestApp, nth: usize) {
    let text = json!({"channel": "email", "content": {"subject": format!("offer {nth}"), "body": "Mangoes"}});
    let hours = quiet(nth.is_multiple_of(2));
    let body = json!({"name": format!("Offer {nth}"), "contents": [text], "quiet_from": hours["from"], "quiet_to": hours["to"], "worth_hours": 72});
    t.post("/api/v1/campaigns/send", body).await.expect(201);
}

async fn done(t: &TestApp, nth: usize, deed: &Deed, people: &[String]) {
    match deed {
        Deed::Campaign => campaign(t, nth).await,
        Deed::Journey(hours) => {
            let wait = |id: &str| json!({"id": id, "kind": "wait", "minutes": hours * 60});
            let steps = json!([mail("one", "1"), wait("a"), mail("two", "2"), wait("b"), mail("three", "3")]);
            let path = begun(t, plan(steps)).await;
            enrol(t, &path, people).await;
        }
        Deed::Trouble(times) => drop(t.sim().faults().next(*times, At::mail(), Fault::reject(451))),
        Deed::Wait(hours) => t.advance(*hours * HOUR).await,
    }
    t.settle().await;
}

testkit::both_apps! {
    async fn promise_15_no_cap_is_ever_exceeded(t: TestApp) {
        t.put("/api/v1/settings", json!({"messages.caps": [{"channel": "email", "most": 2, "days": 2}, {"most": 3, "days": 5}]})).await.expect(200);
        let mut people = Vec::new();
        for n in 0..PEOPLE {
            people.push(person(&t, n).await);
        }
        let mut dice = TestRunner::deterministic();
        for _ in 0..3 {
            let deeds = schedule().new_tree(&mut dice).unwrap().current();
            for (nth, deed) in deeds.iter().enumerate() {
                done(&t, nth, deed, &people).await;
            }
        }
        t.advance(6 * DAY).await;
        let mut most = 0;
        for n in 0..PEOPLE {
            let times: Vec<_> = t.sim().mailboxes().mails_to(&format!("p{n}@example.com")).iter().map(|mail| mail.at).collect();
            for (at, days, cap) in times.iter().flat_map(|at| [(at, 2, 2), (at, 5, 3)]) {
                let within = times.iter().filter(|one| **one > at.before(days * DAY) && *one <= at).count();
                assert!(within <= cap, "{within} within {days} days for P{n}: {times:?}");
                most = most.max(within);
            }
        }
        assert_eq!(most, 3, "what is let through is sent");
        let kept = t.get("/api/v1/notifications/history?state=suppressed&limit=1").await.expect(200)["data"][0].clone();
        assert_eq!(kept["reason"], "capped");
        nothing_is_wrong(&t).await;
    }

    async fn promise_06_whoever_the_day_has_no_room_for_waits_for_the_next(t: TestApp) {
        t.put("/api/v1/consent-settings", json!({"marketing": {"whatsapp": "opt_out"}})).await.expect(200);
        t.put("/api/v1/settings", json!({"messages.whatsapp_people": 2})).await.expect(200);
        let mut people = Vec::new();
        for n in 0..5 {
            people.push(person(&t, n).await);
        }
        let text = json!({"channel": "whatsapp", "content": {"body": "Hello {{ name }}"}});
        let path = begun(&t, plan(json!([{"id": "hello", "kind": "send", "texts": [text]}]))).await;
        assert_eq!(enrol(&t, &path, &people).await, 5);
        t.advance(HOUR / 2).await;
        for went in [2, 4, 5] {
            assert_eq!(counted(&t, &path, Some("hello"), "went").await, went, "two a day");
            t.advance(DAY).await;
        }
        nothing_is_wrong(&t).await;
    }

    async fn promise_15_what_somebody_asked_for_always_goes(t: TestApp) {
        t.put("/api/v1/settings", json!({"messages.caps": [{"most": 1, "days": 31}]})).await.expect(200);
        let one = person(&t, 1).await;
        for nth in 0..2 {
            campaign(&t, 2 * nth + 1).await;
            t.settle().await;
        }
        assert_eq!(t.sim().mailboxes().mails_to("p1@example.com").len(), 1, "one offer");
        let service = with(plan(json!([mail("about", "What you have")])), json!({"service": true}));
        let path = begun(&t, service).await;
        enrol(&t, &path, &[one]).await;
        t.post("/api/v1/otp/send", json!({"email": "p1@example.com", "purpose": "login"})).await.expect(202);
        t.settle().await;
        assert_eq!(t.sim().mailboxes().mails_to("p1@example.com").len(), 3, "what is about what they have, and a code");
    }
}
