//! The works: reactions, errands and timers kept running; or, in a test, turned by hand until all is quiet.

use crate::errand::{ErrandKind, Runner};
use crate::feed::Feed;
use crate::reaction::{Follower, Reaction};
use crate::timer::{SharedTimers, TimerKind, Timers};
use crate::{Db, Result, journal, listen, node};
use facts::Time;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The slow poll: what a lost signal costs at the most.
const POLL: Duration = Duration::from_secs(1);
/// The first look after facts that an open transaction holds back.
const SOON: Duration = Duration::from_millis(2);
/// How long a reaction that has caught up rests, as a multiple of the time that its last page took, and at the most. Where little happens that
/// is nothing; where much does, more facts share its next commit, and the machine has its hands free for who waits.
const REST: u32 = 2;
const LONGEST_REST: Duration = Duration::from_millis(100);
/// How long a turn waits for a transaction in another database of the same server.
const PATIENCE: Duration = Duration::from_secs(20);

/// Everything that carries out what was committed.
pub struct Works {
    db: Db,
    feed: Arc<Feed>,
    followers: Vec<Follower>,
    timers: SharedTimers,
    runner: Runner,
}

impl Works {
    /// Puts the works together.
    pub fn new(db: Db, reactions: Vec<Arc<dyn Reaction>>, errands: Vec<ErrandKind>, timers: Vec<TimerKind>) -> Self {
        let node = node::new_node(db.dice(), db.clock().now());
        Self {
            feed: Feed::new(),
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
        let mut done = self.react().await?;
        done += self.timers.turn(&self.db).await?;
        let turn = self.runner.turn().await?;
        for trip in turn.trips {
            let _panicked = trip.await;
        }
        Ok(done + turn.claimed)
    }

    /// Every reaction once. On PostgreSQL a fact that is committed may be held back by an older transaction: one in
    /// another database of the server is soon over and is waited for, one in this database is the caller's own business.
    async fn react(&mut self) -> Result<usize> {
        let start = Instant::now();
        loop {
            self.feed.pass(&self.db).await?;
            let mut done = 0;
            for follower in &mut self.followers {
                done += follower.pass(&self.db, &self.feed).await?;
            }
            let behind = done == 0 && self.feed.is_behind(&self.db).await?;
            let patience = if behind && journal::writing_here(&self.db).await? { SOON * 10 } else { PATIENCE };
            if done > 0 || !behind || start.elapsed() > patience {
                return Ok(done);
            }
            tokio::time::sleep(SOON).await;
        }
    }

    /// When something is due next that is not due now.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn next(&self) -> Result<Option<Time>> {
        let dues = [self.timers.next(&self.db).await?, self.runner.next().await?];
        Ok(dues.into_iter().flatten().min())
    }

    /// Keeps everything running until [`Running::stop`].
    pub fn start(self) -> Running {
        let (stop, stopping) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let Works { db, feed, followers, timers, runner } = self;
        for follower in followers {
            tasks.spawn(until(stopping.clone(), follow(db.clone(), feed.clone(), follower)));
        }
        tasks.spawn(until(stopping.clone(), read_on(db.clone(), feed)));
        tasks.spawn(until(stopping.clone(), ring(db.clone(), timers)));
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

async fn read_on(db: Db, feed: Arc<Feed>) {
    let mut woken = db.wake().facts();
    let mut soon = SOON;
    loop {
        match feed.pass(&db).await {
            // A fact that is committed may be held back by an older transaction, whose end nobody announces.
            Ok(0) if feed.is_behind(&db).await.unwrap_or(false) => {
                tokio::time::sleep(soon).await;
                soon = (soon * 2).min(POLL);
            }
            Ok(0) => {
                soon = SOON;
                woken_or(&mut woken, POLL).await;
            }
            Ok(_) => soon = SOON,
            Err(error) => {
                tracing::warn!(?error, "the journal could not be read");
                tokio::time::sleep(POLL).await;
            }
        }
    }
}

async fn follow(db: Db, feed: Arc<Feed>, mut follower: Follower) {
    let mut moved = feed.moved();
    loop {
        let start = Instant::now();
        match follower.pass(&db, &feed).await {
            // The feed outlives its followers; it ends with them when the works stop.
            Ok(0) => drop(moved.changed().await),
            Ok(_) if follower.has_caught_up(&feed) => tokio::time::sleep((start.elapsed() * REST).min(LONGEST_REST)).await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(?error, "a reaction could not go on");
                tokio::time::sleep(POLL).await;
            }
        }
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

/// Errands for as long as they may, and then until the last is back. The node says that it is alive all that time:
/// while it stops it still has errands out, which nobody else may take up.
async fn run_errands(db: Db, mut runner: Runner, stopping: watch::Receiver<bool>) {
    let node = runner.node;
    tokio::select! {
        () = node::heartbeat(&db, node) => {}
        () = node::keep_house(&db) => {}
        () = send_out(&db, &mut runner, stopping) => {}
    }
    node::leave(&db, node).await;
}

async fn send_out(db: &Db, runner: &mut Runner, mut stopping: watch::Receiver<bool>) {
    let mut woken = db.wake().errands();
    while !*stopping.borrow() {
        let wait = match runner.turn().await {
            Ok(turn) if turn.claimed > 0 => Duration::ZERO,
            Ok(_) => wait_for(db, runner.next().await),
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
