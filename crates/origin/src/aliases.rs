//! The published paths that lie outside /api/v1, each another address of one resource: the whole table.

use web::Alias;

const fn alias(method: &'static str, path: &'static str, to: &'static str) -> Alias {
    Alias { method, path, to }
}

/// The table.
pub const ALIASES: &[Alias] = &[
    alias("POST", "/create_order", "/api/v1/checkout/orders"),
    alias("POST", "/webhook", "/webhooks/razorpay/first"),
    alias("POST", "/api/tenants", "/api/v1/tenants"),
    alias("POST", "/api/v1/tenants/", "/api/v1/tenants"),
    alias("POST", "/api/tenants/{id}/team", "/api/v1/tenants/{id}/users"),
    alias("GET", "/api/tenants/{id}/branding", "/api/v1/tenants/{id}/branding"),
    alias("PUT", "/api/tenants/{id}/branding", "/api/v1/tenants/{id}/branding"),
    alias("*", "/api/notifications/*", "/api/v1/notifications/*"),
];
