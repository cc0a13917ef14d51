//! What people can have done: which facts count, and what they are called for people.

use facts::Fact;
use facts::invoices::InvoiceIssued;
use facts::messages::{MessageMoved, MessageReceived};
use facts::orders::{OrderCancelled, OrderPaid, OrderPlaced};
use facts::rounds::StandingOrderBegun;
use facts::subscriptions::{SubscriptionBilled, SubscriptionCreated};
use facts::tracking::{MessageClicked, MessageOpened};
use serde_json::Value;

/// Something that people do.
pub(crate) struct Deed {
    /// Its name in a filter.
    pub name: &'static str,
    /// What somebody did who did it.
    pub words: &'static str,
    /// The fact that says so.
    fact: &'static str,
    /// Whether a fact of that kind does, by its body.
    counts: fn(&Value) -> bool,
}

const fn deed<F: Fact>(words: &'static str) -> Deed {
    Deed { name: F::KIND, words, fact: F::KIND, counts: always }
}

fn always(_: &Value) -> bool {
    true
}

/// All of it: the whole table.
pub(crate) const DEEDS: &[Deed] = &[
    deed::<OrderPlaced>("placed an order"),
    deed::<OrderPaid>("paid an order"),
    deed::<OrderCancelled>("had an order cancelled"),
    deed::<SubscriptionCreated>("subscribed"),
    deed::<SubscriptionBilled>("was billed for a subscription"),
    deed::<StandingOrderBegun>("began a standing order"),
    deed::<InvoiceIssued>("was sent an invoice"),
    deed::<MessageReceived>("wrote to you"),
    deed::<MessageOpened>("opened a message"),
    deed::<MessageClicked>("clicked a link"),
    Deed { name: "message.read", words: "read a message", fact: MessageMoved::KIND, counts: |body| body["state"] == "read" },
];

/// What has this name in a filter.
pub(crate) fn named(name: &str) -> Option<&'static Deed> {
    DEEDS.iter().find(|deed| deed.name == name)
}

/// What a fact of this kind and body says that somebody did.
pub(crate) fn of_fact(kind: &str, body: &Value) -> Option<&'static Deed> {
    DEEDS.iter().find(|deed| deed.fact == kind && (deed.counts)(body))
}

/// What people can do: the name that filters have for it, and what somebody did who did it.
pub fn deeds() -> impl Iterator<Item = (&'static str, &'static str)> {
    DEEDS.iter().map(|deed| (deed.name, deed.words))
}

/// The kind of the facts that may say that somebody did this; nothing where it is no name of what people do.
pub fn fact_of(name: &str) -> Option<&'static str> {
    named(name).map(|deed| deed.fact)
}

/// Whether this is the name of something that people do.
pub fn is_deed(name: &str) -> bool {
    named(name).is_some()
}

/// What somebody did who did this; the name itself where it is none.
pub fn deed_words(name: &str) -> &str {
    named(name).map_or(name, |deed| deed.words)
}

/// What a fact says that somebody did, by the name that filters have for it.
pub fn deed_of(kind: &str, body: &Value) -> Option<&'static str> {
    of_fact(kind, body).map(|deed| deed.name)
}

/// Whether facts of this kind may say that somebody did something.
pub fn counts(kind: &str) -> bool {
    DEEDS.iter().any(|deed| deed.fact == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeSet;

    #[test]
    fn each_has_one_name() {
        let names: BTreeSet<&str> = DEEDS.iter().map(|deed| deed.name).collect();
        assert_eq!(names.len(), DEEDS.len());
        assert!(DEEDS.iter().all(|deed| named(deed.name).is_some_and(|found| found.words == deed.words)));
    }

    #[test]
    fn a_message_counts_when_it_is_read() {
        let of = |kind: &str, state: &str| of_fact(kind, &json!({"state": state})).map(|deed| deed.name);
        assert_eq!((of("message.moved", "read"), of("message.moved", "sent")), (Some("message.read"), None));
        assert_eq!((of("order.paid", ""), of("contact.saved", "")), (Some("order.paid"), None));
    }
}
