//! What a link or an image of a message carries: the message's id (16 bytes), which of its places it is (2 bytes), and 12 bytes of an
//! HMAC-SHA-256 over tenant, id and place, as base64url.
//!
//! Nothing is stored for it. Nobody makes one up, and no address can be read in it. It does not end: a mail of years ago still leads on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facts::{Id, MessageId, TenantId};
use store::secret::{Vault, hmac_sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

const PURPOSE: &str = "messages/link";
/// Bytes of the id, of the place, and of what signs them: together they are 40 letters, without anything left over.
const PARTS: [usize; 3] = [16, 2, 12];
/// The numbers that are no link's.
const IMAGE: u16 = u16::MAX;
const TRAP: u16 = u16::MAX - 1;

/// Where in a message something was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// One of its links, counted from nothing.
    Link(u16),
    /// The image that shows that it is looked at.
    Image,
    /// The link that no person sees.
    Trap,
}

impl Place {
    fn number(self) -> u16 {
        match self {
            Self::Link(number) => number,
            Self::Image => IMAGE,
            Self::Trap => TRAP,
        }
    }

    fn of(number: u16) -> Self {
        match number {
            IMAGE => Self::Image,
            TRAP => Self::Trap,
            number => Self::Link(number),
        }
    }
}

fn signed(vault: &Vault, tenant: TenantId, message: MessageId, number: u16) -> [u8; 32] {
    hmac_sha256(&vault.derive(PURPOSE), &format!("{tenant}\n{message}\n{number}"))
}

/// The token of a place in a message.
pub(crate) fn make(vault: &Vault, tenant: TenantId, message: MessageId, place: Place) -> String {
    let number = place.number();
    let signature = signed(vault, tenant, message, number);
    URL_SAFE_NO_PAD.encode([message.uuid().as_bytes().as_slice(), &number.to_be_bytes(), &signature[..PARTS[2]]].concat())
}

/// What a token stands for; nothing where it is not one of this tenant's.
pub fn read(vault: &Vault, tenant: TenantId, text: &str) -> Option<(MessageId, Place)> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == PARTS.iter().sum::<usize>())?;
    let (id, rest) = bytes.split_at(PARTS[0]);
    let (number, given) = rest.split_at(PARTS[1]);
    let message = MessageId::from_uuid(Uuid::from_slice(id).ok()?);
    let number = u16::from_be_bytes(number.try_into().ok()?);
    bool::from(signed(vault, tenant, message, number)[..PARTS[2]].ct_eq(given)).then(|| (message, Place::of(number)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use store::Dice;

    fn vault() -> Vault {
        Vault::new("master", Dice::seeded(1))
    }

    fn id<T: Id>(number: u128) -> T {
        T::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn it_is_one_tenants() {
        for place in [Place::Link(0), Place::Link(499), Place::Image, Place::Trap] {
            let text = make(&vault(), id(1), id(7), place);
            assert_eq!((read(&vault(), id(1), &text), text.len()), (Some((id(7), place)), 40));
            assert_eq!(read(&vault(), id(2), &text), None);
            assert_eq!(read(&Vault::new("other", Dice::seeded(1)), id(1), &text), None);
        }
    }

    proptest! {
        #[test]
        fn a_letter_changed_is_no_token(at in 0usize..40, letter in "[0-9A-Za-z_-]") {
            let text = make(&vault(), id(1), id(7), Place::Link(3));
            let changed = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
            prop_assert_eq!(read(&vault(), id(1), &changed).is_some(), changed == text);
        }

        #[test]
        fn whatever_else_is_none(text in "\\PC{0,60}") {
            prop_assert_eq!(read(&vault(), id(1), &text), None);
        }
    }
}
