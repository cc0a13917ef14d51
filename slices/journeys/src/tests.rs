//! Many people for many days, by a clock that jumps.

mod heard;

use crate::commands::{EnrolAudience, MoveJourney, SaveJourney};
use crate::model::Act;
use crate::plan::Plan;
use crate::{MIGRATIONS, slice};
use contacts::NewContact;
use facts::JourneyId;
use serde_json::{Map, json};
use std::sync::LazyLock;
use std::time::Duration;
use store::{Command, Look, Migration, Result, STORE, Tx, Who, Works, params, sql};
use testkit::{Engine, TestDb};

/// How many people; ORIGIN_TEST_CONTACTS asks for more. 20,000 of them make a million days.
const CONTACTS: usize = 120;
const DAYS: u32 = 50;
/// People who become known in one commit.
const AT_ONCE: usize = 500;

/// The tables that these tests need.
static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    let rooms = [
        STORE,
        identity::MIGRATIONS,
        settings::MIGRATIONS,
        contacts::MIGRATIONS,
        channels::MIGRATIONS,
        consent::MIGRATIONS,
        segments::MIGRATIONS,
        messages::MIGRATIONS,
        campaigns::MIGRATIONS,
        MIGRATIONS,
    ];
    rooms.into_iter().flatten().copied().collect()
});

/// A shop with so many people.
struct Open;

impl Command for Open {
    const NAME: &'static str = "test_open";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(
            sql!(
                "INSERT INTO tenants (tenant_id, name, slug, time_zone, currency, is_first, state, plan, created_at)
                 VALUES ($1, 'Shop', 'shop', 'Asia/Kolkata', 'INR', TRUE, 'active', 'free', $2)"
            ),
            params![tx.tenant(), tx.now()],
        )
        .await
    }
}

/// People become known.
struct Meet(std::ops::Range<usize>);

impl Command for Meet {
    const NAME: &'static str = "test_meet";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let person =
            |nth: usize| NewContact { name: Some(format!("P{nth}")), email: Some(format!("p{nth}@example.com")), ..NewContact::default() };
        let people: Vec<NewContact> = self.0.clone().map(person).collect();
        contacts::meet(tx, &people).await.map(drop)
    }
}

/// A long way, with a line that everybody has passed after three hours, however many they are.
fn plan(people: usize) -> Plan {
    let mail = |id: &str| json!({"id": id, "kind": "send", "texts": [{"channel": "email", "content": {"subject": id, "body": "Hello {{ name }}"}}]});
    let days = |days: i64| days * 1_440;
    serde_json::from_value(json!({"steps": [
        mail("hello"), {"id": "two", "kind": "wait", "minutes": days(2)}, mail("more"),
        {"id": "order", "kind": "wait_for", "did": "order.paid", "minutes": days(7), "then": "leave"},
        {"id": "halves", "kind": "split", "parts": [{"weight": 1}, {"weight": 1, "next": "slow"}]},
        mail("offer"), {"id": "slow", "kind": "throttle", "people": people.div_ceil(3), "minutes": 60},
        {"id": "twenty", "kind": "wait", "minutes": days(20)}, mail("still"), {"id": "ten", "kind": "wait", "minutes": days(10)}, mail("last"),
    ]}))
    .unwrap()
}

async fn begun(db: &TestDb, who: &Who, people: usize) -> JourneyId {
    db.run(who, Open).await.unwrap();
    for first in (0..people).step_by(AT_ONCE) {
        db.run(who, Meet(first..people.min(first + AT_ONCE))).await.unwrap();
    }
    let journey = db.run(who, SaveJourney { id: None, version: None, name: "Long".to_owned(), plan: plan(people) }).await.unwrap();
    db.run(who, MoveJourney { id: journey.id, act: Act::Begin }).await.unwrap();
    db.run(who, EnrolAudience { id: journey.id, audience: campaigns::Audience::default(), given: Map::new() }).await.unwrap();
    journey.id
}

/// No provider is here: what waits for one is taken away.
struct TakeAway {
    /// Whether it is as if the messages had left.
    left: bool,
}

impl Command for TakeAway {
    const NAME: &'static str = "test_take_away";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        // The line stays shut: where nobody can carry them, claiming them one by one would be most of the work.
        let shut = sql!(global
            "INSERT INTO lanes (lane, tokens, counted_at, paused_until) SELECT DISTINCT lane, 0, 0, CAST($1 AS BIGINT) FROM errands
             WHERE lane <> '' ON CONFLICT (lane) DO NOTHING"
        );
        tx.put(shut, params![tx.now().after(Duration::from_secs(u64::from(u32::MAX)))]).await?;
        tx.put(sql!("DELETE FROM errands WHERE tenant_id = $1"), params![tx.tenant()]).await?;
        if !self.left {
            return Ok(());
        }
        // As the index has it: otherwise each turn would go through all that was ever said.
        let left = sql!("UPDATE messages SET state = 'sent' WHERE tenant_id = $1 AND state IN ('scheduled', 'queued')");
        tx.put(left, params![tx.tenant()]).await
    }
}

