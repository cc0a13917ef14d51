//! When people read.

use facts::ContactId;
use stats::ByHour;
use std::collections::HashMap;
use store::{Look, Result, many, params, sql};

/// When some people read, and everybody.
#[derive(Debug, Clone, Default)]
pub struct Hours {
    own: HashMap<ContactId, ByHour>,
    shared: ByHour,
}

impl Hours {
    /// The hour of somebody's day among those that are allowed at which they most likely read; nothing where nothing speaks for any.
    pub fn best(&self, person: ContactId, allowed: &[bool; 24]) -> Option<u8> {
        stats::best_hour(self.own.get(&person).unwrap_or(&[0; 24]), &self.shared, allowed)
    }
}

/// When these people read, of whom something is known, and everybody: a statement for so many of them.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn hours_of(look: &mut impl Look, people: &[ContactId]) -> Result<Hours> {
    let mut hours = Hours::default();
    let all: Vec<(i64, i64)> =
        look.all(sql!("SELECT hour, reads FROM read_hours_shared WHERE tenant_id = $1"), params![look.tenant()]).await?;
    all.into_iter().for_each(|(hour, reads)| add(&mut hours.shared, hour, reads));
    let some: Vec<(ContactId, i64, i64)> = look
        .all_in(
            sql!(concat!("SELECT contact_id, hour, reads FROM read_hours WHERE tenant_id = $1 AND contact_id IN (", many!(), ")")),
            people,
            &[],
        )
        .await?;
    some.into_iter().for_each(|(person, hour, reads)| add(hours.own.entry(person).or_default(), hour, reads));
    Ok(hours)
}

fn add(by_hour: &mut ByHour, hour: i64, reads: i64) {
    let hour = usize::try_from(hour).ok().and_then(|hour| by_hour.get_mut(hour));
    if let Some(sum) = hour {
        *sum += u64::try_from(reads).unwrap_or(0);
    }
}
