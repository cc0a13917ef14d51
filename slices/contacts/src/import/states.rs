//! How an import goes: the whole table.

use super::model::State;
use store::{Error, Result};

facts::words! {
    /// What is done with an import.
    pub enum Act {
        /// Goes through it, to see what it would change.
        Look = "look",
        /// Takes it in.
        Take = "take",
        /// Stops it for now.
        Pause = "pause",
        /// Goes on where it was stopped.
        Resume = "resume",
        /// Stops it for good.
        Cancel = "cancel",
        /// Its last page is done.
        Finish = "finish",
    }
}

/// How it stands after an act.
///
/// # Errors
/// `import_state`: this cannot be done with it as it stands.
pub(crate) fn after(state: State, act: Act) -> Result<State> {
    let next = match (state, act) {
        (State::Ready | State::Looked, Act::Look) => State::Looking,
        (State::Ready | State::Looked, Act::Take) | (State::Paused, Act::Resume) => State::Taking,
        (State::Taking, Act::Pause) => State::Paused,
        (State::Looking, Act::Finish) => State::Looked,
        (State::Taking, Act::Finish) => State::Done,
        (State::Ready | State::Looking | State::Looked | State::Taking | State::Paused, Act::Cancel) => State::Cancelled,
        _ => {
            let says = format!("This import is {state}: that cannot be done with it ({act}).");
            return Err(Error::conflict("import_state", says));
        }
    };
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_over_and_the_rest_can_be_cancelled() {
        for state in State::ALL {
            let over = matches!(state, State::Done | State::Cancelled | State::Stopped | State::Arriving);
            assert_eq!(after(*state, Act::Cancel).is_err(), over, "{state}");
            if over {
                assert!(Act::ALL.iter().all(|act| after(*state, *act).is_err()), "{state}");
            }
        }
    }

    #[test]
    fn the_way_through() {
        let table = [
            (State::Ready, Act::Look, Some(State::Looking)),
            (State::Looking, Act::Finish, Some(State::Looked)),
            (State::Looking, Act::Take, None),
            (State::Looked, Act::Look, Some(State::Looking)),
            (State::Looked, Act::Take, Some(State::Taking)),
            (State::Ready, Act::Take, Some(State::Taking)),
            (State::Taking, Act::Take, None),
            (State::Taking, Act::Pause, Some(State::Paused)),
            (State::Paused, Act::Pause, None),
            (State::Paused, Act::Resume, Some(State::Taking)),
            (State::Paused, Act::Take, None),
            (State::Taking, Act::Finish, Some(State::Done)),
        ];
        for (state, act, expected) in table {
            assert_eq!(after(state, act).ok(), expected, "{state} {act}");
        }
    }
}
