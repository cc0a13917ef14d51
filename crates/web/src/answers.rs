//! What the OpenAPI document says that a route answers: its success, and every problem that may come in its place.

use crate::route::Described;
use crate::{Access, request_id};
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a problem of each status is about: the whole table, as [`crate::problem::status`] has it.
const PROBLEMS: [(u16, &str); 13] = [
    (400, "The request cannot be read."),
    (401, "Nobody is signed in, or a signature does not fit."),
    (402, "It has to be paid for first."),
    (403, "Whoever is calling may not do this."),
    (404, "There is no such thing here."),
    (408, "It took too long."),
    (409, "It does not go with how things stand by now."),
    (413, "The body is too large."),
    (415, "The body is not JSON."),
    (422, "It can be read, and is not right."),
    (429, "Too many requests."),
    (500, "A mistake of ours."),
    (503, "Not now: try again."),
];

/// All the answers of a route by status. `success` is what it gives: the status and the schema.
pub(crate) fn of(route: &Described, success: Option<(u16, Value)>) -> BTreeMap<String, Value> {
    let mut content = Map::new();
    // Whoever takes something and gives nothing says so.
    let mut status = if route.method == Method::DELETE || route.doc.takes.is_some() { 204 } else { 200 };
    if let Some((given, schema)) = success {
        status = given;
        content.insert("application/json".to_owned(), json!({"schema": schema}));
    }
    // A list that takes `format` gives all of it as a file too.
    if route.doc.query.is_some_and(|query| query().iter().any(|parameter| parameter.name == "format")) {
        content.insert("text/csv".to_owned(), json!({"schema": {"type": "string"}}));
    }
    let mut answer = json!({"description": "Success", "headers": told(route, status)});
    if !content.is_empty() {
        answer["content"] = content.into();
    }
    let problem = |status: &u16| (status.to_string(), json!({"$ref": format!("#/components/responses/Problem{status}")}));
    PROBLEMS
        .iter()
        .map(|(status, _)| status)
        .filter(|status| may_be(route, **status))
        .map(problem)
        .chain([(status.to_string(), answer)])
        .collect()
}

/// Whether a route may end in a problem of that status.
fn may_be(route: &Described, status: u16) -> bool {
    let guarded = !matches!(route.access, Access::Public | Access::Signed);
    match status {
        // Anybody may ask to be let in, and not everybody is.
        401 => guarded || route.access == Access::Signed || route.doc.takes.is_some(),
        402 => route.doc.paid,
        403 => guarded || route.doc.takes.is_some(),
        // What is named in a query, as by a list's filter, need not be there; what is done to it has to.
        404 => route.path.contains('{') || route.doc.takes.is_some() || route.access == Access::Public || does_to_named(route),
        409 => route.method != Method::GET,
        415 => route.doc.takes.is_some(),
        422 => route.doc.takes.is_some() || route.doc.query.is_some() || route.path.contains('{'),
        429 => guarded || route.limited,
        _ => true,
    }
}

/// Whether a route does something to what its query names.
fn does_to_named(route: &Described) -> bool {
    route.method != Method::GET && route.doc.query.is_some()
}

/// The problems that routes refer to.
pub(crate) fn problems() -> Map<String, Value> {
    let one = |(status, about): &(u16, &str)| {
        let title = StatusCode::from_u16(*status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
        let mut headers = json!({request_id::HEADER: header("RequestId")});
        if matches!(status, 429 | 503) {
            headers["retry-after"] = header(if *status == 429 { "RetryAfter" } else { "MayRetryAfter" });
        }
        let schema = json!({"$ref": "#/components/schemas/Problem"});
        let problem = json!({
            "description": format!("{title}. {about}"), "headers": headers, "content": {"application/problem+json": {"schema": schema}}
        });
        (format!("Problem{status}"), problem)
    };
    PROBLEMS.iter().map(one).collect()
}

/// The headers of an answer that went well.
fn told(route: &Described, status: u16) -> Value {
    let mut headers = json!({request_id::HEADER: header("RequestId")});
    if !matches!(route.access, Access::Public | Access::Signed) {
        for (name, component) in [("limit", "RateLimitLimit"), ("remaining", "RateLimitRemaining"), ("reset", "RateLimitReset")] {
            headers[format!("ratelimit-{name}")] = header(component);
        }
    }
    if route.doc.keyed && status == 201 {
        headers["idempotency-replayed"] = header("IdempotencyReplayed");
    }
    headers
}

fn header(component: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{component}")})
}

/// The headers that answers refer to.
pub(crate) fn headers() -> Value {
    let count = |what: &str| json!({"description": what, "schema": {"type": "integer", "minimum": 0}});
    let mut retry = count("Seconds after which to try again.");
    retry["required"] = true.into();
    let may_retry = count("Seconds after which to try again, where waiting helps.");
    json!({
        "RequestId": {
            "description": "What to name when asking about this request: the caller's own where it sent a sensible one.",
            "required": true, "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,64}$"}
        },
        "RateLimitLimit": count("How many requests an hour the API key has. A session has no such limit, and none of the three headers."),
        "RateLimitRemaining": count("How many of them are left at once."),
        "RateLimitReset": count("Seconds until all of them are there again."),
        "RetryAfter": retry,
        "MayRetryAfter": may_retry,
        "IdempotencyReplayed": {"description": "There when the answer is one that was given before.", "schema": {"const": "true"}}
    })
}

/// RFC 9457, with a code of our own to go by.
pub(crate) fn problem_schema() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code", "detail", "request_id"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"},
            "detail": {"type": "string"}, "request_id": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object", "required": ["field", "message"],
                    "properties": {"field": {"type": "string"}, "message": {"type": "string"}}
                }
            }
        }
    })
}

/// Money as JSON has it, for schemas of what carries [`facts::Money`].
#[derive(utoipa::ToSchema)]
#[schema(as = Money)]
pub struct MoneyShape {
    /// In minor units: paise, cents.
    #[schema(example = 9900)]
    pub minor: i64,
    /// ISO 4217.
    #[schema(example = "INR", min_length = 3, max_length = 3)]
    pub currency: String,
}
