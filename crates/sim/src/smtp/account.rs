//! AUTH PLAIN and AUTH LOGIN.

use crate::config::SmtpLogin;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Whether the answer to AUTH PLAIN (`\0user\0password`, in base64) is this login.
pub(super) fn plain(answer: &str, login: &SmtpLogin) -> bool {
    let expected = format!("\0{}\0{}", login.user, login.password);
    decoded(answer).is_some_and(|given| given.ends_with(expected.as_bytes()))
}

/// Whether the two answers to AUTH LOGIN are this login.
pub(super) fn asked_in_turn(user: &str, password: &str, login: &SmtpLogin) -> bool {
    decoded(user).is_some_and(|user| user == login.user.as_bytes())
        && decoded(password).is_some_and(|password| password == login.password.as_bytes())
}

fn decoded(answer: &str) -> Option<Vec<u8>> {
    STANDARD.decode(answer.trim()).ok()
}
