//! Facts are kept for ever: what was written before a field was there is still read, and written as it was.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use facts::contacts::ContactSaved;
use facts::identity::{ApiKeyChanged, ApiKeyRotated, MemberChanged, TenantChanged};
use facts::payments::{
    CheckoutOpened, Payable, PaymentCaptured, PaymentFailed, PaymentUnmatched, RefundFailed, RefundRequested, RefundSettled,
};
use facts::settings::{CredentialsChanged, SettingsChanged};
use facts::{Change, Fact, Id, InvoiceId, RefundId};
use serde_json::{Value, json};

fn as_it_was<F: Fact>(old: Value) {
    let fact: F = serde_json::from_value(old.clone()).unwrap_or_else(|error| panic!("{}: {error}", F::KIND));
    assert_eq!(serde_json::to_value(fact).unwrap(), old, "{}", F::KIND);
}

#[test]
fn facts_from_before_changes_were_listed() {
    let key = "key_01h2xcejqtf2nbrexx3vqjhp41";
    as_it_was::<TenantChanged>(json!({"tenant_id": "ten_01h2xcejqtf2nbrexx3vqjhp41", "fields": ["name"]}));
    as_it_was::<MemberChanged>(json!({"user_id": "usr_01h2xcejqtf2nbrexx3vqjhp41", "role": "admin"}));
    as_it_was::<ApiKeyChanged>(json!({"key_id": key, "name": "till", "live": true}));
    as_it_was::<ApiKeyRotated>(json!({"key_id": key, "by_key_id": key, "name": "till", "until": "2026-11-21T09:30:00.000Z"}));
    as_it_was::<ContactSaved>(json!({"contact_id": "con_01h2xcejqtf2nbrexx3vqjhp41", "new": true}));
    as_it_was::<SettingsChanged>(json!({"names": ["messages.pace"]}));
    as_it_was::<CredentialsChanged>(json!({"provider": "razorpay"}));
}

#[test]
fn facts_from_before_invoices_were_paid_online() {
    let (order, intent) = ("ord_01h2xcejqtf2nbrexx3vqjhp41", "pi_01h2xcejqtf2nbrexx3vqjhp41");
    let (payment, refund) = ("pay_01h2xcejqtf2nbrexx3vqjhp41", "re_01h2xcejqtf2nbrexx3vqjhp41");
    let amount = json!({"minor": 9_900, "currency": "INR"});
    as_it_was::<CheckoutOpened>(json!({"intent_id": intent, "order_id": order, "provider_order_id": "order_1"}));
    as_it_was::<PaymentCaptured>(json!({"payment_id": payment, "intent_id": intent, "order_id": order, "amount": amount, "fee": amount,
        "method": "upi", "provider_payment_id": "pay_1", "learnt_by": "webhook"}));
    as_it_was::<PaymentCaptured>(json!({"payment_id": payment, "intent_id": intent, "order_id": order, "amount": amount, "fee": amount,
        "method": "upi", "provider_payment_id": "pay_1", "learnt_by": "webhook", "came_for": {"order_id": order}}));
    as_it_was::<PaymentFailed>(json!({"payment_id": payment, "order_id": order, "provider_payment_id": "pay_1", "reason": "declined"}));
    as_it_was::<PaymentUnmatched>(json!({"payment_id": payment, "order_id": order, "amount": amount, "fee": amount, "reason": "twice"}));
    as_it_was::<RefundRequested>(json!({"refund_id": refund, "payment_id": payment, "order_id": order, "amount": amount}));
    as_it_was::<RefundSettled>(json!({"refund_id": refund, "payment_id": payment, "order_id": order, "amount": amount, "matched": true}));
    as_it_was::<RefundFailed>(json!({"refund_id": refund, "order_id": order, "reason": "too old"}));
}

#[test]
fn what_is_paid_for_goes_there_and_back() {
    let invoice = InvoiceId::from_uuid(uuid::Uuid::from_u128(7));
    let fact = RefundFailed { refund_id: RefundId::from_uuid(uuid::Uuid::from_u128(8)), payable: invoice.into(), reason: String::new() };
    let body = serde_json::to_value(&fact).unwrap();
    assert_eq!((&body["invoice_id"], body.get("order_id")), (&json!(invoice), None));
    assert_eq!(serde_json::from_value::<RefundFailed>(body).unwrap(), fact);
    assert_eq!((fact.about(), Payable::new(fact.payable.kind(), invoice.uuid())), (Some(invoice.uuid()), fact.payable));
    assert!(serde_json::from_value::<RefundFailed>(json!({"refund_id": fact.refund_id, "reason": ""})).is_err(), "it is for something");
}

#[test]
fn a_change_goes_there_and_back() {
    let fact =
        SettingsChanged { names: vec!["a".into()], changes: vec![Change::new("a", Value::Null, 1), Change::new("b", "x", Value::Null)] };
    let text = serde_json::to_string(&fact).unwrap();
    assert_eq!(serde_json::from_str::<SettingsChanged>(&text).unwrap(), fact);
}
