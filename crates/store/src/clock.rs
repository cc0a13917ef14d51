//! The one clock and the one source of chance, both real in production and both steered in tests.

use facts::{Id, Time};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha12Rng;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Simulated(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is moved.
    pub fn simulated(at: Time) -> Self {
        Self(Source::Simulated(Arc::new(AtomicI64::new(at.millis()))))
    }

    /// Now.
    #[expect(clippy::disallowed_methods, reason = "this is the one clock that the others are told to use")]
    pub fn now(&self) -> Time {
        match &self.0 {
            Source::System => jiff::Timestamp::now().into(),
            Source::Simulated(millis) => Time(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a simulated clock on to `at`, never back; the system's clock does not move.
    pub fn move_to(&self, at: Time) {
        if let Source::Simulated(millis) = &self.0 {
            millis.fetch_max(at.millis(), Ordering::SeqCst);
        }
    }

    /// Moves a simulated clock on by a span.
    pub fn advance(&self, span: Duration) {
        self.move_to(self.now().after(span));
    }
}

/// Where chance comes from.
#[derive(Clone)]
pub struct Dice(Arc<Mutex<ChaCha12Rng>>);

impl Dice {
    /// Chance from the operating system.
    pub fn fair() -> Self {
        Self(Arc::new(Mutex::new(ChaCha12Rng::from_os_rng())))
    }

    /// The same throws every time.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha12Rng::seed_from_u64(seed))))
    }

    /// A source of one's own, so that nobody waits for another's throw.
    pub fn fork(&self) -> ChaCha12Rng {
        let mut parent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ChaCha12Rng::from_rng(&mut *parent)
    }

    /// So many bytes that nobody can guess: tokens, salts, keys.
    pub fn secret<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fork().fill_bytes(&mut bytes);
        bytes
    }

    /// A new id, in the order of time.
    pub fn id<T: Id>(&self, now: Time) -> T {
        new_id(now, &mut self.fork())
    }
}

/// A UUIDv7: 48 bits of milliseconds, then chance.
pub(crate) fn new_id<T: Id>(now: Time, dice: &mut ChaCha12Rng) -> T {
    let mut random = [0; 10];
    dice.fill_bytes(&mut random);
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    T::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

/// A raw UUIDv7, for keys that never leave the house.
pub(crate) fn new_uuid(now: Time, dice: &mut ChaCha12Rng) -> Uuid {
    new_id::<facts::FactId>(now, dice).uuid()
}
