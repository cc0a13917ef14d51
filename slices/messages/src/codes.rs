//! One-time codes: derived, and put into a message at the moment it leaves. They stand in no row, fact or log.

use crate::model::Message;
use crate::types::MessageType;
use channels::{Outcome, Sent};
use serde_json::Value;
use store::secret::Vault;

/// Stands for the code until the message leaves.
pub const CODE: &str = "[code]";

/// The six digits of what is known under this reference: the same for ever, and nobody's guess without the house's root.
pub fn one_time_code(vault: &Vault, reference: &str) -> String {
    let bytes = vault.derive(&format!("otp/{reference}"));
    let number = bytes.iter().take(8).fold(0u64, |number, byte| (number << 8) | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// A message with its code in it, where it has one.
pub(crate) fn fill(vault: &Vault, message: &Message) -> Message {
    let mut message = message.clone();
    if message.template != MessageType::OneTimeCode.as_str() {
        return message;
    }
    let code = one_time_code(vault, &message.source_ref);
    for text in [&mut message.subject, &mut message.body, &mut message.html] {
        *text = text.replace(CODE, &code);
    }
    for value in message.variables.0.values_mut() {
        if value.as_str() == Some(CODE) {
            *value = Value::String(code.clone());
        }
    }
    message
}

/// What a call came to, without the code: a provider may repeat what it refuses, and its words are kept.
pub(crate) fn hide(vault: &Vault, message: &Message, mut sent: Sent) -> Sent {
    if message.template != MessageType::OneTimeCode.as_str() {
        return sent;
    }
    let code = one_time_code(vault, &message.source_ref);
    let last = if let Outcome::Failed(failure) = &mut sent.outcome { Some(failure) } else { None };
    for failure in sent.others.iter_mut().map(|(_, failure)| failure).chain(last) {
        failure.reason = failure.reason.replace(&code, CODE);
    }
    sent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;
    use crate::tests::message;
    use channels::{Class, Failure, Provider};

    #[test]
    fn a_code_is_put_in_as_the_message_leaves() {
        let vault = Vault::new("master", store::Dice::seeded(1));
        let mut kept = message(State::Queued);
        kept.body = format!("{CODE} is your code.");
        kept.variables.0.insert("code".to_owned(), Value::String(CODE.to_owned()));
        assert_eq!(fill(&vault, &kept).body, kept.body, "only messages that carry codes have one");
        kept.template = "one_time_code".to_owned();
        let code = one_time_code(&vault, &kept.source_ref);
        assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()));
        let sent = fill(&vault, &kept);
        assert_eq!((sent.body, sent.variables.0["code"].as_str()), (format!("{code} is your code."), Some(code.as_str())));
        assert_ne!(one_time_code(&vault, "another"), code);
    }

    #[test]
    fn a_provider_that_repeats_a_code_is_not_kept_word_for_word() {
        let vault = Vault::new("master", store::Dice::seeded(1));
        let kept = Message { template: "one_time_code".to_owned(), ..message(State::Queued) };
        let code = one_time_code(&vault, &kept.source_ref);
        let failure = || Failure::new(Class::Permanent, format!("refused: {code} is your code"));
        let sent = |kept: &Message| {
            let sent = Sent { provider: None, outcome: Outcome::Failed(failure()), others: vec![(Provider::Meta, failure())] };
            hide(&vault, kept, sent)
        };
        let hidden = Failure::new(Class::Permanent, format!("refused: {CODE} is your code"));
        let after = sent(&kept);
        assert_eq!((after.outcome, after.others), (Outcome::Failed(hidden.clone()), vec![(Provider::Meta, hidden)]));
        assert_eq!(sent(&message(State::Queued)).outcome, Outcome::Failed(failure()), "other messages carry none");
    }
}
