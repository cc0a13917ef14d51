//! Proving who one is: a password, and a code where one is asked for. The sign-in page and the mobile API both do it here,
//! with the same limits.

use crate::commands::{Proof, spend, wrong_code};
use crate::queries::{self, Account};
use crate::{password, rows, second_factor, sso};
use facts::{TenantId, UserId};
use secrecy::SecretString;
use std::time::Duration;
use store::secret::sha256;
use store::{Error, Kind, Result, Tx};
use web::limits::Rate;
use web::{Address, App};

/// Passwords that may be tried for one name from one address, where RATE_PASSWORD_LIMIT says nothing else. Others' tries, from elsewhere, lock nobody out.
const PASSWORDS: Rate = Rate { limit: 10, window: Duration::from_secs(15 * 60) };
/// Codes that may be tried for one person, for whom a right password has been given each time.
const CODES: Rate = Rate { limit: 30, window: Duration::from_secs(3_600) };

/// Which of a person's tenants they sign in to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// The one they have been in longest.
    Longest,
    /// The one they came to last.
    Newest,
    /// The one with this slug or id.
    Named(&'a str),
}

/// The account whose password this is. A name that nobody has and a wrong password get the same answer after the same
/// time.
pub(crate) async fn password(app: &App, address: Address, login: &str, typed: &SecretString, place: Place<'_>) -> Result<Account> {
    let login = login.trim().to_lowercase();
    let rate = app.limits.setting("PASSWORD", PASSWORDS);
    slowly(app, &format!("password/{}/{}", address.0, sha256(&login)), rate).await?;
    let known = login.len() <= 254 && !login.contains('\0');
    let account = if known { find(app, &login, place).await? } else { None };
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let right = password::verify(hash, typed).await?;
    account.filter(|_| right).ok_or_else(wrong_password)
}

async fn find(app: &App, login: &str, place: Place<'_>) -> Result<Option<Account>> {
    match place {
        Place::Longest => queries::account(&app.db, login).await,
        Place::Newest => queries::newest_account(&app.db, login).await,
        Place::Named(name) => match name.parse::<TenantId>() {
            Ok(id) => queries::account_in(&app.db, login, Some(id), "").await,
            Err(_) => queries::account_in(&app.db, login, None, name).await,
        },
    }
}

pub(crate) fn wrong_password() -> Error {
    Error::new(Kind::Unauthenticated, "wrong_password", "User name and password do not fit together.")
}

async fn slowly(app: &App, what: &str, rate: Rate) -> Result<()> {
    let verdict = app.limits.take(what, rate).await;
    if verdict.allowed {
        return Ok(());
    }
    let message = format!("Too many tries. The next one is possible in {} seconds.", verdict.retry_after.as_secs() + 1);
    Err(Error::new(Kind::TooMany, "rate_limited", message).retry_after(verdict.retry_after))
}

/// Counts a try at a code of this person.
pub(crate) async fn not_too_often(app: &App, user: UserId) -> Result<()> {
    slowly(app, &format!("code/{user}"), CODES).await
}

/// What somebody typed, if it is a code of theirs; whether it was used before, the command sees.
pub(crate) async fn code(app: &App, user: UserId, typed: &str) -> Result<Proof> {
    if let Some(hash) = second_factor::recovery_hash(typed) {
        return Ok(Proof::Recovery(hash));
    }
    let locked = queries::factor(&app.db, user).await?.filter(|factor| factor.confirmed_at.is_some()).ok_or_else(wrong_code)?.locked;
    let secret = app.vault.open(&second_factor::place(user), &locked)?;
    second_factor::step(&secret, typed, app.db.clock().now())?.map(Proof::Step).ok_or_else(wrong_code)
}

/// What somebody says who signs in without a page.
pub struct Credentials<'a> {
    /// Their user name or e-mail address.
    pub login: &'a str,
    /// Their password.
    pub password: &'a SecretString,
    /// A code of their second factor, where they have one.
    pub code: Option<&'a str>,
    /// Slug or id of the tenant to sign in to; the one they came to last where nothing is said.
    pub tenant: Option<&'a str>,
}

/// Somebody who has proved who they are. It holds until their password changes, and opens nothing but [`admit`].
pub struct Proven {
    /// The person.
    pub user: UserId,
    /// Where they sign in.
    pub tenant: TenantId,
    password_hash: String,
    proof: Option<Proof>,
}

/// Proves who somebody is, all at once: what the two steps of the sign-in page do.
///
/// # Errors
/// `wrong_password`, `wrong_code`; `rate_limited` after too many tries.
pub async fn prove(app: &App, address: Address, said: Credentials<'_>) -> Result<Proven> {
    let place = said.tenant.map_or(Place::Newest, Place::Named);
    let Account { id: user, password_hash, tenant_id: tenant } = password(app, address, said.login, said.password, place).await?;
    let asked = queries::factor(&app.db, user).await?.is_some_and(|factor| factor.confirmed_at.is_some());
    let proof = match said.code.filter(|typed| asked && !typed.trim().is_empty()) {
        Some(typed) => {
            not_too_often(app, user).await?;
            Some(code(app, user, typed).await?)
        }
        None => None,
    };
    Ok(Proven { user, tenant, password_hash, proof })
}

/// Lets somebody in within the transaction in which their session begins: they are a member still, the password is the
/// one that was proved, and a code is used up.
///
/// # Errors
/// `wrong_password`, `wrong_code`; `sso_only` where their tenant asks for single sign-on; `code_required` where a second factor is on and no code was given.
pub async fn admit(tx: &mut Tx, proven: &Proven) -> Result<()> {
    if !rows::may_sign_in(tx, proven.user, &proven.password_hash).await? {
        return Err(wrong_password());
    }
    sso::let_in_without(tx, proven.user).await?;
    match &proven.proof {
        Some(proof) => spend(tx, proven.user, proof).await,
        None if rows::has_factor(tx, proven.user).await? => {
            Err(Error::new(Kind::Unauthenticated, "code_required", "Send the code that your app shows as well, as `code`."))
        }
        None => Ok(()),
    }
}
