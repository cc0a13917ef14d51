//! Gathering: the many small outcomes of errands share commits, as everything does on SQLite.

use super::{Bare, End, end, run_in};
use crate::Error;
use crate::tx::Woke;
use crate::work::Work;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Outcomes that may share one commit.
const BATCH: usize = 64;
/// Outcomes of a kind that may wait.
const QUEUE: usize = 1_024;
/// Outcomes that share a commit hold each other's locks, so none of them waits long for one more; each runs again alone.
const BEGIN: &str = "BEGIN; SET LOCAL lock_timeout = '200ms'";

type Queue = mpsc::Sender<Box<dyn Work>>;

/// A gatherer for each kind of errand, so that a long outcome of one kind does not hold up a short one of another.
#[derive(Clone)]
pub(super) struct Gatherers {
    engine: Bare,
    queues: Arc<Mutex<HashMap<String, Queue>>>,
}

impl Gatherers {
    pub(super) fn new(engine: Bare) -> Self {
        Self { engine, queues: Arc::default() }
    }

    fn queue(&self, kind: &str) -> Queue {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(queue) = queues.get(kind) {
            return queue.clone();
        }
        let (queue, works) = mpsc::channel(QUEUE);
        tokio::spawn(gather(self.engine.clone(), works));
        queues.insert(kind.to_owned(), queue.clone());
        queue
    }

    pub(super) async fn run(&self, kind: &str, work: Box<dyn Work>) {
        if let Err(refused) = self.queue(kind).send(work).await {
            refused.0.answer(Err(Error::unavailable("shutting_down", "Origin is shutting down.")));
        }
    }
}

async fn gather(engine: Bare, mut queue: mpsc::Receiver<Box<dyn Work>>) {
    loop {
        let mut works = Vec::new();
        if queue.recv_many(&mut works, BATCH).await == 0 {
            return;
        }
        match works.len() {
            1 => engine.each(works).await,
            _ => engine.batch(works).await,
        }
    }
}

impl Bare {
    /// Several callers, one commit. When one of them is refused or collides, each runs again alone: a savepoint for
    /// each would cost all of them two more round trips, always.
    async fn batch(&self, mut works: Vec<Box<dyn Work>>) {
        match self.together(&mut works).await {
            Ok(woke) => {
                works.into_iter().for_each(|work| work.answer(Ok(())));
                self.wake.committed(woke);
            }
            // Whether that commit came through is not known, so nobody is run again from here.
            Err(End::Failed(error)) if error.is_away() => {
                let cause = error.to_string();
                for work in works {
                    work.answer(Err(Error::unavailable("commit_failed", "The change could not be stored.").because(cause.clone())));
                }
            }
            Err(_) => self.each(works).await,
        }
    }

    async fn together(&self, works: &mut [Box<dyn Work>]) -> Result<Woke, End> {
        let Some(first) = works.first() else { return Ok(Woke::default()) };
        let mut tx = self.begin(first.who(), BEGIN).await.map_err(|_| End::Collided)?;
        let (mut woke, mut ran) = (Woke::default(), Ok(()));
        for work in works {
            tx.turn_to(work.who().clone(), &self.clock);
            ran = run_in(&mut tx, work.as_mut()).await;
            woke = woke.and(tx.woke);
            if ran.is_err() {
                break;
            }
        }
        end(tx, ran).await.map(|()| woke)
    }

    async fn each(&self, works: Vec<Box<dyn Work>>) {
        for work in works {
            self.run(work).await;
        }
    }
}
