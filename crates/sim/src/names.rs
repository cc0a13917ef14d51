//! Names that providers give to things, and the one way in which phone numbers are written here.

use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Gives out ids that no other simulation of the same database gives: they are hashed from a seed
/// (when and where this simulation began) and a count.
pub(crate) struct Names {
    seed: String,
    given: AtomicU64,
}

impl Names {
    pub(crate) fn new(seed: String) -> Self {
        Self { seed, given: AtomicU64::new(0) }
    }

    /// Fresh text of `length` letters and digits, at most 32, as in `order_IluGWxBm9U8zJ8`.
    pub(crate) fn fresh(&self, length: usize) -> String {
        let count = self.given.fetch_add(1, Ordering::Relaxed);
        let hash = Sha256::new().chain_update(&self.seed).chain_update(count.to_le_bytes()).finalize();
        hash.iter().take(length).map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
    }

    /// Fresh hexadecimal digits, at most 64.
    pub(crate) fn hex(&self, length: usize) -> String {
        let digits = hex::encode(Sha256::digest(self.fresh(32)));
        digits.chars().take(length).collect()
    }

    /// Fresh digits, such as a bank's reference number.
    pub(crate) fn digits(&self, length: usize) -> String {
        self.fresh(length).bytes().map(|byte| char::from(b'0' + byte % 10)).collect()
    }
}

/// A phone number as `+` and digits, whatever it was written with: the key of a simulated phone.
pub fn e164(number: &str) -> String {
    let digits = number.chars().filter(char::is_ascii_digit);
    std::iter::once('+').chain(digits).collect()
}
