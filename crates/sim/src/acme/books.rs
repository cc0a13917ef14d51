//! What the directory has written down.

use super::wire::Problem;
use facts::Time;
use rcgen::CertificateSigningRequestParams;
use std::collections::HashSet;
use std::time::Duration;

/// Visits to a name that may be in vain within an hour.
const IN_VAIN: usize = 5;
const HOUR: Duration = Duration::from_secs(3_600);
/// How long an order may be open.
const OPEN: Duration = Duration::from_secs(7 * 86_400);

/// A certificate that was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The name that it is for.
    pub domain: String,
    /// Its number, from 1.
    pub serial: u64,
    /// Until when it is good.
    pub not_after: Time,
}

/// A visit to a name, to see whether it is the client's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The name.
    pub domain: String,
    /// When.
    pub at: Time,
    /// Whether the right answer was there.
    pub found: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Pending,
    /// The name is being visited; as an order it is still pending.
    Visited,
    Ready,
    Processing,
    Valid,
    Invalid,
}

pub(super) struct Account {
    /// The public point, uncompressed.
    pub(super) key: Vec<u8>,
    /// RFC 7638.
    pub(super) thumbprint: String,
}

pub(super) struct Order {
    pub(super) account: usize,
    pub(super) domain: String,
    pub(super) status: Status,
    pub(super) token: String,
    pub(super) expires: Time,
    pub(super) error: Option<Problem>,
    pub(super) asked: Option<(CertificateSigningRequestParams, Time)>,
    pub(super) chain: Option<String>,
}

pub(super) struct Books {
    pub(super) nonces: HashSet<String>,
    pub(super) refuse_nonces: u32,
    pub(super) accounts: Vec<Account>,
    pub(super) orders: Vec<Order>,
    pub(super) issued: Vec<Issued>,
    pub(super) visits: Vec<Visit>,
    pub(super) turned_away: u32,
    pub(super) takes: Duration,
    pub(super) good_for: Duration,
}

impl Default for Books {
    fn default() -> Self {
        Self {
            nonces: HashSet::new(),
            refuse_nonces: 0,
            accounts: Vec::new(),
            orders: Vec::new(),
            issued: Vec::new(),
            visits: Vec::new(),
            turned_away: 0,
            takes: Duration::ZERO,
            good_for: Duration::from_secs(90 * 86_400),
        }
    }
}

impl Books {
    /// The order for this name: the one that is still open, as Boulder does it, or a new one.
    pub(super) fn open(&mut self, account: usize, domain: &str, token: String, now: Time) -> usize {
        let open = |order: &Order| {
            order.account == account
                && order.domain == domain
                && now < order.expires
                && matches!(order.status, Status::Pending | Status::Visited | Status::Ready)
        };
        if let Some(open) = self.orders.iter().position(open) {
            return open;
        }
        self.orders.push(Order {
            account,
            domain: domain.to_owned(),
            status: Status::Pending,
            token,
            expires: now.after(OPEN),
            error: None,
            asked: None,
            chain: None,
        });
        self.orders.len() - 1
    }

    /// Whether a name was visited in vain too often of late.
    pub(super) fn is_barred(&self, domain: &str, now: Time) -> bool {
        let of_late = |visit: &&Visit| visit.domain == domain && !visit.found && now.since(visit.at) < HOUR;
        self.visits.iter().filter(of_late).count() >= IN_VAIN
    }
}
