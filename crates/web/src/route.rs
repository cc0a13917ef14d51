//! A route is declared once: method, path, who may, what it takes and gives, and what it is for.

use crate::guard::{Guard, guard};
use crate::limits::Rate;
use crate::{App, Permission};
use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use http::Method;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody whose signature the handler finds right: a provider.
    Signed,
    /// Whoever is signed in, whatever their role.
    SignedIn,
    /// Whoever has the permission.
    May(Permission),
    /// The platform's operator alone, with ADMIN_TOKEN.
    Operator,
}

impl From<Permission> for Access {
    fn from(permission: Permission) -> Self {
        Access::May(permission)
    }
}

/// What a route is for, and what goes in and out. Shapes are made when somebody wants to see them: all of them together are megabytes.
#[derive(Default, Clone, Copy)]
pub(crate) struct Doc {
    pub summary: &'static str,
    pub description: &'static str,
    pub takes: Option<fn() -> Named>,
    pub gives: Option<(u16, fn() -> Named)>,
    pub query: Option<fn() -> Vec<Parameter>>,
    pub keyed: bool,
    pub paid: bool,
}

/// A route as the OpenAPI document tells of it.
#[derive(Clone)]
pub(crate) struct Described {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    /// Whether it has a limit of its own.
    pub limited: bool,
    pub doc: Doc,
}

/// What a type says that a query may hold.
fn query_of<T: IntoParams>() -> Vec<Parameter> {
    T::into_params(|| Some(ParameterIn::Query))
}

/// A schema and those it refers to.
pub(crate) struct Named {
    pub name: String,
    pub schema: RefOr<Schema>,
    pub others: Vec<(String, RefOr<Schema>)>,
}

impl Named {
    fn of<T: ToSchema + PartialSchema>() -> Self {
        let mut others = Vec::new();
        T::schemas(&mut others);
        let schema = T::schema();
        let mut name = T::name().into_owned();
        // A generic has one name for all that it can be of: what it is of tells them apart.
        if std::any::type_name::<T>().contains('<') {
            name.push_str(&first_reference(&serde_json::json!(schema)).unwrap_or_default());
        }
        Self { name, schema, others }
    }
}

/// The name of the first schema that this one refers to.
fn first_reference(schema: &serde_json::Value) -> Option<String> {
    match schema {
        serde_json::Value::Object(fields) => match fields.get("$ref").and_then(serde_json::Value::as_str) {
            Some(reference) => reference.rsplit('/').next().map(str::to_owned),
            None => fields.values().find_map(first_reference),
        },
        serde_json::Value::Array(items) => items.iter().find_map(first_reference),
        _ => None,
    }
}

/// One method on one path.
pub struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) page: bool,
    pub(crate) rate: Option<(&'static str, Rate)>,
    pub(crate) body_limit: Option<usize>,
    pub(crate) largest: Option<u64>,
    pub(crate) doc: Doc,
    handler: MethodRouter<App>,
}

impl Route {
    fn new<H, T>(method: Method, path: &'static str, access: impl Into<Access>, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let access = access.into();
        Self {
            method,
            path,
            access,
            page: false,
            rate: None,
            body_limit: None,
            largest: None,
            doc: Doc::default(),
            handler: on(filter, handler),
        }
    }

    /// Looks.
    pub fn get<H: Handler<T, App>, T: 'static>(path: &'static str, access: impl Into<Access>, handler: H) -> Self {
        Self::new(Method::GET, path, access, handler)
    }

    /// Makes or does.
    pub fn post<H: Handler<T, App>, T: 'static>(path: &'static str, access: impl Into<Access>, handler: H) -> Self {
        Self::new(Method::POST, path, access, handler)
    }

    /// Changes.
    pub fn put<H: Handler<T, App>, T: 'static>(path: &'static str, access: impl Into<Access>, handler: H) -> Self {
        Self::new(Method::PUT, path, access, handler)
    }

    /// Removes.
    pub fn delete<H: Handler<T, App>, T: 'static>(path: &'static str, access: impl Into<Access>, handler: H) -> Self {
        Self::new(Method::DELETE, path, access, handler)
    }

    /// A page, not an endpoint: it fails as a page, and the OpenAPI document leaves it out.
    pub fn page(mut self) -> Self {
        self.page = true;
        self
    }

    /// What it is for: one line, and more where one line is not enough.
    pub fn says(mut self, summary: &'static str, description: &'static str) -> Self {
        self.doc.summary = summary;
        self.doc.description = description;
        self
    }

    /// The JSON that it takes.
    pub fn takes<T: ToSchema>(mut self) -> Self {
        self.doc.takes = Some(Named::of::<T>);
        self
    }

    /// The JSON that it gives, and the status that it gives it with.
    pub fn gives<T: ToSchema>(mut self, status: u16) -> Self {
        self.doc.gives = Some((status, Named::of::<T>));
        self
    }

    /// The query that it takes.
    pub fn query<T: IntoParams>(mut self) -> Self {
        self.doc.query = Some(query_of::<T>);
        self
    }

    /// It needs an Idempotency-Key.
    pub fn keyed(mut self) -> Self {
        self.doc.keyed = true;
        self
    }

    /// At most so often from one address. `feature` names the settings RATE_<FEATURE>_LIMIT and RATE_<FEATURE>_WINDOW.
    pub fn at_most(mut self, feature: &'static str, per_minute: u32) -> Self {
        self.rate = Some((feature, Rate { limit: per_minute, window: std::time::Duration::from_secs(60) }));
        self
    }

    /// It takes bodies up to so many bytes.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = Some(bytes);
        self
    }

    /// It takes a file of up to so many bytes as [`crate::Incoming`], which is read while it arrives and may take its time.
    pub fn streamed(mut self, largest: u64) -> Self {
        self.largest = Some(largest);
        self
    }

    /// It gives what was paid for, and 402 to whoever has not.
    pub fn paid(mut self) -> Self {
        self.doc.paid = true;
        self
    }

    /// Method and path, such as `POST /api/v1/orders`.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Who may call it.
    pub fn access(&self) -> Access {
        self.access
    }

    /// What the OpenAPI document tells of it; nothing of a page.
    pub(crate) fn described(&self) -> Option<Described> {
        let it =
            || Described { method: self.method.clone(), path: self.path, access: self.access, limited: self.rate.is_some(), doc: self.doc };
        (!self.page).then(it)
    }

    /// Hangs the route, with its guard, into a router.
    pub(crate) fn hang(self, router: Router<App>, app: &App) -> Router<App> {
        let rate = self.rate.map(|(feature, rate)| (feature, app.limits.setting(feature, rate)));
        let spec = Guard {
            app: app.clone(),
            access: self.access,
            page: self.page,
            rate,
            body_limit: self.body_limit,
            largest: self.largest,
            path: self.path,
        };
        router.route(self.path, self.handler.layer(axum::middleware::from_fn_with_state(std::sync::Arc::new(spec), guard)))
    }
}
