//! A bad day at a provider, on demand: slow, refusing, or doing the work and never saying so.

use crate::names::e164;
use crate::record::{Ending, Shared};
use crate::serve::HangUp;
use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use serde::Serialize;
use std::time::Duration;

/// Who is having the bad day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// The payment side.
    Razorpay,
    /// The other payment side.
    Stripe,
    /// The WhatsApp side.
    MyOperator,
    /// The mail server.
    Smtp,
    /// The directory that issues certificates.
    Acme,
    /// Programs that take webhooks of tenants' own.
    Receiver,
    /// The buckets.
    S3,
    /// The shop that runs WooCommerce.
    Woocommerce,
    /// The shop at Shopify.
    Shopify,
    /// Meta's own WhatsApp side.
    Meta,
    /// Text messages, and WhatsApp beside them.
    Twilio,
    /// A small WhatsApp gateway.
    Gateway,
    /// Pushes to apps.
    Fcm,
    /// Pushes to browsers.
    Webpush,
}

/// Which calls a fault meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The provider called.
    pub provider: Provider,
    /// Only this call, as in `POST /orders/{id}`; `None` for every one.
    pub call: Option<String>,
    /// Only this phone number, e-mail address, receiver, device or browser; `None` for every one.
    pub who: Option<String>,
}

impl At {
    /// Every call to Razorpay.
    pub fn razorpay() -> Self {
        Self { provider: Provider::Razorpay, call: None, who: None }
    }

    /// One call of Razorpay's, as its manual writes it: `POST /payments/{id}/refund`.
    pub fn razorpay_call(call: &str) -> Self {
        Self { call: Some(call.to_owned()), ..Self::razorpay() }
    }

    /// Every call to the shop that runs WooCommerce.
    pub fn woocommerce() -> Self {
        Self { provider: Provider::Woocommerce, call: None, who: None }
    }

    /// Every call to the shop at Shopify.
    pub fn shopify() -> Self {
        Self { provider: Provider::Shopify, call: None, who: None }
    }

    /// Every call to Stripe.
    pub fn stripe() -> Self {
        Self { provider: Provider::Stripe, call: None, who: None }
    }

    /// One call of Stripe's: `POST /checkout/sessions`, `POST /refunds`.
    pub fn stripe_call(call: &str) -> Self {
        Self { call: Some(call.to_owned()), ..Self::stripe() }
    }

    /// Every message sent through MyOperator.
    pub fn phones() -> Self {
        Self { provider: Provider::MyOperator, call: None, who: None }
    }

    /// Messages to one phone, in any spelling with its country code.
    pub fn phone(number: &str) -> Self {
        Self { who: Some(e164(number)), ..Self::phones() }
    }

    /// Every call to the directory of certificates.
    pub fn acme() -> Self {
        Self { provider: Provider::Acme, call: None, who: None }
    }

    /// One call of the directory's: `POST /new-order`, `POST /finalize/{number}`.
    pub fn acme_call(call: &str) -> Self {
        Self { call: Some(call.to_owned()), ..Self::acme() }
    }

    /// Every call of a program that takes webhooks.
    pub fn receivers() -> Self {
        Self { provider: Provider::Receiver, call: None, who: None }
    }

    /// Calls of the one by that name.
    pub fn receiver(name: &str) -> Self {
        Self { who: Some(name.to_owned()), ..Self::receivers() }
    }

    /// Every call to the buckets.
    pub fn s3() -> Self {
        Self { provider: Provider::S3, call: None, who: None }
    }

    /// One call of theirs: `GET /{bucket}/{key}`, `PUT /{bucket}/{key}?partNumber`, `POST /{bucket}/{key}?uploads`.
    pub fn s3_call(call: &str) -> Self {
        Self { call: Some(call.to_owned()), ..Self::s3() }
    }

    /// Every mail.
    pub fn mail() -> Self {
        Self { provider: Provider::Smtp, call: None, who: None }
    }

    /// Mail to one address.
    pub fn mailbox(address: &str) -> Self {
        Self { who: Some(address.to_lowercase()), ..Self::mail() }
    }

