//! A certificate.

use facts::Time;
use serde::Deserialize;

facts::words! {
    /// How far a certificate is. What was issued before is served until its end, whatever becomes of the next.
    pub enum State {
        /// One is wanted, and no order is open.
        Wanted = "wanted",
        /// The directory has an order of ours.
        Ordered = "ordered",
        /// It is there, and good for some time.
        Issued = "issued",
        /// The directory did not give one. It is asked again later.
        Failed = "failed",
    }
}

facts::words! {
    /// Why there is no certificate, or no new one.
    pub enum Reason {
        /// The directory could not reach the domain, or found no address for it.
        NotReached = "not_reached",
        /// The domain leads to somebody who has another answer.
        WrongAnswer = "wrong_answer",
        /// A CAA record, or the directory's own rules, forbid it.
        Forbidden = "forbidden",
        /// The directory asks us to wait.
        RateLimited = "rate_limited",
        /// The directory does not answer, or is not well.
        DirectoryAway = "directory_away",
        /// The directory refused for another reason.
        Refused = "refused",
        /// It cannot be done here: a stored key cannot be opened.
        Ours = "ours",
    }
}

impl Reason {
    /// What that means, and what to do; `own` is where the domain has to lead.
    pub(crate) fn says(self, own: &str) -> String {
        match self {
            Reason::NotReached => format!(
                "The domain cannot be reached yet. Let it lead to {own} by a CNAME record, and see that port 80 is open. Then press “Check now”."
            ),
            Reason::WrongAnswer => format!(
                "The domain leads to another server. Let it lead to {own} by a CNAME record, and remove its other A and AAAA records. Then press “Check now”."
            ),
            Reason::Forbidden => {
                "A CAA record of the domain names other authorities. Remove it, or add ours to it. Then press “Check now”.".to_owned()
            }
            Reason::RateLimited => "The authority asks us to wait. We try again by ourselves; nothing has to be done.".to_owned(),
            Reason::DirectoryAway => "The authority does not answer. We try again by ourselves; nothing has to be done.".to_owned(),
            Reason::Refused => "The authority refuses it. We try again by ourselves; ask us if it stays so.".to_owned(),
            Reason::Ours => "It cannot be done at the moment. The fault is ours; ask us if it stays so.".to_owned(),
        }
    }
}

/// A certificate, as its row is shown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Certificate {
    pub domain: String,
    pub state: State,
    pub reason: Option<Reason>,
    /// What the directory said, in its own words.
    pub note: Option<String>,
    /// Until when the one that is served is good.
    pub not_after: Option<Time>,
    /// When we come back to it by ourselves.
    pub next_at: Option<Time>,
}

/// A certificate, as its order goes on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Ordering {
    pub state: State,
    pub order_url: Option<String>,
    pub order_key: Option<Vec<u8>>,
    pub ordered_at: Option<Time>,
    pub challenge: Option<String>,
    pub not_after: Option<Time>,
    pub failures: i64,
    pub tried_at: Time,
    pub next_at: Option<Time>,
}
