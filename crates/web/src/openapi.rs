//! The OpenAPI document, made from the routes, and the pages that show it.

use crate::route::{Described, Named, Route};
use crate::{Access, Alias, App, answers, reference};
use axum::Router;
use axum::extract::State;
use axum::response::{Html, Redirect};
use axum::routing::get;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The document, made when somebody first asks for it: most never do, and making it takes tens of megabytes.
pub struct Document {
    routes: Vec<Described>,
    aliases: &'static [Alias],
    version: &'static str,
    text: OnceLock<Bytes>,
    page: OnceLock<Bytes>,
}

impl Document {
    /// The document of these routes.
    pub fn of(routes: &[Route], aliases: &'static [Alias], version: &'static str) -> Self {
        Self {
            routes: routes.iter().filter_map(Route::described).collect(),
            aliases,
            version,
            text: OnceLock::new(),
            page: OnceLock::new(),
        }
    }

    /// All of it.
    pub fn value(&self) -> Value {
        document(&self.routes, self.aliases, self.version)
    }

    /// The same as it is sent.
    fn text(&self) -> Bytes {
        self.text.get_or_init(|| self.value().to_string().into()).clone()
    }

    /// The page to read it on.
    fn page(&self) -> Bytes {
        self.page.get_or_init(|| reference::page(&self.value()).into_string().into()).clone()
    }
}

/// Makes the document: every route that is not a page, under its own path and under its published ones.
fn document(routes: &[Described], aliases: &[Alias], version: &str) -> Value {
    let mut paths: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
    schemas.insert("Problem".to_owned(), answers::problem_schema());
    for route in routes {
        let operation = operation(route, &mut schemas);
        let method = route.method.as_str().to_ascii_lowercase();
        for path in published(route, aliases) {
            paths.entry(path).or_default().insert(method.clone(), operation.clone());
        }
        paths.entry(route.path.to_owned()).or_default().insert(method, operation);
    }
    for (path, operations) in &mut paths {
        for (method, operation) in operations {
            operation["operationId"] = operation_id(method, path).into();
            operation["parameters"] = with_path_parameters(path, &operation["parameters"]);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Origin", "version": version, "description": "The back office of a small business. Errors are RFC 9457 problems; lists page by cursor; ids carry their type."},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": answers::problems(),
            "headers": answers::headers(),
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
                "session": {"type": "apiKey", "in": "cookie", "name": crate::SESSION_COOKIE}
            }
        }
    })
}

/// The published paths that lead to a route.
fn published(route: &Described, aliases: &[Alias]) -> Vec<String> {
    let fits = |alias: &&Alias| alias.method == "*" || alias.method == route.method.as_str();
    let path = |alias: &Alias| match (alias.path.strip_suffix('*'), alias.to.strip_suffix('*')) {
        (Some(path), Some(to)) => route.path.strip_prefix(to).map(|rest| format!("{path}{rest}")),
        _ => (alias.to == route.path).then(|| alias.path.to_owned()),
    };
    aliases.iter().filter(fits).filter_map(path).collect()
}

fn operation_id(method: &str, path: &str) -> String {
    let words: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("{method}_{}", words.trim_matches('_'))
}

fn with_path_parameters(path: &str, others: &Value) -> Value {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let own = names.map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}));
    own.chain(others.as_array().cloned().unwrap_or_default()).collect()
}

fn operation(route: &Described, schemas: &mut BTreeMap<String, Value>) -> Value {
    let doc = &route.doc;
    let query = doc.query.map(|query| query()).unwrap_or_default();
    let mut parameters: Vec<Value> = query.iter().map(|parameter| json!(parameter)).collect();
    if doc.keyed {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true, "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": "A text of your own; the same key and body get the same answer, for a week at least."
        }));
    }
    let responses = answers::of(route, doc.gives.map(|(status, named)| (status, refer(&named(), schemas))));
    let mut operation = json!({
        "summary": doc.summary, "description": doc.description, "tags": [tag(route.path)], "parameters": parameters, "responses": responses,
    });
    if let Some(takes) = doc.takes {
        operation["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": refer(&takes(), schemas)}}});
    }
    match route.access {
        Access::Public | Access::Signed => operation["security"] = json!([]),
        Access::Operator => operation["security"] = json!([{"key": []}]),
        Access::SignedIn => operation["security"] = json!([{"key": []}, {"session": []}]),
        Access::May(permission) => {
            operation["security"] = json!([{"key": []}, {"session": []}]);
            operation["x-permission"] = permission.as_str().into();
        }
    }
    operation
}

/// The resource that a path belongs to.
fn tag(path: &str) -> &str {
    let rest = ["/api/v1/", "/api/v2/"].iter().find_map(|base| path.strip_prefix(base)).unwrap_or(path.trim_start_matches('/'));
    rest.split('/').next().unwrap_or("shop")
}

fn refer(named: &Named, schemas: &mut BTreeMap<String, Value>) -> Value {
    for (name, schema) in named.others.iter().chain([&(named.name.clone(), named.schema.clone())]) {
        let schema = json!(schema);
        let before = schemas.insert(name.clone(), schema.clone());
        debug_assert!(before.is_none_or(|before| before == schema), "two schemas are called {name}: call one of them something else");
    }
    json!({"$ref": format!("#/components/schemas/{}", named.name)})
}

/// Swagger UI at /docs, a plain reference at /redoc, the document itself at the published addresses.
pub(crate) fn pages() -> Router<App> {
    let document = |State(app): State<App>| async move { ([(CONTENT_TYPE, "application/json")], app.openapi.text()) };
    let swagger = utoipa_swagger_ui::SwaggerUi::new("/docs").config(utoipa_swagger_ui::Config::from("/api/documentation"));
    Router::from(swagger)
        .route("/api/documentation", get(document))
        .route("/api/docs", get(document))
        .route("/api/docs/html", get(|| async { Redirect::permanent("/docs/") }))
        .route("/redoc", get(|State(app): State<App>| async move { Html(app.openapi.page()) }))
}
