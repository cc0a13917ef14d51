//! What customers wrote by Twilio while nobody answered its calls: it repeats none, so it is asked for. As the program starts, as an account is
//! given, and every ten minutes its list is read from where the last look ended, page by page, and what is new is kept as if it had been called.

use crate::commands::{calls_of, take_in};
use crate::rows;
use crate::world::World;
use async_trait::async_trait;
use channels::{Class, Failure, Listed, Listing, Mark, Provider};
use facts::settings::CredentialsChanged;
use facts::{Fact, TenantId, Time};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Db, Ended, Errand, Error, Look, Next, Reaction, Result, Stated, Timer, Trip, Tx, Who};

/// Who is asked.
const PROVIDER: Provider = Provider::Twilio;
/// How often is asked.
const EVERY: Duration = Duration::from_secs(600);
/// How much of what was looked at before is looked at once more: clocks differ, and what comes in is listed a little later.
const OVERLAP: Duration = Duration::from_secs(900);
/// How far back is asked, however long nobody could.
const BACK: Duration = Duration::from_secs(3 * 24 * 3_600);
/// How long an account is left alone that is refused. New credentials are tried at once.
const REFUSED: Duration = Duration::from_secs(6 * 3_600);
/// When an account is tried once more that was given while, or just before, it was asked: by credentials that are no more, perhaps.
const GIVEN_LATELY: Duration = Duration::from_secs(10);
/// The waits before a page that did not come is asked for again; after the last the whole look begins anew.
const WAITS: [Duration; 3] = [Duration::from_secs(10), Duration::from_secs(60), Duration::from_secs(300)];
/// How long Twilio is left alone where it says that it is asked too fast and not for how long.
const SLOW_DOWN: Duration = Duration::from_secs(60);
/// The most trips of a look, so that a list without an end has one.
const MOST: u32 = 2_000;

/// Asks for a page, and then for the next.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AskForInbound {
    /// What was written from then on is asked for.
    since: Time,
    /// When the look began that it belongs to.
    begun: Time,
    /// Which trip of the look it is.
    trip: u32,
    mark: Mark,
}

impl Errand for AskForInbound {
    const NAME: &'static str = "ask_for_inbound";
    type World = World;
    /// Nothing where there is no account any more.
    type Back = Result<Option<Listing>, Failure>;
    const PLACES: usize = 16;

    fn key(&self) -> Option<String> {
        Some(self.trip.to_string())
    }

    async fn go(&self, world: &World, trip: &Trip) -> Self::Back {
        let Some(mut listing) = world.channels.list_inbound(trip.tenant, &self.mark, self.since.before(OVERLAP)).await? else {
            return Ok(None);
        };
        let unseen = |error: Error| Failure::new(Class::Transient, error.message());
        let mut look = world.db.read_main(trip.tenant);
        let new: Vec<Listed> = unheard(&mut look, &listing.listed).await.map_err(unseen)?.into_iter().cloned().collect();
        listing.listed = new;
        let patient = usize::try_from(trip.failures).is_ok_and(|failures| failures < WAITS.len());
        if world.channels.ask_for_files(trip.tenant, &mut listing.listed, patient).await? {
            listing.next = Some(self.mark.clone());
        }
        Ok(Some(listing))
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Self::Back) -> Result<Ended> {
        let listing = match brought {
            Ok(Some(listing)) => listing,
            Ok(None) => {
                tx.stop(AskAgain::NAME, KEY).await?;
                self.unless_given_lately(tx, trip).await?;
                return Ok(Ended::done("there is no account at Twilio"));
            }
            Err(failure) => return self.failed(tx, trip, failure).await,
        };
        // Whatever was called about since it was listed is there.
        let new = unheard(tx, &listing.listed).await?;
        for one in &new {
            take_in(tx, PROVIDER, one, trip.reopened).await?;
        }
        match &listing.next {
            Some(mark) if self.trip < MOST => {
                next(tx, EVERY, self.since).await?;
                tx.send(Self { since: self.since, begun: self.begun, trip: self.trip + 1, mark: mark.clone() }).await?;
            }
            Some(_) => tracing::error!(tenant = %trip.tenant, "Twilio's list of what came in has no end"),
            None => next(tx, EVERY, self.begun).await?,
        }
        Ok(Ended::done(format!("{} messages of which nobody had told", new.len())))
    }
}

impl AskForInbound {
    /// What becomes of a look that brought nothing. It begins anew by itself, from the same moment on, so nothing waits for a person.
    async fn failed(&self, tx: &mut Tx, trip: &Trip, failure: &Failure) -> Result<Ended> {
        let then = after(tx.now(), trip.failures, failure);
        if failure.class == Class::Permanent {
            next(tx, REFUSED, self.since).await?;
            self.unless_given_lately(tx, trip).await?;
        }
        Ok(Ended::new(then, failure.class.as_str(), failure.reason.clone()))
    }

