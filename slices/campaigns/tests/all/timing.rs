//! Promise 17: each at the hour at which they read, inside quiet hours, with a part chosen by lot that shows what it brings.

use super::templates::{by_meta, offer, reachable};
use super::{act, show, with, written};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::{ADMIN, Browser, TestApp};

const PEOPLE: usize = 60;
const HOUR: Duration = Duration::from_secs(3_600);
/// Milliseconds of an hour, and by how many of them India is ahead.
const MILLIS: i64 = 3_600_000;
const AHEAD: i64 = 5 * MILLIS + MILLIS / 2;

/// At which hour the nth person reads: of three one at eight, one at twenty, and one at 23, when nobody is written to.
fn hour_of(n: usize) -> i64 {
    [8, 20, 23][n % 3]
}

fn phone(n: usize) -> String {
    format!("+9198765432{n:02}")
}

/// Walks the clock on until it shows this hour in India.
async fn until(t: &TestApp, hour: i64) {
    let shown = (t.db().clock().now().millis() + AHEAD).rem_euclid(24 * MILLIS);
    let wait = (hour * MILLIS - shown).rem_euclid(24 * MILLIS);
    t.advance(Duration::from_millis(u64::try_from(wait).unwrap())).await;
}

/// Whoever reads at this hour reads all that has come since the nth message.
async fn read(t: &TestApp, since: usize, reads: impl Fn(usize) -> bool) {
    for message in t.sim().meta().sent().split_off(since) {
        let n = (0..PEOPLE).find(|n| phone(*n) == message.phone).unwrap();
        if reads(n) {
            t.sim().meta().status(message.message_id.as_deref().unwrap(), sim::Status::Read);
        }
    }
    t.settle().await;
}

/// At which hours of which days in India, from the test's first, people were written to since the nth message.
fn left(t: &TestApp, since: usize) -> BTreeMap<String, (i64, i64)> {
    let all = t.sim().meta().sent().split_off(since);
    let many = all.len();
    let at = |message: sim::Message| {
        let passed = message.at.millis() + AHEAD - testkit::START.millis().div_euclid(24 * MILLIS) * 24 * MILLIS;
        (message.phone, (passed.div_euclid(24 * MILLIS), passed.rem_euclid(24 * MILLIS) / MILLIS))
    };
    let left: BTreeMap<String, (i64, i64)> = all.into_iter().map(at).collect();
    assert_eq!(left.len(), many, "nobody gets it twice");
    left
}

/// People whose hours are known: each has read two campaigns at theirs. It is eight in the morning of the third day then.
async fn readers(t: &TestApp) {
    by_meta(t).await;
    for n in 0..PEOPLE {
        reachable(t, &format!("Person {n}"), &phone(n)).await;
    }
    for _ in 0..2 {
        let since = t.sim().meta().sent().len();
        let path = written(t, offer("{{ first_name }}, mangoes are in {{ city }}.")).await;
        act(t, &path, "send").await.expect(202);
        t.advance(Duration::from_secs(60)).await;
        assert_eq!(left(t, since).len(), PEOPLE);
        for hour in [20, 23, 8] {
            until(t, hour).await;
            read(t, since, |n| hour_of(n) == hour).await;
        }
    }
}

/// A campaign to each at their hour, begun at ten; gives where it is.
async fn begun(t: &TestApp) -> String {
    until(t, 10).await;
    let body =
        with(offer("{{ first_name }}, mangoes are in {{ city }}."), json!({"best_hour": true, "quiet_from": "21:00", "quiet_to": "07:00"}));
    let path = written(t, body).await;
    act(t, &path, "send").await.expect(202);
    t.advance(Duration::from_secs(60)).await;
    path
}

/// When each was to get it, by phone.
async fn timings(t: &TestApp, path: &str) -> BTreeMap<String, String> {
    let listed = t.get(&format!("{path}/recipients?limit=200")).await.expect(200);
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    listed["data"].as_array().unwrap().iter().map(|one| (text(one, "address"), text(one, "timing"))).collect()
}

/// The same and the day and hour at which it leaves, as the file of a campaign has it.
async fn filed(t: &TestApp, path: &str) -> BTreeMap<String, (String, String)> {
    let file = t.get(&format!("{path}/recipients/export")).await.text;
    let mut lines = file.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| names.iter().position(|known| *known == name).unwrap();
    let of = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells.len(), names.len(), "{line}");
        (cells[at("address")].to_owned(), (cells[at("timing")].to_owned(), cells[at("leaves_at")].to_owned()))
    };
    lines.map(of).collect()
}

async fn figures(t: &TestApp, path: &str) -> Value {
    t.get(&format!("{path}/timing")).await.expect(200)
}

async fn nothing_is_wrong(t: &TestApp) {
    assert_eq!(campaigns::check(t.db()).await.unwrap(), Vec::<String>::new());
    assert_eq!(sendtime::check(t.db()).await.unwrap(), Vec::<String>::new());
}

