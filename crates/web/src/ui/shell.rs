//! The page shell of the back office.

use super::{Header, Icon, assets, csrf, shortcuts};
use maud::{DOCTYPE, Markup, html};

/// How many places the bar on a phone holds beside "More".
const BAR: usize = 4;

/// A place in the rail.
#[derive(Debug, Clone)]
pub struct NavItem<'a> {
    /// One word.
    pub label: &'a str,
    /// Its address.
    pub href: &'a str,
    /// Its drawing.
    pub icon: Icon,
    /// How much there waits for a person; 0 shows nothing.
    pub count: u64,
}

/// A page of the back office.
pub struct Page<'a> {
    /// Names the thing that the page is about.
    pub title: &'a str,
    /// The first line: how it stands.
    pub lead: Markup,
    /// The pages above this one: words and address, outermost first.
    pub crumbs: &'a [(&'a str, &'a str)],
    /// The main action, at the top right.
    pub action: Markup,
    /// The places of the rail, at most eight.
    pub nav: &'a [NavItem<'a>],
    /// The address of the place we are in.
    pub current: &'a str,
    /// The shop's name.
    pub tenant_name: &'a str,
    /// Who is signed in.
    pub user_name: &'a str,
    /// Whether what is shown is test data.
    pub test: bool,
    /// How long the session lasts without being extended, in minutes; 0 hides the countdown.
    pub session_minutes: u32,
    /// The session's token, for the forms of the shell.
    pub csrf: &'a str,
    /// What the page says.
    pub body: Markup,
}

/// The whole document around a page of the back office.
pub fn shell(page: &Page) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" dir="ltr" {
            (head(&format!("{} · {}", page.title, page.tenant_name), "app.css", Markup::default()))
            body.office {
                a.skip href="#main" { "Skip to content" }
                (rail(page))
                div.frame {
                    (top(page))
                    @if page.test { (test_strip(page)) }
                    main #main tabindex="-1" {
                        (Header { crumbs: page.crumbs, title: page.title, lead: &page.lead, action: &page.action })
                        (page.body)
                    }
                }
                div.toasts aria-live="polite" {}
                (shortcuts::popover())
            }
        }
    }
}

/// The head of every document. The theme's script runs before the first paint; the other waits for the page.
pub(super) fn head(title: &str, stylesheet: &str, more: Markup) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
            meta name="color-scheme" content="light dark";
            title { (title) }
            link rel="icon" type="image/svg+xml" href=(assets::url("mark.svg"));
            link rel="stylesheet" href=(assets::url(stylesheet));
            (more)
            script src=(assets::url("theme.js")) {}
            script src=(assets::url("app.js")) defer {}
        }
    }
}

fn test_strip(page: &Page) -> Markup {
    html! {
        aside.test-strip aria-label="Test data" {
            span { strong { "Test data." } " Payments and messages are played here; nobody is charged and nobody hears of it." }
            @if !page.csrf.is_empty() { (super::post("/admin/test/leave", page.csrf, super::Button::quiet("Back to your shop").small())) }
        }
    }
}

fn rail(page: &Page) -> Markup {
    html! {
        nav.rail aria-label="Main" {
            p.tenant { span.initial aria-hidden="true" { (initial(page.tenant_name)) } bdi { (page.tenant_name) } }
            ul {
                @for (at, item) in page.nav.iter().enumerate() { li.later[at >= BAR] { (place(item, page.current)) } }
                @if page.nav.len() > BAR {
                    li.more { button type="button" popovertarget="more-places" { (Icon::More) span { "More" } } }
                }
            }
            div.account { (account(page)) }
        }
        div.menu.sheet id="more-places" popover {
            ul { @for item in page.nav.iter().skip(BAR) { li { (place(item, page.current)) } } }
            div.account { (account(page)) }
        }
    }
}

fn place(item: &NavItem, current: &str) -> Markup {
    html! {
        a href=(item.href) aria-current=[(item.href == current).then_some("page")] {
            (item.icon)
            span { (item.label) }
            @if item.count > 0 {
                span.count { (if item.count > 999 { "999+".to_owned() } else { item.count.to_string() }) span.unseen { " waiting" } }
            }
        }
    }
}

fn account(page: &Page) -> Markup {
    html! {
        a.who href="/admin/security" title="Your security" { bdi { (page.user_name) } }
        form method="post" action="/admin/logout" {
            (csrf(page.csrf))
            button.plain title="Sign out" { (Icon::SignOut) span.unseen { "Sign out" } }
        }
    }
}

fn top(page: &Page) -> Markup {
    html! {
        header.top {
            form.search role="search" aria-label="Search everything" action="/admin/search" {
                (Icon::Search)
                input type="search" name="q" data-search placeholder="Search customers, orders, messages" aria-label="Search everything";
                kbd { "Ctrl K" }
            }
            div.top-tools {
                @if page.session_minutes > 0 { (session(page)) }
                (theme_switch())
                button.plain.help type="button" popovertarget=(shortcuts::ID) title="Keyboard shortcuts" {
                    (Icon::Help) span.unseen { "Keyboard shortcuts" }
                }
            }
        }
    }
}

fn session(page: &Page) -> Markup {
    html! {
        form.session method="post" action="/admin/keepalive" data-session=(page.session_minutes) {
            (csrf(page.csrf))
            (Icon::Clock)
            span data-left title="Until you are signed out" { (page.session_minutes) " min" }
            button class="button bare" { "Extend" }
        }
    }
}

/// Needs script to remember the choice; without it the device's own setting holds.
pub(super) fn theme_switch() -> Markup {
    html! {
        button.plain type="button" data-theme-switch data-js hidden title="Light or dark" {
            (Icon::Theme) span.unseen { "Light or dark" }
        }
    }
}

fn initial(name: &str) -> String {
    name.trim().chars().next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default()
}
