//! What a trip came to, and what follows for the delivery, its place and its post.

use crate::deliver::DeliverPost;
use crate::model::{DeliveryState, PlaceState, Post};
use crate::queries;
use crate::rows::{self, Stand, Tried};
use crate::rules::{self, Event, Turn, after, next};
use facts::SocialPlaceId;
use facts::social::SocialPostSent;
use rand::Rng;
use store::{Ended, Next, Result, Trip, Tx};
use webhooks::{Called, verdict};

/// How much of an answer is kept, in characters.
const KEPT: usize = 300;

/// A delivery that is under way for the errand's round, its post held; nothing where the errand has nothing to do.
async fn under_way(tx: &mut Tx, errand: &DeliverPost) -> Result<Option<(Post, Stand)>> {
    let Some(post) = rows::lock_post(tx, errand.post_id).await? else { return Ok(None) };
    let stand = rows::stand(tx, errand.delivery_id).await?;
    let stand = stand.filter(|stand| stand.round == errand.round && stand.state == DeliveryState::Waiting);
    Ok(stand.map(|stand| (post, stand)))
}

/// The place was paused or removed before it was gone to.
pub(crate) async fn closed(tx: &mut Tx, trip: &Trip, errand: &DeliverPost, state: PlaceState) -> Result<Ended> {
    let Some((post, stand)) = under_way(tx, errand).await? else { return Ok(Ended::done("nothing was left to do")) };
    let doubt = stand.doubt || trip.reopened;
    let said = if state == PlaceState::Paused { "This place is paused." } else { "This place was removed." };
    let state = moved(stand.state, if doubt { Event::InDoubt } else { Event::GivenUp });
    let tried = Tried { id: errand.delivery_id, state, attempts: stand.attempts, doubt, status: None, said, next_at: None };
    rows::tried(tx, &tried).await?;
    settle(tx, post).await?;
    Ok(Ended::new(Next::Done, "closed", said))
}

/// Its errand was lost on the way again and again, and a person has dropped it: the place may have it, and nobody can say.
pub(crate) async fn dropped(tx: &mut Tx, errand: &DeliverPost) -> Result<()> {
    let Some((post, stand)) = under_way(tx, errand).await? else { return Ok(()) };
    let (state, said) = (moved(stand.state, Event::InDoubt), "It was given up and dropped.");
    rows::tried(tx, &Tried { id: errand.delivery_id, state, attempts: stand.attempts, doubt: true, status: None, said, next_at: None })
        .await?;
    settle(tx, post).await
}

/// The place was called.
pub(crate) async fn called(tx: &mut Tx, trip: &Trip, errand: &DeliverPost, called: &Called) -> Result<Ended> {
    let Some((post, stand)) = under_way(tx, errand).await? else { return Ok(Ended::done("nothing was left to do")) };
    let put_offs = trip.try_number - 1 - trip.failures;
    let verdict = verdict(called.status, called.retry_after.as_deref(), put_offs, tx.now());
    let chance = tx.dice().random_range(0..=1_000);
    let turn = match called.trouble {
        Some("refused") => Turn::Refused,
        _ => rules::turn(called.status, verdict, trip.failures, chance),
    };
    // A try that never came back may have been received, and so may one that was never answered.
    let doubt = stand.doubt || trip.reopened || (called.status.is_none() && called.reached);
    let over = if doubt { Event::InDoubt } else { Event::GivenUp };
    let (event, follows, class) = match turn {
        Turn::Taken => (Event::Taken, Next::Done, "sent"),
        Turn::Gone => (over, Next::Done, "gone"),
        Turn::Refused => (over, Next::Done, "refused"),
        Turn::Last => (over, Next::Done, called.trouble.unwrap_or("not_taken")),
        // The lane is this place's: all that goes there waits, and none of it has failed.
        Turn::Later(span) => (Event::Missed, Next::Pause(tx.now().after(span)), "put_off"),
        Turn::Again(span) => (Event::Missed, Next::Again(tx.now().after(span)), called.trouble.unwrap_or("not_taken")),
    };
    let next_at = match follows {
        Next::Again(at) | Next::Pause(at) => Some(at),
        _ => None,
    };
    let said: String = called.answer.trim().chars().take(KEPT).collect();
    let (state, attempts) = (moved(stand.state, event), stand.attempts + 1);
    rows::tried(tx, &Tried { id: errand.delivery_id, state, attempts, doubt, status: called.status, said: &said, next_at }).await?;
    if turn == Turn::Gone {
        rows::pause_gone(tx, errand.place_id).await?;
    }
    settle(tx, post).await?;
    Ok(Ended::new(follows, class, note(called)))
}

/// What the operator reads of it: never the answer's words, which are the merchant's.
fn note(called: &Called) -> String {
    match called.status {
        Some(status) => format!("answered {status} after {} ms", called.took.as_millis()),
        None => called.answer.clone(),
    }
}

fn moved(state: DeliveryState, event: Event) -> DeliveryState {
    next(state, event).unwrap_or(state)
}

/// A held post comes to its end when nothing of it is under way any more.
async fn settle(tx: &mut Tx, post: Post) -> Result<()> {
    let all = queries::states(tx, post.id).await?;
    let states: Vec<DeliveryState> = all.iter().map(|(_, state)| *state).collect();
    let Some(act) = rules::end(&states) else { return Ok(()) };
    let state = after(post.state, act)?;
    let post = Post { state, version: post.version + 1, ended_at: Some(tx.now()), ..post };
    rows::update_post(tx, &post).await?;
    let of = |wanted: DeliveryState| -> Vec<SocialPlaceId> {
        all.iter().filter(|(_, state)| *state == wanted).map(|(place, _)| *place).collect()
    };
    let (sent, failed, unknown) = (of(DeliveryState::Sent), of(DeliveryState::Failed), of(DeliveryState::Unknown));
    tx.state(SocialPostSent { post_id: post.id, state: state.to_string(), at: post.at, sent, failed, unknown }).await?;
    Ok(())
}