    /// Every call to a provider.
    pub fn every(provider: Provider) -> Self {
        Self { provider, call: None, who: None }
    }

    /// Only one call of it, as its manual writes it: `POST /{phone_number_id}/messages`.
    pub fn on(self, call: &str) -> Self {
        Self { call: Some(call.to_owned()), ..self }
    }

    /// Only what goes to one phone, in any spelling with its country code.
    pub fn to_phone(self, number: &str) -> Self {
        Self { who: Some(e164(number)), ..self }
    }

    /// Only what goes to one device or browser.
    pub fn to_whom(self, who: &str) -> Self {
        Self { who: Some(who.to_owned()), ..self }
    }

    fn meets(&self, ask: &Ask<'_>) -> bool {
        self.provider == ask.provider
            && self.call.as_deref().is_none_or(|call| call == ask.call)
            && self.who.as_deref().is_none_or(|who| ask.who.iter().any(|asked| asked == who))
    }
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call takes this much longer: half of it before the work is done, half after.
    Slow(Duration),
    /// Nothing is done, and the answer says so.
    Reject {
        /// HTTP status, or for mail the SMTP code given to RCPT (450 temporary, 550 permanent).
        status: u16,
        /// The answer's body or text; `None` for the provider's usual words.
        body: Option<String>,
        /// Seconds in `Retry-After`, where there is one.
        retry_after: Option<u64>,
    },
    /// The work is done, and the connection closed without an answer.
    DropAnswer,
    /// Nothing is done, and no answer ever comes: the caller has to lose patience.
    Silent,
}

impl Fault {
    /// A refusal in the provider's usual words.
    pub fn reject(status: u16) -> Self {
        Self::Reject { status, body: None, retry_after: None }
    }

    /// 429, asking to come back after so many seconds, or not saying when.
    pub fn too_many(retry_after: Option<u64>) -> Self {
        Self::Reject { status: 429, body: None, retry_after }
    }
}

/// Names one rule, to clear it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultId(pub u64);

/// A fault in force.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub id: FaultId,
    /// Which calls it meets.
    pub at: At,
    /// What happens to them.
    pub fault: Fault,
    /// How many calls it still meets; `None` until cleared.
    pub left: Option<u32>,
}

/// One call that looks for its fate.
pub(crate) struct Ask<'a> {
    pub(crate) provider: Provider,
    pub(crate) call: &'a str,
    /// The phone, the recipients of a mail, the receiver, device or browser; nobody for payments and certificates.
    pub(crate) who: &'a [String],
}

/// The fate of one call.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) slow: Duration,
    pub(crate) reject: Option<Reject>,
    pub(crate) hang_up: bool,
    pub(crate) silent: bool,
}

pub(crate) struct Reject {
    pub(crate) status: u16,
    pub(crate) body: Option<String>,
    pub(crate) retry_after: Option<u64>,
}

/// The switches. Cloning gives another hand on the same ones.
#[derive(Clone)]
pub struct Faults(Shared<Board>);

#[derive(Default)]
struct Board {
    rules: Vec<Rule>,
    last: u64,
}

impl Faults {
    pub(crate) fn new() -> Self {
        Self(Shared::new(Board::default()))
    }

    /// The next `calls` calls at `at` meet the fault. Refusals and dropped answers queue up behind
    /// those set earlier; delays add up.
    pub fn next(&self, calls: u32, at: At, fault: Fault) -> FaultId {
        self.add(at, fault, Some(calls))
    }

    /// Every call at `at` meets the fault until it is cleared.
    pub fn until_cleared(&self, at: At, fault: Fault) -> FaultId {
        self.add(at, fault, None)
    }

    fn add(&self, at: At, fault: Fault, left: Option<u32>) -> FaultId {
        let mut board = self.0.lock();
        board.last += 1;
        let id = FaultId(board.last);
        board.rules.push(Rule { id, at, fault, left });
        id
    }

    /// Ends one fault; nothing happens when it ended already.
    pub fn clear(&self, id: FaultId) {
        self.0.lock().rules.retain(|rule| rule.id != id);
    }

    /// A good day for everybody.
    pub fn clear_all(&self) {
        self.0.lock().rules.clear();
    }

