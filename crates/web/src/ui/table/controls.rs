//! What stands above a table: search, filter chips, columns, export.

use super::super::{Button, Icon, Query, count as shown, hidden};
use super::Table;
use maud::{Markup, html};

/// Chips over one key of the query.
pub(super) struct Filter {
    key: &'static str,
    label: &'static str,
    choices: Vec<(String, String, Option<u64>)>,
}

impl Filter {
    pub(super) fn new(key: &'static str, label: &'static str, choices: &[(&str, &str, Option<u64>)]) -> Self {
        let owned = |(value, words, count): &(&str, &str, Option<u64>)| ((*value).to_owned(), (*words).to_owned(), *count);
        Self { key, label, choices: choices.iter().map(owned).collect() }
    }

    pub(super) fn is_on(&self, here: &Query) -> bool {
        here.get(self.key).is_some()
    }

    fn chips(&self, here: &Query, name: &str) -> Markup {
        let now = here.get(self.key);
        let base = here.without("cursor").without(self.key);
        html! {
            nav.chips aria-label={ (name) " by " (self.label.to_lowercase()) } {
                a.chip href=(base) aria-current=[now.is_none().then_some("true")] { "All" }
                @for (value, words, count) in &self.choices {
                    a.chip href=(base.with(self.key, value)) aria-current=[(now == Some(value)).then_some("true")] {
                        (words)
                        @if let Some(count) = count { span.count { (shown(*count)) } }
                    }
                }
            }
        }
    }
}

impl Table {
    /// The row above the table; nothing where the table needs none.
    pub(super) fn controls(&self) -> Markup {
        let tools = self.find.is_some() || self.export.is_some() || self.choice;
        html! {
            @if tools || !self.filters.is_empty() {
                div.table-tools {
                    @for filter in &self.filters { (filter.chips(&self.here, self.name)) }
                    div.tools {
                        @if let Some(hint) = self.find { (self.search(hint)) }
                        @if self.choice { (self.choose()) }
                        @if let Some(href) = &self.export {
                            (Button::quiet("Export").icon(Icon::Download).small().href(href))
                        }
                    }
                }
            }
        }
    }

    fn search(&self, hint: &str) -> Markup {
        html! {
            form.find role="search" aria-label={ "Search " (self.name.to_lowercase()) } action=(self.here.path()) {
                (self.kept(&["q", "cursor"]))
                (Icon::Search)
                input type="search" name="q" value=[self.here.get("q")] placeholder=(hint) aria-label=(hint);
            }
        }
    }

    fn choose(&self) -> Markup {
        let chosen: Vec<&str> = self.here.all("col").collect();
        html! {
            details.drop {
                summary class="button quiet small" { (Icon::Columns) "Columns" }
                form.panel action=(self.here.path()) {
                    (self.kept(&["col"]))
                    @for column in self.columns.iter().filter(|c| c.optional) {
                        label {
                            input type="checkbox" name="col" value=(column.key)
                                checked[chosen.is_empty() || chosen.contains(&column.key)];
                            (column.label)
                        }
                    }
                    // Keeps the choice alive when every optional column is put away.
                    (hidden("col", "-"))
                    (Button::quiet("Show these").small())
                }
            }
        }
    }

    fn kept(&self, keys: &[&str]) -> Markup {
        html! { @for (key, value) in self.here.others(keys) { (hidden(key, value)) } }
    }
}
