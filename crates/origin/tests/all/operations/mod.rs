//! The operations of an OpenAPI document, and good bodies for them.
#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use serde_json::{Value, json};
use std::sync::OnceLock;
use testkit::{Reply, TestApp};

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `POST`.
    pub method: String,
    /// `/api/v1/orders/{id}`.
    pub path: String,
    /// The names of the path's parameters.
    pub parameters: Vec<String>,
    /// The schema of its JSON body.
    pub takes: Option<Value>,
    /// Whether it asks who is calling.
    pub guarded: bool,
}

/// The document, which is the same whatever is behind the app: it is made once for all that is looked up in it.
pub fn document(t: &TestApp) -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| t.app().openapi.value())
}

/// Every operation of a document.
pub fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().expect("methods").iter().map(move |(method, operation)| Operation {
            method: method.to_uppercase(),
            path: path.clone(),
            parameters: path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).map(str::to_owned).collect(),
            takes: operation.pointer("/requestBody/content/application~1json/schema").cloned(),
            guarded: operation["security"].as_array().is_some_and(|ways| !ways.is_empty()),
        })
    });
    all.collect()
}

/// Calls an operation at an address, with a key where there is one and a body that fits. `who` keeps the request from
/// being taken for a repeat of another's.
pub async fn call(t: &TestApp, operation: &Operation, address: &str, key: Option<&str>, who: &str) -> Reply {
    let mut request = t.request(&operation.method, address).header("idempotency-key", format!("{who} {} {address}", operation.method));
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    if let Some(schema) = &operation.takes {
        request = request.json(&sample(document(t), schema));
    }
    t.send(request).await
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).expect("a schema that is there"),
        None => schema,
    }
}

/// A body that fits a schema: its example where it has one.
pub fn sample(document: &Value, schema: &Value) -> Value {
    let schema = resolve(document, schema);
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return example.clone();
    }
    if let Some(word) = schema["enum"].get(0) {
        return word.clone();
    }
    if let Some(one) =
        ["oneOf", "anyOf", "allOf"].iter().find_map(|kind| schema[*kind].as_array()?.iter().find(|option| option["type"] != "null"))
    {
        return sample(document, one);
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"].as_array()?.iter().filter_map(Value::as_str).find(|kind| *kind != "null"));
    match kind {
        Some("object") => {
            let fields = schema["properties"].as_object().cloned().unwrap_or_default();
            fields.iter().map(|(name, field)| (name.clone(), sample(document, field))).collect::<serde_json::Map<_, _>>().into()
        }
        Some("array") => json!([sample(document, &schema["items"])]),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        _ => json!("text"),
    }
}
