//! Push to apps and browsers: who has asked for it, and how it goes there.

mod encrypt;
pub(crate) mod fcm;
mod tokens;
mod vapid;
pub(crate) mod webpush;

pub(crate) use tokens::Tokens;
