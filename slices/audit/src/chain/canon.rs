//! A fact as bytes: the same for the same row, whichever engine it is read from, and different for different rows.
//!
//! Every part carries its length, so that no two rows run into the same bytes. The transaction's number is left out: a
//! database restored elsewhere gives new ones.

use facts::Id;
use serde_json::{Number, Value};
use store::Stated;

/// Says what follows and how it is written; another way of writing gets another text.
const KIND: &[u8] = b"origin/fact/1";

/// A fact as bytes.
pub(crate) fn fact(fact: &Stated) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    part(&mut out, KIND);
    part(&mut out, fact.tenant_id.uuid().as_bytes());
    part(&mut out, fact.id.uuid().as_bytes());
    part(&mut out, &fact.place().seq.to_be_bytes());
    part(&mut out, fact.kind.as_bytes());
    part(&mut out, &fact.version.to_be_bytes());
    part(&mut out, &fact.at.millis().to_be_bytes());
    part(&mut out, fact.actor.as_bytes());
    perhaps(&mut out, fact.request_id.as_deref().map(str::as_bytes));
    perhaps(&mut out, fact.address.as_deref().map(str::as_bytes));
    perhaps(&mut out, fact.about.as_ref().map(|id| id.as_bytes().as_slice()));
    perhaps(&mut out, fact.contact_id.map(Id::uuid).as_ref().map(|id| id.as_bytes().as_slice()));
    json(&mut out, &fact.body.0);
    out
}

/// Bytes after their length.
pub(super) fn part(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    out.extend_from_slice(bytes);
}

fn perhaps(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        Some(bytes) => {
            out.push(1);
            part(out, bytes);
        }
        None => out.push(0),
    }
}

fn json(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(b'0'),
        Value::Bool(false) => out.push(b'f'),
        Value::Bool(true) => out.push(b't'),
        Value::Number(value) => {
            out.push(b'n');
            part(out, number(value).as_bytes());
        }
        Value::String(text) => {
            out.push(b's');
            part(out, text.as_bytes());
        }
        Value::Array(items) => {
            out.push(b'[');
            out.extend_from_slice(&(items.len() as u64).to_be_bytes());
            items.iter().for_each(|item| json(out, item));
        }
        Value::Object(fields) => {
            out.push(b'{');
            out.extend_from_slice(&(fields.len() as u64).to_be_bytes());
            let mut sorted: Vec<(&String, &Value)> = fields.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            for (name, value) in sorted {
                part(out, name.as_bytes());
                json(out, value);
            }
        }
    }
}

/// A number by its value and not by how it is written: PostgreSQL hands back `100` for `1e2`, and zero has no sign there.
fn number(number: &Number) -> String {
    let whole = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
    let whole = whole.or_else(|| number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 1e38).map(|float| float as i128));
    match (whole, number.as_f64()) {
        (Some(whole), _) => whole.to_string(),
        (None, Some(float)) => format!("{float:e}"),
        (None, None) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(value: &Value) -> Vec<u8> {
        let mut out = Vec::new();
        json(&mut out, value);
        out
    }

    fn read(text: &str) -> Vec<u8> {
        bytes(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn the_same_value_is_the_same_bytes() {
        for (one, other) in [
            (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#),
            ("1e2", "100"),
            ("1.0", "1"),
            ("-0.0", "0"),
            ("1e19", "10000000000000000000"),
            ("1e30", "1000000000000000000000000000000"),
            ("1.50", "1.5"),
            (r#""\u00e9""#, "\"é\""),
        ] {
            assert_eq!(read(one), read(other), "{one} {other}");
        }
    }

    #[test]
    fn different_values_are_different_bytes() {
        let values = [
            "null",
            "true",
            "false",
            "0",
            "1",
            "-1",
            "0.1",
            "1e300",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            r#""""#,
            r#""1""#,
            r#""é""#,
            "\"e\u{301}\"",
            "[]",
            "{}",
            "[1,2]",
            "[12]",
            "[[1],2]",
            "[[1,2]]",
            r#"{"a":1}"#,
            r#"{"a":"1"}"#,
            r#"{"a":{"b":1}}"#,
            r#"{"a":1,"b":1}"#,
            r#"["a","b"]"#,
            r#"["ab",""]"#,
            r#"{"ab":"c"}"#,
            r#"{"a":"bc"}"#,
        ];
        for (at, one) in values.iter().enumerate() {
            for other in &values[at + 1..] {
                assert_ne!(read(one), read(other), "{one} {other}");
            }
        }
    }

    proptest! {
        #[test]
        fn numbers_are_told_apart(a in any::<i64>(), b in any::<i64>()) {
            prop_assert_eq!(a == b, bytes(&a.into()) == bytes(&b.into()));
        }
    }
}
