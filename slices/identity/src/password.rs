//! Passwords: what is too weak, and Argon2id, which takes its time on purpose.

use crate::breached::Breaches;
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use secrecy::{ExposeSecret, SecretString};
use std::sync::OnceLock;
use std::time::Duration;
use store::{Dice, Error, Result};
use tokio::sync::{Semaphore, SemaphorePermit};
use web::App;
use zxcvbn::{Score, zxcvbn};

/// The fewest characters.
const SHORTEST: usize = 10;
/// The most bytes: Argon2 reads all of them, and nobody remembers more.
const LONGEST: usize = 1_024;

/// Each hash fills 19 MiB and a core; more at once would let sign-ins push everything else aside.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// A caller who would wait longer than this is sent away.
const PATIENCE: Duration = Duration::from_secs(10);

/// What manuals and examples of ours give, which no list of the world's passwords has.
const OURS: &[&str] = &["origin", "admin", "changeme", "your-password-here"];

/// What makes a password too weak to be let in, in words for a person; `None` when nothing does. `about` is what
/// others know of whoever chose it, such as their name: it adds nothing.
///
/// Strength is how many guesses it takes somebody who tries words, names, dates, keys beside each other and the
/// passwords of others first (zxcvbn); below 10^8 is too weak.
pub fn weak(password: &str, about: &[&str]) -> Option<String> {
    if password.chars().count() < SHORTEST {
        return Some("it is shorter than 10 characters".to_owned());
    }
    if password.len() > LONGEST {
        return Some("it is longer than 1024 bytes".to_owned());
    }
    let known: Vec<&str> = OURS.iter().chain(about).copied().collect();
    let guess = zxcvbn(password, &known);
    if guess.score() >= Score::Three {
        return None;
    }
    let why = guess.feedback().and_then(|feedback| feedback.warning()).map(|warning| format!(" ({warning})"));
    Some(format!("it is too easy to guess{}", why.unwrap_or_default()))
}

/// Refuses a weak password by the name of its field.
///
/// # Errors
/// `password`, with what makes it weak.
pub(crate) fn check(password: &SecretString, about: &[&str]) -> Result<()> {
    match weak(password.expose_secret(), about) {
        Some(why) => Err(Error::field("password", format!("choose another password: {why}"))),
        None => Ok(()),
    }
}

/// Refuses a weak password, and one that others have lost, by the name of its field.
///
/// # Errors
/// `password`, with what makes it weak.
pub(crate) async fn check_well(app: &App, password: &SecretString, about: &[&str]) -> Result<()> {
    check(password, about)?;
    match app.extra::<Breaches>()?.times(password).await {
        0 => Ok(()),
        _ => Err(Error::field("password", "choose another password: this one is on lists of stolen passwords")),
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
        for password in
            ["", "short", "admin", "Password123", "changeme123", "aaaaaaaaaaaa", "abababababab", "1234567890", "your-password-here"]
        {
            assert!(weak(password, &[]).is_some(), "{password}");
        }
        for password in ["correct horse battery", "nW4-uu8-kPq2", "प्यारा चाय का घर"] {
            assert_eq!(weak(password, &[]), None, "{password}");
        }
        assert!(weak(&"abcd".repeat(300), &[]).is_some());
    }

    #[test]
    fn what_others_know_of_somebody_adds_nothing() {
        assert_eq!(weak("zukovskyquintal", &[]), None);
        assert!(weak("zukovskyquintal", &["Zukovsky", "quintal"]).is_some());
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
