//! Templates become texts, bounded in time and size, out of nothing but their variables.
//!
//! The language is Jinja2's without what could grow: variables, filters, `if`. There is nothing to loop over, and no
//! statement binds a name, so a text is at most its template times its longest variable; fuel bounds the steps and
//! with them the time. No loader, no include, no function: a tenant's template sees its variables and nothing else.

use crate::types::MessageType;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, filters};
use serde_json::Map;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::LazyLock;
use store::{Error, Result};

/// The longest text of a WhatsApp message, in characters; WhatsApp's own limit.
pub(crate) const WHATSAPP: usize = 4_096;
/// The longest subject, in characters.
pub(crate) const SUBJECT: usize = 200;
/// The longest e-mail part, in bytes.
const MAIL: usize = 100_000;
/// The longest template, in bytes.
const TEMPLATE: usize = 60_000;
/// The longest value of a variable, in bytes.
const VARIABLE: usize = 2_000;
/// Steps that one text may take.
const FUEL: u64 = 20_000;
/// The code of the error that a text needs to know something that is not known.
pub(crate) const NO_VALUE: &str = "no_value";
/// The statements that a template may use.
const STATEMENTS: &[&str] = &["if", "elif", "else", "endif"];

/// A part of a template, which decides how it is escaped and how long it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Subject,
    Body,
    Html,
}

impl Part {
    /// The field that it is edited in, with the ending that decides about escaping.
    fn name(self) -> &'static str {
        match self {
            Part::Subject => "subject",
            Part::Body => "body",
            Part::Html => "html",
        }
    }
}

static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::empty();
    // What has no value may be asked about, and not written.
    engine.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    engine.set_fuel(Some(FUEL));
    engine.set_auto_escape_callback(|name| if name == "html" { AutoEscape::Html } else { AutoEscape::None });
    engine.add_filter("upper", filters::upper);
    engine.add_filter("lower", filters::lower);
    engine.add_filter("title", filters::title);
    engine.add_filter("capitalize", filters::capitalize);
    engine.add_filter("trim", filters::trim);
    engine.add_filter("default", filters::default);
    engine.add_filter("length", filters::length);
    engine.add_filter("round", filters::round);
    engine.add_filter("escape", filters::escape);
    engine.add_filter("e", filters::escape);
    engine
});

/// The values a template is filled with: those given, and false for what may be missing and is.
#[derive(Debug, Clone)]
pub(crate) struct Values(BTreeMap<Cow<'static, str>, Value>);

impl Values {
    /// Takes what the type knows out of what was given.
    ///
    /// # Errors
    /// `missing_variable`, which names every variable that is missing; a field error for one that is no short text.
    pub(crate) fn of(kind: MessageType, given: &Map<String, serde_json::Value>) -> Result<Self> {
        let mut values = BTreeMap::new();
        let mut missing = Vec::new();
        for variable in kind.variables() {
            match given.get(variable.name) {
                None | Some(serde_json::Value::Null) if variable.required => missing.push(variable.name),
                Some(serde_json::Value::String(text)) if text.trim().is_empty() && variable.required => missing.push(variable.name),
                None | Some(serde_json::Value::Null) => {
                    values.insert(Cow::Borrowed(variable.name), Value::from(false));
                }
                Some(value) => {
                    values.insert(Cow::Borrowed(variable.name), scalar(variable.name, value)?);
                }
            }
        }
        if missing.is_empty() {
            return Ok(Self(values));
        }
        let names = missing.join(", ");
        let error = Error::invalid("missing_variable", format!("{kind} cannot be sent without: {names}."));
        Err(missing.into_iter().fold(error, |error, name| error.with_field(format!("variables.{name}"), "This variable is needed.")))
    }

    /// What is known of somebody, under names of the merchant's own. What is not known has no value.
    ///
    /// # Errors
    /// A field error for one that is no short text.
    pub(crate) fn known(given: &Map<String, serde_json::Value>) -> Result<Self> {
        let known = given.iter().filter(|(_, value)| !value.is_null());
        let values = known.map(|(name, value)| Ok((Cow::Owned(name.clone()), scalar(name, value)?)));
        Ok(Self(values.collect::<Result<_>>()?))
    }

    /// The examples of a type.
    pub(crate) fn samples(kind: MessageType) -> Self {
        Self(kind.variables().iter().map(|variable| (Cow::Borrowed(variable.name), Value::from(variable.sample))).collect())
    }

    /// The examples of what a type needs, and nothing else.
    fn least(kind: MessageType) -> Self {
        let value = |variable: &crate::types::Variable| if variable.required { Value::from(variable.sample) } else { Value::from(false) };
        Self(kind.variables().iter().map(|variable| (Cow::Borrowed(variable.name), value(variable))).collect())
    }
}

fn scalar(name: &str, value: &serde_json::Value) -> Result<Value> {
    let wrong = |what: &str| Error::field(format!("variables.{name}"), what);
    match value {
        serde_json::Value::String(text) if text.len() <= VARIABLE && !text.contains('\0') => Ok(Value::from(text.as_str())),
        serde_json::Value::String(_) => Err(wrong("At most 2000 bytes, without NUL characters.")),
        serde_json::Value::Number(number) => Ok(Value::from(number.to_string())),
        serde_json::Value::Bool(truth) => Ok(Value::from(*truth)),
        _ => Err(wrong("A text, a number, true or false.")),
    }
}

/// A part of a template, read once and filled in as often as there are people to write to.
pub(crate) struct Text<'t> {
    part: Part,
    template: minijinja::Template<'t, 't>,
}

