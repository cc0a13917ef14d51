//! Words for what happens to one-time codes.

use super::{Words, words};
use facts::otp::{CodeSent, CodeSpent, CodeVerified};
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; CodeSent => sent, CodeVerified => verified, CodeSpent => spent }
}

fn purpose(word: &str) -> String {
    word.replace('_', " ")
}

fn sent(fact: CodeSent) -> Words {
    Words::new(Meaning::Information, html! { "One-time code sent by " (fact.channel) " (" (purpose(&fact.purpose)) ")" })
}

fn verified(fact: CodeVerified) -> Words {
    Words::new(Meaning::Good, html! { "One-time code was right (" (purpose(&fact.purpose)) ")" })
}

fn spent(fact: CodeSpent) -> Words {
    Words::new(Meaning::Bad, html! { "One-time code was guessed at too often (" (purpose(&fact.purpose)) ")" })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, says};
    use super::*;
    use facts::messages::Channel;

    #[test]
    fn codes() {
        let purpose = || "password_reset".to_owned();
        says(CodeSent { otp_id: id(), purpose: purpose(), channel: Channel::Sms }, "One-time code sent by sms (password reset)");
        says(CodeVerified { otp_id: id(), purpose: purpose() }, "One-time code was right (password reset)");
        says(CodeSpent { otp_id: id(), purpose: purpose() }, "One-time code was guessed at too often (password reset)");
    }
}
