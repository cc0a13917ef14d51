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

/// What a guest's access token at Meta begins with; the guest's name follows.
pub const GUEST_META_TOKEN: &str = "EAAguest_";
/// What a guest's account SID at Twilio begins with; the guest's name follows.
pub const GUEST_SID: &str = "ACguest_";

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

/// The simulated shop's account at Meta. Guests use the same secrets and numbers under access tokens of their own.
#[derive(Clone)]
pub struct MetaAccount {
    /// The bearer token.
    pub access_token: String,
    /// The sender, by Meta's id of it.
    pub phone_number_id: String,
    /// The WhatsApp Business Account, which owns the templates.
    pub waba_id: String,
    /// The key that signs webhooks.
    pub app_secret: String,
    /// What proves to the shop that Meta asks for its webhooks.
    pub verify_token: String,
}

/// The simulated shop's account at Twilio. Guests use the same token and numbers under account SIDs of their own.
#[derive(Clone)]
pub struct TwilioAccount {
    /// User name of HTTP Basic.
    pub account_sid: String,
    /// Password of HTTP Basic, and the key that signs webhooks.
    pub auth_token: String,
    /// The number that text messages come from.
    pub from: String,
    /// The messaging service, which picks that number by itself.
    pub messaging_service_sid: String,
    /// The number that WhatsApp messages come from.
    pub whatsapp_from: String,
}

/// The keys by which push services know the simulated shop (VAPID), base64url.
#[derive(Clone)]
pub struct VapidKeys {
    /// The private scalar, 32 bytes.
    pub private: String,
    /// The public point, uncompressed, 65 bytes.
    pub public: String,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// The shop's account at Meta.
    pub meta: MetaAccount,
    /// The shop's account at Twilio.
    pub twilio: TwilioAccount,
    /// What the gateway must be told, and says when it reports.
    pub gateway_token: String,
    /// The keys under which the simulated browsers subscribe unless told otherwise.
    pub vapid: VapidKeys,
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
            meta: MetaAccount {
                access_token: "EAAsimulated".into(),
                phone_number_id: "106540352242922".into(),
                waba_id: "102290129340398".into(),
                app_secret: "simulated_app_secret".into(),
                verify_token: "simulated_verify_token".into(),
            },
            twilio: TwilioAccount {
                account_sid: "AC00000000000000000000000000000000".into(),
                auth_token: "simulated_auth_token".into(),
                from: "+15005550006".into(),
                messaging_service_sid: "MG00000000000000000000000000000000".into(),
                whatsapp_from: "+14155238886".into(),
            },
            gateway_token: "simulated_gateway_token".into(),
            vapid: VapidKeys {
                private: "EjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJCrze8".into(),
                public: "BEccPnWMSQQoW7p-UxGO0PUkresHV9Jb0vjnsNdt-nFM3VIPesqKi5F6zDf1HejwybvjrYWDgucC3CWhLQn3qFg".into(),
            },
            smtp_login: None,
            retry: Retry { first: Duration::from_millis(200), longest: Duration::from_secs(2), give_up_after: Duration::from_secs(60) },
            receipts: Receipts::ByHand,
            keep: Keep::Everything,
            clock: Arc::new(clock),
        }
    }
}
