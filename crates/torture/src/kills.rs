//! The kills: SIGKILL at a random moment, start again at once, and again; and the record of when they fell.

use crate::chance::Chance;
use crate::process::Kill;
use crate::street::Street;
use anyhow::{Context, Result};
use indicatif::ProgressBar;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long origin is let live, from its start or from when it answers, in milliseconds.
enum Life {
    FromStart(u64, u64),
    FromReady(u64, u64),
}

/// Some kills fall into the start, before origin answers; most fall into the work that it begins with; and some later,
/// when what it was asked for meanwhile has gone all the way to the providers.
fn life(chance: &mut Chance) -> Life {
    match chance.below(10) {
        0 | 1 => Life::FromStart(0, 400),
        2..=7 => Life::FromReady(50, 800),
        _ => Life::FromReady(800, 2_500),
    }
}

/// Longer than any moment between an answer from a provider and the commit that keeps it, on a busy machine.
const AFTERWARDS: Duration = Duration::from_millis(600);

/// Kills it so many times. Afterwards it runs.
///
/// # Errors
/// Origin ended by itself, or does not start any more.
pub async fn kill(street: &mut Street, times: u32, chance: &mut Chance, progress: &ProgressBar) -> Result<()> {
    for _ in 0..times {
        let span = match life(chance) {
            Life::FromStart(from, to) => chance.millis(from, to),
            Life::FromReady(from, to) => {
                street.process.ready().await?;
                chance.millis(from, to)
            }
        };
        tokio::time::sleep(span).await;
        let kill = street.process.kill().await?;
        street.kills.add(kill);
        street.process.start()?;
        progress.inc(1);
    }
    street.process.ready().await.context("after the last kill")
}

/// The kills, with what fell into them. Cloning gives another hand on the same ones.
#[derive(Clone, Default)]
pub struct Kills(Arc<Mutex<Vec<Kill>>>);

impl Kills {
    fn lock(&self) -> MutexGuard<'_, Vec<Kill>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes one.
    pub fn add(&self, kill: Kill) {
        self.lock().push(kill);
    }

    /// How many there were.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Whether a kill fell between these moments.
    pub fn during(&self, opened_at: Instant, closed_at: Option<Instant>) -> bool {
        self.lock().iter().any(|kill| kill.gone >= opened_at && closed_at.is_none_or(|end| kill.at <= end))
    }

    /// When the first kill fell after a moment.
    pub fn after(&self, moment: Instant) -> Option<Instant> {
        self.lock().iter().map(|kill| kill.at).find(|at| *at >= moment)
    }

    /// The kill that fell into a call, counted from one, and how long after its answer. The caller of an answered
    /// call still has to read the answer and to commit it, which is part of the call.
    pub fn inside(&self, opened_at: Instant, closed_at: Option<Instant>) -> Option<(usize, Duration)> {
        let end = closed_at.map(|at| at + AFTERWARDS);
        let cut = |kill: &Kill| kill.gone >= opened_at && end.is_none_or(|end| kill.at <= end);
        let kills = self.lock();
        let (number, kill) = kills.iter().enumerate().find(|(_, kill)| cut(kill))?;
        Some((number + 1, closed_at.map_or(Duration::ZERO, |at| kill.at.saturating_duration_since(at))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_call_is_cut_by_a_kill_within_it_or_just_after_its_answer() {
        let start = Instant::now();
        let at = |ms: u32| start + MS * ms;
        let kills = Kills::default();
        kills.add(Kill { at: at(5_000), gone: at(5_010) });
        kills.add(Kill { at: at(9_000), gone: at(9_010) });
        let number = |opened, closed: Option<u32>| kills.inside(at(opened), closed.map(at)).map(|(number, _)| number);
        assert_eq!(number(4_900, Some(5_005)), Some(1));
        assert_eq!(number(5_005, Some(5_100)), Some(1));
        assert_eq!(number(5_020, Some(5_100)), None);
        assert_eq!(number(4_000, Some(4_400)), Some(1));
        assert_eq!(number(4_000, Some(4_399)), None);
        assert_eq!(number(6_000, None), Some(2));
        assert_eq!(kills.inside(at(4_800), Some(at(4_900))), Some((1, MS * 100)));
    }
}
