//! What writes this slice's tables.

use facts::{ContactId, MessageId};
use std::collections::BTreeMap;
use store::{Result, Tx, params, rows};

/// A message that was read, and at which hour of its reader's day it first was.
pub(crate) struct FirstRead {
    pub message_id: MessageId,
    /// Whose it is; nobody's where they are not known, or no longer.
    pub contact_id: Option<ContactId>,
    pub hour: i64,
}

/// Notes which messages were read; gives who read at which hour those of which it was not known.
pub(crate) async fn note(tx: &mut Tx, reads: &[FirstRead]) -> Result<Vec<(Option<ContactId>, i64)>> {
    let first_reads = rows!(
        "INSERT INTO first_reads (tenant_id, message_id, contact_id, hour) VALUES ",
        4,
        " ON CONFLICT (tenant_id, message_id) DO NOTHING RETURNING contact_id, hour"
    );
    let mut values = Vec::with_capacity(reads.len() * 4);
    for read in reads {
        values.extend_from_slice(params![tx.tenant(), read.message_id, read.contact_id, read.hour]);
    }
    tx.all_rows(first_reads, &values).await
}

/// Adds these reads to the hours of each and of all.
pub(crate) async fn count(tx: &mut Tx, reads: &[(Option<ContactId>, i64)]) -> Result<()> {
    let (mut own, mut shared) = (BTreeMap::<(ContactId, i64), i64>::new(), BTreeMap::<i64, i64>::new());
    for (contact, hour) in reads {
        *shared.entry(*hour).or_default() += 1;
        if let Some(contact) = contact {
            *own.entry((*contact, *hour)).or_default() += 1;
        }
    }
    let read_hours = rows!(
        "INSERT INTO read_hours (tenant_id, contact_id, hour, reads) VALUES ",
        4,
        " ON CONFLICT (tenant_id, contact_id, hour) DO UPDATE SET reads = read_hours.reads + excluded.reads"
    );
    let read_hours_shared = rows!(
        "INSERT INTO read_hours_shared (tenant_id, hour, reads) VALUES ",
        3,
        " ON CONFLICT (tenant_id, hour) DO UPDATE SET reads = read_hours_shared.reads + excluded.reads"
    );
    let mut values = Vec::with_capacity(own.len() * 4);
    for ((contact, hour), reads) in own {
        values.extend_from_slice(params![tx.tenant(), contact, hour, reads]);
    }
    tx.put_rows(read_hours, &values).await?;
    let mut values = Vec::with_capacity(shared.len() * 3);
    for (hour, reads) in shared {
        values.extend_from_slice(params![tx.tenant(), hour, reads]);
    }
    tx.put_rows(read_hours_shared, &values).await
}
