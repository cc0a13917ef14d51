//! E-mail, by the tenant's mail server.

mod dkim;
mod mailer;
mod smtp;
#[cfg(test)]
mod verified;
mod write;

pub(crate) use mailer::{Account, Mailers};
pub(crate) use smtp::send;

/// A mail as a shop sends it that has chosen nothing.
#[cfg(test)]
pub(crate) fn written(letter: &crate::letter::Letter) -> Vec<u8> {
    let from: lettre::message::Mailbox = "Shop <shop@origin.example>".parse().unwrap();
    write::write(&from, &write::tests::plain(), letter).unwrap().formatted()
}
