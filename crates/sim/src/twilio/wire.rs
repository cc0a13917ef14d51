//! The shape of Twilio's answers: error bodies with their codes, and who is asking.

use super::Twilio;
use crate::config::GUEST_SID;
use crate::door::status;
use axum::Json;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// One of Twilio's codes: with which status a call is refused, or nothing where the message is taken and fails on its way.
type Code = (u32, Option<u16>, &'static str);

const TABLE: [Code; 44] = [
    (20003, Some(401), "Authenticate"),
    (20404, Some(404), "The requested resource was not found"),
    (20429, Some(429), "Too Many Requests"),
    (20500, Some(500), "Internal Server Error"),
    (20503, Some(503), "Service Unavailable"),
    (21211, Some(400), "Invalid 'To' Phone Number"),
    (21408, Some(400), "Permission to send an SMS has not been enabled for the region indicated by the 'To' number"),
    (21602, Some(400), "Message body is required."),
    (21603, Some(400), "A 'From' phone number is required."),
    (21604, Some(400), "A 'To' phone number is required."),
    (21606, Some(400), "The 'From' phone number provided is not a valid message-capable Twilio phone number"),
    (21608, Some(400), "The 'To' phone number provided is not yet verified for this account"),
    (21609, Some(400), "The 'StatusCallback' URL is not a valid URL"),
    (21610, Some(400), "Attempt to send to unsubscribed recipient"),
    (21612, Some(400), "Message cannot be sent with the current combination of 'To' and/or 'From' parameters"),
    (21614, Some(400), "'To' number is not a valid mobile number"),
    (21617, Some(400), "The concatenated message body exceeds the 1600 character limit"),
    (21635, Some(400), "'To' number cannot be a landline"),
    (21655, Some(400), "The ContentSid is invalid"),
    (21656, Some(400), "The ContentVariables parameter is invalid"),
    (21701, Some(404), "The Messaging Service does not exist"),
    (30003, None, "Unreachable destination handset"),
    (30004, None, "Message blocked"),
    (30005, None, "Unknown destination handset"),
    (30006, None, "Landline or unreachable carrier"),
    (30007, None, "Message filtered"),
    (30008, None, "Unknown error"),
    (30034, None, "Message from an unregistered number"),
    (63001, None, "Channel could not authenticate the request"),
    (63003, None, "Channel could not find 'To' address"),
    (63005, None, "Channel did not accept given content"),
    (63012, None, "Channel provider returned an internal service error"),
    (63014, None, "Message failed to send because it was blocked by a user action"),
    (63016, None, "Failed to send freeform message because you are outside the allowed window"),
    (63018, None, "Rate limit exceeded for channel"),
    (63019, None, "Media failed to download"),
    (63022, None, "Invalid vname certificate"),
    (63024, None, "Invalid message recipient"),
    (63027, None, "Template does not exist for a language and locale"),
    (63028, None, "Number of parameters provided does not match the expected number of parameters"),
    (63029, None, "The receiver failed to download the template"),
    (63030, None, "Unsupported parameter for type of channels message"),
    (63032, None, "We cannot send this message to this user because of a WhatsApp limitation"),
    (63049, None, "Meta chose not to deliver this marketing message"),
];

/// What is known of a code: the status of its refusal, and Twilio's words.
pub(super) fn known(code: u32) -> Option<(Option<u16>, &'static str)> {
    TABLE.iter().find(|(known, ..)| *known == code).map(|(_, status, words)| (*status, *words))
}

/// Why Twilio would not do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) code: u32,
    pub(super) status: u16,
    message: String,
}

/// What a handler answers.
pub(super) type Answer = Result<Response, Refused>;

impl Refused {
    /// A code of the table in its usual words.
    pub(super) fn code(code: u32) -> Self {
        let (status, words) = known(code).unwrap_or((None, "Unknown"));
        Self { code, status: status.unwrap_or(400), message: words.to_owned() }
    }

    /// The usual words for a status that a fault asks for.
    pub(super) fn by_fault(status: u16) -> Self {
        let code = match status {
            401 | 403 => 20003,
            404 => 20404,
            429 => 20429,
            503 => 20503,
            500.. => 20500,
            _ => 21612,
        };
        Self { status, ..Self::code(code) }
    }

    pub(super) fn body(&self) -> Value {
        let more = format!("https://www.twilio.com/docs/errors/{}", self.code);
        json!({"code": self.code, "message": self.message, "more_info": more, "status": self.status})
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (status(self.status), Json(self.body())).into_response()
    }
}

/// Whose account a call goes by: a guest's by name, or the shop's that the simulation was started for.
pub(super) type Whose = Option<String>;

impl Twilio {
    /// Whose account a call signed in to; it has to be the one that its address names.
    pub(super) fn whose(&self, headers: &HeaderMap, sid: &str) -> Result<Whose, Refused> {
        let signed_out = || Refused::code(20003);
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(signed_out)?;
        let pair = given.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok()).and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = pair.ok_or_else(signed_out)?;
        let (user, password) = pair.split_once(':').ok_or_else(signed_out)?;
        if password != self.0.account.auth_token || user != sid {
            return Err(signed_out());
        }
        if user == self.0.account.account_sid {
            return Ok(None);
        }
        user.strip_prefix(GUEST_SID).filter(|name| !name.is_empty()).map(|name| Some(name.to_owned())).ok_or_else(signed_out)
    }

    /// The SID of an account.
    pub(super) fn sid_of(&self, guest: Option<&str>) -> String {
        guest.map_or_else(|| self.0.account.account_sid.clone(), |guest| format!("{GUEST_SID}{guest}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        let mut codes: Vec<u32> = TABLE.iter().map(|(code, ..)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), TABLE.len(), "each stands once");
        assert_eq!(known(20429).unwrap().0, Some(429));
        assert_eq!(known(30003).unwrap().0, None);
        assert_eq!(Refused::by_fault(429).code, 20429);
    }
}
