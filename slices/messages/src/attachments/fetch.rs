//! Fetching what came: an errand that asks the provider, holds what comes against what was told, and keeps it.

use super::rows::{Settled, settle, wait_again};
use super::{Attachment, Fetched, attachment, kinds};
use crate::world::World;
use channels::{Class, Enclosed, Failure, Provider};
use facts::messages::AttachmentFetched;
use facts::{FileId, TenantId, Time};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Ended, Errand, Error, Lane, Next, Result, Trip, Tx};

/// The waits before a fetch that failed is tried again; after the last it could not be had.
const WAITS: [Duration; 5] = [
    Duration::from_secs(10),
    Duration::from_secs(60),
    Duration::from_secs(600),
    Duration::from_secs(3_600),
    Duration::from_secs(6 * 3_600),
];
/// How long a provider is left alone that says it is asked too fast and not for how long.
const SLOW_DOWN: Duration = Duration::from_secs(60);

/// Fetches one file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FetchAttachment {
    pub file_id: FileId,
    pub provider: Provider,
}

/// What a trip came to.
pub(crate) enum Brought {
    /// Nobody waits for it: it is here, or its row is gone.
    Unwanted,
    /// Its bytes are kept.
    Kept { kind: String, sha256: String, size: i64 },
    /// It was not had.
    Failed(Failure),
}

impl Errand for FetchAttachment {
    const NAME: &'static str = "fetch_attachment";
    type World = World;
    type Back = Brought;
    /// A file lies in memory on its way.
    const LANE_PLACES: usize = 2;
    const PLACES: usize = 4;

    fn lane(&self, tenant: TenantId) -> Lane {
        Lane::open(format!("attachments/{}/{tenant}", self.provider))
    }

    fn key(&self) -> Option<String> {
        Some(self.file_id.to_string())
    }

    async fn go(&self, world: &World, trip: &Trip) -> Brought {
        let it = match attachment(&mut world.db.read_main(trip.tenant), self.file_id).await {
            Ok(it) => it.filter(|it| it.state == Fetched::Waiting),
            Err(error) => return later(&error),
        };
        let Some(it) = it else { return Brought::Unwanted };
        let fetched = match world.channels.fetch(trip.tenant, self.provider, &enclosed(&it)).await {
            Ok(fetched) => fetched,
            Err(failure) => return Brought::Failed(failure),
        };
        let said = if it.kind == OCTETS { &fetched.kind } else { &it.kind };
        let (kind, size) = (kinds::kind(said, &fetched.bytes), i64::try_from(fetched.bytes.len()).unwrap_or(i64::MAX));
        match world.depot.keep(trip.tenant, self.file_id, fetched.bytes).await {
            Ok(sha256) => Brought::Kept { kind, sha256, size },
            Err(error) => later(&error),
        }
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Brought) -> Result<Ended> {
        match brought {
            Brought::Unwanted => {
                self.clear_up(tx).await?;
                Ok(Ended::done("Nobody waits for it."))
            }
            Brought::Kept { kind, sha256, size } => {
                let settled = Settled { state: Fetched::Kept, kind: Some(kind), sha256, size: *size, reason: None };
                self.end(tx, &settled).await?;
                Ok(Ended::done(format!("{size} bytes")))
            }
            Brought::Failed(failure) => match after(tx.now(), trip.failures, failure) {
                Some(next) => Ok(Ended::new(next, failure.class.as_str(), failure.reason.clone())),
                None => {
                    let settled = Settled { state: Fetched::Failed, kind: None, sha256: "", size: 0, reason: Some(&failure.reason) };
                    self.end(tx, &settled).await?;
                    Ok(Ended::new(Next::Done, failure.class.as_str(), failure.reason.clone()))
                }
            },
        }
    }
}

/// What a file is of which nobody says anything.
const OCTETS: &str = "application/octet-stream";

fn later(error: &Error) -> Brought {
    Brought::Failed(Failure::new(Class::Transient, error.message()))
}

fn enclosed(it: &Attachment) -> Enclosed {
    let told = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Enclosed { reference: it.reference.clone(), kind: it.kind.clone(), name: told(&it.name), sha256: told(&it.told_sha256) }
}

/// What follows a try that brought nothing; nothing where it is the last.
fn after(now: Time, failures: i64, failure: &Failure) -> Option<Next> {
    let wait = usize::try_from(failures).ok().and_then(|failures| WAITS.get(failures));
    match failure.class {
        Class::RateLimited => Some(Next::Pause(now.after(failure.retry_after.unwrap_or(SLOW_DOWN)))),
        Class::Transient => wait.map(|wait| Next::Again(now.after(*wait))),
        _ => None,
    }
}

impl FetchAttachment {
    async fn end(&self, tx: &mut Tx, settled: &Settled<'_>) -> Result<()> {
        match settle(tx, self.file_id, settled).await? {
            Some(received_id) => {
                let state = settled.state.as_str().to_owned();
                tx.state(AttachmentFetched { file_id: self.file_id, received_id, state }).await.map(drop)
            }
            None => self.clear_up(tx).await,
        }
    }

    /// Whoever erased it may have done so before these bytes came.
    async fn clear_up(&self, tx: &mut Tx) -> Result<()> {
        match attachment(tx, self.file_id).await? {
            Some(_) => Ok(()),
            None => files::remove(tx, vec![self.file_id]).await,
        }
    }
}

/// Asks once more for a file that could not be had, which the provider may still have.
#[derive(Debug, Clone, Copy)]
pub struct FetchAgain(pub FileId);

impl Command for FetchAgain {
    const NAME: &'static str = "fetch_attachment_again";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        match wait_again(tx, self.0).await? {
            Some(provider) => {
                let provider = provider.parse().map_err(Error::internal)?;
                tx.send(FetchAttachment { file_id: self.0, provider }).await.map(drop)
            }
            // Asked for twice, it is asked for already.
            None => attachment(tx, self.0).await?.map(drop).ok_or_else(|| Error::not_found("attachment")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fetch_is_tried_five_times_more() {
        let now = Time(1_000);
        let next = |class, failures| after(now, failures, &Failure::new(class, "x"));
        for (failures, wait) in WAITS.iter().enumerate() {
            assert_eq!(next(Class::Transient, i64::try_from(failures).unwrap()), Some(Next::Again(now.after(*wait))));
        }
        assert_eq!(next(Class::Transient, 5), None);
        assert_eq!(next(Class::Permanent, 0), None);
        assert_eq!(next(Class::RateLimited, 99), Some(Next::Pause(now.after(SLOW_DOWN))));
    }
}
