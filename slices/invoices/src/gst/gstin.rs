//! GST identification numbers: 15 characters, of which the last checks the others.

use super::State;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A number whose check character is right. That it was ever given to anybody is not known by this.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Gstin(String);

/// The characters in the order of their values.
const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

impl Gstin {
    /// In which state it is registered.
    pub fn state(&self) -> State {
        // Parsing has seen that its first two digits are a state.
        self.0[..2].parse().unwrap_or(State::ABROAD)
    }
}

/// The check character: values times 1 and 2 in turn, the two digits of each product in base 36 added up, and what the
/// sum lacks to a multiple of 36 (the Luhn scheme over 36 characters that the GST network uses).
fn check(first: &[u8]) -> Option<u8> {
    let mut sum = 0usize;
    for (at, byte) in first.iter().enumerate() {
        let value = ALPHABET.iter().position(|known| known == byte)? * (1 + at % 2);
        sum += value / 36 + value % 36;
    }
    Some(ALPHABET[(36 - sum % 36) % 36])
}

/// Digits of the state, a PAN (five letters, four digits, a letter), an entity's number, a Z or another letter, the check.
fn shaped(text: &[u8]) -> bool {
    text.len() == 15
        && text[..2].iter().all(u8::is_ascii_digit)
        && text[2..7].iter().all(u8::is_ascii_uppercase)
        && text[7..11].iter().all(u8::is_ascii_digit)
        && text[11].is_ascii_uppercase()
        && text[12..].iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

impl FromStr for Gstin {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let number = text.trim().to_uppercase();
        let bytes = number.as_bytes();
        if !shaped(bytes) || number[..2].parse::<State>().is_err() {
            return Err("a GSTIN has 15 characters, such as 27AAPFU0939F1ZV");
        }
        if check(&bytes[..14]) != Some(bytes[14]) {
            return Err("its last character does not fit the others: was a digit mistyped?");
        }
        Ok(Self(number))
    }
}

impl fmt::Display for Gstin {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Gstin {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Gstin {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Gstin {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_in_public_use_hold() {
        for text in ["27AAPFU0939F1ZV", "29AAGCB7383J1Z4", " 27aapfu0939f1zv "] {
            assert!(text.parse::<Gstin>().is_ok(), "{text}");
        }
        assert_eq!("27AAPFU0939F1ZV".parse::<Gstin>().unwrap().state().name(), "Maharashtra");
        for text in ["", "27AAPFU0939F1ZW", "28AAPFU0939F1ZV", "27AAPFU0939F1Z", "27AAPFU0939F1ZVV", "27ÄAPFU0939F1Z", "2७AAPFU0939F1ZV"]
        {
            assert!(text.parse::<Gstin>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_mistyped_character_is_seen(at in 0usize..15, to in 0usize..36) {
            let right = b"27AAPFU0939F1ZV";
            let mut typed = right.to_vec();
            typed[at] = ALPHABET[to];
            let text = String::from_utf8(typed.clone()).unwrap();
            prop_assert_eq!(text.parse::<Gstin>().is_ok(), typed == right, "{}", text);
        }
    }
}
