//! Words for what happens to payments.

use super::{Words, invoice, order, subscription, words};
use facts::payments::{
    CheckoutOpened, CollectionFailed, MandateEnded, MandateMade, Payable, PaymentCaptured, PaymentFailed, PaymentUnmatched, RefundFailed,
    RefundRequested, RefundSettled,
};
use maud::{Markup, html};
use store::Stated;
use web::ui::{Meaning, id, money};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        CheckoutOpened => opened,
        PaymentCaptured => captured,
        PaymentFailed => failed,
        PaymentUnmatched => unmatched,
        RefundRequested => refund_requested,
        RefundSettled => refund_settled,
        RefundFailed => refund_failed,
        MandateMade => mandate_made,
        MandateEnded => mandate_ended,
        CollectionFailed => collection_failed,
    }
}

/// What is paid for, with a link to it.
fn thing(what: Payable) -> Markup {
    match what {
        Payable::Order(id) => order(id, "order"),
        Payable::Invoice(id) => invoice(id, "invoice"),
        Payable::Subscription(id) => subscription(id, "subscription"),
    }
}

/// The same with its article.
fn a(what: Payable) -> Markup {
    html! { @if what.subscription().is_some() { "a " } @else { "an " } (thing(what)) }
}

fn opened(fact: CheckoutOpened) -> Words {
    Words::new(Meaning::Information, html! { "Checkout opened for " (a(fact.payable)) }).note(id(fact.provider_order_id))
}

fn captured(fact: PaymentCaptured) -> Words {
    let learnt = match fact.learnt_by.as_str() {
        "return" => "the buyer's return",
        "webhook" => "the provider's webhook",
        "janitor" => "asking the provider",
        other => other,
    };
    let title = html! { (money(fact.amount)) " paid by " (fact.method) " for " (a(fact.payable)) };
    Words::new(Meaning::Good, title).note(html! {
        (id(fact.provider_payment_id)) ", learnt by " (learnt)
        @if fact.fee.minor != 0 { ", fee " (money(fact.fee)) }
        @if let Some(other) = fact.came_for { ", matched by hand: it had come for another " (thing(other)) }
    })
}

fn failed(fact: PaymentFailed) -> Words {
    Words::new(Meaning::Bad, html! { "A payment for " (a(fact.payable)) " failed" })
        .note(html! { (id(fact.provider_payment_id)) " " bdi { (fact.reason) } })
}

fn unmatched(fact: PaymentUnmatched) -> Words {
    Words::new(Meaning::Attention, html! { (money(fact.amount)) " came that fits no open " (thing(fact.payable)) })
        .note(html! { bdi { (fact.reason) } })
}

fn refund_requested(fact: RefundRequested) -> Words {
    Words::new(Meaning::Information, html! { "Refund of " (money(fact.amount)) " asked for, " (thing(fact.payable)) })
}

fn refund_settled(fact: RefundSettled) -> Words {
    Words::new(Meaning::Good, html! { (money(fact.amount)) " went back to the buyer, " (thing(fact.payable)) })
}

fn refund_failed(fact: RefundFailed) -> Words {
    Words::new(Meaning::Bad, html! { "The provider refused a refund, " (thing(fact.payable)) }).note(html! { bdi { (fact.reason) } })
}

fn mandate_made(fact: MandateMade) -> Words {
    Words::new(Meaning::Good, html! { "Agreed to be charged by itself: " bdi { (fact.label) } })
}

fn mandate_ended(fact: MandateEnded) -> Words {
    Words::new(Meaning::Attention, html! { "Charged no more by " bdi { (fact.label) } }).note(html! { bdi { (fact.reason) } })
}

fn collection_failed(fact: CollectionFailed) -> Words {
    let again = if fact.hard { "It is not tried again." } else { "" };
    Words::new(Meaning::Bad, html! { "A charge for " (a(fact.payable)) " was refused" }).note(html! { bdi { (fact.reason) } " " (again) })
}