testkit::both_apps! {
    async fn promise_17_each_at_their_hour_a_part_at_once_and_what_it_brings(t: TestApp) {
        readers(&t).await;
        let since = t.sim().meta().sent().len();
        let path = begun(&t).await;
        let timings = timings(&t, &path).await;
        let control: Vec<&String> = timings.iter().filter(|(_, timing)| *timing == "control").map(|(phone, _)| phone).collect();
        assert!((4..25).contains(&control.len()) && timings.values().all(|timing| timing != "none"), "{timings:?}");
        let at_once = left(&t, since);
        assert!(at_once.keys().eq(control.iter().copied()), "those of the control leave at once and nobody else: {at_once:?}");
        let filed = filed(&t, &path).await;
        assert!(filed.iter().map(|(phone, (timing, _))| (phone, timing)).eq(&timings), "{filed:?}");
        let day = t.db().clock().now().to_string()[..10].to_owned();
        for (phone, (timing, leaves_at)) in &filed {
            assert_eq!(leaves_at.starts_with(&format!("{day}T04:3")), timing == "control", "at once is at ten in India: {phone} {leaves_at}");
        }
        // One of two reads what comes at another hour than theirs, at theirs; all read what comes at theirs.
        let is_control = |n: usize| control.contains(&&phone(n));
        let reads = |n: usize, hour: i64| if is_control(n) { hour_of(n) == hour && n.is_multiple_of(2) } else { hour_of(n) == hour || hour_of(n) == 23 };
        for hour in [20, 23, 8] {
            until(&t, hour).await;
            t.advance(Duration::from_secs(120)).await;
            read(&t, since, |n| reads(n, hour)).await;
        }
        let left = left(&t, since);
        assert_eq!(left.len(), PEOPLE);
        for n in 0..PEOPLE {
            let (_, hour) = left[&phone(n)];
            let expected: &[i64] = if is_control(n) { &[10] } else if hour_of(n) == 23 { &[8, 20] } else { &[hour_of(n)] };
            assert!(expected.contains(&hour), "{n} at {hour}");
        }
        assert_eq!(show(&t, &path).await["state"], "done");
        let early = figures(&t, &path).await;
        assert_eq!((&early["verdict"], &early["lift_bps"]), (&json!("too_early"), &Value::Null), "{early}");
        t.advance(HOUR * 25).await;
        read(&t, since, |_| true).await; // too late to count
        let told = figures(&t, &path).await;
        let number = |part: &str, what: &str| told[part][what].as_i64().unwrap();
        let of_control = i64::try_from(control.len()).unwrap();
        let read_of_control = i64::try_from((0..PEOPLE).filter(|n| is_control(*n) && n.is_multiple_of(2)).count()).unwrap();
        assert_eq!((number("best", "sent"), number("best", "read")), (60 - of_control, 60 - of_control), "{told}");
        assert_eq!((number("control", "sent"), number("control", "read")), (of_control, read_of_control), "{told}");
        assert_eq!(told["verdict"], "too_few");
        let between = ["low_bps", "lift_bps", "high_bps"].map(|name| told[name].as_i64().unwrap());
        assert!(between.is_sorted() && (between[0]..=between[2]).contains(&5_000), "the true difference is a half: {told}");
        let page = Browser::signed_in(&t, ADMIN.0, ADMIN.1).await.get(&t, &path.replace("/api/v1", "/admin")).await.text;
        assert!(page.contains("At the hour at which they read") && page.contains(told["says"].as_str().unwrap()), "{page}");
        nothing_is_wrong(&t).await;
    }

    async fn promise_17_nothing_leaves_while_it_is_paused(t: TestApp) {
        readers(&t).await;
        let since = t.sim().meta().sent().len();
        let path = begun(&t).await;
        let at_once = left(&t, since).len();
        act(&t, &path, "pause").await.expect(200);
        until(&t, 20).await;
        t.advance(HOUR / 2).await;
        assert_eq!(left(&t, since).len(), at_once, "a pause holds those as well whose hour it is");
        act(&t, &path, "resume").await.expect(200);
        t.advance(Duration::from_secs(60)).await;
        let evening = left(&t, since);
        assert!(evening.len() > at_once && evening.values().all(|(_, hour)| [10, 20].contains(hour)), "{evening:?}");
        act(&t, &path, "cancel").await.expect(200);
        t.advance(HOUR * 48).await;
        assert_eq!(left(&t, since).len(), evening.len(), "whose hour was still to come gets nothing");
        nothing_is_wrong(&t).await;
    }

    async fn promise_17_where_nothing_is_known_it_leaves_at_its_own_time(t: TestApp) {
        by_meta(&t).await;
        for n in 0..5 {
            reachable(&t, &format!("Person {n}"), &phone(n)).await;
        }
        let path = begun(&t).await;
        assert_eq!((t.sim().meta().sent().len(), show(&t, &path).await["state"].as_str()), (5, Some("done")));
        assert!(timings(&t, &path).await.values().all(|timing| timing == "none"));
        let told = figures(&t, &path).await;
        assert_eq!((&told["best"]["sent"], &told["control"]["sent"]), (&json!(0), &json!(0)));
        let plain = written(&t, offer("{{ first_name }}, mangoes are in {{ city }}.")).await;
        act(&t, &plain, "freeze").await.expect(202);
        t.settle().await;
        let filed = filed(&t, &plain).await;
        assert!(filed.len() == 5 && filed.values().all(|cells| *cells == (String::new(), String::new())), "{filed:?}");
        assert_eq!((show(&t, &plain).await["best_hour"].as_bool(), t.get(&format!("{plain}/timing")).await.status), (Some(false), 404));
        nothing_is_wrong(&t).await;
    }
}
