//! What the README of an export says.

use crate::model::Tenant;
use facts::Time;
use std::fmt::Write;

/// The README: whose it is, of when, what is in which file and how much of it, and what is not in there.
pub(super) fn readme(tenant: &Tenant, at: Time, counts: &[(String, u64)]) -> String {
    let rows: u64 = counts.iter().map(|(_, rows)| rows).sum();
    let mut text = format!(
        "Everything of {} ({})\r\n\r\n\
         As it was at {at}: all files are of this one moment, whatever was written while they were.\r\n\
         {rows} rows in {} files. Each file holds one table, each line one row, as JSON (https://jsonlines.org).\r\n\
         Times are UTC. Amounts are in minor units, such as paise. Ids are as the database keeps them.\r\n\
         Bytes that are no text are written as {{\"base64\": ...}}.\r\n\r\n\
         people.jsonl lists the members with their names, e-mail addresses and roles.\r\n\
         Left out is what is secret: passwords, second factors, passkeys, and what keys, tokens, links and credentials are\r\n\
         known by. Columns that hold nothing else are not in the lines.\r\n\r\n",
        tenant.name,
        tenant.id,
        counts.len(),
    );
    for (file, rows) in counts {
        // Writing into a text cannot fail.
        let _ = write!(text, "{rows:>12}  {file}.jsonl\r\n");
    }
    text
}
