//! The tables, row by row, and posts that go through any life at all.

use super::*;
use proptest::prelude::*;
use proptest::sample::select;

#[test]
fn a_post_goes_by_the_table() {
    use PostState::{Cancelled, Draft, Failed, Partly, Planned, Sending, Sent};
    for state in PostState::ALL {
        let open = matches!(state, Draft | Planned);
        for act in [Act::Write, Act::Plan, Act::Cancel] {
            assert_eq!(after(*state, act).is_ok(), open, "{state} {act}");
        }
        assert_eq!(after(*state, Act::Begin).is_ok(), *state == Planned, "{state}: only what is planned goes out");
        for act in [Act::Arrive, Act::Part, Act::Fail] {
            assert_eq!(after(*state, act).is_ok(), *state == Sending, "{state} {act}");
        }
        assert_eq!(after(*state, Act::Retry).is_ok(), matches!(state, Partly | Failed), "{state}");
    }
    for act in Act::ALL {
        assert!(after(Sent, *act).is_err() && after(Cancelled, *act).is_err(), "{act}: what is over stays over");
    }
    assert_eq!(after(Sent, Act::Cancel).unwrap_err().code(), "social_post_state");
}

#[test]
fn a_post_at_a_place_goes_by_the_table() {
    for state in DeliveryState::ALL {
        for event in Event::ALL {
            let ways = DELIVERY.iter().filter(|(from, on, _)| from == state && on == event).count();
            assert!(ways <= 1, "{state} {event}");
        }
        assert_eq!(next(*state, Event::Taken).is_some(), *state == DeliveryState::Waiting, "{state}");
    }
    assert!(Event::ALL.iter().all(|event| next(DeliveryState::Sent, *event).is_none()), "what arrived has arrived");
}

#[test]
fn what_an_answer_leads_to() {
    let now = Time(0);
    let of = |status: Option<u16>, retry_after: Option<&str>, failures| {
        turn(status, webhooks::verdict(status, retry_after, 0, now), failures, 500)
    };
    let first = Turn::Again(Duration::from_secs(5));
    for (status, retry_after, failures, expected) in [
        (Some(200), None, 0, Turn::Taken),
        (Some(202), None, 7, Turn::Taken),
        (Some(410), None, 0, Turn::Gone),
        (Some(429), Some("30"), 0, Turn::Later(Duration::from_secs(30))),
        (Some(503), Some("30"), 7, Turn::Later(Duration::from_secs(30))),
        (Some(429), None, 0, first),
        (Some(408), None, 0, first),
        (Some(500), None, 0, first),
        (None, None, 0, first),
        (Some(301), None, 0, Turn::Refused),
        (Some(400), None, 0, Turn::Refused),
        (Some(401), Some("30"), 0, Turn::Refused),
        (Some(404), None, 0, Turn::Refused),
        (Some(500), None, 7, Turn::Last),
        (None, None, 7, Turn::Last),
    ] {
        assert_eq!(of(status, retry_after, failures), expected, "{status:?} {retry_after:?} after {failures}");
    }
}

#[test]
fn what_may_be_written() {
    assert_eq!(body("  Mangoes are in\r\n ").unwrap(), "Mangoes are in");
    assert!(body(" \n").is_err() && body(&"a".repeat(5_001)).is_err() && body(&"ü".repeat(5_000)).is_ok());
    assert_eq!(address("link", Some(" https://shop.example/m ")).unwrap().as_deref(), Some("https://shop.example/m"));
    assert_eq!((address("link", Some("  ")).unwrap(), address("link", None).unwrap()), (None, None));
    for wrong in ["shop.example", "javascript:alert(1)", "ftp://shop.example/a", "data:text/html,a", "https://", "mailto:a@b.c"] {
        assert!(address("link", Some(wrong)).is_err(), "{wrong}");
    }
    assert!(moment(Time(1_000), Time(1_000)).is_err() && moment(Time(1_001), Time(1_000)).is_ok());
    assert!(moment(Time(0).after(FURTHEST), Time(0)).is_ok() && moment(Time(1).after(FURTHEST), Time(0)).is_err());
}

#[test]
fn what_places_are_known_for() {
    assert_eq!(caution(PlaceKind::X, &"é".repeat(280), false), None);
    assert!(caution(PlaceKind::X, &"é".repeat(281), false).unwrap().contains("280 characters, and this text has 281"));
    assert!(caution(PlaceKind::Instagram, "Hello", false).unwrap().contains("without a picture"));
    assert_eq!((caution(PlaceKind::Instagram, "Hello", true), caution(PlaceKind::Other, &"a".repeat(5_000), false)), (None, None));
}

/// What can become of a post at a place, and what then is tried with all of it.
fn event() -> impl Strategy<Value = (usize, Event, Act)> {
    (0usize..4, select(Event::ALL), select(Act::ALL))
}

proptest! {
    /// Whatever happens in whatever order: nothing leaves before the post has begun, what a place took is taken once, and a post has ended
    /// exactly when all of its places have.
    #[test]
    fn any_life_keeps_the_promise(places in 1usize..5, life in proptest::collection::vec(event(), 0..80)) {
        let mut post = PostState::Draft;
        let mut all = vec![DeliveryState::Chosen; places];
        let mut taken = vec![0; places];
        for (place, event, act) in life {
            // Whoever holds the post decides; what is asked for besides is refused by its table.
            if matches!(act, Act::Write | Act::Plan | Act::Cancel | Act::Begin) && let Ok(next_state) = after(post, act) {
                post = next_state;
                if act == Act::Begin {
                    all.iter_mut().for_each(|state| *state = next(*state, Event::Due).unwrap());
                }
            }
            if act == Act::Retry && let Ok(next_state) = after(post, act) {
                post = next_state;
                all.iter_mut().for_each(|state| *state = next(*state, Event::Asked).unwrap_or(*state));
            }
            let place = place % places;
            let outcome = matches!(event, Event::Taken | Event::Missed | Event::GivenUp | Event::InDoubt);
            if outcome && let Some(state) = next(all[place], event) {
                prop_assert_eq!(post, PostState::Sending, "nothing leaves but of a post that has begun");
                all[place] = state;
                taken[place] += i32::from(event == Event::Taken);
                if let Some(act) = end(&all) {
                    post = after(post, act).unwrap();
                }
            }
            let under_way = all.contains(&DeliveryState::Waiting);
            prop_assert_eq!(post == PostState::Sending, under_way);
            prop_assert_eq!(post == PostState::Sent, all.iter().all(|state| *state == DeliveryState::Sent));
            prop_assert!(taken.iter().all(|times| *times <= 1), "never twice");
            let before = matches!(post, PostState::Draft | PostState::Planned | PostState::Cancelled);
            prop_assert_eq!(before, all.iter().all(|state| *state == DeliveryState::Chosen), "nothing of what is called off goes");
        }
    }
}
