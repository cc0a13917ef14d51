//! Who sent a request: a key, a signed-in browser, or the operator.

use crate::commands::{KeepAlive, KeyUsed};
use crate::devices::{Holder, KnownDevices, is_access_token};
use crate::lifecycle::{self, State};
use crate::queries::{self, KeyHolder, Person, Sitter};
use crate::{Config, domains, network, rules, test_mode};
use async_trait::async_trait;
use facts::{ApiKeyId, TenantId, Time, UserId};
use http::request::Parts;
use http::{HeaderMap, header};
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::secret::sha256;
use store::{Error, Kind, Result, Who};
use subtle::ConstantTimeEq;
use web::{App, Caller, Reach, Role, Shop, Via, is_unattended};

/// Identity, seen from the web.
pub(crate) struct Gate {
    config: Config,
    /// When the use of each key was last written.
    used: Mutex<HashMap<ApiKeyId, Time>>,
}

impl Gate {
    pub(crate) fn new(config: Config) -> Self {
        Self { config, used: Mutex::default() }
    }

    async fn by_token(&self, app: &App, token: &str, path: &str) -> Result<Caller> {
        if self.is_operator(token) {
            return operator(app).await;
        }
        if is_access_token(token) {
            return by_device(app, token).await;
        }
        let hash = sha256(token);
        let look = async { queries::key_holder(&app.db, &hash).await?.ok_or_else(wrong_key) };
        let holder: KeyHolder = app.cache.get(&key_cache(&hash), look).await?;
        let now = app.db.clock().now();
        if holder.state != State::Active && path != lifecycle::export_path(holder.tenant_id) {
            return Err(shut(holder.state));
        }
        if !rules::key_works(holder.expires_at, holder.revoked_at, now) {
            return Err(wrong_key());
        }
        self.note_use(app, &Who::key(holder.tenant_id, holder.id), holder.id, now);
        let test_of = (holder.works_on != holder.tenant_id).then_some(holder.tenant_id);
        let reach = Reach { role: holder.role, scopes: holder.scopes.map(|scopes| scopes.0) };
        Ok(Caller {
            who: Who::key(holder.works_on, holder.id),
            reach: test_mode::reach(test_of, reach),
            test_of,
            via: Via::Key { per_hour: holder.per_hour },
            name: holder.name,
            tenant_name: holder.tenant_name,
            time_zone: holder.time_zone,
        })
    }

    /// Hashed first, so that neither the length nor a common beginning shows in the time it takes.
    fn is_operator(&self, token: &str) -> bool {
        let Some(own) = &self.config.admin_token else { return false };
        sha256(own.expose_secret()).as_bytes().ct_eq(sha256(token).as_bytes()).into()
    }

    /// Writes down, once a minute at the most, that a key was used. The request does not wait for it.
    fn note_use(&self, app: &App, who: &Who, id: ApiKeyId, now: Time) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.get(&id).is_some_and(|last| now.since(*last) < rules::USED_EVERY) {
            return;
        }
        used.insert(id, now);
        let (db, who) = (app.db.clone(), who.clone());
        tokio::spawn(async move {
            if let Err(error) = db.run(&who, KeyUsed { id }).await {
                tracing::warn!(key = %id, ?error, "the use of a key could not be noted");
            }
        });
    }

    /// The member who sits at a browser. What a page asks by itself does not put off the end of the session.
    async fn by_session(&self, app: &App, token: &str, unattended: bool) -> Result<Caller> {
        let hash = sha256(token);
        let look = async { queries::sitter(&app.db, &hash).await?.ok_or_else(session_over) };
        let sitter: Sitter = app.cache.get(&session_cache(&hash), look).await?;
        let now = app.db.clock().now();
        let idle = Duration::from_secs(u64::from(self.config.session_minutes) * 60);
        if !rules::session_lasts(sitter.last_seen_at, sitter.expires_at, idle, now) {
            return Err(session_over());
        }
        let who = Who::member(sitter.tenant_id, sitter.user_id);
        if !unattended && now.since(sitter.last_seen_at) >= rules::SEEN_EVERY {
            app.db.run(&who, KeepAlive { token_hash: hash.clone() }).await?;
            forget_session(app, &hash).await;
        }
        Ok(Caller {
            who,
            reach: test_mode::reach(sitter.test_of, Reach::of(sitter.role)),
            test_of: sitter.test_of,
            via: Via::Session { csrf: sitter.csrf, minutes: self.config.session_minutes },
            name: sitter.name,
            tenant_name: sitter.tenant_name,
            time_zone: sitter.time_zone,
        })
    }
}

#[async_trait]
impl web::Identity for Gate {
    async fn caller(&self, app: &App, parts: &Parts) -> Result<Option<Caller>> {
        if let Some(token) = bearer(&parts.headers) {
            return self.by_token(app, token, parts.uri.path()).await.map(Some);
        }
        match session_token(app, &parts.headers) {
            Some(token) => self.by_session(app, token, is_unattended(&parts.headers)).await.map(Some),
            None => Ok(None),
        }
    }

    async fn people(&self, read: &mut store::Read, also: &[facts::UserId]) -> Result<Vec<(store::Actor, String)>> {
        crate::names::people(read, also).await
    }

    async fn shop(&self, app: &App, slug: Option<&str>) -> Result<Shop> {
        let key = format!("shop/{}", slug.unwrap_or_default());
        let look = async { queries::shop(&app.db, slug).await?.ok_or_else(|| Error::not_found("shop")) };
        let tenant: crate::Tenant = app.cache.get(&key, look).await?;
        let base = slug.map(|slug| format!("/s/{slug}")).unwrap_or_default();
        Ok(shop_of(tenant, base))
    }

