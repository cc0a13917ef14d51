//! Documents without the back office around them: signing in, and when something went wrong.

use super::{id, shell::head};
use maud::{DOCTYPE, Markup, Render, html};

/// A document of one column.
pub struct Bare<'a> {
    /// What it is, for the browser's tab.
    pub title: &'a str,
    /// What it says, with its own `h1`; a form stands in a [`panel`].
    pub body: Markup,
}

/// The whole document around it.
pub fn bare(page: Bare) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" dir="ltr" {
            (head(&format!("{} · Origin", page.title), "app.css", Markup::default()))
            body.bare { main { (page.body) } }
        }
    }
}

/// A narrow box under the page's heading: signing in, a question to answer.
pub fn panel(title: &str, body: impl Render) -> Markup {
    html! { div.panel-box { h1 { (title) } (body) } }
}

/// What is told when something went wrong.
pub struct Problem<'a> {
    /// What happened, in the reader's words.
    pub title: &'a str,
    /// What to do now.
    pub message: &'a str,
    /// What support needs to find it again.
    pub request_id: &'a str,
}

/// The whole document of a problem.
pub fn problem(problem: Problem) -> Markup {
    let body = html! {
        p { (problem.message) }
        p.reference { "Request " (id(problem.request_id)) }
    };
    bare(Bare { title: problem.title, body: panel(problem.title, body) })
}
