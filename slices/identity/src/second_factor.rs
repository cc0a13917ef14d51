//! Codes from an authenticator app (TOTP, RFC 6238: SHA-1, 6 digits, 30 seconds, one step of leeway either way), and
//! recovery codes for whoever has lost it.

use facts::{Time, UserId};
use rand::RngCore;
use store::secret::sha256;
use store::{Error, Result};
use totp_rs::{Builder, Secret, Totp};

/// What the app shows as the name of the house.
const ISSUER: &str = "Origin";
/// Recovery codes in a set.
pub(crate) const RECOVERY_CODES: usize = 10;
/// Letters of a recovery code: none that is taken for another. 32 of them, so each is 5 bits.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// Letters in a recovery code: 60 bits, too many to try even without a limit.
const LETTERS_EACH: usize = 12;

/// The secret that the app and we share, as the app takes it when it is typed: 160 bits in base32.
pub(crate) fn secret(dice: &mut impl RngCore) -> String {
    let mut bytes = [0; 20];
    dice.fill_bytes(&mut bytes);
    Secret::from(bytes.as_slice()).to_base32()
}

/// The place in the vault of a person's secret.
pub(crate) fn place(user: UserId) -> String {
    format!("{user}/totp")
}

fn totp(secret: &str, account: &str) -> Result<Totp> {
    let secret = Secret::try_from_base32(secret).map_err(|error| Error::internal(error.to_string()))?;
    let built = Builder::new().with_secret(secret).with_issuer(Some(ISSUER.to_owned())).with_account_name(account.to_owned()).build();
    built.map_err(|error| Error::internal(error.to_string()))
}

/// What the QR code holds.
///
/// # Errors
/// A secret that is none.
pub(crate) fn address(secret: &str, account: &str) -> Result<String> {
    // The label's own separator must not stand in the account.
    totp(secret, &account.replace(':', " "))?.to_url().map_err(|error| Error::internal(error.to_string()))
}

/// The step whose code this is, if it is one of now.
///
/// # Errors
/// A secret that is none.
pub(crate) fn step(secret: &str, code: &str, now: Time) -> Result<Option<i64>> {
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let seconds = u64::try_from(now.millis() / 1_000).unwrap_or(0);
    let step = totp(secret, "")?.check(&code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// A set of recovery codes, as they are shown.
pub(crate) fn recovery_codes(dice: &mut impl RngCore) -> Vec<String> {
    let mut code = || {
        let mut bytes = [0; LETTERS_EACH];
        dice.fill_bytes(&mut bytes);
        let letters: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect();
        letters.as_bytes().chunks(4).map(|part| String::from_utf8_lossy(part).into_owned()).collect::<Vec<_>>().join("-")
    };
    (0..RECOVERY_CODES).map(|_| code()).collect()
}

/// The hash of a recovery code, however it was typed; `None` for what is no such code.
pub(crate) fn recovery_hash(typed: &str) -> Option<String> {
    let plain: String = typed.to_lowercase().chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
    (plain.len() == LETTERS_EACH && plain.bytes().all(|letter| LETTERS.contains(&letter))).then(|| sha256(plain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Id;
    use proptest::prelude::*;

    /// The secret of RFC 6238's appendix B.
    const VECTOR: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn the_vectors_of_the_standard() {
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")] {
            let found = step(VECTOR, code, Time(seconds * 1_000)).unwrap();
            assert_eq!(found, Some(seconds / 30), "{seconds}");
            assert_eq!(step(VECTOR, code, Time((seconds + 90) * 1_000)).unwrap(), None, "{seconds} is long over");
        }
        assert_eq!(step(VECTOR, " 287 082 ", Time(59_000)).unwrap(), Some(1));
        for wrong in ["", "28708", "2870820", "abcdef", "२८७०८२"] {
            assert_eq!(step(VECTOR, wrong, Time(59_000)).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_reads_the_address() {
        let address = address(VECTOR, "asha@example.com").unwrap();
        assert!(address.starts_with("otpauth://totp/Origin:asha%40example.com?"), "{address}");
        assert!(address.contains(&format!("secret={VECTOR}")) && address.contains("issuer=Origin"), "{address}");
        assert_eq!(place(UserId::from_uuid(uuid::Uuid::nil())), "usr_00000000000000000000000000/totp");
    }

    #[test]
    fn recovery_codes_are_read_as_people_type_them() {
        let mut dice = store::Dice::seeded(3).fork();
        let codes = recovery_codes(&mut dice);
        assert_eq!(codes.len(), RECOVERY_CODES);
        let hash = recovery_hash(&codes[0]).unwrap();
        assert_eq!(recovery_hash(&codes[0].to_uppercase().replace('-', " ")), Some(hash.clone()));
        assert_ne!(recovery_hash(&codes[1]), Some(hash));
        assert_eq!((recovery_hash("123456"), recovery_hash("")), (None, None));
    }

    proptest! {
        #[test]
        fn what_the_app_shows_is_taken_a_step_early_and_a_step_late(seconds in 60_i64..4_000_000_000, seed: u64) {
            let secret = secret(&mut store::Dice::seeded(seed).fork());
            let code = totp(&secret, "").unwrap().generate(seconds as u64).to_string();
            for late in [-30, 0, 30] {
                prop_assert_eq!(step(&secret, &code, Time((seconds + late) * 1_000)).unwrap(), Some(seconds / 30));
            }
        }
    }
}
