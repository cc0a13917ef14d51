//! Chance that a seed repeats: what a story does and when a kill falls, though not how the machine interleaves them.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use std::time::Duration;

/// A source of chance.
pub struct Chance(ChaCha12Rng);

impl Chance {
    /// The source of one actor: the same for the same seed, actor and number.
    pub fn of(seed: u64, actor: &str, number: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&number.to_le_bytes());
        for (byte, letter) in bytes[16..].iter_mut().zip(actor.bytes()) {
            *byte = letter;
        }
        Self(ChaCha12Rng::from_seed(bytes))
    }

    /// Whether something happens that does so in so many of a hundred cases.
    pub fn percent(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    /// A number from 0 up to, and without, `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0.random_range(0..end.max(1))
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let place = self.below(of.len() as u64);
        of.get(usize::try_from(place).unwrap_or(0))
    }

    /// A pause between these, in milliseconds.
    pub fn millis(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from + 1))
    }
}
