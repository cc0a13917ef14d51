//! Passwords: what is too weak, and Argon2id, which takes its time on purpose.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use secrecy::{ExposeSecret, SecretString};
use std::sync::OnceLock;
use std::time::Duration;
use store::{Dice, Error, Result};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The fewest characters.
const SHORTEST: usize = 10;
/// The most bytes: Argon2 reads all of them, and nobody remembers more.
const LONGEST: usize = 1_024;

/// Each hash fills 19 MiB and a core; more at once would let sign-ins push everything else aside.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// A caller who would wait longer than this is sent away.
const PATIENCE: Duration = Duration::from_secs(10);

/// What attackers and manuals try first, of those long enough to pass otherwise.
const COMMON: &[&str] = &[
    "0123456789",
    "1234567890",
    "12345678910",
    "1q2w3e4r5t",
    "1qaz2wsx3edc",
    "adminadmin",
    "administrator",
    "admin12345",
    "admin123456",
    "basketball",
    "changeme123",
    "changemenow",
    "changethis",
    "iloveyou123",
    "letmein123",
    "mypassword",
    "origin1234",
    "originadmin",
    "p@ssw0rd123",
    "passw0rd123",
    "password01",
    "password12",
    "password123",
    "password1234",
    "password12345",
    "passwordpassword",
    "q1w2e3r4t5",
    "qwerty12345",
    "qwerty123456",
    "qwertyuiop",
    "secret1234",
    "secretpassword",
    "superadmin",
    "superman123",
    "test123456",
    "testpassword",
    "welcome123",
    "welcome1234",
    "your-password-here",
    "your_password",
    "zxcvbnm123",
];

/// What makes a password too weak to be let in, in words for a person; `None` when nothing does.
pub fn weak(password: &str) -> Option<&'static str> {
    let plain = password.trim().to_lowercase();
    let mut letters: Vec<char> = plain.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if password.chars().count() < SHORTEST {
        Some("it is shorter than 10 characters")
    } else if password.len() > LONGEST {
        Some("it is longer than 1024 bytes")
    } else if COMMON.contains(&plain.as_str()) {
        Some("it is one of those that are tried first")
    } else if letters.len() < 4 {
        Some("it repeats fewer than 4 different characters")
    } else {
        None
    }
}

/// Refuses a weak password by the name of its field.
///
/// # Errors
/// `password`, with what makes it weak.
pub(crate) fn check(password: &SecretString) -> Result<()> {
    match weak(password.expose_secret()) {
        Some(why) => Err(Error::field("password", format!("choose another password: {why}"))),
        None => Ok(()),
    }
}

/// Hashes a password. Do it before the command that keeps the hash: no transaction waits for this.
///
/// # Errors
/// `busy` when too many are waiting already.
pub async fn hash_password(dice: &Dice, password: &SecretString) -> Result<String> {
    let salt = SaltString::encode_b64(&dice.secret::<16>()).map_err(|error| Error::internal(error.to_string()))?;
    let password = password.clone();
    aside(move || {
        let hash = Argon2::default().hash_password(password.expose_secret().as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| Error::internal(error.to_string()))
    })
    .await
}

/// Whether the password has this hash. Without a hash, because there is no such user, it takes as long to say no.
///
/// # Errors
/// `busy` when too many are waiting already.
pub(crate) async fn verify(hash: Option<String>, password: &SecretString) -> Result<bool> {
    if password.expose_secret().len() > LONGEST {
        return Ok(false);
    }
    let password = password.clone();
    aside(move || {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => nobodys()?.to_owned(),
        };
        let parsed = PasswordHash::new(&hash).map_err(|error| Error::internal(error.to_string()))?;
        let right = Argon2::default().verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
        Ok(right && known)
    })
    .await
}

/// The hash of no password, with the cost of a real one.
fn nobodys() -> Result<&'static str> {
    static HASH: OnceLock<Option<String>> = OnceLock::new();
    let make = || {
        let salt = SaltString::encode_b64(&[0; 16]).ok()?;
        Some(Argon2::default().hash_password(b"", &salt).ok()?.to_string())
    };
    HASH.get_or_init(make).as_deref().ok_or_else(|| Error::internal("Argon2 refused its own defaults"))
}

/// Runs a hash on a thread that may block, when it is its turn.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _turn = turn().await?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

async fn turn() -> Result<SemaphorePermit<'static>> {
    let waited = tokio::time::timeout(PATIENCE, AT_ONCE.acquire()).await;
    let turn = waited.map_err(|_| Error::unavailable("busy", "Many people are signing in. Try again in a moment."))?;
    turn.map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_known() {
        for password in ["", "short", "admin", "Password123", " changeme123 ", "aaaaaaaaaaaa", "abababababab", "1234567890"] {
            assert!(weak(password).is_some(), "{password}");
        }
        for password in ["correct horse battery", "nW4-uu8-kPq2", "प्यारा चाय का घर"] {
            assert_eq!(weak(password), None, "{password}");
        }
        assert!(weak(&"abcd".repeat(300)).is_some());
    }

    #[test]
    fn the_common_ones_are_long_enough_to_matter() {
        assert!(COMMON.iter().all(|known| known.chars().count() >= SHORTEST && *known == known.to_lowercase()));
    }

    #[tokio::test]
    async fn a_hash_opens_for_its_password_alone() {
        let right = SecretString::from("correct horse battery");
        let hash = hash_password(&Dice::seeded(1), &right).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify(Some(hash.clone()), &right).await.unwrap());
        assert!(!verify(Some(hash), &SecretString::from("another")).await.unwrap());
        assert!(!verify(None, &SecretString::from("")).await.unwrap());
    }
}
