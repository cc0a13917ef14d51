//! Texts that nobody can guess: keys, session tokens, CSRF tokens.

use crate::test_mode::Mode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore;

/// What every key begins with, so that a leaked one is recognised; what it works on follows.
const KEY: &str = "ok_";
/// How much of a key is kept to tell it from others.
const SHOWN: usize = "ok_live_".len() + 4;

/// 256 bits, as 43 characters that fit into addresses and headers.
pub(crate) fn secret(dice: &mut impl RngCore) -> String {
    let mut bytes = [0; 32];
    dice.fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A new API key.
pub(crate) fn api_key(mode: Mode, dice: &mut impl RngCore) -> String {
    format!("{KEY}{mode}_{}", secret(dice))
}

/// The part of a key that may be shown.
pub(crate) fn prefix(key: &str) -> String {
    key.chars().take(SHOWN).collect()
}

/// Four letters that make a slug somebody else has into one that nobody has.
pub(crate) fn suffix(dice: &mut impl RngCore) -> String {
    format!("{:04x}", dice.next_u32() & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_long_and_says_what_it_is() {
        let mut dice = store::Dice::seeded(3).fork();
        let (first, second) = (api_key(Mode::Live, &mut dice), api_key(Mode::Live, &mut dice));
        assert!(first.starts_with("ok_live_") && first.len() == 51 && first != second);
        assert_eq!(prefix(&first).len(), 12);
        assert!(api_key(Mode::Test, &mut dice).starts_with("ok_test_"));
    }
}
