//! Journeys that are written already: a shop chooses one, changes what it says, and begins it.

use crate::plan::Plan;
use store::{Error, Result};

/// One of them.
pub(crate) struct Ready {
    /// Its name in addresses.
    pub slug: &'static str,
    pub name: &'static str,
    /// What it is good for.
    pub says: &'static str,
    plan: &'static str,
}

/// All of them.
pub(crate) const READY: [Ready; 2] = [
    Ready {
        slug: "welcome",
        name: "Welcome series",
        says: "Welcomes whoever orders for the first time, asks how it was, and waits for their second order.",
        plan: include_str!("../ready/welcome.json"),
    },
    Ready {
        slug: "come-back",
        name: "Come back",
        says: "Writes to whoever has not ordered for 45 days, twice, and stops when they order.",
        plan: include_str!("../ready/come_back.json"),
    },
];

impl Ready {
    /// The one of this name.
    pub(crate) fn named(slug: &str) -> Option<&'static Self> {
        READY.iter().find(|ready| ready.slug == slug)
    }

    /// What it does.
    ///
    /// # Errors
    /// A file that is no plan, which a test rules out.
    pub(crate) fn plan(&self) -> Result<Plan> {
        serde_json::from_str(self.plan).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_can_be_begun_as_it_is() {
        for ready in &READY {
            ready.plan().unwrap().check().unwrap();
            assert!(Ready::named(ready.slug).is_some_and(|found| found.name == ready.name));
        }
    }
}
