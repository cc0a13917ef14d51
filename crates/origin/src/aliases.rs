//! The published paths that lie outside /api/v1, each another address of one resource: the whole table.

use web::Alias;

const fn alias(method: &'static str, path: &'static str, to: &'static str) -> Alias {
    Alias { method, path, to }
}

/// The table.
pub const ALIASES: &[Alias] = &[
    alias("POST", "/create_order", "/api/v1/checkout/orders"),
    alias("POST", "/webhook", "/webhooks/razorpay/first"),
    alias("GET", "/api/billing/success", "/payments/stripe/success"),
    alias("GET", "/api/billing/cancel", "/payments/stripe/cancel"),
    alias("POST", "/api/tenants", "/api/v1/tenants"),
    alias("POST", "/api/v1/tenants/", "/api/v1/tenants"),
    alias("POST", "/api/tenants/{id}/team", "/api/v1/tenants/{id}/users"),
    alias("GET", "/api/tenants/{id}/branding", "/api/v1/tenants/{id}/branding"),
    alias("PUT", "/api/tenants/{id}/branding", "/api/v1/tenants/{id}/branding"),
    alias("GET", "/api/subscriptions/status", "/api/v1/subscriptions/status"),
    alias("GET", "/api/subscriptions/upgrade-opportunities", "/api/v1/subscriptions/upgrade-opportunities"),
    alias("POST", "/api/subscriptions/create", "/api/v1/subscriptions"),
    alias("POST", "/api/subscriptions/cancel", "/api/v1/subscriptions/cancel"),
    alias("POST", "/api/subscriptions/upgrade", "/api/v1/subscriptions/upgrade"),
    alias("GET", "/api/recovery/check", "/api/v1/recovery/check"),
    alias("GET", "/api/recovery/abandoned-orders", "/api/v1/recovery/abandoned-orders"),
    alias("POST", "/api/recovery/send-reminder", "/api/v1/recovery/reminders"),
    alias("GET", "/api/recovery/analytics", "/api/v1/recovery/analytics"),
    alias("POST", "/api/referrals/generate-link", "/api/v1/referrals"),
    alias("GET", "/api/referrals/track", "/api/v1/referrals"),
    alias("POST", "/api/referrals/track", "/api/v1/referrals/events"),
    alias("POST", "/api/campaigns", "/api/v1/campaigns"),
    // Before the one with an id, which would take it for one.
    alias("POST", "/api/campaigns/multi-channel/send", "/api/v1/campaigns/send"),
    alias("POST", "/api/campaigns/{id}/send", "/api/v1/campaigns/{id}/send"),
    alias("POST", "/api/push/subscribe", "/api/v1/push-devices"),
    alias("POST", "/api/sms/send", "/api/v1/messages/sms"),
    alias("POST", "/api/whatsapp/send", "/api/v1/messages/whatsapp"),
    alias("*", "/api/notifications/*", "/api/v1/notifications/*"),
];
