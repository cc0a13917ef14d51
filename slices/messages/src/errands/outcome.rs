//! What a trip came to, written down: the message's state, the fact, and what becomes of the errand.

use super::deliver::Trial;
use super::pace;
use crate::life::{self, Event};
use crate::model::{Message, Urgency};
use crate::queries;
use crate::rows::{self, Change};
use crate::stops;
use channels::{Class, Failure, Outcome, Sent};
use facts::Time;
use facts::messages::Channel;
use std::time::Duration;
use store::{Ended, Next, Result, Trip, Tx};

/// The longest silence of a lane that is asked too fast.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The longest silence that a provider may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(3_600);
/// How long a message waits that could not be looked at.
const BLINK: Duration = Duration::from_secs(5);

/// The class of a try that could not even look at its message.
pub(super) const NOT_SEEN: &str = "not_seen";

/// The message was not seen: nothing was called.
pub(super) fn unseen(tx: &Tx, error: Option<&store::Error>) -> Ended {
    match error {
        Some(error) => Ended::new(Next::Wait(tx.now().after(BLINK)), NOT_SEEN, error.to_string()),
        None => Ended::done("the message is no more"),
    }
}

/// The message was seen, and this was done about it.
pub(super) async fn write(tx: &mut Tx, trip: &Trip, message: &Message, trial: &Trial) -> Result<Ended> {
    match trial {
        Trial::Settled => Ok(Ended::done(format!("nothing to do: it is {}", message.state))),
        Trial::Held(until) => Ok(Ended::new(Next::Wait(*until), "held", "the provider may have it: waiting for its receipt")),
        Trial::Quiet(until) => Ok(Ended::new(Next::Wait(*until), "quiet", "its reader's quiet hours are on")),
        Trial::Expired => {
            let reason = "it came too late to be of use";
            end(tx, message, Event::Expired, "expired", Change { reason: Some(reason.to_owned()), ..Change::default() }).await
        }
        Trial::Stopped(reason) => {
            let change = Change { class: Some(Class::Suppressed), reason: Some(reason.clone()), ..Change::default() };
            end(tx, message, Event::Suppressed, "suppressed", change).await
        }
        Trial::Orphaned => {
            let until = tx.now().after(pace::hold(tx, message.channel).await?);
            let reason = "the process stopped while this was being sent: the provider may have it";
            let change =
                Change { class: Some(Class::Unknown), reason: Some(reason.to_owned()), retry_at: Some(until), ..Change::default() };
            step(tx, message, Event::Lost, change, Ended::new(Next::Wait(until), "unknown", reason)).await
        }
        Trial::Called { sent, perhaps_again } => {
            let mut ended = called(tx, trip, message, sent).await?;
            for (provider, failure) in &sent.others {
                ended.note = format!("{} ({provider}: {})", ended.note, failure.reason);
            }
            if *perhaps_again || sent.perhaps_twice() {
                ended.note = format!("possible repeat: {}", ended.note);
            }
            Ok(ended)
        }
    }
}

async fn called(tx: &mut Tx, trip: &Trip, message: &Message, sent: &Sent) -> Result<Ended> {
    let by = Change { provider: sent.provider.map(|provider| provider.to_string()), ..Change::default() };
    let failure = match &sent.outcome {
        Outcome::Accepted { provider_id } => {
            let note = provider_id.clone().unwrap_or_default();
            let change = Change { provider_id: provider_id.clone(), sent: true, ..by };
            return end(tx, message, Event::Accepted, "sent", change).await.map(|ended| Ended { note, ..ended });
        }
        Outcome::NotConfigured => {
            let change = Change { reason: Some("channel_not_configured".to_owned()), ..Change::default() };
            return end(tx, message, Event::Suppressed, "suppressed", change).await;
        }
        Outcome::Failed(failure) => failure,
    };
    give_up_on(tx, message, failure).await?;
    let change = Change { class: Some(failure.class), reason: Some(failure.reason.clone()), ..by };
    match failure.class {
        Class::RateLimited | Class::PairLimited if message.urgency == Urgency::Otp => held_up(tx, trip, message, failure, change).await,
        Class::RateLimited => {
            Ok(Ended::new(Next::Pause(tx.now().after(silence(trip, failure))), failure.class.as_str(), failure.reason.clone()))
        }
        Class::PairLimited => {
            let gap = pace::Pace::of(tx).await?.gap().max(Duration::from_secs(1));
            Ok(Ended::new(Next::Wait(tx.now().after(gap)), failure.class.as_str(), failure.reason.clone()))
        }
        Class::Transient => again(tx, trip, message, change).await,
        Class::Unknown => lost(tx, trip, message, change).await,
        Class::Suppressed => end(tx, message, Event::Suppressed, failure.class.as_str(), change).await,
        Class::Permanent => {
            let ended = Ended::new(Next::Bury, failure.class.as_str(), failure.reason.clone());
            step(tx, message, Event::GaveUp, change, ended).await
        }
    }
}

/// Writes to an address no more, where that is what a failure means; a device is forgotten.
async fn give_up_on(tx: &mut Tx, message: &Message, failure: &Failure) -> Result<()> {
    match message.address.parse() {
        Ok(device) if message.channel == Channel::Push && failure.suppress.is_some() => channels::forget(tx, device).await.map(drop),
        _ if message.channel == Channel::Push => Ok(()),
        _ => stops::stop(tx, message, failure).await,
    }
}

