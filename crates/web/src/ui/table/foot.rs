//! What stands below a table: how much is shown, the pages, and what to do with ticked rows.

use super::super::{Button, csrf};
use super::Table;
use maud::{Markup, html};

impl Table {
    pub(super) fn foot(&self) -> Markup {
        let later = self.here.get("cursor").is_some();
        html! {
            div.table-foot {
                p { (self.rows.len()) " shown" @if self.next.is_some() { ", and more" } }
                nav.pages aria-label={ "Pages of " (self.name.to_lowercase()) } {
                    @if later { (Button::quiet("First page").small().href(self.here.without("cursor").to_string())) }
                    @if let Some(cursor) = &self.next {
                        (Button::quiet("Next page").small().href(self.here.with("cursor", cursor).to_string()))
                    }
                }
            }
            @if let Some((token, buttons)) = &self.bulk {
                form.bulk id=(self.form_id()) method="post" {
                    (csrf(token))
                    p { span.picked {} " selected" }
                    (buttons)
                }
            }
        }
    }
}
