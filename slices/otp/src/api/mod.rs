//! The API: /api/v1/otp.

mod list;
mod send;
mod verify;

pub(crate) use list::Narrow;

use crate::model::Purpose;
use facts::messages::Channel;
use store::{Error, Result};
use web::Route;

pub(crate) fn routes() -> Vec<Route> {
    [send::routes(), verify::routes(), list::routes()].into_iter().flatten().collect()
}

/// The one address that is said, in its one spelling, and whether it is a phone number.
fn address(phone: Option<&str>, email: Option<&str>) -> Result<(String, bool)> {
    match (phone, email) {
        (Some(phone), None) => Ok((messages::address(Channel::Sms, phone)?, true)),
        (None, Some(email)) => Ok((messages::address(Channel::Email, email)?, false)),
        _ => Err(Error::field("phone", "Say where to by exactly one of: phone, email.")),
    }
}

fn purpose(text: &str) -> Result<Purpose> {
    text.parse().map_err(|error: String| Error::field("purpose", error))
}
