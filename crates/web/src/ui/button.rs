//! Buttons, and links that look like them.

use super::{Icon, csrf};
use maud::{Markup, Render, html};

#[derive(Clone, Copy, PartialEq)]
enum Look {
    Primary,
    Quiet,
    Danger,
    Bare,
}

/// What a click does.
enum Does {
    Submit,
    Go(String),
    Open(String),
    PopOver(String),
}

/// A button. It submits the form it stands in unless it is told to go or open somewhere.
pub struct Button {
    look: Look,
    label: String,
    does: Does,
    icon: Option<Icon>,
    small: bool,
    off: bool,
    value: Option<(String, String)>,
    to: Option<String>,
    unfinished: bool,
}

impl Button {
    /// The one thing that a page is for; at most one stands on a page.
    pub fn primary(label: impl Into<String>) -> Self {
        Self::new(Look::Primary, label)
    }

    /// Everything else that can be done.
    pub fn quiet(label: impl Into<String>) -> Self {
        Self::new(Look::Quiet, label)
    }

    /// What cannot be taken back; it asks before it does it.
    pub fn danger(label: impl Into<String>) -> Self {
        Self::new(Look::Danger, label)
    }

    /// No more than its words, for actions inside rows and text.
    pub fn bare(label: impl Into<String>) -> Self {
        Self::new(Look::Bare, label)
    }

    fn new(look: Look, label: impl Into<String>) -> Self {
        let label = label.into();
        let does = Does::Submit;
        Self { look, label, does, icon: None, small: false, off: false, value: None, to: None, unfinished: false }
    }

    /// Makes it a link.
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.does = Does::Go(href.into());
        self
    }

    /// Opens the [`Dialog`](super::Dialog) with that id.
    pub fn opens(mut self, dialog: impl Into<String>) -> Self {
        self.does = Does::Open(dialog.into());
        self
    }

    /// Shows the popover with that id, and hides it again.
    pub(super) fn pops(mut self, popover: impl Into<String>) -> Self {
        self.does = Does::PopOver(popover.into());
        self
    }

    /// Puts an icon before the words.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Smaller, for rows of a table.
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// Shown, and not to be pressed.
    pub fn off(mut self) -> Self {
        self.off = true;
        self
    }

    /// Sends this name and value along when it submits.
    pub fn value(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.value = Some((name.into(), value.into()));
        self
    }

    /// Submits its form to another address, as the buttons of a bulk selection do.
    pub fn to(mut self, action: impl Into<String>) -> Self {
        self.to = Some(action.into());
        self
    }

    /// Submits its form however little of it is filled in.
    pub fn unfinished(mut self) -> Self {
        self.unfinished = true;
        self
    }

    fn class(&self) -> String {
        let look = match self.look {
            Look::Primary => "primary",
            Look::Quiet => "quiet",
            Look::Danger => "danger",
            Look::Bare => "bare",
        };
        format!("button {look}{}", if self.small { " small" } else { "" })
    }
}

impl Render for Button {
    fn render(&self) -> Markup {
        let inside = html! {
            @if let Some(icon) = self.icon { (icon) }
            (self.label)
        };
        let class = self.class();
        let (name, value) = self.value.as_ref().map_or((None, None), |(n, v)| (Some(n), Some(v)));
        match &self.does {
            Does::Go(href) => html! { a class=(class) href=(href) { (inside) } },
            Does::Open(dialog) => html! {
                button class=(class) type="button" commandfor=(dialog) command="show-modal" disabled[self.off] { (inside) }
            },
            Does::PopOver(popover) => html! {
                button class=(class) type="button" popovertarget=(popover) disabled[self.off] { (inside) }
            },
            Does::Submit => html! {
                button class=(class) name=[name] value=[value] formaction=[&self.to] formnovalidate[self.unfinished] disabled[self.off] {
                    (inside)
                }
            },
        }
    }
}

/// A button that posts by itself, such as the Resend beside a failed message.
pub fn post(action: &str, token: &str, button: Button) -> Markup {
    html! { form.inline method="post" action=(action) { (csrf(token)) (button) } }
}
