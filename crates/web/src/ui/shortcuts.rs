//! The list of keys, shown by `?` and by the help button.

use maud::{Markup, html};

/// The id of the popover.
pub(super) const ID: &str = "shortcuts";

const KEYS: [(&[&str], &str); 12] = [
    (&["/", "Ctrl K"], "Search"),
    (&["g", "o"], "Orders"),
    (&["g", "m"], "Messages"),
    (&["g", "p"], "Payments"),
    (&["g", "t"], "Templates"),
    (&["g", "i"], "Inbox"),
    (&["j"], "Next row"),
    (&["k"], "Row before"),
    (&["r"], "Reply, in a conversation"),
    (&["a"], "Assign it to me"),
    (&["e"], "Resolve it"),
    (&["?"], "This list"),
];

/// The popover itself; the script opens it by its id.
pub(super) fn popover() -> Markup {
    html! {
        div.dialog.keys id=(ID) popover role="dialog" aria-labelledby="shortcuts-title" {
            h2 id="shortcuts-title" { "Keyboard" }
            dl { @for (keys, does) in KEYS { div {
                dt { @for key in keys { kbd { (key) } } }
                dd { (does) }
            } } }
        }
    }
}
