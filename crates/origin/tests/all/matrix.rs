//! Who may do what, operation by operation: the OpenAPI document, every role and every scope of a key, held against
//! the reviewed table in `matrix.txt`. An operation that is not in the table fails, and so does a line without one.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use crate::operations::{Operation, call, document, operations};
use facts::{Id, TenantId};
use std::collections::BTreeMap;
use std::time::Duration;
use testkit::TestApp;
use uuid::Uuid;
use web::{Permission, Reach, Role};

/// Who may, as the table has it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum May {
    /// Anybody, or whoever signs what they send.
    Anybody,
    /// The platform's operator: no key of a tenant.
    Operator,
    /// Whoever is signed in, whatever their role.
    SignedIn,
    /// Whoever has the permission.
    With(Permission),
}

fn table() -> BTreeMap<String, May> {
    let lines = include_str!("matrix.txt").lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read = |line: &str| {
        let (operation, who) = line.rsplit_once(' ').expect("an operation and who may");
        let may = match who {
            "anybody" => May::Anybody,
            "operator" => May::Operator,
            "signed-in" => May::SignedIn,
            permission => May::With(permission.parse().expect("a permission")),
        };
        (operation.trim().to_owned(), may)
    };
    lines.map(read).collect()
}

fn name(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// Every role as it is, and every permission alone as far as it goes.
fn reaches() -> Vec<Reach> {
    let roles = Role::ALL.iter().map(|role| Reach::of(*role));
    let scopes = Permission::ALL.iter().map(|scope| Reach { role: Role::Owner, scopes: Some(vec![*scope]) });
    roles.chain(scopes).collect()
}

/// The operation about things that are nowhere, so that whoever may do it finds nothing and undoes nothing.
async fn knock(t: &TestApp, operation: &Operation, tenant: TenantId, key: Option<&str>) -> testkit::Reply {
    let nowhere = Uuid::from_u128(7);
    let fill = |path: String, name: &String| {
        let value = match name.as_str() {
            "id" if operation.path.contains("/tenants/") => tenant.to_string(),
            "user_id" => facts::UserId::from_uuid(nowhere).to_string(),
            "key_id" => facts::ApiKeyId::from_uuid(nowhere).to_string(),
            _ => facts::OrderId::from_uuid(nowhere).to_string(),
        };
        path.replace(&format!("{{{name}}}"), &value)
    };
    let path = operation.parameters.iter().fold(operation.path.clone(), fill);
    call(t, operation, &path, key, key.unwrap_or("nobody")).await
}

testkit::both_apps! { with &[("RATE_EXPORT_LIMIT", "100000")];
    async fn the_table_and_the_document_name_the_same_operations(t: TestApp) {
        let table = table();
        let known: Vec<String> = operations(document(&t)).iter().map(name).collect();
        let missing: Vec<_> = known.iter().filter(|operation| !table.contains_key(*operation)).collect();
        assert!(missing.is_empty(), "say in matrix.txt who may: {missing:#?}");
        let gone: Vec<_> = table.keys().filter(|operation| !known.contains(operation)).collect();
        assert!(gone.is_empty(), "take out of matrix.txt: {gone:#?}");
    }

    async fn every_role_and_every_scope_may_what_the_table_says_and_no_more(t: TestApp) {
        let table = table();
        for reach in reaches() {
            // What is limited by address is free again.
            t.advance(Duration::from_secs(61)).await;
            let key = origin::people::make_key(t.db(), t.tenant(), "matrix", reach.clone(), 100_000).await.expect("a key").key;
            for operation in operations(document(&t)).iter().filter(|operation| operation.guarded) {
                let reply = knock(&t, operation, t.tenant(), Some(&key)).await;
                let may = match table[&name(operation)] {
                    May::Anybody | May::SignedIn => true,
                    May::Operator => false,
                    May::With(permission) => reach.may(permission),
                };
                let what = format!("{reach:?}: {}: {} {}", name(operation), reply.status, reply.text);
                // `role_too_high` is a refusal of what was asked for, behind an open door.
                let refused = reply.status == 401 || (reply.status == 403 && reply.json()["code"] != "role_too_high");
                assert_eq!(!refused, may, "{what}");
                assert!(reply.header("ratelimit-remaining").is_some(), "no limit told: {what}");
            }
        }
    }

    async fn a_foreign_key_and_no_key_come_to_nothing(t: TestApp) {
        let table = table();
        let (_, foreign) = t.another_tenant("Other Shop").await;
        for operation in operations(document(&t)) {
            let open = table[&name(&operation)] == May::Anybody;
            let nobody = knock(&t, &operation, t.tenant(), None).await;
            let shut = nobody.status == 401 && nobody.json()["code"] == "unauthenticated";
            assert_eq!(shut, !open && operation.guarded, "{}: {}", name(&operation), nobody.text);
            assert_eq!(operation.guarded, !open, "{} is guarded or open, not both", name(&operation));
            if !open && !operation.parameters.is_empty() {
                let stranger = knock(&t, &operation, t.tenant(), Some(&foreign)).await;
                assert!((400..500).contains(&stranger.status), "{}: {} {}", name(&operation), stranger.status, stranger.text);
            }
        }
    }
}
