//! The API as a page to read from top to bottom: no script, prints well.

use crate::ui;
use maud::{Markup, html};
use serde_json::Value;

/// The page.
pub(crate) fn page(document: &Value) -> Markup {
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let operations = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().cloned().unwrap_or_default();
        methods.into_iter().map(move |(method, operation)| (method, path.clone(), operation))
    });
    let body = html! {
        h1 { "Origin API" }
        p { (document["info"]["description"].as_str().unwrap_or_default()) " " a href="/docs/" { "Try it out" } " · " a href="/api/documentation" { "OpenAPI document" } }
        @for (method, path, operation) in operations {
            section id=(operation["operationId"].as_str().unwrap_or_default()) {
                h2 { code { (method.to_uppercase()) " " (path) } }
                p { strong { (operation["summary"].as_str().unwrap_or_default()) } " " (operation["description"].as_str().unwrap_or_default()) }
                @if let Some(permission) = operation["x-permission"].as_str() { p { "Needs " code { (permission) } "." } }
                @if let Some(schema) = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str() {
                    (shape("Takes", document, schema))
                }
                @if let Some(answers) = operation["responses"].as_object() {
                    @for (status, answer) in answers {
                        @if let Some(schema) = answer["content"]["application/json"]["schema"]["$ref"].as_str() {
                            (shape(&format!("Answers {status} with"), document, schema))
                        }
                    }
                }
            }
        }
    };
    ui::bare(ui::Bare { title: "API reference", body })
}

/// The fields of a schema.
fn shape(label: &str, document: &Value, reference: &str) -> Markup {
    let schema = document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null);
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let fields = schema["properties"].as_object().cloned().unwrap_or_default();
    html! {
        details {
            summary { (label) " " code { (reference.rsplit('/').next().unwrap_or_default()) } }
            ul {
                @for (name, field) in &fields {
                    li {
                        code { (name) } " "
                        @if !required.contains(&name.as_str()) { "(optional) " }
                        (kind(field)) " " (field["description"].as_str().unwrap_or_default())
                    }
                }
            }
        }
    }
}

fn kind(field: &Value) -> String {
    match (&field["type"], field["$ref"].as_str()) {
        (_, Some(reference)) => reference.rsplit('/').next().unwrap_or_default().to_owned(),
        (Value::String(kind), _) => kind.clone(),
        (Value::Array(kinds), _) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => String::new(),
    }
}
