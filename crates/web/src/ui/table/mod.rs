//! Tables: sorted by links, filtered by chips, paged by cursor, as cards on a phone.

mod column;
mod controls;
mod foot;

pub use column::{Column, Row};

use super::{Empty, Icon, Query};
use controls::Filter;
use maud::{Markup, Render, html};

/// A list of things of one kind. Its sorting (`sort=placed`, `sort=-placed`), filters, chosen columns (`col`)
/// and page (`cursor`) live in the address, so that each view of it is a link.
pub struct Table {
    name: &'static str,
    here: Query,
    columns: Vec<Column>,
    rows: Vec<Row>,
    filters: Vec<Filter>,
    find: Option<&'static str>,
    export: Option<String>,
    choice: bool,
    bulk: Option<(String, Markup)>,
    next: Option<String>,
    empty: Option<Empty>,
}

impl Table {
    /// A table of `name`, such as "Orders", shown at `here`.
    pub fn new(name: &'static str, here: &Query, columns: Vec<Column>) -> Self {
        Self {
            name,
            here: here.clone(),
            columns,
            rows: Vec::new(),
            filters: Vec::new(),
            find: None,
            export: None,
            choice: false,
            bulk: None,
            next: None,
            empty: None,
        }
    }

    /// What it lists.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows = rows.into_iter().collect();
        self
    }

    /// Chips that narrow it by one query key; each is its value, its words, and how many there are where known.
    pub fn filter(mut self, key: &'static str, label: &'static str, choices: &[(&str, &str, Option<u64>)]) -> Self {
        self.filters.push(Filter::new(key, label, choices));
        self
    }

    /// A box that searches it by the query key `q`; the hint says what can be typed.
    pub fn find(mut self, hint: &'static str) -> Self {
        self.find = Some(hint);
        self
    }

    /// Where the same rows can be had as a file.
    pub fn export(mut self, href: impl Into<String>) -> Self {
        self.export = Some(href.into());
        self
    }

    /// Lets the reader choose among the columns that are [`Column::optional`].
    pub fn choose_columns(mut self) -> Self {
        self.choice = true;
        self
    }

    /// Lets rows be ticked; `buttons` (each with [`Button::to`](super::Button::to)) post them as `id`.
    pub fn bulk(mut self, csrf: &str, buttons: impl Render) -> Self {
        self.bulk = Some((csrf.to_owned(), buttons.render()));
        self
    }

    /// The cursor of the page after this one; `None` on the last.
    pub fn next(mut self, cursor: Option<impl Into<String>>) -> Self {
        self.next = cursor.map(Into::into);
        self
    }

    /// What stands in place of a table that has nothing in it yet.
    pub fn empty(mut self, empty: Empty) -> Self {
        self.empty = Some(empty);
        self
    }

    /// The columns to show, by their place in each row.
    fn shown(&self) -> Vec<(usize, &Column)> {
        let chosen: Vec<&str> = self.here.all("col").collect();
        let shows = |column: &Column| !column.optional || chosen.is_empty() || chosen.contains(&column.key);
        self.columns.iter().enumerate().filter(|(_, column)| !self.choice || shows(column)).collect()
    }

    /// The name of the form that bulk ticks belong to.
    fn form_id(&self) -> String {
        format!("bulk-{}", self.name.to_lowercase().replace(' ', "-"))
    }

    fn head(&self, columns: &[(usize, &Column)]) -> Markup {
        html! {
            thead { tr {
                @if self.bulk.is_some() {
                    th.pick scope="col" { input type="checkbox" data-pick-all data-js hidden aria-label="Select all on this page"; span.unseen { "Select" } }
                }
                @for (_, column) in columns { (column.head(&self.here)) }
            } }
        }
    }

    fn row(&self, row: &Row, columns: &[(usize, &Column)]) -> Markup {
        html! {
            tr {
                @if self.bulk.is_some() {
                    td.pick { input type="checkbox" name="id" value=(row.id) form=(self.form_id()) aria-label={ "Select " (row.id) }; }
                }
                @for (place, column) in columns { (column.cell(row, *place)) }
            }
        }
    }

    fn nothing(&self) -> Markup {
        let narrowed = self.here.get("q").is_some() || self.filters.iter().any(|f| f.is_on(&self.here));
        match &self.empty {
            Some(empty) if !narrowed => empty.render(),
            _ => Empty::new("Nothing matches", "No row fits what you searched for and filtered by.")
                .action("Clear filters", self.here.path())
                .render(),
        }
    }
}

impl Render for Table {
    fn render(&self) -> Markup {
        let columns = self.shown();
        html! {
            div.table-box {
                (self.controls())
                @if self.rows.is_empty() { (self.nothing()) } @else {
                    div.table-scroll {
                        table.table {
                            caption.unseen { (self.name) }
                            (self.head(&columns))
                            tbody { @for row in &self.rows { (self.row(row, &columns)) } }
                        }
                    }
                    (self.foot())
                }
            }
        }
    }
}

/// The arrow of the column that a table is sorted by.
fn arrow(falling: bool) -> Icon {
    if falling { Icon::Down } else { Icon::Up }
}
