//! What the links in messages carry: the id of a link (16 bytes) and half of an HMAC-SHA-256 over tenant and id (16 bytes), as base64url.
//!
//! It names a row, so no address can be read in it; it is signed, so nobody makes one up, not even who reads the database. It does
//! not end: a mail of years ago still has to be stopped by its button.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facts::TenantId;
use store::secret::{Vault, hmac_sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

const PURPOSE: &str = "consent/link";
/// Bytes of the id, and of what signs it.
const HALF: usize = 16;

fn signed(vault: &Vault, tenant: TenantId, link: Uuid) -> [u8; 32] {
    hmac_sha256(&vault.derive(PURPOSE), &format!("{tenant}\n{link}"))
}

/// The token of a link.
pub(crate) fn make(vault: &Vault, tenant: TenantId, link: Uuid) -> String {
    URL_SAFE_NO_PAD.encode([link.as_bytes().as_slice(), &signed(vault, tenant, link)[..HALF]].concat())
}

/// The link that a token stands for; nothing where it is not one of this tenant's.
pub(crate) fn read(vault: &Vault, tenant: TenantId, text: &str) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == 2 * HALF)?;
    let (id, given) = bytes.split_at(HALF);
    let link = Uuid::from_slice(id).ok()?;
    bool::from(signed(vault, tenant, link)[..HALF].ct_eq(given)).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Id;
    use proptest::prelude::*;
    use store::Dice;

    fn vault() -> Vault {
        Vault::new("master", Dice::seeded(1))
    }

    fn tenant(n: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn it_is_one_tenants() {
        let text = make(&vault(), tenant(1), Uuid::from_u128(7));
        assert_eq!((read(&vault(), tenant(1), &text), text.len()), (Some(Uuid::from_u128(7)), 43));
        assert_eq!(read(&vault(), tenant(2), &text), None);
        assert_eq!(read(&Vault::new("other", Dice::seeded(1)), tenant(1), &text), None);
    }

    proptest! {
        #[test]
        fn a_letter_changed_is_no_token(at in 0usize..43, letter in "[0-9A-Za-z_-]") {
            let text = make(&vault(), tenant(1), Uuid::from_u128(7));
            let changed = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
            prop_assert_eq!(read(&vault(), tenant(1), &changed).is_some(), changed == text);
        }

        #[test]
        fn whatever_else_is_none(text in "\\PC{0,60}") {
            prop_assert_eq!(read(&vault(), tenant(1), &text), None);
        }
    }
}
