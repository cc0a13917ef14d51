//! A filter as a form has it: rows of conditions, of which all must hold, or any.

use crate::filter::{self, Did, Filter, Test, plain, tested};
use serde_json::{Number, Value, json};
use std::collections::HashMap;
use store::{Error, Result};

/// The most rows that a form has.
const ROWS: usize = 12;
/// Rows that are shown empty, for more.
const EMPTY: usize = 2;
/// Rows that are shown at least.
const LEAST: usize = 4;

/// What the form holds, by the names of its fields.
pub(super) type Typed = HashMap<String, String>;

/// A condition as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// `attribute:city`, `did:order.paid`, `list:lst_…`, `tag`, `may:marketing:email`; nothing for a row that is not used.
    pub what: String,
    /// `is`, `is_not`, `contains`, … as [`super::fields`] offers them.
    pub how: String,
    pub value: String,
    pub days: String,
}

/// A segment as it is typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub name: String,
    /// Whether one condition is enough.
    pub any: bool,
    /// Nothing where the filter is no form's.
    pub lines: Option<Vec<Line>>,
}

impl Draft {
    /// A segment that is there.
    pub(super) fn of(name: &str, filter: &Filter) -> Self {
        let (any, parts) = match filter {
            Filter::All(parts) => (false, parts.as_slice()),
            Filter::Any(parts) => (true, parts.as_slice()),
            one => (false, std::slice::from_ref(one)),
        };
        let lines: Option<Vec<Line>> = parts.iter().map(line).collect();
        Self { name: name.to_owned(), any, lines: lines.filter(|lines| lines.len() <= ROWS) }
    }

    /// What was typed.
    pub(super) fn typed(typed: &Typed) -> Self {
        let value = |name: String| typed.get(&name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let line = |at: usize| Line {
            what: value(format!("what{at}")),
            how: value(format!("how{at}")),
            value: value(format!("value{at}")),
            days: value(format!("days{at}")),
        };
        let lines = (!typed.contains_key("keep")).then(|| (1..=ROWS).map(line).collect());
        Self { name: value("name".to_owned()), any: value("join".to_owned()) == "any", lines }
    }

    /// The rows that a form shows: those that are used, and some more.
    pub(super) fn shown(&self) -> Vec<Line> {
        let lines = self.lines.as_deref().unwrap_or_default();
        let used = lines.iter().rposition(|line| !line.what.is_empty()).map_or(0, |at| at + 1);
        let wanted = (used + EMPTY).clamp(LEAST, ROWS);
        lines.iter().cloned().chain(std::iter::repeat_with(Line::default)).take(wanted).collect()
    }

    /// The filter that it says; nothing where the one that is there is to be kept.
    ///
    /// # Errors
    /// The field of the row that cannot be read.
    pub(super) fn filter(&self) -> Result<Option<Filter>> {
        let Some(lines) = &self.lines else { return Ok(None) };
        let used = lines.iter().enumerate().filter(|(_, line)| !line.what.is_empty());
        let parts = used.map(|(at, line)| line.read(at + 1)).collect::<Result<Vec<_>>>()?;
        if parts.is_empty() {
            return Err(Error::field("what1", "at least one condition"));
        }
        Ok(Some(if self.any { Filter::Any(parts) } else { Filter::All(parts) }))
    }
}

impl Line {
    fn read(&self, at: usize) -> Result<Filter> {
        let (field, how) = (format!("value{at}"), self.how.as_str());
        let (kind, rest) = self.what.split_once(':').unwrap_or((self.what.as_str(), ""));
        let json = match kind {
            "attribute" => json!({"attribute": rest, how_of(how): self.tested(&field)?}),
            "did" => self.deed(at, rest)?,
            "list" => json!({"list": rest}),
            "tag" => json!({"tag": self.value}),
            _ => {
                let (class, channel) = rest.split_once(':').unwrap_or_default();
                json!({"may": class, "channel": channel})
            }
        };
        let negated = match kind {
            "attribute" => false,
            "did" => matches!(how, "fewer" | "is_not"),
            _ => how == "is_not",
        };
        if !negated && !matches!(kind, "attribute" | "did") && how != "is" {
            return Err(Error::field(format!("how{at}"), "is, or is not"));
        }
        let json = if negated { json!({"not": json}) } else { json };
        let told = |error: Error| {
            let field_error = error.fields().first().map(|wrong| wrong.message.clone());
            Error::field(field.clone(), field_error.unwrap_or_else(|| error.message().to_owned()))
        };
        filter::read(&field, &json).map_err(told)
    }

