//! A tenant moves from one state to the next, and in the end is erased.

use super::rules::{self, Act, State};
use crate::commands::{Begun, begin_session};
use crate::model::Tenant;
use crate::{queries, rows, sso};
use facts::identity::TenantMoved;
use facts::{Time, UserId};
use serde::{Deserialize, Serialize};
use store::{Command, EraseTenant, Error, Look, Result, Timer, Tx, params, sql};

/// Moves the tenant of the [`store::Who`] that runs it.
pub(super) struct Move {
    pub act: Act,
    /// Why, in words for its members.
    pub reason: Option<String>,
}

#[derive(Deserialize)]
struct Standing {
    state: State,
    is_first: bool,
}

impl Command for Move {
    const NAME: &'static str = "move_tenant";
    type Out = Tenant;

    async fn run(&self, tx: &mut Tx) -> Result<Tenant> {
        let sql = sql!("SELECT state, is_first FROM tenants WHERE tenant_id = $1 FOR UPDATE");
        let standing: Option<Standing> = tx.maybe(sql, params![tx.tenant()]).await?;
        let standing = standing.ok_or_else(|| Error::not_found("tenant"))?;
        if standing.is_first && matches!(self.act, Act::Close | Act::Suspend) {
            return Err(Error::conflict("first_tenant", "The first tenant is the platform's own and stays."));
        }
        let state = rules::next(standing.state, self.act)?;
        let closes_at = (state == State::Closing).then(|| tx.now().after(rules::GRACE));
        tx.put(sql!("UPDATE tenants SET state = $2, closes_at = $3 WHERE tenant_id = $1"), params![tx.tenant(), state.as_str(), closes_at])
            .await?;
        match closes_at {
            Some(at) => tx.at(at, EraseClosed {}).await?,
            None => tx.stop(EraseClosed::NAME, KEY).await?,
        }
        let tenant_id = tx.tenant();
        tx.state(TenantMoved {
            tenant_id,
            from: standing.state.to_string(),
            to: state.to_string(),
            reason: self.reason.clone(),
            closes_at,
        })
        .await?;
        queries::tenant(tx).await
    }
}

const KEY: &str = "closed";

/// Erases a tenant whose time to come back is over.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct EraseClosed {}

impl Timer for EraseClosed {
    const NAME: &'static str = "erase_closed_tenant";

    fn key(&self) -> String {
        KEY.to_owned()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let sql = sql!("SELECT closes_at FROM tenants WHERE tenant_id = $1 AND state = 'closing' FOR UPDATE");
        let closes_at: Option<Time> = tx.maybe(sql, params![tx.tenant()]).await?;
        if closes_at.is_none_or(|at| at > tx.now()) {
            return Ok(());
        }
        let members: Vec<UserId> = tx.all(sql!("SELECT user_id FROM members WHERE tenant_id = $1"), params![tx.tenant()]).await?;
        let erased = EraseTenant.run(tx).await?;
        for user in &members {
            forget(tx, *user).await?;
        }
        tracing::info!(tenant = %tx.tenant(), rows = erased, "a closed tenant was erased");
        Ok(())
    }
}

/// Erases a person who is a member nowhere any more.
async fn forget(tx: &mut Tx, user: UserId) -> Result<()> {
    let gone = sql!(global "DELETE FROM users WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM members WHERE user_id = $1)");
    if tx.exec(gone, params![user]).await? == 0 {
        return Ok(());
    }
    tx.put(sql!(global "DELETE FROM second_factors WHERE user_id = $1"), params![user]).await?;
    tx.put(sql!(global "DELETE FROM recovery_codes WHERE user_id = $1"), params![user]).await?;
    tx.put(sql!(global "DELETE FROM passkeys WHERE user_id = $1"), params![user]).await?;
    tx.put(sql!(global "DELETE FROM old_passwords WHERE user_id = $1"), params![user]).await
}

/// Gives the tenant another plan.
pub(super) struct SetPlan(pub String);

impl Command for SetPlan {
    const NAME: &'static str = "set_plan";
    type Out = Tenant;

    async fn run(&self, tx: &mut Tx) -> Result<Tenant> {
        rows::lock_tenant(tx).await?;
        let before = queries::tenant(tx).await?;
        tx.put(sql!("UPDATE tenants SET plan = $2 WHERE tenant_id = $1"), params![tx.tenant(), &self.0]).await?;
        let changes = vec![facts::Change::new("plan", before.plan, self.0.as_str())];
        let tenant_id = tx.tenant();
        tx.state(facts::identity::TenantChanged { tenant_id, fields: vec!["plan".to_owned()], changes }).await?;
        queries::tenant(tx).await
    }
}

/// Goes on in another tenant of the same person: the session there is a new one, and the old one ends.
pub(super) struct Switch {
    pub user_id: UserId,
    /// The session that ends.
    pub old: String,
    pub begun: Begun,
}

impl Command for Switch {
    const NAME: &'static str = "switch_tenant";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let state: Option<State> = tx
            .maybe(
                sql!("SELECT t.state FROM members m JOIN tenants t ON t.tenant_id = m.tenant_id WHERE m.tenant_id = $1 AND m.user_id = $2"),
                params![tx.tenant(), self.user_id],
            )
            .await?;
        if !matches!(state, Some(State::Active | State::Closing)) {
            return Err(Error::not_found("tenant"));
        }
        sso::let_in_without(tx, self.user_id).await?;
        tx.put(sql!(global "DELETE FROM sessions WHERE token_hash = $1 AND user_id = $2"), params![&self.old, self.user_id]).await?;
        begin_session(tx, self.user_id, &self.begun).await
    }
}
