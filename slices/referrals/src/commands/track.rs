//! Somebody followed a referrer's link, or signed up after it.

use crate::{queries, rows};
use store::{Command, Error, Result, Tx};

facts::words! {
    /// What is counted of a link.
    pub enum Kind {
        /// It was followed.
        Click = "click",
        /// Whoever followed it signed up.
        SignUp = "sign_up",
    }
}

/// Counts it, once for each visitor; tells whether it was counted.
pub(crate) struct Track {
    pub code: String,
    pub kind: Kind,
    /// Tells one visitor from another, and nothing else of them.
    pub visitor: String,
}

impl Command for Track {
    const NAME: &'static str = "track_referral";
    type Out = bool;

    async fn run(&self, tx: &mut Tx) -> Result<bool> {
        let unknown = || Error::not_found("referral code");
        let code = orders::referral_code(&self.code).ok().flatten().ok_or_else(unknown)?;
        let referrer = queries::by_code(tx, &code).await?.filter(|referrer| referrer.active).ok_or_else(unknown)?;
        if !rows::visited(tx, referrer.id, self.kind.as_str(), &self.visitor).await? {
            return Ok(false);
        }
        let (clicks, sign_ups) = match self.kind {
            Kind::Click => (1, 0),
            Kind::SignUp => (0, 1),
        };
        rows::count(tx, referrer.id, clicks, sign_ups, 0).await?;
        Ok(true)
    }
}
