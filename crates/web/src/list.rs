//! Lists page by cursor: `?limit=50&cursor=…` in, `{"data": […], "next_cursor": …}` out.

use facts::Time;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use store::{Error, Result};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

const USUAL: i64 = 50;
const MOST: i64 = 200;

/// A part of what narrows a list, as the address says it; nothing where it says nothing. `hint` tells what it may be.
///
/// # Errors
/// The field.
pub fn filter_part<T: FromStr>(field: &str, text: Option<&str>, hint: &str) -> Result<Option<T>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Error::field(field, hint))
}

/// The same of a moment, or of a day by the clock of that zone: its beginning, or where `whole` its end.
///
/// # Errors
/// The field.
pub fn moment_part(field: &str, text: Option<&str>, zone: &TimeZone, whole: bool) -> Result<Option<Time>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    if let Ok(time) = text.parse() {
        return Ok(Some(time));
    }
    let day = text.parse::<Date>().and_then(|day| if whole { day.tomorrow() } else { Ok(day) });
    let begins = day.and_then(|day| day.to_zoned(zone.clone()));
    begins
        .map(|moment| Some(moment.timestamp().into()))
        .map_err(|_| Error::field(field, "a day such as 2026-11-21, or a time such as 2026-11-21T09:30:00Z"))
}

/// Words as a pattern of `LIKE … ESCAPE '\\'` over small letters, in which nothing that was typed is a wildcard.
pub fn like(words: &str) -> String {
    format!("%{}%", words.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// The smallest id that a moment can have, for lists that are in the order of their ids.
pub fn first_id(at: Time) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(at.millis()).unwrap_or(0), &[0; 10]).into_uuid()
}

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams, ToSchema)]
pub struct Paging {
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// A place in a list that is sorted by a time and an id, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The time of the last row that was shown.
    pub at: Time,
    /// Its id.
    pub id: Uuid,
}

impl Cursor {
    /// Before the first row.
    pub const START: Cursor = Cursor { at: Time(i64::MAX), id: Uuid::max() };

    fn text(self) -> String {
        format!("{}-{}", self.at.millis(), self.id.simple())
    }

    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.rsplit_once('-')?;
        Some(Self { at: Time(at.parse().ok()?), id: Uuid::try_parse(id).ok()? })
    }
}

impl Paging {
    /// How many rows to show.
    ///
    /// # Errors
    /// Not a number from 1 to 200.
    pub fn limit(&self) -> Result<i64> {
        let Some(text) = self.limit.as_deref().filter(|text| !text.is_empty()) else { return Ok(USUAL) };
        let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
        limit.ok_or_else(|| Error::field("limit", format!("a number from 1 to {MOST}")))
    }

    /// Where to go on. Select rows with `(at, id) < ($at, $id)`, newest first, one more than the limit.
    ///
    /// # Errors
    /// Not a cursor that a list gave.
    pub fn cursor(&self) -> Result<Cursor> {
        match self.cursor.as_deref() {
            None | Some("") => Ok(Cursor::START),
            Some(text) => Cursor::read(text).ok_or_else(|| Error::field("cursor", "the next_cursor of the page before")),
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Listed<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the next page begins; null on the last one.
    pub next_cursor: Option<String>,
}

impl<T> Listed<T> {
    /// Makes the page of `limit` rows out of up to one more.
    pub fn new(mut rows: Vec<T>, limit: i64, place: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|row| place(row).text());
        Self { data: rows, next_cursor }
    }

    /// The same page with other rows, one for one.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Listed<U> {
        Listed { data: self.data.into_iter().map(each).collect(), next_cursor: self.next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_no_wildcard() {
        assert_eq!(like("50%_Off\\"), "%50\\%\\_off\\\\%");
    }

    #[test]
    fn a_cursor_survives_the_trip() {
        let cursor = Cursor { at: Time(-5), id: Uuid::from_u128(7) };
        assert_eq!(Cursor::read(&cursor.text()), Some(cursor));
        assert!(Paging { limit: Some("0".into()), cursor: None }.limit().is_err());
        assert!(Paging { limit: None, cursor: Some("x".into()) }.cursor().is_err());
    }

    #[test]
    fn the_last_page_has_no_next() {
        let place = |n: &i64| Cursor { at: Time(*n), id: Uuid::nil() };
        assert!(Listed::new(vec![3, 2], 2, place).next_cursor.is_none());
        assert!(Listed::new(vec![3, 2, 1], 2, place).next_cursor.is_some());
    }
}
