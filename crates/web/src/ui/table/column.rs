//! The columns and rows of a table.

use super::super::Query;
use super::arrow;
use maud::{Markup, html};

/// One column.
pub struct Column {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    number: bool,
    sortable: bool,
    matters: bool,
    pub(super) optional: bool,
}

impl Column {
    /// Words, from the left. The first column of a table names its row.
    pub fn text(key: &'static str, label: &'static str) -> Self {
        Self { key, label, number: false, sortable: false, matters: false, optional: false }
    }

    /// Numbers and amounts, set to the right.
    pub fn number(key: &'static str, label: &'static str) -> Self {
        Self { number: true, ..Self::text(key, label) }
    }

    /// Its head is a link that sorts by it.
    pub fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }

    /// One of the two facts that stay when the row becomes a card on a phone.
    pub fn matters(mut self) -> Self {
        self.matters = true;
        self
    }

    /// The reader may put it away.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    pub(super) fn head(&self, here: &Query) -> Markup {
        let (order, next) = self.order(here.get("sort"));
        html! {
            th scope="col" class=[self.number.then_some("num")] aria-sort=[order] {
                @if self.sortable {
                    a href=(here.without("cursor").with("sort", &next)) {
                        (self.label)
                        @if let Some(order) = order { (arrow(order == "descending")) }
                    }
                } @else { (self.label) }
            }
        }
    }

    /// How the table is sorted by this column, and what a click on it asks for.
    fn order(&self, sort: Option<&str>) -> (Option<&'static str>, String) {
        let falling = format!("-{}", self.key);
        match sort {
            Some(by) if by == self.key => (Some("ascending"), falling),
            Some(by) if by == falling => (Some("descending"), self.key.to_owned()),
            _ if self.number => (None, falling),
            _ => (None, self.key.to_owned()),
        }
    }

    pub(super) fn cell(&self, row: &Row, place: usize) -> Markup {
        let cell = row.cells.get(place);
        let names = place == 0;
        html! {
            td.num[self.number].matters[self.matters].names[names] data-label=(self.label) {
                @match &row.href {
                    Some(href) if names => a.row href=(href) { @if let Some(cell) = cell { (cell) } },
                    _ => @if let Some(cell) = cell { (cell) },
                }
            }
        }
    }
}

/// One row: a cell for each column, in order.
pub struct Row {
    pub(super) id: String,
    pub(super) href: Option<String>,
    pub(super) cells: Vec<Markup>,
}

impl Row {
    /// A row of the thing with that id.
    pub fn new(id: impl ToString, cells: impl IntoIterator<Item = Markup>) -> Self {
        Self { id: id.to_string(), href: None, cells: cells.into_iter().collect() }
    }

    /// The page of that thing. Its first cell becomes the link, so that cell holds no link of its own.
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Column;

    #[test]
    fn a_click_turns_the_order() {
        let placed = Column::text("placed", "Placed").sortable();
        assert_eq!(placed.order(None), (None, "placed".into()));
        assert_eq!(placed.order(Some("placed")), (Some("ascending"), "-placed".into()));
        assert_eq!(placed.order(Some("-placed")), (Some("descending"), "placed".into()));
        // The largest numbers are what people look for first.
        assert_eq!(Column::number("total", "Total").order(None), (None, "-total".into()));
    }
}