impl<'t> Text<'t> {
    /// Reads it.
    ///
    /// # Errors
    /// A field error that names the part of the template and says what is wrong with it.
    pub(crate) fn read(part: Part, source: &'t str) -> Result<Self> {
        let template = ENGINE.template_from_named_str(part.name(), source).map_err(|error| refused(part, &error))?;
        Ok(Self { part, template })
    }

    /// The names that it asks for.
    pub(crate) fn variables(&self) -> BTreeSet<String> {
        self.template.undeclared_variables(false).into_iter().collect()
    }

    /// Fills it in.
    ///
    /// # Errors
    /// A field error that names the part and says why it cannot be filled in.
    pub(crate) fn fill(&self, values: &Values) -> Result<String> {
        let mut out = Bounded { text: Vec::with_capacity(self.template.source().len() + 64), most: MAIL };
        self.template.render_captured_to(&values.0, &mut out).map_err(|error| refused(self.part, &error))?;
        let text = String::from_utf8(out.text).map_err(Error::internal)?;
        match self.part {
            Part::Html => Ok(text),
            Part::Body => short(self.part, text.trim().to_owned(), MAIL),
            // A subject is one line, whatever is in its variables.
            Part::Subject => short(self.part, text.split_whitespace().collect::<Vec<_>>().join(" "), SUBJECT),
        }
    }
}

fn short(part: Part, text: String, most: usize) -> Result<String> {
    if text.chars().count() <= most { Ok(text) } else { Err(Error::field(part.name(), format!("At most {most} characters."))) }
}

/// Checks a template that is to be saved: its syntax, that it uses what its type knows, and that it can be filled in.
///
/// # Errors
/// A field error that names the part, with the line.
pub(crate) fn check(kind: MessageType, part: Part, source: &str) -> Result<()> {
    let text = read(part, source)?;
    let known = |name: &String| kind.variables().iter().any(|variable| variable.name == name);
    let unknown: Vec<String> = text.variables().into_iter().filter(|name| !known(name)).collect();
    if !unknown.is_empty() {
        let names: Vec<&str> = kind.variables().iter().map(|variable| variable.name).collect();
        let message = format!("{kind} has no variable {}. It has: {}.", unknown.join(", "), names.join(", "));
        return Err(Error::invalid("unknown_variable", message.clone()).with_field(part.name(), message));
    }
    text.fill(&Values::samples(kind))?;
    text.fill(&Values::least(kind)).map(drop)
}

/// Reads a part that somebody typed: its length, its syntax, and that it uses nothing of what is left out of the language here.
///
/// # Errors
/// A field error that names the part, with the line.
pub(crate) fn read(part: Part, source: &str) -> Result<Text<'_>> {
    // PostgreSQL keeps no NUL in a text.
    if source.len() > TEMPLATE || source.contains('\0') {
        return Err(Error::field(part.name(), format!("At most {TEMPLATE} bytes, without NUL characters.")));
    }
    if let Some((line, found)) = too_much(source) {
        return Err(Error::field(part.name(), format!("Line {line}: {found} cannot be used in a template.")));
    }
    Text::read(part, source)
}

/// The first thing in a template's tags that the language here leaves out, with its line.
fn too_much(source: &str) -> Option<(usize, String)> {
    let mut rest = source;
    while let Some(start) = rest.find("{%").into_iter().chain(rest.find("{{")).min() {
        let before = &source[..source.len() - rest.len() + start];
        let statement = rest[start..].starts_with("{%");
        let inside = &rest[start + 2..];
        let end = inside.find(if statement { "%}" } else { "}}" }).unwrap_or(inside.len());
        let tag = inside[..end].trim_start_matches(['-', '+']).trim();
        let word = tag.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next().unwrap_or_default();
        if statement && !STATEMENTS.contains(&word) {
            return Some((line_of(before), format!("{{% {word} %}}")));
        }
        if tag.contains('*') {
            return Some((line_of(before), "a * inside a tag".to_owned()));
        }
        rest = &inside[end..];
    }
    None
}