    /// Has a new account asked soon, whatever came of the one before. It is looked at after the timer was written: whoever gives an account in
    /// this moment sets the timer after this commit.
    async fn unless_given_lately(&self, tx: &mut Tx, trip: &Trip) -> Result<()> {
        if settings::changed_since(tx, PROVIDER.as_str(), trip.started_at).await? {
            next(tx, GIVEN_LATELY, self.since).await
        } else {
            Ok(())
        }
    }
}

fn after(now: Time, failures: i64, failure: &Failure) -> Next {
    let wait = usize::try_from(failures).ok().and_then(|failures| WAITS.get(failures));
    match (failure.class, wait) {
        (Class::RateLimited | Class::PairLimited, _) => Next::Pause(now.after(failure.retry_after.unwrap_or(SLOW_DOWN))),
        (Class::Transient | Class::Unknown, Some(wait)) => {
            Next::Again(now.after(failure.retry_after.map_or(*wait, |asked| asked.max(*wait))))
        }
        _ => Next::Done,
    }
}

/// Those of them that are not kept yet.
async fn unheard<'a>(look: &mut impl Look, listed: &'a [Listed]) -> Result<Vec<&'a Listed>> {
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = listed.iter().map(|one| one.provider_id.as_str()).collect();
    let calls: Vec<String> = listed.iter().flat_map(|one| calls_of(&one.provider_id)).collect();
    let kept = rows::kept(look, PROVIDER, &ids, &calls.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    // Called about and kept, but not to be applied yet, is heard as well: it is tried by itself.
    let heard = |one: &Listed| kept.contains(&one.provider_id) || calls_of(&one.provider_id).iter().any(|call| kept.contains(call));
    Ok(listed.iter().filter(|one| !heard(one)).collect())
}

const KEY: &str = "next";

/// Asks again, from where the last look that came to its end began.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AskAgain {
    since: Time,
}

impl Timer for AskAgain {
    const NAME: &'static str = "ask_for_inbound";

    fn key(&self) -> String {
        KEY.to_owned()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let (begun, since) = (tx.now(), self.since.max(tx.now().before(BACK)));
        tx.send(AskForInbound { since, begun, trip: 0, mark: Mark::first() }).await?;
        next(tx, EVERY, since).await
    }
}

/// Has it asked in a while for what was written from a time on.
async fn next(tx: &mut Tx, wait: Duration, since: Time) -> Result<()> {
    tx.at(tx.now().after(wait), AskAgain { since }).await
}

/// Has it asked now; from now on, where it never was.
async fn now(tx: &mut Tx) -> Result<()> {
    tx.no_later(tx.now(), AskAgain { since: tx.now() }).await
}

/// Has Twilio asked as the program starts, where the first tenant has an account there. Every other tenant's next look has come by then, or comes within ten
/// minutes.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn ask_at_start(db: &Db, credentials: &settings::Credentials, first: TenantId) -> Result<()> {
    match credentials.find::<serde_json::Value>(first, PROVIDER.as_str()).await {
        Ok(Some(_)) => db.run(&Who::system(first, AskAgain::NAME), AskNow).await,
        Ok(None) => Ok(()),
        // Whoever looks at the channels is told; the rest of the shop goes on.
        Err(error) => {
            tracing::warn!(error = error.message(), "Twilio is not asked for what came in");
            Ok(())
        }
    }
}

struct AskNow;

impl Command for AskNow {
    const NAME: &'static str = "ask_for_inbound_now";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        now(tx).await
    }
}

/// Asks as soon as somebody gives an account at Twilio.
pub(crate) struct AskNewAccount;

#[async_trait]
impl Reaction for AskNewAccount {
    fn name(&self) -> &'static str {
        "ask_for_inbound_of_new_account"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[CredentialsChanged::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        match fact.read::<CredentialsChanged>()? {
            Some(changed) if changed.provider == PROVIDER.as_str() => now(tx).await,
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_look_that_failed() {
        let now = Time(1_000);
        let next = |class, failures, asked| after(now, failures, &Failure::new(class, "x").retry_after(asked));
        for (failures, wait) in (0..).zip(WAITS) {
            assert_eq!(next(Class::Transient, failures, None), Next::Again(now.after(wait)));
        }
        let long = Duration::from_secs(1_000);
        assert_eq!(next(Class::Unknown, 0, Some(long)), Next::Again(now.after(long)), "what Twilio asks for is heeded");
        assert_eq!(next(Class::Transient, 3, None), Next::Done);
        assert_eq!(next(Class::Permanent, 0, None), Next::Done);
        assert_eq!(next(Class::RateLimited, 9, None), Next::Pause(now.after(SLOW_DOWN)));
        assert_eq!(next(Class::RateLimited, 9, Some(long)), Next::Pause(now.after(long)));
    }
}
