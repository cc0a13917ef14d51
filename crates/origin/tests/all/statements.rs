//! Every statement of the whole program is prepared on both engines, and names its tenant.

use origin::house::migrations;
use testkit::TestDb;

testkit::both! { with &migrations();
    async fn every_statement_can_be_prepared(db: TestDb) {
        let faults = testkit::prepare_all(&db, "").await;
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

testkit::both! { with &migrations();
    async fn migrating_twice_changes_nothing(db: TestDb) {
        assert!(store::migrate(&db, &migrations()).await.unwrap().is_empty());
        assert!(store::pending(&db, &migrations()).await.unwrap().is_empty());
    }
}

/// What is small by nature, or holds only what is exceptional: walking through it is no work that grows.
const SMALL: &[&str] = &[
    "allowed_networks",
    "attribute_names",
    "api_origins",
    "brand_files",
    "brands",
    "canned_replies",
    "certificates",
    "coupons",
    "domains",
    "errands_buried",
    "errands_node",
    "facts_set_aside",
    "features",
    "flag_subjects",
    "flags",
    "half_sign_ins",
    "invoices_due",
    "journal_heads",
    "lanes",
    "lists",
    "master_keys",
    "members",
    "messages_pending",
    "messages_person",
    "migrations",
    "mobile_conflicts_open",
    "nodes",
    "payments_unmatched",
    "plan_prices_id",
    "plans",
    "product_files",
    "products",
    "reaction_cursors",
    "read_hours_shared",
    "reconcilers",
    "refunds_failed",
    "round_plans",
    "routes",
    "secrets",
    "segment_books",
    "segments",
    "sessions",
    "settings",
    "shop_connections",
    "silences",
    "social_places",
    "sso_connections",
    "sso_domains",
    "tags",
    "templates",
    "tenants",
    "touches_unjudged",
    "usage_zones",
    "webhook_endpoints",
    "whatsapp_room",
    "whatsapp_templates",
];

#[test]
fn no_statement_walks_through_all_that_is_stored() {
    testkit::run(testkit::Engine::Sqlite, &migrations(), |db: TestDb| async move {
        // What verify asks is asked of everything; the rest says itself why.
        let meant = |walk: &String| walk.contains("/check.rs") || MEANT.iter().any(|(text, _)| walk.contains(text));
        let walks: Vec<_> = testkit::walks(&db, SMALL).into_iter().filter(|walk| !meant(walk)).collect();
        assert!(walks.is_empty(), "{}", walks.join("\n"));
    });
}

/// Statements that look at all of something, and why they may.
const MEANT: &[(&str, &str)] = &[
    ("FALSE AS person FROM api_keys", "the names of all who may have acted, for the audit trail"),
    ("SELECT due_at FROM sms_instead", "the first row of an index"),
    ("FROM event_names WHERE tenant_id = ?1 ORDER BY last_at DESC", "the end of an index: 200 names at the most"),
    ("SELECT COUNT(*) FROM contacts", "the head of a page, and the length of a build's bar"),
    ("ORDER BY id DESC LIMIT 1 OFFSET", "where the newest 50,000 begin, for a sample: one step along an index for each"),
    ("SELECT COUNT(*) FROM api_keys", "a tenant's keys, when another is made: made by hand, and few"),
    ("SELECT amount FROM usage_counts", "up to the first row of use: before it there is a day's sign-ins each"),
    ("SELECT COUNT(*) FROM orders", "the command line's seed status"),
    ("SELECT xid, seq FROM journal ORDER BY seq DESC LIMIT 1", "the last row of a table that is in this order"),
    ("MAX(n.number)", "the last of an index"),
    ("lead_currency AS currency", "what all leads are worth, summed to be looked at"),
    ("COUNT(*) AS count FROM subscriptions", "how many stand how: the head of a page"),
    ("CAST(SUM(paid_minor) AS BIGINT) AS paid_minor", "what all referrers have to get: the head of a page"),
    ("AS mrr_minor FROM subscriptions", "what all of them bring, summed to be looked at"),
    ("s.periods >= 3", "who would pay less by the year: a report that is asked for"),
    ("AS buried FROM errands", "what is to be done, for /metrics: what is done is gone"),
    ("FROM ledger_entries e JOIN ledger_transactions", "the books, summed to be held against the payments"),
    ("CAST(SUM(amount_minor) AS BIGINT) AS minor FROM ledger_entries", "the books, summed to be looked at"),
    ("CAST(SUM(amount_minor) AS BIGINT) AS minor FROM payments", "the payments, summed to be held against the books"),
];

#[test]
fn nothing_of_the_log_of_consent_is_changed_but_by_an_erasure() {
    let touches = |sql: &&store::Sql| {
        let text = sql.postgres().split_whitespace().collect::<Vec<_>>().join(" ");
        text.contains("UPDATE consents ") || text.contains("DELETE FROM consents ")
    };
    let (erasing, found): (Vec<&store::Sql>, Vec<&store::Sql>) =
        store::Sql::all().filter(touches).partition(|sql| sql.place().contains("consent/src/erased.rs"));
    assert!(found.is_empty(), "{:?}", found.iter().map(|sql| sql.place()).collect::<Vec<_>>());
    // It takes away whose a word is, and leaves what was said, how and when.
    for sql in erasing {
        let set = sql.postgres().split_once("SET ").and_then(|(_, rest)| rest.split_once("WHERE")).map_or("DELETE", |(set, _)| set);
        let left = ["address = ", "contact_id = NULL", "evidence = ''", "ip = NULL"];
        assert!(set.split(", ").all(|change| left.iter().any(|allowed| change.trim().starts_with(allowed))), "{set}");
    }
    assert!(store::Sql::all().any(|sql| sql.postgres().contains("INSERT INTO consents ")), "it is written somewhere");
}