/// Which line begins or goes on after this text.
fn line_of(before: &str) -> usize {
    before.matches('\n').count() + 1
}

fn refused(part: Part, error: &minijinja::Error) -> Error {
    let line = error.line().map(|line| format!("Line {line}: ")).unwrap_or_default();
    let what = match error.kind() {
        ErrorKind::OutOfFuel => "this takes too many steps".to_owned(),
        ErrorKind::WriteFailure => "this becomes too long".to_owned(),
        ErrorKind::UndefinedError => "a variable here has no value".to_owned(),
        kind => error.detail().map_or_else(|| kind.to_string(), str::to_owned),
    };
    let code = if error.kind() == ErrorKind::UndefinedError { NO_VALUE } else { "invalid_template" };
    Error::invalid(code, format!("{line}{what}.")).with_field(part.name(), format!("{line}{what}."))
}

/// Takes so many bytes and no more.
struct Bounded {
    text: Vec<u8>,
    most: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > self.most {
            return Err(io::Error::other("too long"));
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn render(part: Part, source: &str, values: &Values) -> Result<String> {
        Text::read(part, source)?.fill(values)
    }

    fn given(value: serde_json::Value) -> Map<String, serde_json::Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn every_text_that_origin_comes_with_can_be_saved() {
        for kind in MessageType::ALL {
            let texts = kind.texts();
            check(*kind, Part::Body, texts.whatsapp).unwrap();
            check(*kind, Part::Subject, texts.subject).unwrap();
            check(*kind, Part::Body, texts.email).unwrap();
            check(*kind, Part::Html, texts.html).unwrap();
            assert!(render(Part::Body, texts.whatsapp, &Values::samples(*kind)).unwrap().chars().count() <= WHATSAPP);
        }
    }

    #[test]
    fn a_missing_variable_is_named() {
        let error = Values::of(MessageType::PaymentConfirmation, &given(json!({"amount": "₹99.00", "month": " "}))).unwrap_err();
        assert_eq!(error.code(), "missing_variable");
        let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["variables.month", "variables.payment_method"]);
    }

    #[test]
    fn html_escapes_and_text_does_not() {
        let values = Values::of(MessageType::ChurnRisk, &given(json!({"customer_name": "<b>A&B</b>\nx"}))).unwrap();
        assert_eq!(render(Part::Html, "{{ customer_name }}", &values).unwrap(), "&lt;b&gt;A&amp;B&lt;&#x2f;b&gt;\nx");
        assert_eq!(render(Part::Body, "{{ customer_name }}", &values).unwrap(), "<b>A&B</b>\nx");
        assert_eq!(render(Part::Subject, "{{ customer_name }}", &values).unwrap(), "<b>A&B</b> x");
    }

    #[test]
    fn what_cannot_be_saved() {
        let bomb = "{{ 'x' * 100000000 }}".to_owned();
        let deep = format!("{}1{}", "{% if 1 %}".repeat(2_500), "{% endif %}".repeat(2_500));
        let long = "x".repeat(TEMPLATE + 1);
        for (source, says) in [
            ("Hi {{ customer_name", "Line 1"),
            ("a\n\n{% if customer_name %}x", "Line 3"),
            ("{{ nobody }}", "no variable nobody"),
            ("{% for x in customer_name %}{{ x }}{% endfor %}", "{% for %}"),
            ("{% set a = 1 %}", "{% set %}"),
            ("{%- include 'x' %}", "{% include %}"),
            ("{% import 'x' as y %}", "{% import %}"),
            ("{{ customer_name.x }}", "no value"),
            ("{{ customer_name|nothing }}", "nothing"),
            ("{{ range(3) }}", "range"),
            (bomb.as_str(), "a * inside"),
            (deep.as_str(), ""),
            (long.as_str(), "At most"),
            ("a\u{0}b", "NUL"),
        ] {
            let error = check(MessageType::ChurnRisk, Part::Body, source).expect_err(&source[..source.len().min(40)]);
            assert_eq!(error.fields()[0].field, "body");
            assert!(error.message().contains(says), "{says}: {}", error.message());
        }
    }

    #[test]
    fn a_long_value_is_refused() {
        let long = "x".repeat(VARIABLE + 1);
        assert!(Values::of(MessageType::ChurnRisk, &given(json!({"customer_name": long}))).is_err());
        assert!(Values::of(MessageType::ChurnRisk, &given(json!({"customer_name": ["x"]}))).is_err());
        assert!(Values::of(MessageType::ChurnRisk, &given(json!({"customer_name": "a\u{0}b"}))).is_err());
        let full = "x".repeat(VARIABLE);
        let values = Values::of(MessageType::ChurnRisk, &given(json!({"customer_name": full}))).unwrap();
        assert!(render(Part::Body, &"{{ customer_name }}".repeat(200), &values).is_err());
    }
}
