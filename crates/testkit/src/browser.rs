//! A browser in which somebody may be signed in: its cookie, and the token that its forms carry.

use crate::{Reply, TestApp};

/// A browser. It follows no redirects and runs no script.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// What it sends as its cookie; empty where nobody is signed in.
    pub cookie: String,
    csrf: String,
}

impl Browser {
    /// One in which nobody is signed in.
    pub fn new() -> Self {
        Self::default()
    }

    /// One in which somebody signed in with a password.
    pub async fn signed_in(t: &TestApp, username: &str, password: &str) -> Self {
        let reply = Self::new().post(t, "/admin/login", &[("username", username), ("password", password)]).await;
        Self::from(t, &reply).await
    }

    /// The one that got this answer to signing in, whichever way.
    pub async fn from(t: &TestApp, reply: &Reply) -> Self {
        assert_eq!(reply.status, 303, "{}", reply.text);
        let cookie = reply.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a session begins").to_owned();
        let page = t.send(t.request("GET", "/admin/security").header("cookie", &cookie)).await;
        assert_eq!(page.status, 200, "{}", page.text);
        Self { csrf: page.between("name=\"csrf\" value=\"", "\"").to_owned(), cookie }
    }

    /// Opens a page.
    pub async fn get(&self, t: &TestApp, path: &str) -> Reply {
        t.send(t.request("GET", path).header("cookie", &self.cookie).header("accept", "text/html")).await
    }

    /// Sends a form.
    pub async fn post(&self, t: &TestApp, path: &str, fields: &[(&str, &str)]) -> Reply {
        let form: Vec<_> = fields.iter().copied().chain([("csrf", self.csrf.as_str())]).collect();
        t.send(t.request("POST", path).header("cookie", &self.cookie).form(&form)).await
    }
}
