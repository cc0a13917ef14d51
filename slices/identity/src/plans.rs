//! What each plan allows, and refusing what goes beyond it.
//!
//! Whoever adds something takes the plan under the tenant's lock ([`lock_plan`]), counts, and asks whether there is
//! [`Plan::room`]: two who add the last one come one after the other. A larger plan holds at once, and a smaller one takes
//! nothing away: it lets nothing be added until there is room again.

use facts::Time;
use serde::Deserialize;
use store::{Error, Look, Result, Tx, params, sql};

facts::words! {
    /// What a tenant has paid the platform for.
    pub enum Plan {
        /// Nothing.
        Free = "free",
        /// The middle one.
        Pro = "pro",
        /// The largest.
        Scale = "scale",
    }
}

facts::words! {
    /// What a plan allows so many of at a time.
    pub enum Limit {
        /// Members, of any role.
        Members = "members",
        /// API keys that work.
        ApiKeys = "api_keys",
        /// Phones that are signed in.
        Devices = "devices",
        /// The shop's own domains, proved or not.
        Domains = "domains",
    }
}

/// What a plan allows.
struct Allows {
    members: i64,
    api_keys: i64,
    devices: i64,
    domains: i64,
    /// Requests that a person's devices may make together in a minute.
    per_minute: u32,
}

impl Limit {
    /// What is counted, for a person.
    pub fn words(self) -> &'static str {
        match self {
            Limit::Members => "members",
            Limit::ApiKeys => "working API keys",
            Limit::Devices => "signed-in devices",
            Limit::Domains => "domains",
        }
    }

    fn makes_room(self) -> &'static str {
        match self {
            Limit::Members => "Remove a member, or take an invitation back",
            Limit::ApiKeys => "Revoke a key",
            Limit::Devices => "Sign a device out",
            Limit::Domains => "Remove a domain",
        }
    }
}

impl Plan {
    /// The whole table.
    const fn line(self) -> Allows {
        match self {
            Plan::Free => Allows { members: 10, api_keys: 50, devices: 50, domains: 10, per_minute: 60 },
            Plan::Pro => Allows { members: 50, api_keys: 200, devices: 500, domains: 25, per_minute: 300 },
            Plan::Scale => Allows { members: 500, api_keys: 1_000, devices: 10_000, domains: 100, per_minute: 1_000 },
        }
    }

    /// How many of these it allows at a time.
    pub fn allows(self, limit: Limit) -> i64 {
        let line = self.line();
        match limit {
            Limit::Members => line.members,
            Limit::ApiKeys => line.api_keys,
            Limit::Devices => line.devices,
            Limit::Domains => line.domains,
        }
    }

    /// Requests a minute that a person's devices may make together.
    pub fn per_minute(self) -> u32 {
        self.line().per_minute
    }

    /// Whether one more may be added to so many.
    ///
    /// # Errors
    /// `plan_limit`, with what the plan allows and what to do.
    pub fn room(self, limit: Limit, used: i64) -> Result<()> {
        if used < self.allows(limit) { Ok(()) } else { Err(self.full(limit)) }
    }

    /// Whether one that goes on for a while may be replaced: each once, so twice as many at the most.
    ///
    /// # Errors
    /// `plan_limit`.
    pub(crate) fn room_to_replace(self, limit: Limit, used: i64) -> Result<()> {
        if used < 2 * self.allows(limit) { Ok(()) } else { Err(self.full(limit)) }
    }

    fn full(self, limit: Limit) -> Error {
        let (allows, words, makes_room) = (self.allows(limit), limit.words(), limit.makes_room());
        let message = format!(
            "The plan {self} has room for {allows} {words}, and all of it is taken. {makes_room}, or ask whoever runs this platform for a larger plan."
        );
        Error::conflict("plan_limit", message)
    }
}

/// The tenant's plan. Nobody else changes it, or adds anything that it limits, until the commit.
///
/// # Errors
/// There is no such tenant.
pub async fn lock_plan(tx: &mut Tx) -> Result<Plan> {
    let plan = tx.maybe(sql!("SELECT plan FROM tenants WHERE tenant_id = $1 FOR UPDATE"), params![tx.tenant()]).await?;
    plan.ok_or_else(|| Error::not_found("tenant"))
}

pub(crate) async fn members(look: &mut impl Look) -> Result<i64> {
    look.one(sql!("SELECT COUNT(*) FROM members WHERE tenant_id = $1"), params![look.tenant()]).await
}

/// Invitations that can still make members.
pub(crate) async fn invited(look: &mut impl Look, now: Time) -> Result<i64> {
    look.one(
        sql!("SELECT COUNT(*) FROM tickets WHERE tenant_id = $1 AND purpose = 'invitation' AND state = 'open' AND expires_at > $2"),
        params![look.tenant(), now],
    )
    .await
}

/// Keys that work.
pub(crate) async fn keys(look: &mut impl Look, now: Time) -> Result<i64> {
    look.one(
        sql!("SELECT COUNT(*) FROM api_keys WHERE tenant_id = $1 AND revoked_at IS NULL AND (expires_at > $2 OR expires_at IS NULL)"),
        params![look.tenant(), now],
    )
    .await
}

pub(crate) async fn domains(look: &mut impl Look) -> Result<i64> {
    look.one(sql!("SELECT COUNT(*) FROM domains WHERE tenant_id = $1"), params![look.tenant()]).await
}

/// How much of what a tenant's plan allows is taken.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The plan.
    pub plan: Plan,
    /// What is taken of each limit that is identity's own to count.
    pub taken: Vec<(Limit, i64)>,
}

/// The tenant's plan, and what is taken of it.
///
/// # Errors
/// There is no such tenant.
pub async fn standing(look: &mut impl Look, now: Time) -> Result<Standing> {
    #[derive(Deserialize)]
    struct Kept {
        plan: Plan,
    }
    let kept: Option<Kept> = look.maybe(sql!("SELECT plan FROM tenants WHERE tenant_id = $1"), params![look.tenant()]).await?;
    let plan = kept.ok_or_else(|| Error::not_found("tenant"))?.plan;
    let taken =
        vec![(Limit::Members, members(look).await?), (Limit::ApiKeys, keys(look, now).await?), (Limit::Domains, domains(look).await?)];
    Ok(Standing { plan, taken })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_plan_allows_more() {
        for pair in Plan::ALL.windows(2) {
            assert!(
                Limit::ALL.iter().all(|limit| pair[0].allows(*limit) < pair[1].allows(*limit))
                    && pair[0].per_minute() < pair[1].per_minute()
            );
        }
    }

    #[test]
    fn the_last_one_fits_and_one_more_does_not() {
        for (plan, limit) in Plan::ALL.iter().flat_map(|plan| Limit::ALL.iter().map(move |limit| (*plan, *limit))) {
            let most = plan.allows(limit);
            assert!(plan.room(limit, most - 1).is_ok() && plan.room_to_replace(limit, 2 * most - 1).is_ok());
            let refused = plan.room(limit, most).unwrap_err();
            assert!(refused.code() == "plan_limit" && refused.message().contains(&most.to_string()), "{refused:?}");
            assert!(plan.room(limit, most + 7).is_err() && plan.room_to_replace(limit, 2 * most).is_err(), "a smaller plan adds nothing");
        }
    }
}
