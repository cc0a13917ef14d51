//! The states and union territories, by the codes that the GST network gives them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A state or union territory: the first two digits of every GSTIN of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct State(u8);

/// The whole table: code, name, and whether it is a union territory without a legislature, whose half of the tax is UTGST.
const STATES: &[(u8, &str, bool)] = &[
    (1, "Jammu and Kashmir", false),
    (2, "Himachal Pradesh", false),
    (3, "Punjab", false),
    (4, "Chandigarh", true),
    (5, "Uttarakhand", false),
    (6, "Haryana", false),
    (7, "Delhi", false),
    (8, "Rajasthan", false),
    (9, "Uttar Pradesh", false),
    (10, "Bihar", false),
    (11, "Sikkim", false),
    (12, "Arunachal Pradesh", false),
    (13, "Nagaland", false),
    (14, "Manipur", false),
    (15, "Mizoram", false),
    (16, "Tripura", false),
    (17, "Meghalaya", false),
    (18, "Assam", false),
    (19, "West Bengal", false),
    (20, "Jharkhand", false),
    (21, "Odisha", false),
    (22, "Chhattisgarh", false),
    (23, "Madhya Pradesh", false),
    (24, "Gujarat", false),
    (26, "Dadra and Nagar Haveli and Daman and Diu", true),
    (27, "Maharashtra", false),
    (29, "Karnataka", false),
    (30, "Goa", false),
    (31, "Lakshadweep", true),
    (32, "Kerala", false),
    (33, "Tamil Nadu", false),
    (34, "Puducherry", false),
    (35, "Andaman and Nicobar Islands", true),
    (36, "Telangana", false),
    (37, "Andhra Pradesh", false),
    (38, "Ladakh", true),
    (96, "Outside India", false),
    (97, "Other Territory", true),
];

/// A text that is no state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownState;

impl fmt::Display for UnknownState {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the two digits of a state, such as 29 for Karnataka; 96 for outside India")
    }
}

impl State {
    /// Outside India: what goes there is an export.
    pub const ABROAD: State = State(96);

    /// Every one of them, in the order of their codes.
    pub fn all() -> impl Iterator<Item = State> {
        STATES.iter().map(|(code, ..)| State(*code))
    }

    fn row(self) -> Option<&'static (u8, &'static str, bool)> {
        STATES.iter().find(|(code, ..)| *code == self.0)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |(_, name, _)| name)
    }

    /// What the state's half of the tax is called there.
    pub fn half(self) -> &'static str {
        if self.row().is_some_and(|(.., territory)| *territory) { "UTGST" } else { "SGST" }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for State {
    type Err = UnknownState;
    fn from_str(text: &str) -> Result<Self, UnknownState> {
        let code = text.trim();
        let known = |number: u8| STATES.iter().any(|(code, ..)| *code == number);
        match (code.len(), code.parse::<u8>()) {
            (2, Ok(number)) if code.bytes().all(|byte| byte.is_ascii_digit()) && known(number) => Ok(State(number)),
            _ => Err(UnknownState),
        }
    }
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_two_known_digits() {
        assert_eq!("29".parse::<State>().unwrap().name(), "Karnataka");
        assert_eq!("04".parse::<State>().unwrap().half(), "UTGST");
        assert_eq!("07".parse::<State>().unwrap().half(), "SGST", "Delhi has a legislature");
        for text in ["", "4", "004", "25", "28", "99", "+9", "KA"] {
            assert!(text.parse::<State>().is_err(), "{text}");
        }
        assert!(State::all().all(|state| state.to_string().parse() == Ok(state)));
    }
}
