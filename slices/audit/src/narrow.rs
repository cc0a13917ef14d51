//! What a caller narrows the journal to, as the address says it.

use crate::queries::{Filter, Sought};
use facts::Id;
use jiff::tz::TimeZone;
use serde::Deserialize;
use store::{Error, Result};
use utoipa::IntoParams;
use uuid::Uuid;
use web::{Paging, moment_part};

/// The query of the audit trail.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct Narrow {
    /// A text in who acted, in what happened, or an id that it is about.
    pub q: Option<String>,
    /// A kind of fact such as `order.paid`, or all kinds of one thing: `order`.
    pub kind: Option<String>,
    /// Who acted, or how that begins: `member:usr_…`, `key:`, `provider:razorpay`, `visitor`, `system:`.
    pub actor: Option<String>,
    /// The thing it is about, by its id.
    pub about: Option<String>,
    /// From this time or day on.
    pub from: Option<String>,
    /// Before this time, or up to and with this day.
    pub to: Option<String>,
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

    /// Reads it; days are days of the tenant's wall clock.
    ///
    /// # Errors
    /// The field that cannot be read.
    pub(crate) fn filter(&self, time_zone: &str) -> Result<Filter> {
        let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
        let text = |field: &str, value: &Option<String>| -> Result<Option<String>> {
            let Some(value) = value.as_deref().map(str::trim).filter(|value| !value.is_empty()) else { return Ok(None) };
            let fits = value.len() <= 100 && !value.chars().any(char::is_control);
            if fits { Ok(Some(value.to_owned())) } else { Err(Error::field(field, "at most 100 characters")) }
        };
        let about = match text("about", &self.about)? {
            Some(id) => Some(uuid_of(&id).ok_or_else(|| Error::field("about", "an id such as ord_01j8…"))?),
            None => None,
        };
        let from = moment_part("from", text("from", &self.from)?.as_deref(), &zone, false)?;
        let to = moment_part("to", text("to", &self.to)?.as_deref(), &zone, true)?;
        let sought = text("q", &self.q)?.map(|text| Sought { id: uuid_of(&text), text, actors: Vec::new() });
        Ok(Filter { kind: text("kind", &self.kind)?, actor: text("actor", &self.actor)?, about, text: sought, from, to })
    }
}

macro_rules! any_id {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {
        /// Reads an id of any kind, with its prefix or raw.
        fn uuid_of(text: &str) -> Option<Uuid> {
            $(if let Ok(id) = text.parse::<facts::$name>() { return Some(id.uuid()); })*
            Uuid::try_parse(text).ok()
        }
    };
}

facts::for_each_id!(any_id);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_the_tenants() {
        let narrow = Narrow { from: Some("2026-11-21".into()), to: Some("2026-11-21".into()), ..Narrow::default() };
        let filter = narrow.filter("Asia/Kolkata").unwrap();
        assert_eq!(filter.from.unwrap().to_string(), "2026-11-20T18:30:00.000Z");
        assert_eq!(filter.to.unwrap().to_string(), "2026-11-21T18:30:00.000Z");
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let some = |text: &str| Some(text.to_owned());
        let table = [
            (Narrow { from: some("yesterday"), ..Narrow::default() }, "from"),
            (Narrow { to: some("2026-13-01"), ..Narrow::default() }, "to"),
            (Narrow { to: some("9999-12-31"), ..Narrow::default() }, "to"),
            (Narrow { about: some("ord_x"), ..Narrow::default() }, "about"),
            (Narrow { kind: some("a\u{0}b"), ..Narrow::default() }, "kind"),
            (Narrow { actor: some(&"a".repeat(101)), ..Narrow::default() }, "actor"),
        ];
        for (narrow, field) in table {
            assert_eq!(narrow.filter("UTC").unwrap_err().fields()[0].field, field);
        }
        assert!(
            Narrow { about: some("ord_01h2xcejqtf2nbrexx3vqjhp41"), kind: some(" "), ..Narrow::default() }
                .filter("UTC")
                .unwrap()
                .kind
                .is_none()
        );
    }
}
