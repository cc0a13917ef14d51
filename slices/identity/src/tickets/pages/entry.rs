//! A link that lets somebody in: as who they are, where they are signed in; else with an account that they make here.

use super::{again, hash, newcomer, open, panel, signed_in};
use crate::commands::Begun;
use crate::pages::{begun, cookie, from_here};
use crate::password;
use crate::tickets::invitations::{Joiner, Newcomer};
use crate::tickets::life::Ticket;
use crate::tickets::rows;
use axum::extract::Request;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::identity::Purpose;
use facts::{TenantId, UserId};
use http::HeaderMap;
use http::request::Parts;
use maud::{Markup, html};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use store::{Error, Result};
use web::ui::{self, Button};
use web::{Address, Answer, App, Failure};

/// What a page of such a link says.
pub(super) struct Said {
    pub title: String,
    /// To somebody who is signed in, by their name.
    pub known: Markup,
    /// To everybody else.
    pub new: Markup,
}

/// One kind of such a link.
pub(super) struct Entry {
    pub purpose: Purpose,
    pub path: &'static str,
    pub button: &'static str,
}

/// What somebody sends who follows it.
#[derive(Debug, Deserialize)]
pub(super) struct Entering {
    token: SecretString,
    #[serde(default)]
    name: String,
    password: Option<SecretString>,
}

/// Who comes in, and by which ticket.
pub(super) struct Comer {
    pub hash: String,
    pub tenant: TenantId,
    pub joiner: Joiner,
    pub begun: Begun,
}

impl Comer {
    /// The person, where they are known.
    pub(super) fn user(&self) -> Option<UserId> {
        match self.joiner {
            Joiner::Known(user) => Some(user),
            Joiner::New(_) => None,
        }
    }
}

impl Entry {
    /// The page behind the link; `say` finds its words.
    pub(super) async fn page<S>(
        &self,
        app: &App,
        parts: &Parts,
        token: &SecretString,
        typed: (&str, Option<&Failure>),
        say: S,
    ) -> Result<Html<String>>
    where
        S: AsyncFn(&App, TenantId, &Ticket, &str) -> Result<Said>,
    {
        let (tenant, ticket) = open(app, self.purpose, &hash(token)).await?;
        let known = signed_in(app, parts).await.map(|(caller, _)| caller.name);
        let said = say(app, tenant, &ticket, known.as_deref().unwrap_or_default()).await?;
        let back = format!("{}?token={}", self.path, token.expose_secret());
        let back = format!("/admin/login?{}", web::query_string(&[("next", &back)]));
        let body = match known {
            Some(_) => html! {
                (said.known)
                form method="post" action=(self.path) {
                    (ui::hidden("token", token.expose_secret()))
                    (ui::actions(html! { (Button::primary(self.button)) }))
                }
            },
            None => html! {
                (said.new)
                (newcomer(token, self.path, typed.0, self.button, typed.1))
                p { "You have an account already? " a href=(back) { "Sign in first" } "." }
            },
        };
        Ok(panel(&said.title, body))
    }

    /// Lets somebody in by `run`, which answers with nothing but success; or shows the page again with what was wrong.
    pub(super) async fn enter<R, S>(
        &self,
        app: &App,
        address: Address,
        headers: HeaderMap,
        form: &Entering,
        run: R,
        say: S,
    ) -> Answer<Response>
    where
        R: AsyncFn(&App, Address, Comer) -> Result<()>,
        S: AsyncFn(&App, TenantId, &Ticket, &str) -> Result<Said>,
    {
        from_here(app, &headers)?;
        let mut parts = Request::new(()).into_parts().0;
        parts.headers = headers;
        match self.come_in(app, address, &parts, form, run).await {
            Ok(token) => Ok((cookie(app, Some(&token)), Redirect::to("/admin")).into_response()),
            Err(error) => {
                let wrong = Failure::from(error);
                let page = self.page(app, &parts, &form.token, (&form.name, Some(&wrong)), say).await?;
                again(wrong, |_| page)
            }
        }
    }

    /// Answers the token of the session that began.
    async fn come_in<R>(&self, app: &App, address: Address, parts: &Parts, form: &Entering, run: R) -> Result<String>
    where
        R: AsyncFn(&App, Address, Comer) -> Result<()>,
    {
        let hash = hash(&form.token);
        let (tenant, ticket) = open(app, self.purpose, &hash).await?;
        let joiner = match (signed_in(app, parts).await, &form.password) {
            (Some((_, user)), _) => Joiner::Known(user),
            (None, Some(password)) => {
                password::check_well(app, password, &[&form.name, &ticket.email]).await?;
                let password_hash = password::hash_password(app.db.dice(), password).await?;
                Joiner::New(Newcomer { name: form.name.clone(), password_hash })
            }
            (None, None) => return Err(Error::field("password", "choose a password")),
        };
        let (token, begun) = begun(app, address, &parts.headers);
        let before = rows::sessions_of(&app.db, &ticket.email).await?;
        run(app, address, Comer { hash, tenant, joiner, begun }).await?;
        crate::gate::forget_sessions(app, &before).await;
        Ok(token)
    }
}
