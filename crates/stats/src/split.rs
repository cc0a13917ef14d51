//! Who falls to which part of something.

use sha2::{Digest, Sha256};

/// The place of the part that somebody falls to: the same each time, in proportion to the weights, and by a lot of its own for each thing (the first
/// 64 bits of SHA-256 over both ids). Weights must not change while people meet the parts. The first where all weigh nothing.
pub fn place_of(thing: &[u8; 16], who: &[u8; 16], weights: &[u32]) -> usize {
    let digest = Sha256::new().chain_update(thing).chain_update(who).finalize();
    let lot = digest.iter().take(8).fold(0u64, |lot, byte| (lot << 8) | u64::from(*byte));
    let whole: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let mark = (u128::from(lot) * u128::from(whole)) >> 64;
    let mut sum = 0u128;
    let place = weights.iter().position(|weight| {
        sum += u128::from(*weight);
        mark < sum
    });
    place.unwrap_or(0)
}
