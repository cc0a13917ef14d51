//! What a provider remembers of each pair of a shop and a phone: when they last wrote, and whether one wants no more.

use crate::record::Shared;
use facts::Time;
use std::collections::{HashMap, HashSet};

/// For how many milliseconds a shop may answer freely on WhatsApp after the customer wrote.
const WINDOW: i64 = 24 * 3_600 * 1_000;

/// A shop's account, by guest and sender, and a phone.
type Pair = (Option<String>, String, String);

/// Cloning gives another hand on the same memory.
#[derive(Clone)]
pub(crate) struct Lines(Shared<Memory>);

#[derive(Default)]
struct Memory {
    heard: HashMap<Pair, Time>,
    written: HashMap<Pair, Time>,
    stopped: HashSet<Pair>,
}

fn pair(guest: Option<&str>, sender: &str, phone: &str) -> Pair {
    (guest.map(str::to_owned), sender.to_owned(), phone.to_owned())
}

impl Lines {
    pub(crate) fn new() -> Self {
        Self(Shared::new(Memory::default()))
    }

    /// The customer wrote.
    pub(crate) fn heard(&self, guest: Option<&str>, sender: &str, phone: &str, at: Time) {
        self.0.lock().heard.insert(pair(guest, sender, phone), at);
    }

    /// Whether the customer wrote within the last 24 hours.
    pub(crate) fn is_open(&self, guest: Option<&str>, sender: &str, phone: &str, now: Time) -> bool {
        let heard = self.0.lock().heard.get(&pair(guest, sender, phone)).copied();
        heard.is_some_and(|at| now.millis() - at.millis() < WINDOW)
    }

    /// The shop writes now. `false` where it wrote less than this many milliseconds ago: then it has not written.
    pub(crate) fn write(&self, guest: Option<&str>, sender: &str, phone: &str, now: Time, gap: i64) -> bool {
        let mut memory = self.0.lock();
        let pair = pair(guest, sender, phone);
        let early = memory.written.get(&pair).is_some_and(|last| now.millis() - last.millis() < gap);
        if !early {
            memory.written.insert(pair, now);
        }
        !early
    }

    /// The customer wants no more, or wants it again.
    pub(crate) fn stop(&self, guest: Option<&str>, sender: &str, phone: &str, stopped: bool) {
        let mut memory = self.0.lock();
        let pair = pair(guest, sender, phone);
        match stopped {
            true => memory.stopped.insert(pair),
            false => memory.stopped.remove(&pair),
        };
    }

    /// Whether the customer wants no more.
    pub(crate) fn is_stopped(&self, guest: Option<&str>, sender: &str, phone: &str) -> bool {
        self.0.lock().stopped.contains(&pair(guest, sender, phone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_closes_after_a_day() {
        let lines = Lines::new();
        let at = Time(1_000);
        assert!(!lines.is_open(None, "1", "+91", at));
        lines.heard(None, "1", "+91", at);
        assert!(lines.is_open(None, "1", "+91", Time(1_000 + WINDOW - 1)));
        assert!(!lines.is_open(None, "1", "+91", Time(1_000 + WINDOW)));
        assert!(!lines.is_open(Some("guest"), "1", "+91", at), "another shop's window");
    }

    #[test]
    fn a_pair_is_written_to_with_a_gap() {
        let lines = Lines::new();
        let tries = [0, 5_999, 6_000, 11_999, 12_000].map(|at| lines.write(None, "1", "+91", Time(at), 6_000));
        assert_eq!(tries, [true, false, true, false, true]);
        assert!(lines.write(None, "1", "+92", Time(0), 6_000));
    }
}
