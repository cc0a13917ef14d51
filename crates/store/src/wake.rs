//! Wakes the loops that carry out what was committed: at once in this process, soon in the others.

use crate::tx::Woke;
use std::sync::Arc;
use tokio::sync::watch;

/// Signals that something was committed that someone should look at.
#[derive(Clone)]
pub(crate) struct Wake(Arc<Signals>);

struct Signals {
    facts: watch::Sender<u64>,
    errands: watch::Sender<u64>,
    timers: watch::Sender<u64>,
    /// Counts this process's own commits, so that the other nodes can be told of them.
    own: watch::Sender<u64>,
}

impl Wake {
    pub(crate) fn new() -> Self {
        let signal = || watch::channel(0).0;
        Self(Arc::new(Signals { facts: signal(), errands: signal(), timers: signal(), own: signal() }))
    }

    /// A commit of this process.
    pub(crate) fn committed(&self, woke: Woke) {
        self.wake(woke);
        if woke.facts || woke.errands || woke.timers {
            ring(&self.0.own);
        }
    }

    /// A commit of another node, which may be anything.
    pub(crate) fn heard(&self) {
        self.wake(Woke { facts: true, errands: true, timers: true });
    }

    /// Errands that had to stay behind may go.
    pub(crate) fn errands_may_go(&self) {
        ring(&self.0.errands);
    }

    fn wake(&self, woke: Woke) {
        if woke.facts {
            ring(&self.0.facts);
        }
        if woke.errands {
            ring(&self.0.errands);
        }
        if woke.timers {
            ring(&self.0.timers);
        }
    }

    pub(crate) fn facts(&self) -> watch::Receiver<u64> {
        self.0.facts.subscribe()
    }

    pub(crate) fn errands(&self) -> watch::Receiver<u64> {
        self.0.errands.subscribe()
    }

    pub(crate) fn timers(&self) -> watch::Receiver<u64> {
        self.0.timers.subscribe()
    }

    pub(crate) fn own(&self) -> watch::Receiver<u64> {
        self.0.own.subscribe()
    }
}

fn ring(signal: &watch::Sender<u64>) {
    signal.send_modify(|count| *count = count.wrapping_add(1));
}
