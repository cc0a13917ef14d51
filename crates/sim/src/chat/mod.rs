//! The chats of all phones: what Meta, Twilio and the gateway carried, in one book that the pages show and tests ask.

mod enclosed;
mod lines;
mod message;

pub use enclosed::Enclosed;
pub(crate) use lines::Lines;
pub use message::{Channel, Content, Message, Status, Way};

use crate::config::{Keep, Receipts};
use crate::courier::Courier;
use crate::faults::Provider;
use crate::record::Shared;
use std::collections::HashMap;
use std::time::Duration;

/// The book of messages. Cloning gives another hand on the same one.
#[derive(Clone)]
pub(crate) struct Chats {
    keep: Keep,
    book: Shared<Book>,
}

#[derive(Default)]
struct Book {
    messages: Vec<Message>,
    by_id: HashMap<String, usize>,
}

impl Chats {
    pub(crate) fn new(keep: Keep) -> Self {
        Self { keep, book: Shared::new(Book::default()) }
    }

    /// How much is remembered.
    pub(crate) fn keeps(&self) -> Keep {
        self.keep
    }

    /// Writes a message down, oldest first; gives its line, where lines are kept.
    pub(crate) fn write(&self, message: Message) -> Option<usize> {
        if self.keep == Keep::Counts {
            return None;
        }
        let mut book = self.book.lock();
        let line = book.messages.len();
        if let Some(id) = &message.message_id {
            book.by_id.insert(id.clone(), line);
        }
        book.messages.push(message);
        Some(line)
    }

    /// The provider took the message of this line, and calls it by this id.
    pub(crate) fn accept(&self, line: Option<usize>, id: &str) {
        let mut book = self.book.lock();
        if let Some((line, message)) = line.and_then(|line| Some((line, book.messages.get_mut(line)?))) {
            message.message_id = Some(id.to_owned());
            message.status = Status::Accepted;
            book.by_id.insert(id.to_owned(), line);
        }
    }

    /// The provider refused the message of this line.
    pub(crate) fn refuse(&self, line: Option<usize>, code: u32) {
        let mut book = self.book.lock();
        if let Some(message) = line.and_then(|line| book.messages.get_mut(line)) {
            message.code = Some(code);
        }
    }

    /// Moves a message forward, never back; gives it as it is then.
    pub(crate) fn advance(&self, id: &str, status: Status, code: Option<u32>) -> Option<Message> {
        let mut book = self.book.lock();
        let line = *book.by_id.get(id)?;
        let message = book.messages.get_mut(line)?;
        message.status = message.status.max(status);
        message.code = message.code.or(code);
        Some(message.clone())
    }

    /// The message that a provider calls by this id.
    pub(crate) fn find(&self, id: &str) -> Option<Message> {
        let book = self.book.lock();
        book.by_id.get(id).and_then(|line| book.messages.get(*line)).cloned()
    }

    /// The messages that are wanted, oldest first.
    pub(crate) fn pick(&self, wanted: impl Fn(&Message) -> bool) -> Vec<Message> {
        self.book.lock().messages.iter().filter(|message| wanted(message)).cloned().collect()
    }

    /// How many messages of shops were taken.
    pub(crate) fn accepted(&self) -> usize {
        self.book.lock().messages.iter().filter(|message| message.way == Way::Out && message.message_id.is_some()).count()
    }

    /// What shops sent by a provider, and it took.
    pub(crate) fn taken(&self, provider: Provider) -> Vec<Message> {
        self.pick(|message| message.provider == provider && message.way == Way::Out && message.message_id.is_some())
    }

    /// What shops sent by a provider, and it refused.
    pub(crate) fn refused(&self, provider: Provider) -> Vec<Message> {
        self.pick(|message| message.provider == provider && message.way == Way::Out && message.message_id.is_none())
    }

    /// What customers wrote by a provider.
    pub(crate) fn received(&self, provider: Provider) -> Vec<Message> {
        self.pick(|message| message.provider == provider && message.way == Way::In)
    }
}

/// The code that a number asks for: `+91 99` and eight digits, so that `+91 99001 31026` meets WhatsApp's 131026. A code that
/// its provider does not know means nothing.
pub(crate) fn asked_code(number: &str) -> Option<u32> {
    let digits = number.strip_prefix("+9199").filter(|rest| rest.len() == 8)?;
    digits.parse().ok().filter(|code| *code > 0)
}

/// Starts the reports that phones make by themselves, one after the other. A message that is doomed to fail with a code is told of even
/// where phones report by hand: that is the provider's word, and not the phone's.
pub(crate) fn by_themselves(
    courier: &Courier,
    habit: Receipts,
    doom: Option<u32>,
    steps: &'static [Status],
    report: impl Fn(Status, Option<u32>) + Send + 'static,
) {
    let (pause, steps): (Duration, &'static [Status]) = match (habit, doom) {
        (Receipts::ByHand, None) => return,
        (Receipts::ByHand, Some(_)) => (Duration::ZERO, &[Status::Failed]),
        (Receipts::After(pause), None) => (pause, steps),
        (Receipts::After(pause), Some(_)) => (pause, &[Status::Failed]),
    };
    courier.in_background(async move {
        for status in steps {
            tokio::time::sleep(pause).await;
            report(*status, doom);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::asked_code;

    #[test]
    fn numbers_that_ask_for_a_code() {
        assert_eq!(asked_code("+919900131026"), Some(131_026));
        assert_eq!(asked_code("+919900000190"), Some(190));
        assert_eq!(asked_code("+919876543210"), None);
        assert_eq!(asked_code("+919900000000"), None);
        assert_eq!(asked_code("+9199001310260"), None);
    }
}
