//! How posts go: the tables of their lives, what an answer means, and what may be written.

use crate::model::{DeliveryState, PlaceKind, PostState};
use facts::Time;
use std::time::Duration;
use store::{Error, Result};
use url::Url;
use webhooks::Verdict;

/// Places of one tenant.
pub(crate) const PLACES: usize = 20;
/// The longest text, in characters.
const LONGEST: usize = 5_000;
/// The longest address, in bytes.
const LONGEST_ADDRESS: usize = 2_000;
/// How far ahead a post may be planned.
const FURTHEST: Duration = Duration::from_secs(366 * 86_400);

facts::words! {
    /// What happens to a post.
    pub enum Act {
        /// It is written, or put back to be a draft.
        Write = "write",
        /// It is to go out at its time.
        Plan = "plan",
        /// Somebody stops it.
        Cancel = "cancel",
        /// Its time has come.
        Begin = "begin",
        /// Every place took it.
        Arrive = "arrive",
        /// Some place took it or may have, and some did not.
        Part = "part",
        /// No place took it.
        Fail = "fail",
        /// It goes once more to where it did not arrive.
        Retry = "retry",
    }
}

/// A post's life. From any of these, by this, to that.
const POST: &[(&[PostState], Act, PostState)] = &[
    (&[PostState::Draft, PostState::Planned], Act::Write, PostState::Draft),
    (&[PostState::Draft, PostState::Planned], Act::Plan, PostState::Planned),
    (&[PostState::Draft, PostState::Planned], Act::Cancel, PostState::Cancelled),
    (&[PostState::Planned], Act::Begin, PostState::Sending),
    (&[PostState::Sending], Act::Arrive, PostState::Sent),
    (&[PostState::Sending], Act::Part, PostState::Partly),
    (&[PostState::Sending], Act::Fail, PostState::Failed),
    (&[PostState::Partly, PostState::Failed], Act::Retry, PostState::Sending),
];

/// How a post stands after an act.
///
/// # Errors
/// `social_post_state`: this cannot be done with it as it stands.
pub(crate) fn after(state: PostState, act: Act) -> Result<PostState> {
    let row = POST.iter().find(|(from, by, _)| *by == act && from.contains(&state));
    row.map(|(.., to)| *to).ok_or_else(|| {
        let what = match act {
            Act::Write | Act::Plan => "A post is changed and planned until its time comes",
            Act::Cancel => "A post is cancelled until its time comes",
            Act::Retry => "Only what did not arrive everywhere is sent once more, when all of it has ended",
            Act::Begin | Act::Arrive | Act::Part | Act::Fail => "That cannot happen to it",
        };
        Error::conflict("social_post_state", format!("This post is {state}. {what}."))
    })
}

facts::words! {
    /// What happens to a post at one of its places.
    pub enum Event {
        /// Its time has come.
        Due = "due",
        /// The place took it.
        Taken = "taken",
        /// A try failed, and there is another.
        Missed = "missed",
        /// It does not go there.
        GivenUp = "given_up",
        /// Nothing more is tried, and nobody knows.
        InDoubt = "in_doubt",
        /// Somebody wants it sent once more.
        Asked = "asked",
    }
}

/// The life of a post at one of its places: what is not here does not happen.
const DELIVERY: &[(DeliveryState, Event, DeliveryState)] = &[
    (DeliveryState::Chosen, Event::Due, DeliveryState::Waiting),
    (DeliveryState::Waiting, Event::Taken, DeliveryState::Sent),
    (DeliveryState::Waiting, Event::Missed, DeliveryState::Waiting),
    (DeliveryState::Waiting, Event::GivenUp, DeliveryState::Failed),
    (DeliveryState::Waiting, Event::InDoubt, DeliveryState::Unknown),
    (DeliveryState::Failed, Event::Asked, DeliveryState::Waiting),
    (DeliveryState::Unknown, Event::Asked, DeliveryState::Waiting),
];

/// Where an event leads; nowhere where the table says nothing.
pub(crate) fn next(state: DeliveryState, event: Event) -> Option<DeliveryState> {
    DELIVERY.iter().find(|(from, on, _)| *from == state && *on == event).map(|(.., to)| *to)
}

