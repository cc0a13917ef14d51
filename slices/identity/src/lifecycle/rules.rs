//! Which state of a tenant follows which.

use std::time::Duration;
use store::{Error, Result};

facts::words! {
    /// How a tenant stands.
    pub enum State {
        /// It works.
        Active = "active",
        /// Whoever runs the platform has stopped it: nobody gets in, and its shop is shut.
        Suspended = "suspended",
        /// Its owner has closed it: its shop is shut and its keys open nothing, members get in, and after a while all of it is erased.
        Closing = "closing",
    }
}

/// What is done to a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Suspend,
    Resume,
    Close,
    Restore,
}

/// For how long a closed tenant can be restored.
pub(super) const GRACE: Duration = Duration::from_secs(30 * 86_400);

const TABLE: &[(State, Act, State)] = &[
    (State::Active, Act::Suspend, State::Suspended),
    (State::Suspended, Act::Resume, State::Active),
    (State::Active, Act::Close, State::Closing),
    (State::Closing, Act::Restore, State::Active),
];

/// The state that follows.
///
/// # Errors
/// `tenant_state`, where the table has no such step.
pub(super) fn next(state: State, act: Act) -> Result<State> {
    let found = TABLE.iter().find(|(from, by, _)| *from == state && *by == act).map(|(.., to)| *to);
    found.ok_or_else(|| Error::conflict("tenant_state", format!("That is not possible while the account is {state}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_table_is_possible() {
        let mut possible = Vec::new();
        for state in State::ALL {
            for act in [Act::Suspend, Act::Resume, Act::Close, Act::Restore] {
                if let Ok(to) = next(*state, act) {
                    possible.push(format!("{state} {act:?} {to}"));
                }
            }
        }
        assert_eq!(possible, ["active Suspend suspended", "active Close closing", "suspended Resume active", "closing Restore active"]);
    }
}
