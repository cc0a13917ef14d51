//! What goes out to the providers and comes back.

mod ask_provider;
mod ask_refund;
mod ask_subscription;
mod charge;
mod close;
mod create_provider_order;
mod debit;
mod ended;
mod look_at_mandate;
mod send_refund;
mod settle_inbound;

pub use ask_provider::AskProvider;
pub(crate) use ask_provider::ask_now;
pub use ask_refund::AskRefund;
pub use ask_subscription::AskSubscription;
pub use charge::ChargeMandate;
pub use close::CloseCheckout;
pub use create_provider_order::CreateProviderOrder;
pub use debit::DebitMandate;
pub use ended::after;
pub use look_at_mandate::LookAtMandate;
pub use send_refund::SendRefund;
pub use settle_inbound::SettleInbound;

use facts::TenantId;
use store::Lane;

/// The lane of a tenant's calls: when the provider asks one of them to slow down, all of them do.
fn lane(tenant: TenantId) -> Lane {
    Lane::open(format!("payments/{tenant}"))
}
