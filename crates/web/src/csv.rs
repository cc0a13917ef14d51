//! CSV (RFC 4180): lists, written while they are read, so that a long one needs no memory; and files, read while they arrive.

mod records;

pub use records::{Record, Records};

use crate::list::Cursor;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures::future;
use futures::stream::{self, StreamExt};
use http::{HeaderMap, header};
use store::{Error, Result};

/// Rows that are read at once.
const PAGE: i64 = 500;

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

/// A whole list, from its first row to its last, for a browser to save as `name`.csv.
///
/// `columns` are their names with commas between, `page` reads so many rows after a place, `place` says where a row
/// stands, and `cells` gives its fields in the order of the columns.
///
/// A later page that cannot be read breaks the body off, so that no part of a list passes for all of it.
///
/// # Errors
/// The first page cannot be read.
pub async fn file<T: 'static, Rows: Future<Output = Result<Vec<T>>> + Send + 'static>(
    name: &str,
    columns: &str,
    page: impl Fn(Cursor, i64) -> Rows + Send + 'static,
    place: fn(&T) -> Cursor,
    cells: fn(&T) -> Vec<String>,
) -> Result<Response> {
    let text = move |rows: &[T]| rows.iter().map(|row| line(cells(row).iter().map(String::as_str))).collect::<String>();
    let next = move |rows: &[T]| rows.last().map(place).filter(|_| rows.len() as i64 == PAGE);
    // The first page is waited for, so that a failure can still be answered as one.
    let rows = page(Cursor::START, PAGE).await?;
    let first = format!("{columns}\r\n{}", text(&rows));
    let rest = stream::try_unfold(next(&rows), move |after| {
        let rows = after.map(|after| page(after, PAGE));
        async move {
            let Some(rows) = rows else { return Ok(None) };
            let rows = rows.await?;
            Ok::<_, Error>(Some((text(&rows), next(&rows))))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
    ];
    let body = stream::once(future::ready(Ok(first))).chain(rest);
    Ok((headers, Body::from_stream(body)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Time;
    use uuid::Uuid;

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

    /// A list of so many rows, counted down from the first, of which the page after `broken` cannot be read.
    async fn countdown(rows: i64, broken: Option<i64>) -> Result<Response> {
        let page = move |after: Cursor, limit: i64| {
            let from = after.at.millis().min(rows + 1);
            let read = if broken == Some(from) { Err(Error::internal("gone")) } else { Ok((1..from).rev()) };
            future::ready(read.map(|left| left.take(usize::try_from(limit).unwrap()).collect::<Vec<i64>>()))
        };
        let place = |row: &i64| Cursor { at: Time(*row), id: Uuid::nil() };
        file("rows", "row", page, place, |row| vec![row.to_string()]).await
    }

    async fn text_of(response: Response) -> std::result::Result<String, axum::Error> {
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
        Ok(String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_file_has_every_row_once() {
        for rows in [0, 1, PAGE, PAGE + 1, 2 * PAGE, 2 * PAGE + 1] {
            let all: String = std::iter::once("row\r\n".to_owned()).chain((1..=rows).rev().map(|row| format!("{row}\r\n"))).collect();
            assert_eq!(text_of(countdown(rows, None).await.unwrap()).await.unwrap(), all, "{rows} rows");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_no_shorter_file() {
        assert!(countdown(3 * PAGE, Some(3 * PAGE + 1)).await.is_err());
        assert!(text_of(countdown(3 * PAGE, Some(PAGE + 1)).await.unwrap()).await.is_err());
    }
}
