//! E-mail, by the tenant's mail server.

mod dkim;
mod mailer;
mod smtp;
#[cfg(test)]
mod verified;
mod write;

pub(crate) use mailer::Mailers;
pub(crate) use smtp::send;
