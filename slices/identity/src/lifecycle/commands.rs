//! A tenant moves from one state to the next, and in the end is erased.

use super::rows;
use super::rules::{self, Act, State};
use crate::commands::{Begun, begin_session};
use crate::model::Tenant;
use crate::plans::Plan;
use crate::{queries, sso, test_mode};
use facts::UserId;
use facts::identity::{TenantErased, TenantMoved};
use serde::{Deserialize, Serialize};
use store::{Command, EraseTenant, Error, Result, Timer, Tx};

/// Moves the tenant of the [`store::Who`] that runs it.
pub(super) struct Move {
    pub act: Act,
    /// Why, in words for its members.
    pub reason: Option<String>,
}

impl Command for Move {
    const NAME: &'static str = "move_tenant";
    type Out = Tenant;

    async fn run(&self, tx: &mut Tx) -> Result<Tenant> {
        let standing = rows::lock(tx).await?.ok_or_else(|| Error::not_found("tenant"))?;
        if standing.is_first && matches!(self.act, Act::Close | Act::Suspend) {
            return Err(Error::conflict("first_tenant", "The first tenant is the platform's own and stays."));
        }
        let state = rules::next(standing.state, self.act)?;
        let closes_at = (state == State::Closing).then(|| tx.now().after(rules::GRACE));
        rows::set_state(tx, state, closes_at).await?;
        test_mode::follow(tx, state, closes_at).await?;
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
        if rows::lock_closing(tx).await?.is_none_or(|at| at > tx.now()) {
            return Ok(());
        }
        let members = rows::members(tx).await?;
        let (mut erased, tenants) = (0, rows::with_test_data(tx).await?);
        for tenant in &tenants {
            erased += EraseTenant(*tenant).run(tx).await?;
        }
        for user in &members {
            rows::forget(tx, *user).await?;
        }
        tracing::info!(tenant = %tx.tenant(), rows = erased, "a closed tenant was erased");
        // What others keep of it outside the database goes because of this; its own journal is no more.
        let first = rows::first(tx).await?;
        tx.go_on_for(first);
        tx.state_all(tenants.into_iter().map(|tenant_id| TenantErased { tenant_id })).await?;
        Ok(())
    }
}

/// Gives the tenant another plan.
pub(super) struct SetPlan(pub Plan);

impl Command for SetPlan {
    const NAME: &'static str = "set_plan";
    type Out = Tenant;

    async fn run(&self, tx: &mut Tx) -> Result<Tenant> {
        crate::rows::lock_tenant(tx).await?;
        let before = queries::tenant(tx).await?;
        rows::set_plan(tx, self.0.as_str()).await?;
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
        let state = rows::state_for(tx, self.user_id).await?;
        if !matches!(state, Some(State::Active | State::Closing)) {
            return Err(Error::not_found("tenant"));
        }
        sso::let_in_without(tx, self.user_id).await?;
        rows::end_session(tx, self.user_id, &self.old).await?;
        begin_session(tx, self.user_id, &self.begun).await
    }
}
