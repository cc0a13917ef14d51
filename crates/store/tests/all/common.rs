//! Tables, commands and errands that the tests share.

use facts::{Fact, FactId};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use store::errand::Standing;
use store::{
    Command, Db, Ended, Errand, ErrandKind, Lane, Look, Migration, Next, Result, STORE, Stated, TimerKind, Trip, Tx, Who, Works, params,
    sql,
};
use testkit::TestDb;

/// The store's tables and a few of the tests' own.
pub fn tables() -> Vec<Migration> {
    let own = Migration::both(
        "test/0001_tables",
        "CREATE TABLE counters (tenant_id UUID NOT NULL, name TEXT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY (tenant_id, name));
         CREATE TABLE seen (tenant_id UUID NOT NULL, reaction TEXT NOT NULL, fact_id UUID NOT NULL, times BIGINT NOT NULL,
           PRIMARY KEY (tenant_id, reaction, fact_id));
         CREATE TABLE lockers (tenant_id UUID NOT NULL, name TEXT NOT NULL, locked BYTEA, PRIMARY KEY (tenant_id, name));
         CREATE TABLE cells (tenant_id UUID NOT NULL, id UUID NOT NULL, text TEXT NOT NULL, number BIGINT NOT NULL, maybe BIGINT,
           flag BOOLEAN NOT NULL, at BIGINT NOT NULL, contact UUID, body JSONB NOT NULL, secret BYTEA NOT NULL,
           ratio DOUBLE PRECISION NOT NULL, state TEXT NOT NULL, PRIMARY KEY (tenant_id, id));",
    );
    [STORE, &[own]].concat()
}

/// A command from a closure.
pub struct Act<F, T>(F, PhantomData<fn() -> T>);

/// Makes a command of a closure.
pub fn act<F, T>(run: F) -> Act<F, T>
where
    F: for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
{
    Act(run, PhantomData)
}

impl<F, T> Command for Act<F, T>
where
    F: for<'a> Fn(&'a mut Tx) -> BoxFuture<'a, Result<T>> + Send + Sync + 'static,
    T: Send + 'static,
{
    const NAME: &'static str = "act";
    type Out = T;

    async fn run(&self, tx: &mut Tx) -> Result<T> {
        (self.0)(tx).await
    }
}

/// Counts one up and tells how far it is.
pub async fn bump(tx: &mut Tx, name: &str) -> Result<i64> {
    tx.one(
        sql!(
            "INSERT INTO counters (tenant_id, name, value) VALUES ($1, $2, 1)
             ON CONFLICT (tenant_id, name) DO UPDATE SET value = counters.value + 1 RETURNING value"
        ),
        params![tx.tenant(), name],
    )
    .await
}

/// A command that counts one up.
pub fn counting(name: &'static str) -> impl Command<Out = i64> {
    act(move |tx| Box::pin(bump(tx, name)))
}

/// How far a counter is.
pub async fn value(db: &Db, who: &Who, name: &str) -> i64 {
    let mut read = db.read(who.tenant);
    let found: Option<i64> =
        read.maybe(sql!("SELECT value FROM counters WHERE tenant_id = $1 AND name = $2"), params![who.tenant, name]).await.unwrap();
    found.unwrap_or(0)
}

/// A fact with a number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Counted {
    pub n: i64,
}

impl Fact for Counted {
    const KIND: &'static str = "test.counted";

    fn about(&self) -> Option<uuid::Uuid> {
        None
    }
}

/// A command that states facts with the numbers of a range.
pub fn stating(numbers: std::ops::Range<i64>) -> impl Command<Out = Vec<FactId>> {
    act(move |tx| {
        let numbers = numbers.clone();
        Box::pin(async move {
            let mut ids = Vec::new();
            for n in numbers {
                ids.push(tx.state(Counted { n }).await?);
            }
            Ok(ids)
        })
    })
}

/// Writes down that a reaction saw a fact, and how often.
pub async fn remember(tx: &mut Tx, reaction: &str, fact: &Stated) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO seen (tenant_id, reaction, fact_id, times) VALUES ($1, $2, $3, 1)
             ON CONFLICT (tenant_id, reaction, fact_id) DO UPDATE SET times = seen.times + 1"
        ),
        params![tx.tenant(), reaction, fact.id],
    )
    .await?;
    Ok(())
}

