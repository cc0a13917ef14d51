//! Published paths outside /api/v1: another address of the same resource, never another handler.

use axum::extract::Request;
use http::{Method, Uri};
use std::collections::HashMap;
use std::sync::Arc;

/// A published path and the one that answers. `{…}` stands for one part of the path, the same on both sides;
/// a `*` at the end of both stands for all the rest.
#[derive(Debug, Clone, Copy)]
pub struct Alias {
    /// The method, or `*` for all.
    pub method: &'static str,
    /// The path that others call.
    pub path: &'static str,
    /// The path that answers.
    pub to: &'static str,
}

/// The table, arranged for looking up.
#[derive(Clone)]
pub(crate) struct Aliases(Arc<HashMap<&'static str, Vec<Alias>>>);

impl Aliases {
    pub(crate) fn new(table: &[Alias]) -> Self {
        let mut by_head: HashMap<&'static str, Vec<Alias>> = HashMap::new();
        for alias in table {
            by_head.entry(head(alias.path)).or_default().push(*alias);
        }
        Self(Arc::new(by_head))
    }

    pub(crate) fn rewrite(&self, mut request: Request) -> Request {
        let path = request.uri().path();
        let Some(aliases) = self.0.get(head(path)) else { return request };
        let mut others = Vec::new();
        for alias in aliases {
            let Some(target) = alias.target(path) else { continue };
            if !alias.takes(request.method()) {
                others.push(alias.method);
                continue;
            }
            let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
            if let Ok(uri) = format!("{target}{query}").parse::<Uri>() {
                *request.uri_mut() = uri;
            }
            return request;
        }
        if !others.is_empty() {
            request.extensions_mut().insert(OtherMethods(others.join(", ")));
        }
        request
    }
}

/// On a request to a published path that answers other methods only: those, as `Allow` has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OtherMethods(pub String);

/// The first part of a path.
fn head(path: &str) -> &str {
    let rest = path.trim_start_matches('/');
    rest.split('/').next().unwrap_or_default()
}

impl Alias {
    fn takes(&self, method: &Method) -> bool {
        self.method == "*" || self.method == method.as_str()
    }

    /// Where a path leads, if it is this alias.
    fn target(&self, path: &str) -> Option<String> {
        if let (Some(prefix), Some(to)) = (self.path.strip_suffix('*'), self.to.strip_suffix('*')) {
            return path.strip_prefix(prefix).map(|rest| format!("{to}{rest}"));
        }
        let (mine, given) = (self.path.split('/'), path.split('/'));
        if mine.clone().count() != given.clone().count() {
            return None;
        }
        let mut target = self.to.to_owned();
        for (mine, given) in mine.zip(given) {
            if mine.starts_with('{') {
                target = target.replacen(mine, given, 1);
            } else if mine != given {
                return None;
            }
        }
        Some(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_rests() {
        let one = Alias { method: "POST", path: "/api/tenants/{id}/team", to: "/api/v1/tenants/{id}/users" };
        assert_eq!(one.target("/api/tenants/ten_1/team").as_deref(), Some("/api/v1/tenants/ten_1/users"));
        assert!(one.takes(&Method::POST) && !one.takes(&Method::GET));
        assert_eq!(one.target("/api/tenants/ten_1"), None);
        let rest = Alias { method: "*", path: "/api/notifications/*", to: "/api/v1/notifications/*" };
        assert_eq!(rest.target("/api/notifications/templates/x").as_deref(), Some("/api/v1/notifications/templates/x"));
    }
}
