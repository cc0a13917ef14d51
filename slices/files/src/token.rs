//! The token of a download link: `expires.right`.
//!
//! `expires` is the second, since 1970, at which it ends. `right` is base64url of the grant's id (16 bytes) and an HMAC-SHA-256 (32
//! bytes) over what it is good for: tenant, product, grant, end, and the address that it is bound to, if it is. The grant stands
//! for one product of one order. Its id is in the token because the published address has no other place for it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facts::{GrantId, Id, TenantId, Time};
use std::net::IpAddr;
use store::secret::{Vault, hmac_sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// For how long a link works, in seconds.
pub(crate) const LASTS: i64 = 15 * 60;
const PURPOSE: &str = "files/download";

/// What a token is good for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct For<'a> {
    pub tenant: TenantId,
    pub product: &'a str,
    /// The address that it is bound to, where it is bound to one.
    pub from: Option<IpAddr>,
}

impl For<'_> {
    fn signed(&self, key: &[u8; 32], grant: GrantId, expires: i64) -> [u8; 32] {
        // No product has a line's end in its name, so no two rights read the same.
        let from = self.from.map(|from| from.to_canonical().to_string()).unwrap_or_default();
        hmac_sha256(key, &format!("{}\n{}\n{grant}\n{expires}\n{from}", self.tenant, self.product))
    }
}

/// A token that ends [`LASTS`] seconds from now.
pub(crate) fn make(vault: &Vault, what: For, grant: GrantId, now: Time) -> String {
    let expires = now.millis().div_euclid(1_000) + LASTS;
    let mut right = grant.uuid().as_bytes().to_vec();
    if let Some(key) = vault.passing(PURPOSE).first() {
        right.extend_from_slice(&what.signed(key, grant, expires));
    }
    format!("{expires}.{}", URL_SAFE_NO_PAD.encode(right))
}

/// A token that is genuine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub grant: GrantId,
    /// The moment at which it ends.
    pub expires: Time,
}

impl Token {
    /// Whether its time is over.
    pub(crate) fn is_over(&self, now: Time) -> bool {
        now >= self.expires
    }
}

/// Reads a token; nothing where it is not one of ours for this.
pub(crate) fn read(vault: &Vault, what: For, text: &str) -> Option<Token> {
    let (expires, right) = text.split_once('.')?;
    let expires: i64 = expires.parse().ok().filter(|seconds: &i64| seconds.to_string() == expires)?;
    let right = URL_SAFE_NO_PAD.decode(right).ok().filter(|right| right.len() == 48)?;
    let (grant, given) = right.split_at(16);
    let grant = GrantId::from_uuid(Uuid::from_slice(grant).ok()?);
    let keys = vault.passing(PURPOSE);
    let genuine = keys.iter().fold(false, |genuine, key| genuine | bool::from(what.signed(key, grant, expires).ct_eq(given)));
    genuine.then_some(Token { grant, expires: Time(expires.saturating_mul(1_000)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use store::Dice;
    use store::secret::Source;

    const NOW: Time = Time(1_795_149_000_123);

    fn vault(keys: &[&str]) -> Vault {
        Vault::of(Source::Told(keys.iter().map(|key| (*key).to_owned()).collect()), Dice::seeded(1)).unwrap()
    }

    fn tenant(n: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(n))
    }

    fn grant(n: u128) -> GrantId {
        GrantId::from_uuid(Uuid::from_u128(n))
    }

    fn here(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn it_is_good_for_one_thing_and_fifteen_minutes() {
        let vault = vault(&["first"]);
        let what = For { tenant: tenant(1), product: "starter", from: here(1) };
        let text = make(&vault, what, grant(7), NOW);
        let token = read(&vault, what, &text).unwrap();
        assert_eq!((token.grant, token.expires), (grant(7), Time(1_795_149_900_000)));
        assert!(!token.is_over(Time(1_795_149_899_999)) && token.is_over(Time(1_795_149_900_000)));
        for other in
            [For { tenant: tenant(2), ..what }, For { product: "pro", ..what }, For { from: here(2), ..what }, For { from: None, ..what }]
        {
            assert_eq!(read(&vault, other, &text), None, "{other:?}");
        }
        // The same address, as IPv6 writes it.
        let mapped = Some("::ffff:192.0.2.1".parse().unwrap());
        assert!(read(&vault, For { from: mapped, ..what }, &text).is_some());
    }

    #[test]
    fn another_master_key_takes_over() {
        let what = For { tenant: tenant(1), product: "starter", from: None };
        let before = make(&vault(&["old"]), what, grant(7), NOW);
        assert!(read(&vault(&["new", "old"]), what, &before).is_some());
        assert_eq!(read(&vault(&["new"]), what, &before), None);
        assert!(read(&vault(&["new"]), what, &make(&vault(&["new", "old"]), what, grant(7), NOW)).is_some());
    }

    proptest! {
        #[test]
        fn a_letter_changed_is_another_text(at: prop::sample::Index, letter in "[0-9A-Za-z._-]") {
            let vault = vault(&["first"]);
            let what = For { tenant: tenant(1), product: "starter", from: None };
            let text = make(&vault, what, grant(7), NOW);
            let at = at.index(text.len());
            let changed = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
            prop_assert_eq!(read(&vault, what, &changed).is_some(), changed == text);
        }

        #[test]
        fn whatever_else_is_none(text in "\\PC{0,90}") {
            let what = For { tenant: tenant(1), product: "starter", from: None };
            prop_assert_eq!(read(&vault(&["first"]), what, &text), None);
        }
    }
}
