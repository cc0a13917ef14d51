//! What people can have done: which facts count, and what they are called for people.

use facts::Fact;
use facts::events::EventHappened;
use facts::invoices::InvoiceIssued;
use facts::messages::{MessageMoved, MessageReceived};
use facts::orders::{OrderCancelled, OrderPaid, OrderPlaced};
use facts::rounds::StandingOrderBegun;
use facts::subscriptions::{SubscriptionBilled, SubscriptionCreated};
use facts::tracking::{MessageClicked, MessageOpened};
use serde_json::Value;
use std::borrow::Cow;
use store::{Look, Result};

/// What stands before the name of an event of the shop's own.
const OWN: &str = "event:";

/// What filters call something that people do: a name of the table, or `event:` and what the shop calls it.
pub type DeedName = Cow<'static, str>;

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

/// All of it beside the shop's own events: the whole table.
const DEEDS: &[Deed] = &[
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
fn named(name: &str) -> Option<&'static Deed> {
    DEEDS.iter().find(|deed| deed.name == name)
}

/// What the shop calls it, where this is the name of an event of its own.
pub fn own(name: &str) -> Option<&str> {
    name.strip_prefix(OWN).filter(|own| events::check_name(own).is_ok())
}

/// The kind of the facts that may say that somebody did this; nothing where it is no name of what people do.
pub fn fact_of(name: &str) -> Option<&'static str> {
    named(name).map(|deed| deed.fact).or_else(|| own(name).map(|_| EventHappened::KIND))
}

/// Whether this is the name of something that people do.
pub fn is_deed(name: &str) -> bool {
    fact_of(name).is_some()
}

/// What somebody did who did this; the name itself where it is none.
pub fn deed_words(name: &str) -> Cow<'_, str> {
    match (named(name), own(name)) {
        (Some(deed), _) => deed.words.into(),
        (None, Some(own)) => format!("had the event {own}").into(),
        (None, None) => name.into(),
    }
}

/// What a fact says that somebody did, by the name that filters have for it.
pub fn deed_of(kind: &str, body: &Value) -> Option<DeedName> {
    if kind == EventHappened::KIND {
        return body["name"].as_str().map(|own| format!("{OWN}{own}").into());
    }
    DEEDS.iter().find(|deed| deed.fact == kind && (deed.counts)(body)).map(|deed| deed.name.into())
}

/// Whether facts of this kind may say that somebody did something.
pub fn counts(kind: &str) -> bool {
    kind == EventHappened::KIND || DEEDS.iter().any(|deed| deed.fact == kind)
}

/// What can be said in a filter, for whoever said something else.
pub fn deed_names() -> String {
    let names: Vec<&str> = DEEDS.iter().map(|deed| deed.name).collect();
    format!("something that people do: {}, or {OWN}service_due for an event of your own", names.join(", "))
}

/// What people of this tenant can do, for a form: the name of it, and what somebody did who did it. The shop's own events are those that have
/// happened once.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn deeds(look: &mut impl Look) -> Result<Vec<(String, String)>> {
    let built_in = DEEDS.iter().map(|deed| (deed.name.to_owned(), deed.words.to_owned()));
    let own = events::known(look).await?.into_iter().map(|event| {
        let name = format!("{OWN}{}", event.name);
        let words = deed_words(&name).into_owned();
        (name, words)
    });
    Ok(built_in.chain(own).collect())
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
        let of = |kind: &str, state: &str| deed_of(kind, &json!({"state": state}));
        assert_eq!((of("message.moved", "read").as_deref(), of("message.moved", "sent")), (Some("message.read"), None));
        assert_eq!((of("order.paid", "").as_deref(), of("contact.saved", "")), (Some("order.paid"), None));
    }

    #[test]
    fn an_event_of_the_shop_counts_by_its_name() {
        assert_eq!(deed_of("event.happened", &json!({"name": "service_due"})).as_deref(), Some("event:service_due"));
        assert_eq!(
            (fact_of("event:service_due"), deed_words("event:service_due")),
            (Some("event.happened"), "had the event service_due".into())
        );
        assert!(counts("event.happened") && !is_deed("event:") && !is_deed("event:Service due") && !is_deed("event.happened"));
    }
}
