//! Bodies for operations that nobody can read, or that say what cannot be.
#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use crate::operations::{Operation, sample};
use serde_json::{Value, json};

/// Bodies that are wrong, each with what is wrong with it.
pub fn bodies(document: &Value, operation: &Operation) -> Vec<(String, Vec<u8>)> {
    let schema = operation.takes.as_ref().expect("a schema");
    let good = sample(document, schema);
    let mut bodies = vec![
        ("broken JSON".to_owned(), br#"{"a": "#.to_vec()),
        ("nothing".to_owned(), Vec::new()),
        ("bad UTF-8".to_owned(), vec![b'"', 0xff, 0xfe, b'"']),
        ("a huge body".to_owned(), vec![b' '; 3 << 20]),
        ("a number for a body".to_owned(), b"7".to_vec()),
        ("deep nesting".to_owned(), "[".repeat(5_000).into_bytes()),
        ("null for a body".to_owned(), b"null".to_vec()),
    ];
    for name in good.as_object().into_iter().flat_map(|fields| fields.keys()) {
        for (what, value) in wrong_values() {
            let mut body = good.clone();
            body[name] = value;
            bodies.push((format!("{what} for {name}"), body.to_string().into_bytes()));
        }
    }
    bodies
}

fn wrong_values() -> Vec<(&'static str, Value)> {
    vec![
        ("a list of lists", json!([[]])),
        ("an object", json!({"unknown": true})),
        ("a negative number", json!(-1)),
        ("an overflowing number", json!(9_223_372_036_854_775_807u64)),
        ("a number past every type", json!(1.0e300)),
        ("an unknown word", json!("no-such-word-\u{0}\u{202e}")),
        ("a long text", json!("x".repeat(100_000))),
    ]
}

/// Whether no operation at all may take this.
pub fn hopeless(what: &str) -> bool {
    ["broken JSON", "nothing", "bad UTF-8", "a huge body", "a number for a body", "deep nesting", "null for a body"].contains(&what)
}
