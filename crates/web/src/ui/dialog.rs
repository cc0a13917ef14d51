//! A dialog that asks before something is done that cannot be taken back.

use super::{Button, csrf};
use maud::{Markup, Render, html};

/// A form in a dialog; a button with [`Button::opens`] and the same id opens it. It needs no script where the
/// browser knows commands. The page that `action` names must check what it is told all the same.
pub struct Dialog<'a> {
    /// Its id.
    pub id: &'a str,
    /// What it asks, with the thing's name in it.
    pub title: &'a str,
    /// What will happen.
    pub body: Markup,
    /// Where it posts to.
    pub action: &'a str,
    /// The session's token.
    pub csrf: &'a str,
    /// The button that does it.
    pub button: Button,
    /// What must be typed to confirm, sent as `confirm`; `None` where a click is enough.
    pub typed: Option<&'a str>,
}

impl Render for Dialog<'_> {
    fn render(&self) -> Markup {
        let title = format!("{}-title", self.id);
        html! {
            dialog.dialog id=(self.id) aria-labelledby=(title) {
                form method="post" action=(self.action) {
                    (csrf(self.csrf))
                    h2 id=(title) { (self.title) }
                    div.dialog-body { (self.body) }
                    @if let Some(text) = self.typed {
                        div.field {
                            label for={ (self.id) "-typed" } { "Type " strong { bdi { (text) } } " to confirm" }
                            input id={ (self.id) "-typed" } name="confirm" type="text" required autocomplete="off"
                                pattern=(exactly(text)) title={ "Type " (text) } spellcheck="false";
                        }
                    }
                    div.actions {
                        button class="button quiet" type="submit" formmethod="dialog" formnovalidate { "Go back" }
                        (self.button)
                    }
                }
            }
        }
    }
}

/// A pattern that only this text matches: every sign that means something in a pattern is escaped.
fn exactly(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if "\\^$.*+?()[]{}|/-".contains(letter) {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::exactly;

    #[test]
    fn signs_of_a_pattern_are_escaped() {
        assert_eq!(exactly("Müller & Co. (Delhi)"), r"Müller & Co\. \(Delhi\)");
    }
}
