//! A tenant of one's own: asked for with an address, opened by the link that goes there.

use super::invitations::{Joiner, check_own};
use super::life::{self, Wanted};
use crate::commands::{Begun, Draft, begin_session, open};
use crate::rules;
use facts::identity::Purpose;
use facts::{Currency, TenantId, UserId};
use store::secret::Vault;
use store::{Command, Error, Kind, Result, Tx, Who};
use web::App;

/// Whether strangers may open tenants here. Found among the app's extras.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignUps(pub bool);

/// Sends the link to an address, in the first tenant, which `who` is a visitor of. Whether somebody has an account under it is not told.
///
/// # Errors
/// `sign_up_closed`; an address or a name that is none.
pub async fn ask(app: &App, who: &Who, email: &str, business: &str) -> Result<()> {
    open_to_strangers(app)?;
    let (email, business) = (rules::email(email)?, rules::label("business", business, 120)?);
    app.db.run(who, AskSignUp { email, business, vault: app.vault.clone() }).await
}

/// Refuses where nobody may.
pub(crate) fn open_to_strangers(app: &App) -> Result<()> {
    if app.extra::<SignUps>().is_ok_and(|ups| ups.0) {
        return Ok(());
    }
    Err(Error::new(Kind::Forbidden, "sign_up_closed", "Nobody can sign up here. Ask whoever runs this Origin for an invitation."))
}

struct AskSignUp {
    email: String,
    business: String,
    vault: Vault,
}

impl Command for AskSignUp {
    const NAME: &'static str = "ask_sign_up";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let (email, name) = (self.email.clone(), Some(self.business.clone()));
        life::issue(tx, &self.vault, Wanted { purpose: Purpose::SignUp, email, user_id: None, role: None, name }).await.map(drop)
    }
}

/// Opens the tenant of the [`store::Who`] that runs it, which must not exist yet, for whoever follows the link, and signs
/// them in there.
pub(super) struct OpenTenant {
    pub hash: String,
    pub owner: Joiner,
    /// Its wall clock, an IANA name.
    pub time_zone: String,
    pub currency: Currency,
    pub begun: Begun,
}

impl Command for OpenTenant {
    const NAME: &'static str = "open_tenant";
    type Out = (TenantId, UserId);

    async fn run(&self, tx: &mut Tx) -> Result<(TenantId, UserId)> {
        let ticket = life::take(tx, Purpose::SignUp, &self.hash).await?;
        let user_id = match &self.owner {
            Joiner::Known(user) => {
                check_own(tx, *user, &ticket.email).await?;
                *user
            }
            Joiner::New(newcomer) => newcomer.account(tx, &ticket.email).await?,
        };
        let draft = Draft::of(ticket.name.as_deref().unwrap_or_default(), None, &self.time_zone, self.currency)?;
        open(tx, &draft, user_id).await?;
        begin_session(tx, user_id, &self.begun).await?;
        Ok((tx.tenant(), user_id))
    }
}