    fn tested(&self, field: &str) -> Result<Value> {
        Ok(match self.how.as_str() {
            "more_than" | "less_than" => {
                let number = self.value.parse::<Number>().map_err(|_| Error::field(field, "a number such as 18"))?;
                Value::Number(number)
            }
            "known" => true.into(),
            "unknown" => false.into(),
            _ => Value::String(self.value.clone()),
        })
    }

    fn deed(&self, at: usize, kind: &str) -> Result<Value> {
        let number =
            |name: &str, text: &str| text.parse::<i64>().map_err(|_| Error::field(format!("{name}{at}"), "a whole number, or nothing"));
        let mut json = json!({"did": kind});
        match self.how.as_str() {
            "at_least" | "fewer" if !self.value.is_empty() => json["at_least"] = number("value", &self.value)?.into(),
            "at_least" | "fewer" | "is" | "is_not" => {}
            _ => return Err(Error::field(format!("how{at}"), "at least or fewer than so many times")),
        }
        if !self.days.is_empty() {
            json["days"] = number("days", &self.days)?.into();
        }
        Ok(json)
    }
}

fn how_of(how: &str) -> &str {
    match how {
        "known" | "unknown" => "is_set",
        other => other,
    }
}

/// A condition as a row; nothing where it is a group.
fn line(filter: &Filter) -> Option<Line> {
    let yes = |what: String| Line { what, how: "is".to_owned(), ..Line::default() };
    Some(match filter {
        Filter::Attribute(name, test) => {
            let (key, value) = tested(test);
            let (how, value) = match test {
                Test::IsSet(true) => ("known", String::new()),
                Test::IsSet(false) => ("unknown", String::new()),
                _ => (key, plain(&value)),
            };
            Line { what: format!("attribute:{name}"), how: how.to_owned(), value, ..Line::default() }
        }
        Filter::Did(did) => deed(did, "at_least"),
        Filter::List(list) => yes(format!("list:{list}")),
        Filter::Tag(tag) => Line { value: tag.clone(), ..yes("tag".to_owned()) },
        Filter::May(class, channel) => yes(format!("may:{class}:{channel}")),
        Filter::Not(part) => match part.as_ref() {
            Filter::Did(did) => deed(did, "fewer"),
            inner @ (Filter::List(_) | Filter::Tag(_) | Filter::May(..)) => Line { how: "is_not".to_owned(), ..line(inner)? },
            _ => return None,
        },
        Filter::All(_) | Filter::Any(_) => return None,
    })
}

fn deed(did: &Did, how: &str) -> Line {
    let days = did.days.map(|days| days.to_string()).unwrap_or_default();
    Line { what: format!("did:{}", did.kind), how: how.to_owned(), value: did.at_least.to_string(), days }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_can_say_comes_back_as_it_was() {
        let all = json!({"any": [
            {"attribute": "city", "is": "Pune"}, {"attribute": "age", "more_than": 18}, {"attribute": "email", "is_set": false},
            {"attribute": "created_at", "before": "2026-01-01"}, {"did": "order.paid", "at_least": 2, "days": 30},
            {"not": {"did": "order.paid", "at_least": 1}}, {"tag": "vip"}, {"not": {"tag": "vip"}},
            {"list": "lst_01h2xcejqtf2nbrexx3vqjhp41"}, {"not": {"may": "marketing", "channel": "email"}},
        ]});
        let filter = filter::read("filter", &all).unwrap();
        let draft = Draft::of("x", &filter);
        assert_eq!(draft.filter().unwrap().unwrap(), filter);
        let deep = json!({"all": [{"any": [{"tag": "a"}, {"tag": "b"}]}, {"tag": "c"}]});
        assert!(Draft::of("x", &filter::read("filter", &deep).unwrap()).lines.is_none());
    }

    #[test]
    fn what_cannot_be_read_is_said_beside_its_row() {
        let line = |what: &str, how: &str, value: &str, days: &str| Line {
            what: what.into(),
            how: how.into(),
            value: value.into(),
            days: days.into(),
        };
        for (wrong, field) in [
            (line("attribute:age", "more_than", "many", ""), "value1"),
            (line("attribute:city", "is", "", ""), "value1"),
            (line("did:order.paid", "at_least", "x", ""), "value1"),
            (line("did:order.paid", "at_least", "", "x"), "days1"),
            (line("did:order.paid", "contains", "", ""), "how1"),
            (line("tag", "contains", "x", ""), "how1"),
            (line("list:x", "is", "", ""), "value1"),
            (line("", "", "", ""), "what1"),
        ] {
            let draft = Draft { lines: Some(vec![wrong.clone()]), ..Draft::default() };
            assert_eq!(draft.filter().unwrap_err().fields()[0].field, field, "{wrong:?}");
        }
    }
}
