//! A bad day at a provider, on demand: slow, refusing, or doing the work and never saying so.

mod at;

pub use at::{At, Provider};

use crate::record::{Ending, Shared};
use crate::serve::HangUp;
use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use std::time::Duration;

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
