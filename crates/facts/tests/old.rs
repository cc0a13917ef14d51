//! Facts are kept for ever: what was written before a field was there is still read, and written as it was.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use facts::contacts::ContactSaved;
use facts::identity::{ApiKeyChanged, ApiKeyRotated, MemberChanged, TenantChanged};
use facts::settings::{CredentialsChanged, SettingsChanged};
use facts::{Change, Fact};
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
fn a_change_goes_there_and_back() {
    let fact =
        SettingsChanged { names: vec!["a".into()], changes: vec![Change::new("a", Value::Null, 1), Change::new("b", "x", Value::Null)] };
    let text = serde_json::to_string(&fact).unwrap();
    assert_eq!(serde_json::from_str::<SettingsChanged>(&text).unwrap(), fact);
}
