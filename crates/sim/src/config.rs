//! What a simulation is started with.

use facts::Time;
use std::sync::Arc;
use std::time::Duration;

/// Where the simulated providers read the time that they write into orders and receipts.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// What a guest's key id at Razorpay begins with; the guest's name follows.
pub const GUEST_KEY: &str = "rzp_test_guest_";
/// What a guest's secret key at Stripe begins with; the guest's name follows.
pub const GUEST_SECRET: &str = "sk_test_guest_";
/// What a guest's company id at MyOperator begins with; the guest's name follows.
pub const GUEST_COMPANY: &str = "guest_";

/// The simulated shop's account at Razorpay. Guests, as many as like, use the same secrets under key ids of their own.
#[derive(Clone)]
pub struct RazorpayAccount {
    /// User name of HTTP Basic; the real ones start with `rzp_test_` or `rzp_live_`.
    pub key_id: String,
    /// Password of HTTP Basic, and the key that signs what the browser brings back.
    pub key_secret: String,
    /// The key that signs webhooks.
    pub webhook_secret: String,
}

/// The simulated shop's account at Stripe. Guests use the same webhook secret under secret keys of their own.
#[derive(Clone)]
pub struct StripeAccount {
    /// The bearer token; the real ones start with `sk_test_` or `sk_live_`.
    pub secret_key: String,
    /// The key that signs webhooks, as a whole.
    pub webhook_secret: String,
}

/// The simulated shop's account at MyOperator. Guests use the same key under company ids of their own.
#[derive(Clone)]
pub struct MyOperatorAccount {
    /// The bearer token.
    pub api_key: String,
    /// What `X-MYOP-COMPANY-ID` must say.
    pub company_id: String,
    /// The sender that every message must name.
    pub phone_number_id: String,
}

/// The only login that the simulated mail server takes.
#[derive(Clone)]
pub struct SmtpLogin {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// How often an unanswered webhook is tried again: `first`, then twice as long each time up to `longest`.
#[derive(Clone, Copy)]
pub struct Retry {
    /// The pause after the first failure.
    pub first: Duration,
    /// No pause is longer.
    pub longest: Duration,
    /// No try begins later than this after the event.
    pub give_up_after: Duration,
}

/// When a phone reports back that a message was sent, delivered and read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Receipts {
    /// Never by itself; a test calls [`crate::Phones::receipt`].
    ByHand,
    /// Each of the three one such pause after the one before.
    After(Duration),
}

/// How much of what was received is kept in memory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Every call, message and mail, to be looked at.
    Everything,
    /// Only how many there were and how many of them repeated an earlier reference: for benchmarks.
    Counts,
}

/// The accounts, addresses and habits of the simulated providers.
#[derive(Clone)]
pub struct SimConfig {
    /// Address of the HTTP side; port 0 takes a free one.
    pub listen: String,
    /// Address of the SMTP side; port 0 takes a free one.
    pub smtp_listen: String,
    /// Address of the name server, UDP and TCP; port 0 takes a free one.
    pub dns_listen: String,
    /// The shop's account at Razorpay.
    pub razorpay: RazorpayAccount,
    /// The shop's account at Stripe.
    pub stripe: StripeAccount,
    /// The shop's account at MyOperator.
    pub myoperator: MyOperatorAccount,
    /// The mail server's login; without one it takes mail from anybody.
    pub smtp_login: Option<SmtpLogin>,
    /// How webhooks are repeated while their target does not answer 2xx.
    pub retry: Retry,
    /// What phones do with a message.
    pub receipts: Receipts,
    /// How much is remembered.
    pub keep: Keep,
    /// Where the time comes from.
    pub clock: Clock,
}

impl SimConfig {
    /// Free ports on loopback, made-up accounts, webhooks repeated for a minute, receipts by hand,
    /// everything remembered.
    pub fn new(clock: impl Fn() -> Time + Send + Sync + 'static) -> Self {
        Self {
            listen: "127.0.0.1:0".into(),
            smtp_listen: "127.0.0.1:0".into(),
            dns_listen: "127.0.0.1:0".into(),
            razorpay: RazorpayAccount {
                key_id: "rzp_test_SimulatedShop1".into(),
                key_secret: "simulated_key_secret".into(),
                webhook_secret: "simulated_webhook_secret".into(),
            },
            stripe: StripeAccount { secret_key: "sk_test_SimulatedShop1".into(), webhook_secret: "whsec_simulated_secret".into() },
            myoperator: MyOperatorAccount {
                api_key: "simulated_api_key".into(),
                company_id: "simulated_company".into(),
                phone_number_id: "100000000000001".into(),
            },
            smtp_login: None,
            retry: Retry { first: Duration::from_millis(200), longest: Duration::from_secs(2), give_up_after: Duration::from_secs(60) },
            receipts: Receipts::ByHand,
            keep: Keep::Everything,
            clock: Arc::new(clock),
        }
    }
}