/// What the provider asks for, else a second, then twice as long for each further try.
fn silence(trip: &Trip, failure: &Failure) -> Duration {
    let doublings = u32::try_from(trip.try_number.clamp(1, 6) - 1).unwrap_or(0);
    let own = (Duration::from_secs(1) * 2u32.pow(doublings)).min(LONGEST_PAUSE);
    failure.retry_after.map_or(own, |asked| asked.clamp(Duration::from_millis(100), LONGEST_ASKED))
}

/// A code that a provider does not take yet. That is said at once, for it may go another way; it comes round here again, since there may be
/// none. It silences nobody: the codes behind it may meet a provider that has come round in the meantime, or go that other way.
async fn held_up(tx: &mut Tx, trip: &Trip, message: &Message, failure: &Failure, mut change: Change) -> Result<Ended> {
    let at = tx.now().after(silence(trip, failure));
    change.retry_at = Some(at);
    let ended = Ended::new(Next::Wait(at), failure.class.as_str(), failure.reason.clone());
    step(tx, message, Event::Retried, change, ended).await
}

/// On the schedule, as long as it has a place left.
async fn again(tx: &mut Tx, trip: &Trip, message: &Message, mut change: Change) -> Result<Ended> {
    let note = change.reason.clone().unwrap_or_default();
    match place(&pace::retries(tx).await?, trip.failures) {
        Some(wait) => {
            let at = tx.now().after(wait);
            change.retry_at = Some(at);
            step(tx, message, Event::Retried, change, Ended::new(Next::Again(at), Class::Transient.as_str(), note)).await
        }
        None => step(tx, message, Event::GaveUp, change, Ended::new(Next::Bury, Class::Transient.as_str(), note)).await,
    }
}

/// Held for its receipt, and after that tried as often as any other failure.
async fn lost(tx: &mut Tx, trip: &Trip, message: &Message, mut change: Change) -> Result<Ended> {
    let note = change.reason.clone().unwrap_or_default();
    let next = match place(&pace::retries(tx).await?, trip.failures) {
        Some(_) => {
            let until: Time = tx.now().after(pace::hold(tx, message.channel).await?);
            change.retry_at = Some(until);
            Next::Again(until)
        }
        None => Next::Bury,
    };
    step(tx, message, Event::Lost, change, Ended::new(next, Class::Unknown.as_str(), note)).await
}

fn place(waits: &[Duration], failures: i64) -> Option<Duration> {
    waits.get(usize::try_from(failures).unwrap_or(usize::MAX)).copied()
}

/// The last that this errand does.
async fn end(tx: &mut Tx, message: &Message, event: Event, class: &'static str, change: Change) -> Result<Ended> {
    let note = change.reason.clone().unwrap_or_default();
    step(tx, message, event, change, Ended::new(Next::Done, class, note)).await
}

/// Moves the message and states it. A receipt that came while the errand was out has the last word: then only the
/// provider's id is still to be noted, and nothing further is tried.
async fn step(tx: &mut Tx, message: &Message, event: Event, change: Change, ended: Ended) -> Result<Ended> {
    let seen = message.state;
    let to = life::next(seen, event).unwrap_or(seen);
    if !rows::shift(tx, message.id, seen, to, &change).await? {
        return overtaken(tx, message, event, change, ended).await;
    }
    if to != seen {
        tx.state(message.moved(to, change.reason.as_deref())).await?;
    }
    Ok(ended)
}

async fn overtaken(tx: &mut Tx, message: &Message, event: Event, change: Change, ended: Ended) -> Result<Ended> {
    let Some(now) = queries::hold(tx, message.id).await? else { return Ok(Ended::done("the message is no more")) };
    if let Some(provider_id) = &change.provider_id {
        rows::name(tx, message.id, provider_id).await?;
    }
    let to = life::next(now.state, event);
    let Some(to) = to.filter(|_| !now.provider_has_it()) else {
        return Ok(Ended::new(Next::Done, "sent", format!("the provider's receipt came first: it is {}", now.state)));
    };
    rows::shift(tx, message.id, now.state, to, &change).await?;
    tx.state(now.moved(to, change.reason.as_deref())).await?;
    Ok(ended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::{ErrandId, Id, TenantId};
    use uuid::Uuid;

    fn trip(try_number: i64) -> Trip {
        Trip {
            id: ErrandId::from_uuid(Uuid::nil()),
            tenant: TenantId::from_uuid(Uuid::nil()),
            try_number,
            failures: 0,
            reopened: false,
            created_at: Time(0),
            started_at: Time(0),
        }
    }

    #[test]
    fn a_lane_is_silent_for_longer_and_longer() {
        let failure = Failure::new(Class::RateLimited, "429");
        let seconds: Vec<u64> = [1, 2, 3, 6, 1_000].into_iter().map(|tries| silence(&trip(tries), &failure).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 30, 30]);
        let asked = failure.retry_after(Some(Duration::from_secs(7)));
        assert_eq!(silence(&trip(5), &asked).as_secs(), 7);
    }

    #[test]
    fn three_retries_and_no_more() {
        let waits: Vec<Duration> = [5u64, 10, 15].map(|minutes| Duration::from_secs(minutes * 60)).to_vec();
        let minutes: Vec<Option<u64>> = (0..4).map(|failures| place(&waits, failures).map(|wait| wait.as_secs() / 60)).collect();
        assert_eq!(minutes, [Some(5), Some(10), Some(15), None]);
    }
}