fn works(db: &TestDb) -> Works {
    let house = slice();
    Works::new((**db).clone(), house.reactions, Vec::new(), house.timers)
}

/// Where everybody is in the end, and how many messages each step made.
async fn ends(db: &TestDb, who: &Who) -> (Vec<(String, Option<String>)>, Vec<(String, i64)>) {
    let mut read = db.read_main(who.tenant);
    let runs =
        read.all(sql!("SELECT step, how FROM journey_runs WHERE tenant_id = $1 ORDER BY contact_id"), params![who.tenant]).await.unwrap();
    let said = read
        .all(
            sql!("SELECT step, COUNT(*) AS many FROM journey_messages WHERE tenant_id = $1 GROUP BY step ORDER BY step"),
            params![who.tenant],
        )
        .await
        .unwrap();
    (runs, said)
}

/// Restarts of a day: whoever is stopped again before they have read what they had read before never gets anywhere.
const RESTARTS: usize = 8;

/// What waits no longer than this is waited for: a line that is full, a fact that nobody has read.
const SOON: Duration = Duration::from_secs(10);

/// All that is due, with an end to it before it is done at every `stops`th turn, where that is not 0.
async fn day(db: &TestDb, who: &Who, stops: usize) {
    let mut now = works(db);
    for turn in 1..10_000 {
        db.run(who, TakeAway { left: true }).await.unwrap();
        if now.turn().await.unwrap() == 0 {
            let next = now.next().await.unwrap().filter(|due| *due <= db.clock().now().after(SOON));
            let Some(due) = next else { return };
            db.clock().move_to(due);
        }
        if stops > 0 && turn % stops == 0 && turn / stops <= RESTARTS {
            // Nothing but the database is left of it.
            now = works(db);
        }
    }
    panic!("it never comes to rest");
}

async fn walked(engine: Engine, people: usize, stops: usize) -> (Vec<(String, Option<String>)>, Vec<(String, i64)>) {
    let db = TestDb::with(engine, &ALL).await;
    let who = db.who();
    // Nothing else has a hand in who these people are: by their ids they go one way or the other.
    begun(&db, &who, people).await;
    let days = async {
        for _ in 0..DAYS {
            day(&db, &who, stops).await;
            db.clock().advance(Duration::from_secs(86_400));
        }
        day(&db, &who, stops).await;
    };
    tokio::select! {
        () = days => {}
        () = store::keep_house(&db) => {}
    }
    assert_eq!(crate::check(&db).await.unwrap(), Vec::<String>::new());
    ends(&db, &who).await
}

testkit::both! { with &ALL;
    async fn promise_12_a_million_days_end_the_same_wherever_they_are_stopped(db: TestDb) {
        let people = std::env::var("ORIGIN_TEST_CONTACTS").ok().and_then(|count| count.parse().ok()).unwrap_or(CONTACTS);
        let whole = walked(db.engine(), people, 0).await;
        assert_eq!(whole.0.len(), people);
        assert!(whole.0.iter().all(|(step, how)| step == "last" && how.as_deref() == Some("done")));
        let said = |step: &str| whole.1.iter().find(|(one, _)| one == step).map_or(0, |(_, many)| *many);
        assert_eq!([said("hello"), said("more"), said("still"), said("last")], [i64::try_from(people).unwrap(); 4]);
        if people == CONTACTS {
            assert_eq!(walked(db.engine(), people, 3).await, whole);
        }
    }

    async fn promise_06_a_journey_puts_no_more_in_line_than_a_pause_can_hold(db: TestDb) {
        let who = db.who();
        let id = begun(&db, &who, 1_200).await;
        let mut now = works(&db);
        while now.turn().await.unwrap() > 0 {
            db.run(&who, TakeAway { left: false }).await.unwrap();
        }
        let said = async || ends(&db, &who).await.1;
        assert_eq!(said().await, [("hello".to_owned(), 500)], "nothing of it has left");
        db.run(&who, MoveJourney { id, act: Act::Pause }).await.unwrap();
        day(&db, &who, 0).await;
        assert_eq!(said().await, [("hello".to_owned(), 500)]);
        db.run(&who, MoveJourney { id, act: Act::Resume }).await.unwrap();
        day(&db, &who, 0).await;
        assert_eq!(said().await, [("hello".to_owned(), 1_200)]);
        assert_eq!(crate::check(&db).await.unwrap(), Vec::<String>::new());
    }
}
