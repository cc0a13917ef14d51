//! The works: reactions, errands and timers kept running; or, in a test, turned by hand until all is quiet.

use crate::errand::{ErrandKind, Runner};
use crate::reaction::{Follower, Reaction};
use crate::timer::{SharedTimers, TimerKind, Timers};
use crate::work::Command;
use crate::{Db, Dice, Result, Tx, Who, listen, params, sql};
use facts::{Id, TenantId, Time};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

/// The slow poll: what a lost signal costs at the most.
const POLL: Duration = Duration::from_secs(1);
/// How long a node counts as alive after it last said so.
const ALIVE: Duration = Duration::from_secs(10);
const HEARTBEAT: Duration = Duration::from_secs(2);

/// Everything that carries out what was committed.
pub struct Works {
    db: Db,
    followers: Vec<Follower>,
    timers: SharedTimers,
    runner: Runner,
}

impl Works {
    /// Puts the works together.
    pub fn new(db: Db, reactions: Vec<Arc<dyn Reaction>>, errands: Vec<ErrandKind>, timers: Vec<TimerKind>) -> Self {
        let node = new_node(db.dice(), db.clock().now());
        Self {
            followers: reactions.into_iter().map(Follower::new).collect(),
            timers: Arc::new(Timers::new(timers)),
            runner: Runner::new(db.clone(), node, errands),
            db,
        }
    }

    /// Everything once: what is in the journal, what is due. Tells how much there was, for a test to go on until there is nothing.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn turn(&mut self) -> Result<usize> {
        beat(&self.db, self.runner.node).await?;
        let mut done = 0;
        for follower in &mut self.followers {
            done += follower.pass(&self.db).await?;
        }
        done += self.timers.turn(&self.db).await?;
        let turn = self.runner.turn().await?;
        for trip in turn.trips {
            let _panicked = trip.await;
        }
        Ok(done + turn.claimed)
    }

    /// When something is due next that is not due now.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn next(&self) -> Result<Option<Time>> {
        let dues = [self.timers.next(&self.db).await?, self.runner.next().await?, self.runner.next_pause_end().await?];
        Ok(dues.into_iter().flatten().min())
    }

    /// Keeps everything running until [`Running::stop`].
    pub fn start(self) -> Running {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let Works { db, followers, timers, runner } = self;
        for follower in followers {
            tasks.spawn(until(stopping.clone(), follow(db.clone(), follower)));
        }
        tasks.spawn(until(stopping.clone(), ring(db.clone(), timers)));
        tasks.spawn(until(stopping.clone(), heartbeat(db.clone(), runner.node)));
        tasks.spawn(until(stopping.clone(), listen::run(db.clone(), runner.node)));
        tasks.spawn(run_errands(db, runner, stopping));
        Running { stop, tasks }
    }
}

/// The works, running.
pub struct Running {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Stops: nothing new is begun, what is out is waited for, at most so long.
    pub async fn stop(mut self, patience: Duration) {
        self.stop.send_replace(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, all).await.is_err() {
            tracing::warn!("some errands were still out; they will be looked after at the next start");
        }
    }
}

async fn until(mut stopping: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        _stopped = stopping.wait_for(|stop| *stop) => {}
    }
}

async fn follow(db: Db, mut follower: Follower) {
    let mut woken = db.wake().facts();
    loop {
        // A fact just committed may be held back by a transaction still open, so after a signal look again soon.
        let mut looks = 0u32;
        while looks < 6 {
            match follower.pass(&db).await {
                Ok(0) => {
                    looks = if db.postgres().is_some() { looks + 1 } else { 6 };
                    tokio::time::sleep(Duration::from_millis(if looks < 6 { 2 << looks } else { 0 })).await;
                }
                Ok(_) => looks = 0,
                Err(error) => {
                    tracing::warn!(?error, "a reaction could not go on");
                    tokio::time::sleep(POLL).await;
                }
            }
        }
        woken_or(&mut woken, POLL).await;
    }
}

async fn ring(db: Db, timers: SharedTimers) {
    let mut woken = db.wake().timers();
    loop {
        let wait = match timers.turn(&db).await {
            Ok(0) => wait_for(&db, timers.next(&db).await),
            Ok(_) => Duration::ZERO,
            Err(error) => {
                tracing::warn!(?error, "timers could not be read");
                POLL
            }
        };
        if !wait.is_zero() {
            woken_or(&mut woken, wait).await;
        }
    }
}

async fn run_errands(db: Db, mut runner: Runner, mut stopping: watch::Receiver<bool>) {
    let mut woken = db.wake().errands();
    while !*stopping.borrow() {
        let wait = match runner.turn().await {
            Ok(turn) if turn.more || turn.claimed > 0 => Duration::ZERO,
            Ok(_) => wait_for(&db, runner.next().await),
            Err(error) => {
                tracing::warn!(?error, "errands could not be claimed");
                POLL
            }
        };
        if !wait.is_zero() {
            tokio::select! {
                () = woken_or(&mut woken, wait) => {}
                _stopped = stopping.wait_for(|stop| *stop) => {}
            }
        }
    }
    runner.rest().await;
    let who = Who::system(TenantId::from_uuid(Uuid::nil()), "node");
    if let Err(error) = db.run(&who, Leave(runner.node)).await {
        tracing::warn!(?error, "this node could not say that it leaves");
    }
}

async fn woken_or(woken: &mut watch::Receiver<u64>, wait: Duration) {
    let _signal_or_timeout = tokio::time::timeout(wait, woken.changed()).await;
}

fn wait_for(db: &Db, next: Result<Option<Time>>) -> Duration {
    match next {
        Ok(Some(due)) => due.since(db.clock().now()).clamp(Duration::from_millis(5), POLL),
        _ => POLL,
    }
}

async fn heartbeat(db: Db, node: Uuid) {
    loop {
        if let Err(error) = beat(&db, node).await {
            tracing::warn!(?error, "this node could not say that it is alive");
        }
        tokio::time::sleep(HEARTBEAT).await;
    }
}

async fn beat(db: &Db, node: Uuid) -> Result<()> {
    db.run(&Who::system(TenantId::from_uuid(Uuid::nil()), "node"), Beat(node)).await
}

fn new_node(dice: &Dice, now: Time) -> Uuid {
    dice.id::<facts::ErrandId>(now).uuid()
}

/// Says that a node is alive, and forgets those that are long gone.
struct Beat(Uuid);

impl Command for Beat {
    const NAME: &'static str = "heartbeat";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let now = tx.now();
        tx.exec(
            sql!(global
                "INSERT INTO nodes (id, started_at, alive_until) VALUES ($1, $2, $3)
                 ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until"
            ),
            params![self.0, now, now.after(ALIVE)],
        )
        .await?;
        tx.exec(sql!(global "DELETE FROM nodes WHERE alive_until < $1"), params![now.before(ALIVE * 6)]).await?;
        tx.exec(sql!(global "DELETE FROM recipients WHERE next_at < $1"), params![now.before(ALIVE * 6)]).await?;
        Ok(())
    }
}

struct Leave(Uuid);

impl Command for Leave {
    const NAME: &'static str = "node_leaves";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.exec(sql!(global "DELETE FROM nodes WHERE id = $1"), params![self.0]).await?;
        Ok(())
    }
}
