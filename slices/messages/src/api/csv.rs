//! Messages as a file for a spreadsheet.

use crate::queries::Line;
use facts::Time;

/// The names of the columns.
pub(super) const HEAD: &str = "id,created_at,type,channel,address,state,reason,subject,body,sent_at,updated_at\r\n";

/// One message, a line.
pub(super) fn line(line: &Line) -> String {
    let moment = |at: Option<Time>| at.map(|at| at.to_string()).unwrap_or_default();
    let cells = [
        line.id.to_string(),
        line.created_at.to_string(),
        line.template.clone(),
        line.channel.to_string(),
        cell(&line.address),
        line.state.to_string(),
        cell(line.reason.as_deref().unwrap_or_default()),
        cell(&line.subject),
        cell(&line.body),
        moment(line.sent_at),
        line.updated_at.to_string(),
    ];
    format!("{}\r\n", cells.join(","))
}

/// In quotes where it needs them. What a spreadsheet would run as a formula begins with an apostrophe; a phone is none.
fn cell(text: &str) -> String {
    let number = text.strip_prefix('+').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number;
    let safe = if runs { format!("'{text}") } else { text.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_spreadsheet_runs_nothing() {
        for (text, safe) in [("+919876543210", "+919876543210"), ("=1+1", "'=1+1"), ("a,\"b\"", "\"a,\"\"b\"\"\""), ("-2", "'-2")] {
            assert_eq!(cell(text), safe);
        }
    }
}