/// The facts that a reaction saw, and how often each.
pub async fn seen(db: &Db, who: &Who, reaction: &str) -> Vec<(FactId, i64)> {
    let mut read = db.read(who.tenant);
    read.all(sql!("SELECT fact_id, times FROM seen WHERE tenant_id = $1 AND reaction = $2 ORDER BY fact_id"), params![who.tenant, reaction])
        .await
        .unwrap()
}

/// What a call meets out there.
pub type Script = dyn for<'a> Fn(&'a Call, &'a Trip) -> BoxFuture<'a, Next> + Send + Sync;

/// The world that calls go out into: a script, and a log of the trips that came back.
pub struct World {
    script: Box<Script>,
    pub back: Mutex<Vec<(i64, Trip)>>,
}

impl World {
    /// A world that answers as the script says.
    pub fn new(script: impl for<'a> Fn(&'a Call, &'a Trip) -> BoxFuture<'a, Next> + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { script: Box::new(script), back: Mutex::default() })
    }

    /// A world in which everything succeeds.
    pub fn kind() -> Arc<Self> {
        Self::new(|_, _| Box::pin(async { Next::Done }))
    }

    /// The numbers of the calls that came back, in order.
    pub fn numbers(&self) -> Vec<i64> {
        self.back.lock().unwrap().iter().map(|(n, _)| *n).collect()
    }

    /// The last trip that came back.
    pub fn last(&self) -> Trip {
        self.back.lock().unwrap().last().unwrap().1.clone()
    }
}

/// An errand with a number.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Call {
    pub n: i64,
    pub lane: String,
    pub key: Option<String>,
    pub per_second: Option<u32>,
    pub behind: Option<String>,
}

impl Errand for Call {
    const NAME: &'static str = "call";
    type World = World;
    type Back = Next;

    fn lane(&self, _: facts::TenantId) -> Lane {
        Lane { name: self.lane.clone(), per_second: self.per_second }
    }

    fn behind(&self, _: facts::TenantId) -> Option<String> {
        self.behind.clone()
    }

    fn key(&self) -> Option<String> {
        self.key.clone()
    }

    async fn go(&self, world: &World, trip: &Trip) -> Next {
        (world.script)(self, trip).await
    }

    async fn back(&self, world: &World, tx: &mut Tx, trip: &Trip, brought: &Next) -> Result<Ended> {
        bump(tx, "back").await?;
        world.back.lock().unwrap().push((self.n, trip.clone()));
        Ok(Ended::new(brought.clone(), "test", format!("call {}", self.n)))
    }
}

/// A call on a lane.
pub fn call(n: i64, lane: &str) -> Call {
    Call { n, lane: lane.to_owned(), ..Call::default() }
}

/// A call on a lane behind that one.
pub fn call_behind(n: i64, lane: &str) -> Call {
    Call { behind: Some(lane.to_owned()), ..call(n, &format!("{lane}/rest")) }
}

/// Sends calls.
pub async fn send(db: &Db, who: &Who, calls: Vec<Call>) -> Vec<Option<facts::ErrandId>> {
    let sending = act(move |tx| {
        let calls = calls.clone();
        Box::pin(async move {
            let mut ids = Vec::new();
            for call in calls {
                ids.push(tx.send(call).await?);
            }
            Ok(ids)
        })
    });
    db.run(who, sending).await.unwrap()
}

/// Works that run calls and nothing else.
pub fn calls(db: &Db, world: &Arc<World>) -> Works {
    Works::new(db.clone(), Vec::new(), vec![ErrandKind::of::<Call>(world.clone())], Vec::<TimerKind>::new())
}

/// Turns until nothing is left to do now.
pub async fn settle(works: &mut Works) {
    while works.turn().await.unwrap() > 0 {}
}

/// How many errands there are of each state.
pub async fn standing(db: &TestDb) -> Standing {
    store::errand::standing(db).await.unwrap()
}
