//! The API: payments, refunds, and what the providers and the buyer's browser call.

mod list;
mod mandates;
mod match_payment;
mod reconcile;
mod refund;
mod returned;
mod shown;
mod stripe;
mod webhook;

pub use list::{Filters, as_file, page};
pub use mandates::{MandateFilters, as_file as all_mandates, page as mandates};
pub use match_payment::read_payable;
pub use refund::{RefundFilters, read_amount};

use web::{Access, Listed, Permission, Route};

/// The routes of the API.
pub fn routes() -> Vec<Route> {
    use Permission::{PaymentsRead, PaymentsWrite};
    let mut routes = vec![
        Route::get("/api/v1/payments", PaymentsRead, list::list)
            .says("List payments", "Every try at paying, newest first. With `format=csv` or `Accept: text/csv` a file of all that match.")
            .query::<Filters>()
            .gives::<Listed<shown::PaymentShown>>(200),
        Route::get("/api/v1/payments/{id}", PaymentsRead, list::one)
            .says("Look at a payment", "One try at paying, with what went back of it.")
            .gives::<shown::PaymentShown>(200),
        Route::post("/api/v1/payments/{id}/refunds", PaymentsWrite, refund::request)
            .says("Give money back", "Asks the provider to give back all that is left of a captured payment, or a part of it.")
            .keyed()
            .takes::<refund::RefundWanted>()
            .gives::<shown::RefundShown>(201),
        Route::post("/api/v1/payments/{id}/match", PaymentsWrite, match_payment::apply)
            .says(
                "Match a payment by hand",
                "Captured money that fits nothing pays an unpaid order or invoice of the same amount and currency. It is booked as if it had \
                 come for that, whose own way to be paid is closed where its provider offers that.",
            )
            .keyed()
            .takes::<match_payment::MatchWanted>()
            .gives::<shown::PaymentShown>(200),
        Route::get("/api/v1/refunds", PaymentsRead, refund::list)
            .says("List refunds", "What went back or is asked back, newest first.")
            .query::<RefundFilters>()
            .gives::<Listed<shown::RefundShown>>(200),
        Route::get("/api/v1/mandates", PaymentsRead, mandates::list)
            .says("List mandates", "What customers have agreed to be charged by, newest first. With `format=csv` or `Accept: text/csv` a file.")
            .query::<MandateFilters>()
            .gives::<Listed<mandates::MandateShown>>(200),
        Route::post("/api/v1/mandates/{id}/end", PaymentsWrite, mandates::end)
            .says("End a mandate", "The customer is charged by it no more. Said twice it is the same.")
            .takes::<mandates::EndingOfMandate>()
            .gives::<mandates::MandateShown>(200),
        Route::post("/api/v1/billing-portal", PaymentsWrite, mandates::open_portal)
            .says(
                "Open a customer's billing portal",
                "A page of the provider's on which one customer changes or removes what they are charged by. For customers who pay by Stripe.",
            )
            .takes::<mandates::PortalWanted>()
            .gives::<mandates::PortalShown>(201),
        Route::post("/webhooks/razorpay/{tenant}", Access::Signed, webhook::receive)
            .says("Razorpay's webhook", "Stores the event and answers; `{tenant}` is the tenant's id, or `first` for the first one.")
            .body_limit(256 * 1024),
        Route::post("/webhooks/stripe/{tenant}", Access::Signed, stripe::receive)
            .says("Stripe's webhook", "Stores the event and answers; `{tenant}` is the tenant's id, or `first` for the first one.")
            .body_limit(256 * 1024),
        Route::get("/payments/stripe/success", Access::Public, stripe::success).page().at_most("PAYMENT_RETURN", 60),
        Route::get("/payments/stripe/cancel", Access::Public, stripe::cancel).page().at_most("PAYMENT_RETURN", 60),
        Route::get("/payments/razorpay/return", Access::Public, returned::by_link).page().at_most("PAYMENT_RETURN", 60),
        Route::post("/payments/razorpay/return", Access::Public, returned::by_form).page().at_most("PAYMENT_RETURN", 60),
    ];
    routes.extend(reconcile::routes());
    routes
}
