//! Setting attributes of many people at once, for other slices, in a transaction of theirs.

use crate::{Contact, attributes, rows, rules, save};
use facts::ContactId;
use facts::contacts::ContactSaved;
use serde_json::{Map, Value};
use store::{Result, Tx};

/// What setting attributes came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Updated {
    /// Those of whom something is known otherwise now, as they are.
    pub changed: Vec<Contact>,
    /// How many stay as they were, since with these attributes they would have more than one person can have.
    pub full: usize,
}

/// Whether these attributes can be set.
///
/// # Errors
/// `attributes` are too many or too long, or one of them is no plain value.
pub fn check_attributes(set: &Map<String, Value>) -> Result<()> {
    rules::attributes(set)
}

/// Sets attributes of those of these people who are known, and takes those away whose value is null; states `contact.saved` of each whom
/// it changes. What is not named stays.
///
/// # Errors
/// As [`check_attributes`].
pub async fn set_attributes(tx: &mut Tx, set: &Map<String, Value>, people: &[ContactId]) -> Result<Updated> {
    check_attributes(set)?;
    let (mut updated, mut stated) = (Updated::default(), Vec::new());
    for before in rows::those_locked(tx, people).await? {
        let after = Contact { attributes: with(&before.attributes, set), ..before.clone() };
        if after == before {
            continue;
        }
        if check_attributes(&after.attributes).is_err() {
            updated.full += 1;
            continue;
        }
        stated.push(ContactSaved { contact_id: after.id, new: false, changes: save::changes(Some(&before), &after) });
        updated.changed.push(after);
    }
    if !updated.changed.is_empty() {
        rows::put_all(tx, &updated.changed).await?;
        attributes::note(tx, set.iter()).await?;
        tx.state_all(stated).await?;
    }
    Ok(updated)
}

/// What is known of somebody when these are set.
fn with(known: &Map<String, Value>, set: &Map<String, Value>) -> Map<String, Value> {
    let mut after = known.clone();
    after.retain(|name, _| set.get(name).is_none_or(|value| !value.is_null()));
    after.extend(set.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), value.clone())));
    after
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_named_stays_and_null_takes_away() {
        let map = |value: Value| value.as_object().cloned().unwrap();
        let known = map(json!({"city": "Pune", "age": 30, "vip": true}));
        let table = [
            (json!({}), json!({"city": "Pune", "age": 30, "vip": true})),
            (json!({"city": "Delhi", "vip": null}), json!({"city": "Delhi", "age": 30})),
            (json!({"tier": "gold", "none": null}), json!({"city": "Pune", "age": 30, "vip": true, "tier": "gold"})),
        ];
        for (set, after) in table {
            assert_eq!(with(&known, &map(set)), map(after));
        }
    }
}
