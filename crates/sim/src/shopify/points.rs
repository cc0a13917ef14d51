//! What questions cost: points that come back with time. A question that asks for more than are left is not answered.

use facts::Time;
use serde_json::{Value, json};

/// The most points that there are.
const MOST: u64 = 2_000;
/// How many come back each second.
const RATE: u64 = 100;
/// One question may ask for so many at the most.
pub(super) const DEAREST: u64 = 1_000;

/// The points that are left.
pub(super) struct Points {
    left: u64,
    at: Time,
}

impl Points {
    pub(super) fn full(at: Time) -> Self {
        Self { left: MOST, at }
    }

    /// Whether there are enough for a question at this time. What it turns out to cost is taken by [`Points::spend`].
    pub(super) fn suffice(&mut self, now: Time, asked: u64) -> bool {
        let passed = u64::try_from(now.millis() - self.at.millis()).unwrap_or(0);
        let back = passed * RATE / 1_000;
        if back > 0 {
            self.left = MOST.min(self.left + back);
            self.at = now;
        }
        self.left >= asked
    }

    pub(super) fn spend(&mut self, points: u64) {
        self.left = self.left.saturating_sub(points);
    }

    /// All are gone: somebody else asked.
    pub(super) fn gone(&mut self) {
        self.left = 0;
    }

    /// As it stands beside every answer, in which whole points have a dot.
    pub(super) fn told(&self, asked: u64, spent: Option<u64>) -> Value {
        let dotted = |points: u64| serde_json::from_str::<Value>(&format!("{points}.0")).unwrap_or_default();
        json!({"cost": {"requestedQueryCost": asked, "actualQueryCost": spent, "throttleStatus": {
            "maximumAvailable": dotted(MOST), "currentlyAvailable": self.left, "restoreRate": dotted(RATE)}}})
    }
}
