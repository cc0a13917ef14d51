//! Trying things out: a tenant's test data is a tenant of its own beside it, without members, in which nothing real can
//! happen, because its providers are played (`settings::Credentials`). Test keys work there, and members can look at it.

mod commands;
mod pages;
mod rows;

pub use rows::is_test;
pub(crate) use rows::{follow, test_data};

use facts::TenantId;
use store::{Db, Error, Migration, Result, Who};
use web::{App, Caller, Permission, Reach, Route};

facts::words! {
    /// What a key works on.
    pub enum Mode {
        /// The tenant itself.
        Live = "live",
        /// The tenant's test data.
        Test = "test",
    }
}

/// Its columns.
pub(crate) const MIGRATION: Migration = Migration::both("identity/0011_test_mode", include_str!("../../migrations/0011_test_mode.sql"));

/// Pages.
pub(crate) fn routes() -> Vec<Route> {
    pages::routes()
}

/// Whether anybody plays the providers here. Found among the app's extras.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Played(pub bool);

/// How far somebody may go who works on test data, if it is that.
pub(crate) fn reach(test_of: Option<TenantId>, reach: Reach) -> Reach {
    if test_of.is_some() { within(reach) } else { reach }
}

/// What whoever works on test data may do: all that they may besides, but nothing about the account, which is one for both.
fn within(reach: Reach) -> Reach {
    const ACCOUNT: [Permission; 4] = [Permission::TenantWrite, Permission::TenantClose, Permission::MembersWrite, Permission::KeysWrite];
    let scopes = Permission::ALL.iter().copied().filter(|one| reach.may(*one) && !ACCOUNT.contains(one)).collect();
    Reach { role: reach.role, scopes: Some(scopes) }
}

/// The caller's test data, which is made where there is none yet.
///
/// # Errors
/// `test_mode_off` where nobody plays the providers; `in_test_mode` from within test data.
pub(crate) async fn ready(app: &App, caller: &Caller) -> Result<TenantId> {
    if !app.extra::<Played>()?.0 {
        let message = "There is no test mode here. Whoever runs this Origin turns it on with ORIGIN_SIM_LISTEN.";
        return Err(Error::conflict("test_mode_off", message));
    }
    if caller.test_of.is_some() {
        return Err(Error::conflict("in_test_mode", "This is test data already."));
    }
    made(&app.db, &caller.who).await
}

/// The unique index decides between two who make it at once: both find the same.
async fn made(db: &Db, who: &Who) -> Result<TenantId> {
    let of = who.tenant;
    if let Some(known) = test_data(db, of).await? {
        return Ok(known);
    }
    let tenant = db.dice().id(db.clock().now());
    db.run(&Who { tenant, ..who.clone() }, commands::OpenTestData { of }).await?;
    test_data(db, of).await?.ok_or_else(|| Error::not_found("tenant"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use web::Role;

    #[test]
    fn test_data_gives_nobody_more_and_never_the_account() {
        for role in Role::ALL {
            let here = within(Reach::of(*role));
            assert!(Reach::of(*role).covers(&here));
            assert!(!here.may(Permission::KeysWrite) && !here.may(Permission::TenantWrite) && !here.may(Permission::MembersWrite));
            assert_eq!(here.may(Permission::OrdersRead), role.may(Permission::OrdersRead));
        }
        let till = Reach { role: Role::Admin, scopes: Some(vec![Permission::OrdersWrite, Permission::KeysWrite]) };
        assert_eq!(within(till).scopes, Some(vec![Permission::OrdersWrite]));
    }
}