/// What a post has come to at all of its places; nothing while it is under way at one of them.
pub(crate) fn end(all: &[DeliveryState]) -> Option<Act> {
    let count = |states: &[DeliveryState]| all.iter().filter(|state| states.contains(state)).count();
    if count(&[DeliveryState::Chosen, DeliveryState::Waiting]) > 0 {
        return None;
    }
    Some(match (count(&[DeliveryState::Sent]), count(&[DeliveryState::Unknown])) {
        (sent, _) if sent == all.len() => Act::Arrive,
        (0, 0) => Act::Fail,
        _ => Act::Part,
    })
}

/// What follows from a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The place took it.
    Taken,
    /// The place wants nothing any more, ever.
    Gone,
    /// The place wants to be left alone for so long.
    Later(Duration),
    /// It is tried again after so long.
    Again(Duration),
    /// The place will not have it, however often it is tried.
    Refused,
    /// That was the last try.
    Last,
}

/// What follows from a call with this status (none where nobody answered), after so many failures. `chance` is from 0 to 1000.
pub(crate) fn turn(status: Option<u16>, verdict: Verdict, failures: i64, chance: u32) -> Turn {
    // Later tries would be told the same, but for those who say that it is a matter of time.
    let refuses = status.is_some_and(|status| (300..500).contains(&status) && !matches!(status, 408 | 425 | 429));
    match verdict {
        Verdict::Taken => Turn::Taken,
        Verdict::Gone => Turn::Gone,
        Verdict::Later(span) => Turn::Later(span),
        Verdict::Missed if refuses => Turn::Refused,
        Verdict::Missed => webhooks::wait(failures + 1, chance).map_or(Turn::Last, Turn::Again),
    }
}

/// What a post says.
///
/// # Errors
/// `text`.
pub(crate) fn body(text: &str) -> Result<String> {
    let body = web::text("text", text, LONGEST)?;
    if body.is_empty() { Err(Error::field("text", "what it says")) } else { Ok(body) }
}

/// An address that stands in a post; nothing where nothing is typed.
///
/// # Errors
/// The field.
pub(crate) fn address(field: &str, text: Option<&str>) -> Result<Option<String>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || Error::field(field, format!("an address that begins with https://, of at most {LONGEST_ADDRESS} characters"));
    let url = Url::parse(text).map_err(|_| wrong())?;
    let fits = text.len() <= LONGEST_ADDRESS && matches!(url.scheme(), "http" | "https") && url.has_host();
    if fits { Ok(Some(url.to_string())) } else { Err(wrong()) }
}

/// A time to come, within a year.
///
/// # Errors
/// `at`.
pub(crate) fn moment(at: Time, now: Time) -> Result<Time> {
    match at {
        at if at <= now => Err(Error::field("at", "a time to come")),
        at if at > now.after(FURTHEST) => Err(Error::field("at", "within a year")),
        at => Ok(at),
    }
}

/// What a kind of place is known to cut off or to turn away: how many characters it shows, and whether it wants a picture.
const HABITS: &[(PlaceKind, usize, bool)] = &[
    (PlaceKind::X, 280, false),
    (PlaceKind::Instagram, 2_200, true),
    (PlaceKind::Linkedin, 3_000, false),
    (PlaceKind::GoogleBusiness, 1_500, false),
    (PlaceKind::Telegram, 4_096, false),
];

/// What somebody should know before a post goes to a kind of place; it is no reason to refuse it, since the program in between may shorten.
pub(crate) fn caution(kind: PlaceKind, body: &str, has_picture: bool) -> Option<String> {
    let (_, longest, wants_picture) = HABITS.iter().find(|(of, ..)| *of == kind)?;
    let (title, long) = (kind.title(), body.chars().count());
    if *wants_picture && !has_picture {
        return Some(format!("{title} takes no post without a picture."));
    }
    (long > *longest).then(|| format!("{title} takes {longest} characters, and this text has {long}."))
}

#[cfg(test)]
mod tests;
