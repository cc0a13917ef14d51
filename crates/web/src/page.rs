//! Pages of the back office, from the caller and what a slice fills in.

use crate::{App, Caller, Failure, Permission, Via, ui};
use axum::response::Html;
use http::StatusCode;
use maud::Markup;
use store::{Kind, Result};

/// The page of a failure.
pub(crate) fn problem(status: StatusCode, message: &str, request_id: &str) -> Markup {
    let title = match status.as_u16() {
        401 => "Sign in to see this",
        402 => "This has to be paid for first",
        403 => "You may not do this",
        404 => "There is nothing here",
        409 => "That is not possible now",
        429 => "A little slower, please",
        400..=499 => "That could not be read",
        503 => "Not available right now",
        _ => "Something went wrong on our side",
    };
    ui::problem(ui::Problem { title, message, request_id })
}

/// What a slice fills in for a page of the back office.
pub struct BackOffice<'a> {
    /// Names the thing.
    pub title: &'a str,
    /// How it stands, in one line.
    pub lead: Markup,
    /// The one main action, at the top right; empty when there is none.
    pub action: Markup,
    /// The rail's place that this page belongs to, such as `/admin/orders`.
    pub place: &'a str,
    /// Label and address of the pages above this one.
    pub crumbs: &'a [(&'a str, &'a str)],
    /// The rest.
    pub body: Markup,
}

/// Wraps it in the shell: rail, search, session, theme.
pub fn back_office(app: &App, caller: &Caller, page: BackOffice) -> Html<String> {
    let nav: Vec<ui::NavItem> = app
        .nav
        .iter()
        .filter(|item| caller.may(item.needs))
        .map(|item| ui::NavItem { label: item.label, href: item.href, icon: ui::Icon::named(item.icon), count: 0 })
        .collect();
    let minutes = match caller.via {
        Via::Session { minutes, .. } => minutes,
        Via::Key { .. } | Via::Device { .. } | Via::Operator => 0,
    };
    let shell = ui::Page {
        title: page.title,
        lead: page.lead,
        crumbs: page.crumbs,
        action: page.action,
        nav: &nav,
        current: page.place,
        tenant_name: &caller.tenant_name,
        user_name: &caller.name,
        test: caller.test_of.is_some(),
        session_minutes: minutes,
        csrf: caller.csrf(),
        body: page.body,
    };
    Html(ui::shell(&shell).into_string())
}

/// The rail's place of everything about the account.
pub const ACCOUNT: &str = "/admin/keys";

/// The views of the account; `here` is the one shown.
pub fn account_tabs(here: &str) -> Markup {
    ui::tabs(
        "Account",
        &[
            ("API keys", ACCOUNT),
            ("Members", "/admin/members"),
            ("Roles", "/admin/roles"),
            ("Your shops", "/admin/tenants"),
            ("Single sign-on", "/admin/security/sso"),
            ("Branding", "/admin/branding"),
            ("Domains", "/admin/domains"),
            ("Network", "/admin/network"),
            ("Webhooks", "/admin/webhooks/endpoints"),
            ("Usage", "/admin/usage"),
            ("Audit trail", "/admin/audit"),
        ],
        here,
    )
}

/// The rail's place of orders.
pub const ORDERS: &str = "/admin/orders";

/// The views of orders and of what brings them; `here` is the one shown.
pub fn order_tabs(here: &str) -> Markup {
    ui::tabs("Orders", &[("Orders", ORDERS), ("Recovery", "/admin/recovery"), ("Referrals", "/admin/referrals")], here)
}

/// The rail's place of what is sold.
pub const PRODUCTS: &str = "/admin/products";

/// The views of what is sold; `here` is the one shown.
pub fn product_tabs(here: &str) -> Markup {
    ui::tabs("Products", &[("Products", PRODUCTS), ("Coupons", "/admin/coupons"), ("Files", "/admin/files")], here)
}

/// The views of webhooks, those that came in and those that go out; `here` is the one shown. Nothing where there is one alone.
pub fn webhook_tabs(caller: &Caller, here: &str) -> Markup {
    let all = [
        ("Received", "/admin/webhooks", Permission::PaymentsRead),
        ("Endpoints", "/admin/webhooks/endpoints", Permission::WebhooksWrite),
        ("Deliveries", "/admin/webhooks/deliveries", Permission::WebhooksWrite),
    ];
    let open: Vec<_> = all.iter().filter(|(.., needs)| caller.may(*needs)).map(|(words, href, _)| (*words, *href)).collect();
    if open.len() > 1 { ui::tabs("Webhooks", &open, here) } else { Markup::default() }
}

/// What can be said beside a form, apart from what went wrong altogether.
///
/// # Errors
/// Whatever is no fault of what was typed.
pub fn refused<T>(outcome: Result<T>) -> Result<std::result::Result<T, Failure>> {
    match outcome {
        Ok(done) => Ok(Ok(done)),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => Ok(Err(Failure::from(error))),
        Err(error) => Err(error),
    }
}

/// A form that was refused, to be shown again with what is wrong beside the fields.
pub fn field_error<'a>(failure: Option<&'a Failure>, field: &str) -> Option<&'a str> {
    failure?.0.fields().iter().find(|wrong| wrong.field == field).map(|wrong| wrong.message.as_str())
}