    async fn admits(&self, app: &App, tenant: TenantId, from: IpAddr) -> Result<bool> {
        network::admits(app, tenant, from).await
    }

    async fn lists_origin(&self, app: &App, tenant: Option<TenantId>, origin: &str) -> Result<bool> {
        network::lists_origin(app, tenant, origin).await
    }

    async fn shop_at(&self, app: &App, host: &str) -> Result<Option<Shop>> {
        let look = domains::tenant_at(&app.db, host);
        let tenant: Option<crate::Tenant> = app.cache.get(&domains::host_cache(host), look).await?;
        Ok(tenant.map(|tenant| shop_of(tenant, String::new())))
    }
}

fn shop_of(tenant: crate::Tenant, base: String) -> Shop {
    let crate::Tenant { id, name, slug, time_zone, test, .. } = tenant;
    Shop { tenant: id, name, slug, base, time_zone, test }
}

/// A person's phone. What they may is read from their membership, and not from the token: it holds at once.
async fn by_device(app: &App, token: &str) -> Result<Caller> {
    let Holder { tenant, user, device } = app.extra::<KnownDevices>()?.0.holder(app, token).await?;
    let look = async { queries::person(&app.db, tenant, user).await?.ok_or_else(no_member) };
    let person: Person = app.cache.get(&person_cache(tenant, user), look).await?;
    Ok(Caller {
        who: Who::member(tenant, user),
        reach: Reach::of(person.role),
        test_of: None,
        via: Via::Device { id: device, per_minute: person.plan.per_minute() },
        name: person.name,
        tenant_name: person.tenant_name,
        time_zone: person.time_zone,
    })
}

fn no_member() -> Error {
    Error::new(Kind::Unauthenticated, "no_member", "You are no member of this account any more.")
}

fn person_cache(tenant: TenantId, user: UserId) -> String {
    format!("person/{tenant}/{user}")
}

/// Forgets what a member may on their devices, because that has changed.
pub(crate) async fn forget_person(app: &App, tenant: TenantId, user: UserId) {
    app.cache.forget(&person_cache(tenant, user)).await;
}

/// The operator acts as the owner of the first tenant, and may besides open others.
async fn operator(app: &App) -> Result<Caller> {
    let first = app.identity.shop(app, None).await?;
    Ok(Caller {
        who: Who::system(first.tenant, "operator"),
        reach: Reach::of(Role::Owner),
        test_of: None,
        via: Via::Operator,
        name: "Operator".to_owned(),
        tenant_name: first.name,
        time_zone: first.time_zone,
    })
}

/// A key of a tenant that is suspended or closed opens nothing but the way out with everything, and says why.
fn shut(state: State) -> Error {
    let what = match state {
        State::Closing => "An owner can sign in and restore it.",
        State::Suspended | State::Active => "Ask whoever runs this platform.",
    };
    let message = format!("This account is {state}. {what} An owner's key still exports everything.");
    Error::new(Kind::Forbidden, "tenant_shut", message)
}

fn wrong_key() -> Error {
    Error::new(Kind::Unauthenticated, "invalid_api_key", "This API key is unknown, expired or revoked.")
}

fn session_over() -> Error {
    Error::new(Kind::Unauthenticated, "session_over", "Your session is over. Sign in again.")
}

/// The token of `Authorization: Bearer …`.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The token of the session's cookie.
pub(crate) fn session_token<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie_value(headers, app.session_cookie())
}

/// What a cookie of a request holds; an empty one is none.
pub fn cookie_value<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, value)| *name == wanted && !value.is_empty()).map(|(_, value)| value)
}

fn key_cache(hash: &str) -> String {
    format!("key/{hash}")
}

fn session_cache(hash: &str) -> String {
    format!("session/{hash}")
}

/// Forgets whom a key belongs to, because that has changed.
pub(crate) async fn forget_key(app: &App, hash: &str) {
    app.cache.forget(&key_cache(hash)).await;
}

/// Forgets who sits at a browser, because that has changed.
pub(crate) async fn forget_session(app: &App, hash: &str) {
    app.cache.forget(&session_cache(hash)).await;
}

/// Forgets who sat at browsers, because those sessions have ended.
pub(crate) async fn forget_sessions(app: &App, hashes: &[String]) {
    for hash in hashes {
        forget_session(app, hash).await;
    }
}

/// Forgets what a member may, on their devices and at their browsers, because that has changed.
pub(crate) async fn forget_member(app: &App, tenant: TenantId, user: UserId, sessions: &[String]) {
    forget_person(app, tenant, user).await;
    forget_sessions(app, sessions).await;
}

/// Forgets the shop of a tenant, because its name or clock has changed.
pub(crate) async fn forget_shop(app: &App, slug: &str) {
    app.cache.forget(&format!("shop/{slug}")).await;
    app.cache.forget("shop/").await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use web::SESSION_COOKIE;

    #[test]
    fn tokens_are_found_where_they_are() {
        let mut headers = HeaderMap::new();
        assert_eq!((bearer(&headers), cookie_value(&headers, SESSION_COOKIE)), (None, None));
        headers.insert(header::AUTHORIZATION, "bearer  ok_live_x ".parse().unwrap());
        headers.append(header::COOKIE, "theme=dark; xorigin_session=no; origin_session=".parse().unwrap());
        headers.append(header::COOKIE, "a=b;origin_session=abc".parse().unwrap());
        assert_eq!((bearer(&headers), cookie_value(&headers, SESSION_COOKIE)), (Some("ok_live_x"), Some("abc")));
        headers.insert(header::AUTHORIZATION, "Basic abc".parse().unwrap());
        assert_eq!(bearer(&headers), None);
    }
}
