//! The providers, played: Razorpay, Stripe, MyOperator, Meta, Twilio, a WhatsApp gateway and push services over real HTTP, a mailbox over real SMTP, a name server, a directory
//! that issues certificates, a list of stolen passwords, and programs that take webhooks, on loopback.
//!
//! Signatures, error bodies and quirks are those of the real ones, so Origin talks to a [`Sim`] with
//! the same code that it uses in production; only the base addresses differ. Whatever a provider can
//! do to a caller on a bad day can be asked for through [`Faults`], at any moment, by a test or by a
//! person on the `/faults` page. Everything that was received can be asked for afterwards.

mod acme;
mod chat;
mod config;
mod courier;
mod dns;
mod door;
mod faults;
mod fcm;
mod gateway;
mod jwt;
mod messengers;
mod meta;
mod myoperator;
mod names;
mod pages;
mod razorpay;
mod receiver;
mod record;
mod s3;
mod serve;
mod shopify;
mod sim;
mod smtp;
mod stolen;
mod stripe;
mod twilio;
mod webpush;
mod woocommerce;

pub use acme::{Acme, Issued, Visit};
pub use chat::{Channel, Content, Enclosed, Message, Status, Way};
pub use config::{
    Clock, GUEST_COMPANY, GUEST_KEY, GUEST_META_TOKEN, GUEST_SECRET, GUEST_SID, Keep, MetaAccount, MyOperatorAccount, RazorpayAccount,
    Receipts, Retry, SimConfig, SmtpLogin, StripeAccount, TwilioAccount, VapidKeys,
};
pub use courier::{Delivery, Mishap};
pub use dns::Dns;
pub use faults::{At, Fault, FaultId, Faults, Provider, Rule};
pub use fcm::{Fcm, FcmPush, service_account};
pub use gateway::Gateway;
pub use meta::{Meta, MetaLimits, MetaTemplate};
pub use myoperator::{Call, Phones};
pub use names::e164;
pub use razorpay::{
    Method, Order, OrderStatus, Payment, PaymentLink, PaymentStatus, Razorpay, RazorpayInvoice, RazorpayPlan, RazorpaySubscription, Refund,
    Refused, SettledRow, Settlement, Token, TokenStatus, Webhook,
};
pub use receiver::{Received, Receiver};
pub use record::{ApiCall, Ending, Span};
pub use s3::{Buckets, KEY_ID as S3_KEY_ID, SECRET as S3_SECRET};
pub use shopify::{Shopify, TOKEN as SHOPIFY_TOKEN, WEBHOOK_SECRET as SHOPIFY_WEBHOOK_SECRET};
pub use sim::Sim;
pub use smtp::{Mail, Mailboxes};
pub use stolen::STOLEN;
pub use stripe::{
    PaidOut, Payout, RefundStatus, Session, SessionStatus, Stripe, StripeCharge, StripeInvoice, StripePlan, StripeRefund, StripeRefused,
    StripeSubscription, StripeWebhook,
};
pub use twilio::{TWILIO_CONTENT, Twilio, TwilioSigning};
pub use webpush::{PushSubscription, WebPush, Webpush};
pub use woocommerce::{KEY as WOO_KEY, SECRET as WOO_SECRET, WEBHOOK_SECRET as WOO_WEBHOOK_SECRET, Woocommerce};
