//! The errand that gets a certificate: a step at a time, each kept before the next.

use super::directory::{self, Step, Way};
use super::model::{Ordering, Reason, State};
use super::rules::{self, Event};
use super::{Acme, Office, RenewCertificate, keys, moved, places, rows};
use facts::{TenantId, Time};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Ended, Errand, Lane, Next, Result, Trip, Tx};

/// How long all requests of one step may take together.
const PATIENCE: Duration = Duration::from_secs(45);
/// Steps in any one second, of all tenants: each is a handful of requests, and a directory takes twenty.
const PER_SECOND: u32 = 2;

/// Gets a certificate for a domain.
#[derive(Debug, Serialize, Deserialize)]
pub(in super::super) struct OrderCertificate {
    pub domain: String,
}

/// What a trip brings back.
pub(in super::super) enum Brought {
    /// Certificates are switched off.
    Off,
    /// Nobody wants one for this name any more.
    Gone,
    /// There is no account, and no key for one.
    Keyless,
    /// A step was made.
    Went(Went),
}

/// A step that was made.
pub(in super::super) struct Went {
    /// Our account's address, where the directory has only now said it.
    account: Option<String>,
    /// The order that the step was about.
    order_url: Option<String>,
    step: Step,
    retry_after: Option<Duration>,
}

impl Errand for OrderCertificate {
    const NAME: &'static str = "order_certificate";
    type World = Office;
    type Back = Brought;

    fn lane(&self, _: TenantId) -> Lane {
        Lane { name: "acme".to_owned(), per_second: Some(PER_SECOND) }
    }

    fn key(&self) -> Option<String> {
        Some(self.domain.clone())
    }

    async fn go(&self, office: &Office, trip: &Trip) -> Brought {
        let Some(acme) = &office.acme else { return Brought::Off };
        let way = Way::new(office.http.clone(), office.db.clock().clone(), &acme.directory);
        let gone = tokio::time::timeout(PATIENCE, self.step(office, acme, &way, trip.tenant)).await;
        let trouble = |reason, note: &str| {
            Brought::Went(Went { account: None, order_url: None, step: Step::Trouble(reason, note.to_owned()), retry_after: None })
        };
        match gone {
            Ok(Ok(brought)) => brought,
            Ok(Err(error)) => trouble(Reason::Ours, error.message()),
            Err(_) => trouble(Reason::DirectoryAway, "it took too long"),
        }
    }

    async fn back(&self, office: &Office, tx: &mut Tx, trip: &Trip, brought: &Brought) -> Result<Ended> {
        match (brought, &office.acme) {
            (Brought::Went(went), Some(acme)) => {
                if let Some(url) = &went.account {
                    rows::account_at(tx, &acme.directory, Some(url)).await?;
                }
                match rows::hold(tx, &self.domain).await? {
                    Some(row) => self.write(office, acme, tx, trip, &row, went).await,
                    None => Ok(Ended::done("nobody wants it any more")),
                }
            }
            (Brought::Keyless, Some(acme)) => {
                let key = keys::make(tx, &office.vault, &places::account(&acme.directory))?;
                rows::new_account(tx, &acme.directory, key).await?;
                Ok(Ended::new(Next::Wait(tx.now()), "keyed", "our account has a key"))
            }
            (Brought::Gone, _) => Ok(Ended::done("nobody wants it any more")),
            _ => Ok(Ended::done("certificates are switched off")),
        }
    }
}

impl OrderCertificate {
    /// One step: whatever it needs is read first, and nothing is open while the directory is asked.
    async fn step(&self, office: &Office, acme: &Acme, way: &Way, tenant: TenantId) -> Result<Brought> {
        let row = rows::ordering(&mut office.db.read_main(tenant), &self.domain).await?;
        let Some(row) = row.filter(|row| matches!(row.state, State::Wanted | State::Ordered)) else { return Ok(Brought::Gone) };
        let Some(known) = rows::account(&office.db, &acme.directory).await? else { return Ok(Brought::Keyless) };
        let account_key = keys::open(&office.vault, &places::account(&acme.directory), &known.locked_key)?;
        let key = row.order_key.as_ref().map(|locked| keys::open(&office.vault, &places::key(tenant, &self.domain), locked)).transpose()?;
        let (account, step) = match way.account(account_key, known.url.clone(), acme.email.as_deref()).await {
            Ok(account) => {
                let step = directory::step(&account, &self.domain, &row, key.as_ref()).await;
                (known.url.is_none().then(|| account.id().to_owned()), step)
            }
            Err(step) => (None, step),
        };
        Ok(Brought::Went(Went { account, order_url: row.order_url, step, retry_after: way.retry_after() }))
    }

