//! The back office: payments, what needs a person, webhooks.

mod list;
mod mandates;
mod payment;
mod reconcile;
mod reconcile_actions;
mod reconcile_match;
mod webhook;
mod webhooks;

pub use reconcile::reconcile_tabs;

use facts::payments::Payable;
use web::{NavItem, Permission, Route};

/// The pages.
pub fn routes() -> Vec<Route> {
    use Permission::{OperationsWrite, PaymentsRead, PaymentsWrite};
    vec![
        Route::get("/admin/payments", PaymentsRead, list::show).page(),
        Route::get("/admin/payments/file", PaymentsRead, list::file).page(),
        Route::get("/admin/payments/{id}", PaymentsRead, payment::show).page(),
        Route::post("/admin/payments/{id}/refunds", PaymentsWrite, payment::refund).page(),
        Route::get("/admin/mandates", PaymentsRead, mandates::show).page(),
        Route::get("/admin/mandates/file", PaymentsRead, mandates::file).page(),
        Route::post("/admin/mandates/{id}/end", PaymentsWrite, mandates::end).page(),
        Route::get("/admin/reconcile", PaymentsRead, reconcile::show).page(),
        Route::post("/admin/reconcile", PaymentsWrite, reconcile_actions::act).page(),
        Route::get("/admin/webhooks", PaymentsRead, webhooks::show).page(),
        Route::post("/admin/webhooks", OperationsWrite, webhooks::act).page(),
        Route::get("/admin/webhooks/{id}", PaymentsRead, webhook::show).page(),
    ]
}

/// Where the back office shows what is paid for.
fn place(what: Payable) -> String {
    match what {
        Payable::Order(id) => format!("/admin/orders/{id}"),
        Payable::Invoice(id) => format!("/admin/invoices/{id}"),
        Payable::Subscription(id) => format!("/admin/subscriptions/{id}"),
    }
}

/// This slice's places in the rail.
pub fn nav() -> Vec<NavItem> {
    vec![NavItem { label: "Payments", href: "/admin/payments", icon: "payments", needs: Permission::PaymentsRead, order: 20 }]
}
