//! Lists as CSV (RFC 4180), written while they are read, so that a long one needs no memory.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures::Stream;
use http::{HeaderMap, header};
use store::{Error, Result};

/// Whether a caller wants CSV: by `?format=csv`, or by `Accept: text/csv`.
///
/// # Errors
/// A format that is neither `csv` nor `json`.
pub fn wanted(headers: &HeaderMap, format: Option<&str>) -> Result<bool> {
    match format {
        Some("csv") => Ok(true),
        Some("json") => Ok(false),
        None | Some("") => {
            let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
            Ok(accept.is_some_and(|accept| accept.contains("text/csv")))
        }
        Some(_) => Err(Error::field("format", "csv or json")),
    }
}

/// One line of a file.
pub fn line<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = fields.into_iter().map(field).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// Spreadsheets run what begins like a formula; an apostrophe makes it a text. Numbers, and phone numbers with their
/// plus, are left as they are.
fn field(text: &str) -> String {
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let harmless = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let formula = !harmless && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The file, for a browser to save under a name.
pub fn file(name: &str, lines: impl Stream<Item = Result<String>> + Send + 'static) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
    ];
    (headers, Body::from_stream(lines)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_opens_as_what_it_is() {
        let table = [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("+919876543210", "+919876543210"),
            ("-12.50", "-12.50"),
            ("=1+1", "'=1+1"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-", "'-"),
            ("", ""),
        ];
        for (text, written) in table {
            assert_eq!(field(text), written);
        }
        assert_eq!(line(["a", "b c"]), "a,b c\r\n");
    }
}
