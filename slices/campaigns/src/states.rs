//! How a campaign goes: the whole table.

use crate::model::State;
use store::{Error, Result};

facts::words! {
    /// What happens to a campaign.
    pub enum Act {
        /// Somebody wants to know whom it goes to.
        Freeze = "freeze",
        /// All of its audience was gone through.
        Froze = "froze",
        /// Somebody changes it: its audience is to be frozen anew.
        Edit = "edit",
        /// It is to go out, at once or later.
        Send = "send",
        /// Its time has come.
        Begin = "begin",
        /// Somebody stops it for now.
        Pause = "pause",
        /// It goes on where it was stopped.
        Resume = "resume",
        /// Somebody stops it for good.
        Cancel = "cancel",
        /// Its last message is on its way.
        Finish = "finish",
    }
}

use Act::{Begin, Cancel, Edit, Finish, Freeze, Froze, Pause, Resume, Send};
use State::{Cancelled, Done, Draft, Freezing, Paused, Ready, Running, Scheduled};

/// From any of these, by this, to that.
const TABLE: &[(&[State], Act, State)] = &[
    (&[Draft, Ready], Freeze, Freezing),
    (&[Freezing], Froze, Ready),
    (&[Draft, Freezing, Ready], Edit, Draft),
    (&[Ready], Send, Scheduled),
    (&[Scheduled], Begin, Running),
    (&[Scheduled, Running], Pause, Paused),
    (&[Paused], Resume, Scheduled),
    (&[Freezing, Ready, Scheduled, Running, Paused], Cancel, Cancelled),
    (&[Running], Finish, Done),
];

/// How it stands after an act.
///
/// # Errors
/// `campaign_state`: this cannot be done with it as it stands.
pub fn after(state: State, act: Act) -> Result<State> {
    let row = TABLE.iter().find(|(from, by, _)| *by == act && from.contains(&state));
    row.map(|(_, _, to)| *to).ok_or_else(|| {
        let says = format!("This campaign is {state}: that cannot be done with it ({act}).");
        Error::conflict("campaign_state", says)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_stays_over() {
        for act in Act::ALL {
            assert!(after(Done, *act).is_err() && after(Cancelled, *act).is_err(), "{act}");
        }
    }

    #[test]
    fn nothing_goes_out_but_to_an_audience_that_is_known() {
        for state in State::ALL {
            assert_eq!(after(*state, Send).is_ok(), *state == Ready, "{state}");
            assert_eq!(after(*state, Begin).is_ok(), *state == Scheduled, "{state}");
            assert_eq!(after(*state, Edit).is_ok(), matches!(state, Draft | Freezing | Ready), "{state}");
        }
        assert_eq!(after(Paused, Resume).ok(), Some(Scheduled));
    }
}
