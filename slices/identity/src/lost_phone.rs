//! The way out for somebody who has lost both their app and their recovery codes: whoever runs the machine lets them in.

use crate::commands::ForgetFactor;
use crate::queries;
use store::{Db, Error, Result, Who};

/// Turns off the second factor of whoever signs in with this name.
///
/// # Errors
/// There is nobody of this name, or no second factor to turn off.
pub async fn forget_second_factor(db: &Db, login: &str) -> Result<()> {
    let account = queries::account(db, &login.trim().to_lowercase()).await?.ok_or_else(|| Error::not_found("account"))?;
    let who = Who::system(account.tenant_id, "command_line");
    db.run(&who, ForgetFactor { user_id: account.id }).await
}