    async fn write(&self, office: &Office, acme: &Acme, tx: &mut Tx, trip: &Trip, row: &Ordering, went: &Went) -> Result<Ended> {
        let now = tx.now();
        if let Step::Trouble(reason, note) = &went.step {
            return self.trouble(tx, trip, row, (*reason, note), went.retry_after).await;
        }
        // The domain was removed and added again meanwhile, or its order was.
        if row.order_url != went.order_url {
            return Ok(Ended::new(Next::Wait(now), "overtaken", "the order is another one now"));
        }
        let domain = &self.domain;
        match &went.step {
            Step::Placed { order_url, challenge } => {
                let key = keys::make(tx, &office.vault, &places::key(tx.tenant(), domain))?;
                rows::placed(tx, domain, rules::next(row.state, Event::Placed)?, order_url, key).await?;
                if let Some((token, answer)) = challenge {
                    rows::challenge(tx, domain, token, answer).await?;
                }
                Ok(Ended::new(Next::Wait(now), "placed", order_url.as_str()))
            }
            Step::Challenged { token, answer } => {
                rows::challenge(tx, domain, token, answer).await?;
                Ok(Ended::new(Next::Wait(now), "challenged", ""))
            }
            Step::Lost => {
                rows::lost(tx, domain, rules::next(row.state, Event::Lost)?).await?;
                Ok(Ended::new(Next::Wait(now), "lost", "the directory no longer knows the order"))
            }
            Step::NoAccount => {
                rows::account_at(tx, &acme.directory, None).await?;
                Ok(Ended::new(Next::Again(rules::again(1, now)), "no_account", "the directory no longer knows our account"))
            }
            Step::Issued { chain, not_before, not_after } => self.issued(office, tx, row, (chain, *not_before, *not_after)).await,
            Step::Refused(reason, note) => self.refused(tx, row, *reason, note).await,
            Step::Waiting | Step::Trouble(..) => {
                Ok(Ended::new(Next::Wait(rules::look_again(row.ordered_at.unwrap_or(now), went.retry_after, now)), "waiting", ""))
            }
        }
    }

    async fn issued(&self, office: &Office, tx: &mut Tx, row: &Ordering, (chain, from, to): (&str, Time, Time)) -> Result<Ended> {
        let state = rules::next(row.state, Event::Issued)?;
        let locked = office.vault.lock(&places::chain(tx.tenant(), &self.domain), chain)?;
        let chance = rand::Rng::random_range(tx.dice(), 0..=1_000);
        let renewal = rules::renewal(from, to, chance).max(tx.now().after(rules::GAP));
        rows::issued(tx, &self.domain, state, locked, to, renewal).await?;
        tx.at(renewal, RenewCertificate { domain: self.domain.clone() }).await?;
        moved(tx, &self.domain, state, None, Some(to)).await?;
        Ok(Ended::new(Next::Done, "issued", ""))
    }

    async fn refused(&self, tx: &mut Tx, row: &Ordering, reason: Reason, note: &str) -> Result<Ended> {
        let state = rules::next(row.state, Event::Refused)?;
        let again = rules::again(row.failures + 1, tx.now());
        rows::refused(tx, &self.domain, state, reason, note, again).await?;
        tx.at(again, RenewCertificate { domain: self.domain.clone() }).await?;
        moved(tx, &self.domain, state, Some(reason), row.not_after).await?;
        tracing::warn!(domain = self.domain, %reason, note, "no certificate");
        Ok(Ended::new(Next::Done, "refused", format!("{reason}: {note}")))
    }

    /// The order stays, and is gone on with.
    async fn trouble(
        &self,
        tx: &mut Tx,
        trip: &Trip,
        row: &Ordering,
        (reason, note): (Reason, &str),
        wait: Option<Duration>,
    ) -> Result<Ended> {
        let Some(at) = rules::ask_again(trip.failures, wait, tx.now()) else { return self.refused(tx, row, reason, note).await };
        rows::trouble(tx, &self.domain, reason, note, at).await?;
        Ok(Ended::new(Next::Again(at), reason.as_str(), note))
    }
}
