//! A message as a mail: headers, text and HTML side by side. The same message is the same mail, byte for byte.

use crate::model::Message;
use lettre::message::{Mailbox, MultiPart, MultiPartKind, SinglePart};
use std::time::{Duration, SystemTime};

/// Writes the mail.
///
/// # Errors
/// What is wrong with an address, in words.
pub(super) fn write(from: &Mailbox, message: &Message) -> Result<lettre::Message, String> {
    let to: Mailbox = message.address.parse().map_err(|error| format!("{} is no mail address ({error})", message.address))?;
    let made = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(message.created_at.millis()).unwrap_or(0));
    let builder = lettre::Message::builder()
        .message_id(Some(format!("<{}@{}>", message.id, from.email.domain())))
        .date(made)
        .from(from.clone())
        .to(to)
        .subject(message.subject.as_str());
    let mail = if message.html.is_empty() {
        builder.singlepart(SinglePart::plain(message.body.clone()))
    } else {
        let both = MultiPart::builder().kind(MultiPartKind::Alternative).boundary(format!("={}", message.id)).build();
        builder.multipart(both.singlepart(SinglePart::plain(message.body.clone())).singlepart(SinglePart::html(message.html.clone())))
    };
    mail.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;
    use crate::tests::message;

    #[test]
    fn the_same_message_is_the_same_mail() {
        let mut message = message(State::Queued);
        message.address = "asha@example.com".to_owned();
        message.subject = "✓ Payment of ₹99.00 received".to_owned();
        message.body = "we received your payment — धन्यवाद".to_owned();
        message.html = "<p>✓ we received your payment</p>".to_owned();
        let from: Mailbox = "Shop <shop@origin.example>".parse().unwrap();
        let mail = write(&from, &message).unwrap().formatted();
        assert_eq!(mail, write(&from, &message).unwrap().formatted());
        let text = String::from_utf8(mail).unwrap();
        assert!(text.contains(&format!("Message-ID: <{}@origin.example>", message.id)), "{text}");
        assert!(text.contains("multipart/alternative") && text.contains("text/plain") && text.contains("text/html"));
        assert!(text.is_ascii());
    }

    #[test]
    fn a_wrong_address_is_said() {
        assert!(write(&"shop@origin.example".parse().unwrap(), &message(State::Queued)).is_err());
    }
}
