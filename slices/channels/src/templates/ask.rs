//! Asking for a tenant's templates: a page at a time, every day, on demand, and soon after a call about one.

use super::rows;
use crate::classes::{Class, Failure};
use crate::provider::Provider;
use crate::whatsapp::templates::Page;
use crate::world::Channels;
use async_trait::async_trait;
use facts::settings::CredentialsChanged;
use facts::{Fact, Time};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Ended, Errand, Error, Next, Reaction, Result, Stated, Timer, Trip, Tx};

/// How often Meta is asked in any case.
const EVERY: Duration = Duration::from_secs(86_400);
/// How soon after a call about one: what else is told in these seconds is seen by the same look.
const SOON: Duration = Duration::from_secs(30);
/// The waits before a look that failed is tried again; after the last it waits for tomorrow.
const WAITS: [Duration; 3] = [Duration::from_secs(10), Duration::from_secs(60), Duration::from_secs(600)];
/// How long Meta is left alone where it says that it is asked too fast and not for how long.
const SLOW_DOWN: Duration = Duration::from_secs(60);

/// Begins a look at the tenant's templates.
pub(super) async fn begin(tx: &mut Tx) -> Result<()> {
    rows::begin(tx).await?;
    tx.send(AskTemplates { begun: tx.now(), after: None }).await?;
    tx.at(tx.now().after(EVERY), AskDaily {}).await
}

/// Has Meta asked soon, whatever it is about: an answer is never out of order.
pub(super) async fn soon(tx: &mut Tx) -> Result<()> {
    tx.at(tx.now().after(SOON), AskDaily {}).await
}

/// Has Meta asked now, because somebody wants to know.
pub(super) struct AskNow {
    /// Whether the tenant has said which business account is theirs.
    pub known: bool,
}

impl Command for AskNow {
    const NAME: &'static str = "ask_for_templates";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        if !self.known {
            let says = "Nobody knows your business account at Meta: give its id as waba_id, with the credentials of meta.";
            return Err(Error::conflict("no_business_account", says));
        }
        begin(tx).await
    }
}

/// Asks for a page, and then for the next.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AskTemplates {
    /// When the look began that it belongs to.
    begun: Time,
    after: Option<String>,
}

impl Errand for AskTemplates {
    const NAME: &'static str = "ask_for_templates";
    type World = Channels;
    /// Nothing where it is not said whose they are.
    type Back = Result<Result<Option<Page>, Failure>>;

    fn key(&self) -> Option<String> {
        Some(self.after.clone().unwrap_or_default())
    }

    async fn go(&self, world: &Channels, trip: &Trip) -> Self::Back {
        world.ask_for_templates(trip.tenant, self.after.as_deref()).await
    }

    async fn back(&self, _: &Channels, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        let page = match brought {
            Ok(Ok(Some(page))) => page,
            Ok(Ok(None)) => {
                tx.stop(AskDaily::NAME, &AskDaily {}.key()).await?;
                return ended(tx, Ended::done("no business account is set")).await;
            }
            Ok(Err(failure)) => return ended(tx, after(tx.now(), trip, failure)).await,
            Err(error) => {
                let failure = Failure::new(Class::Transient, format!("the credentials cannot be read: {}", error.message()));
                return ended(tx, after(tx.now(), trip, &failure)).await;
            }
        };
        rows::keep(tx, &page.seen, self.begun, trip.started_at).await?;
        match &page.next {
            Some(next) => {
                tx.send(Self { begun: self.begun, after: Some(next.clone()) }).await?;
            }
            None => rows::end(tx, self.begun).await?,
        }
        Ok(Ended::done(format!("{} templates", page.seen.len())))
    }
}

/// Notes why a look came to nothing, for whoever waits for it.
async fn ended(tx: &mut Tx, ended: Ended) -> Result<Ended> {
    rows::fail(tx, &ended.note).await?;
    Ok(ended)
}

/// What becomes of a look that brought nothing. It is tried again tomorrow in any case, so nothing waits for a person.
fn after(now: Time, trip: &Trip, failure: &Failure) -> Ended {
    let wait = usize::try_from(trip.failures).ok().and_then(|failures| WAITS.get(failures));
    let next = match (failure.class, wait) {
        (Class::RateLimited | Class::PairLimited, _) => Next::Pause(now.after(failure.retry_after.unwrap_or(SLOW_DOWN))),
        (Class::Transient | Class::Unknown, Some(wait)) => Next::Again(now.after(*wait)),
        _ => Next::Done,
    };
    Ended::new(next, failure.class.as_str(), failure.reason.clone())
}

/// Asks every day.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AskDaily {}

impl Timer for AskDaily {
    const NAME: &'static str = "ask_for_templates";

    fn key(&self) -> String {
        "next".to_owned()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        begin(tx).await
    }
}

/// Asks as soon as somebody gives an account at Meta.
pub(crate) struct AskNewAccount;

#[async_trait]
impl Reaction for AskNewAccount {
    fn name(&self) -> &'static str {
        "ask_for_templates_of_new_account"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[CredentialsChanged::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        match fact.read::<CredentialsChanged>()? {
            Some(changed) if changed.provider == Provider::Meta.as_str() => begin(tx).await,
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::{ErrandId, Id, TenantId};
    use uuid::Uuid;

    #[test]
    fn a_look_that_failed_is_tried_three_times_and_then_tomorrow() {
        let now = Time(1_000);
        let trip = |failures| Trip {
            id: ErrandId::from_uuid(Uuid::nil()),
            tenant: TenantId::from_uuid(Uuid::nil()),
            try_number: 1,
            failures,
            reopened: false,
            created_at: now,
            started_at: now,
        };
        let next = |class, failures| after(now, &trip(failures), &Failure::new(class, "x")).next;
        for (failures, wait) in WAITS.iter().enumerate() {
            assert_eq!(next(Class::Transient, i64::try_from(failures).unwrap()), Next::Again(now.after(*wait)));
        }
        assert_eq!(next(Class::Unknown, 3), Next::Done);
        assert_eq!(next(Class::Permanent, 0), Next::Done);
        assert_eq!(next(Class::RateLimited, 9), Next::Pause(now.after(SLOW_DOWN)));
    }
}