    /// The faults in force, oldest first.
    pub fn rules(&self) -> Vec<Rule> {
        self.0.lock().rules.clone()
    }

    /// Takes what is due for this call, out of the faults that can `happen` at this stage of it: all
    /// delays, and the oldest refusal or dropped answer.
    pub(crate) fn plan(&self, ask: &Ask<'_>, happen: impl Fn(&Fault) -> bool) -> Plan {
        let mut plan = Plan::default();
        let mut board = self.0.lock();
        for rule in board.rules.iter_mut().filter(|rule| rule.at.meets(ask) && happen(&rule.fault)) {
            let decided = plan.reject.is_some() || plan.hang_up || plan.silent;
            match &rule.fault {
                Fault::Slow(span) => plan.slow += *span,
                _ if decided => continue,
                Fault::DropAnswer => plan.hang_up = true,
                Fault::Silent => plan.silent = true,
                Fault::Reject { status, body, retry_after } => {
                    plan.reject = Some(Reject { status: *status, body: body.clone(), retry_after: *retry_after });
                }
            }
            rule.left = rule.left.map(|left| left.saturating_sub(1));
        }
        board.rules.retain(|rule| rule.left != Some(0));
        plan
    }

    /// Carries out an HTTP call under the faults that are due for it. `refuse` writes the provider's refusal.
    pub(crate) async fn around(
        &self,
        ask: &Ask<'_>,
        refuse: impl FnOnce(&Reject) -> Response,
        deed: impl Future<Output = Response>,
    ) -> Response {
        let plan = self.plan(ask, |_| true);
        pause(plan.slow / 2).await;
        if plan.silent {
            return std::future::pending().await;
        }
        let mut answer = match &plan.reject {
            Some(reject) => with_retry_after(refuse(reject), reject.retry_after),
            None => deed.await,
        };
        pause(plan.slow / 2).await;
        if plan.hang_up {
            answer.extensions_mut().insert(HangUp);
        }
        answer
    }
}

/// Sleeps, unless there is nothing to sleep for: the timer would still cost a millisecond.
pub(crate) async fn pause(span: Duration) {
    if !span.is_zero() {
        tokio::time::sleep(span).await;
    }
}

fn with_retry_after(mut answer: Response, seconds: Option<u64>) -> Response {
    if let Some(seconds) = seconds {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// How a call with this answer ends.
pub(crate) fn ending(answer: &Response) -> Ending {
    match answer.extensions().get::<HangUp>() {
        Some(HangUp) => Ending::Dropped,
        None => Ending::Answered(answer.status().as_u16()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan_for(faults: &Faults, number: &str) -> Plan {
        let who = [number.to_owned()];
        let ask = Ask { provider: Provider::MyOperator, call: "POST /chat/messages", who: &who };
        faults.plan(&ask, |_| true)
    }

    #[test]
    fn refusals_queue_and_run_out() {
        let faults = Faults::new();
        faults.next(1, At::phones(), Fault::reject(500));
        faults.next(1, At::phone("+91 1"), Fault::too_many(None));
        let statuses: Vec<_> = (0..3).map(|_| plan_for(&faults, "+911").reject.map(|reject| reject.status)).collect();
        assert_eq!(statuses, [Some(500), Some(429), None]);
    }

    #[test]
    fn another_number_is_left_alone() {
        let faults = Faults::new();
        let id = faults.until_cleared(At::phone("+912"), Fault::DropAnswer);
        assert!(!plan_for(&faults, "+911").hang_up);
        assert!(plan_for(&faults, "+912").hang_up);
        faults.clear(id);
        assert!(faults.rules().is_empty());
    }

    #[test]
    fn delays_add_up_beside_an_outcome() {
        let faults = Faults::new();
        faults.until_cleared(At::phones(), Fault::Slow(Duration::from_millis(2)));
        faults.next(1, At::phones(), Fault::DropAnswer);
        faults.until_cleared(At::phones(), Fault::Slow(Duration::from_millis(3)));
        let plan = plan_for(&faults, "+911");
        assert!(plan.hang_up && plan.slow == Duration::from_millis(5));
    }
}
