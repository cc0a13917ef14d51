//! What a line of a file says of a person.

use super::columns::{Column, Says};
use crate::attributes::Kind;
use crate::save::Known;
use crate::{NewContact, tags};
use std::collections::HashMap;
use store::Result;

/// Somebody as a line has them, checked.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub line: i64,
    pub said: Known,
    pub tags: Vec<String>,
}

/// Reads a line. What is empty is not said.
///
/// # Errors
/// What cannot be kept, by field; a line without a phone number and an e-mail address.
pub(super) fn read(columns: &[Column], kinds: &HashMap<String, Kind>, line: i64, cells: &[String]) -> Result<Line> {
    let mut said = NewContact::default();
    let (mut first, mut last, mut marks) = (None, None, Vec::new());
    for (column, cell) in columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        let text = || Some(cell.clone());
        match column.says {
            Says::Name => said.name = text(),
            Says::FirstName => first = Some(cell.as_str()),
            Says::LastName => last = Some(cell.as_str()),
            Says::Phone => said.phone = text(),
            Says::Email => said.email = text(),
            Says::Tags => marks.extend(tags::several(cell)?),
            Says::Locale => said.locale = text(),
            Says::TimeZone => said.time_zone = text(),
            Says::Attribute => {
                let kind = kinds.get(&column.name).copied().unwrap_or(Kind::Text);
                said.attributes.insert(column.name.clone(), kind.read(cell));
            }
            Says::Ignored => {}
        }
    }
    if said.name.is_none() {
        let both: Vec<&str> = [first, last].into_iter().flatten().collect();
        said.name = Some(both.join(" ")).filter(|name| !name.is_empty());
    }
    Ok(Line { line, said: said.checked()?, tags: marks })
}

#[cfg(test)]
mod tests {
    use super::super::columns::guess;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_is_read_by_its_columns() {
        let columns = guess(&["First name", "Last name", "Mobile", "E-mail", "Tags", "Age", "Language"].map(str::to_owned));
        let kinds = HashMap::from([("Age".to_owned(), Kind::Number)]);
        let read = |line: &str| read(&columns, &kinds, 7, &line.split('|').map(str::to_owned).collect::<Vec<_>>());
        let line = read("Asha|Rao|98765 43210|Asha@Example.com|VIP, gold|30|EN-in").unwrap();
        assert_eq!((line.line, line.said.name.as_deref(), line.said.phone.as_deref()), (7, Some("Asha Rao"), Some("+919876543210")));
        assert_eq!((line.said.email.as_deref(), line.said.locale.as_deref()), (Some("asha@example.com"), Some("en-IN")));
        assert_eq!((line.tags, line.said.attributes["Age"].clone()), (vec!["gold".to_owned(), "vip".to_owned()], json!(30)));
        let short = read("|Rao|9876543210").unwrap();
        assert_eq!((short.said.name.as_deref(), short.said.email, short.said.attributes.len()), (Some("Rao"), None, 0));
        for (wrong, field) in [("Asha", "phone"), ("||12", "phone"), ("|||asha@", "email"), ("||9876543210||||klingon", "locale")] {
            assert_eq!(read(wrong).unwrap_err().fields()[0].field, field, "{wrong}");
        }
    }
}
