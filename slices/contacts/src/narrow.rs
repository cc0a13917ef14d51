//! What a caller narrows the list to, as the address says it.

use crate::queries::Filter;
use crate::{rules, tags};
use serde::Deserialize;
use store::{Error, Result};
use utoipa::IntoParams;
use web::{Paging, filter_part};

/// The query of the list of contacts.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct Narrow {
    /// A part of the name, the number or the address.
    pub q: Option<String>,
    /// A whole number, in any writing.
    pub phone: Option<String>,
    /// A whole address.
    pub email: Option<String>,
    /// Only those on this list, by its id.
    pub list: Option<String>,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// `csv` for a file of all that fits, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Narrow {
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }

    /// Reads it.
    ///
    /// # Errors
    /// The field that cannot be read.
    pub(crate) fn filter(&self) -> Result<Filter> {
        let filled = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let part = filled(&self.q);
        if part.as_ref().is_some_and(|part| part.len() > 200 || part.chars().any(char::is_control)) {
            return Err(Error::field("q", "at most 200 characters"));
        }
        let phone = filled(&self.phone).map(|text| rules::phone(&text)).transpose()?;
        let email = filled(&self.email).map(|text| rules::email(&text)).transpose()?;
        let list = filter_part("list", self.list.as_deref(), "the id of a list")?;
        let tag = filled(&self.tag).map(|text| tags::tag(&text)).transpose()?;
        Ok(Filter { part, phone, email, list, tag })
    }
}
