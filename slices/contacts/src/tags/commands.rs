//! Giving tags to people, and taking them.

use super::{Counted, MOST, rows, tag};
use crate::queries;
use facts::ContactId;
use facts::contacts::ContactTagged;
use store::{Command, Error, Result, Tx};

/// Gives somebody a tag, or takes it from them.
pub(crate) struct TagContact {
    pub contact_id: ContactId,
    pub tag: String,
    /// Whether they have it from now on.
    pub tagged: bool,
}

impl Command for TagContact {
    const NAME: &'static str = "tag_contact";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let Self { contact_id, tagged, .. } = *self;
        let tag = tag(&self.tag)?;
        if queries::known(tx, &[contact_id]).await?.is_empty() {
            return Err(Error::not_found("contact"));
        }
        let changed = if tagged {
            if rows::of_contact(tx, contact_id).await?.len() >= MOST && !rows::has(tx, contact_id, &tag).await? {
                return Err(Error::field("tag", format!("at most {MOST} tags for one contact")));
            }
            !rows::add(tx, &[(contact_id, tag.clone())]).await?.is_empty()
        } else {
            !rows::remove(tx, &[contact_id], &tag).await?.is_empty()
        };
        if changed {
            tx.state(ContactTagged { contact_id, tag, tagged }).await?;
        }
        Ok(())
    }
}

/// Gives a tag to several.
pub(crate) struct TagContacts {
    pub people: Vec<ContactId>,
    pub tag: String,
}

impl Command for TagContacts {
    const NAME: &'static str = "tag_contacts";
    type Out = Counted;

    async fn run(&self, tx: &mut Tx) -> Result<Counted> {
        give_tag(tx, &self.tag, &self.people).await
    }
}

/// Gives a tag to those of these people who are known, and states it of those who did not have it; tells how many. For other slices as well, in a
/// transaction of theirs.
///
/// # Errors
/// `tag` cannot be one.
pub async fn give_tag(tx: &mut Tx, text: &str, people: &[ContactId]) -> Result<Counted> {
    let tag = tag(text)?;
    let known = queries::known(tx, people).await?;
    let all: Vec<_> = people.iter().filter(|person| known.contains_key(person)).map(|person| (*person, tag.clone())).collect();
    let added = rows::add(tx, &all).await?;
    let contacts = i64::try_from(added.len()).unwrap_or(0);
    tx.state_all(added.into_iter().map(|(contact_id, tag)| ContactTagged { contact_id, tag, tagged: true })).await?;
    Ok(Counted { tag, contacts })
}

/// Takes a tag from those of these people who have it, and states it of them; tells how many. For other slices, in a transaction of theirs.
///
/// # Errors
/// `tag` cannot be one.
pub async fn take_tag(tx: &mut Tx, text: &str, people: &[ContactId]) -> Result<Counted> {
    let tag = tag(text)?;
    let gone = rows::remove(tx, people, &tag).await?;
    let contacts = i64::try_from(gone.len()).unwrap_or(0);
    tx.state_all(gone.into_iter().map(|contact_id| ContactTagged { contact_id, tag: tag.clone(), tagged: false })).await?;
    Ok(Counted { tag, contacts })
}

/// Refuses somebody who has more tags than one can have.
///
/// # Errors
/// `too_many_tags`.
pub(crate) async fn not_too_many(tx: &mut Tx, keep: ContactId) -> Result<()> {
    if rows::of_contact(tx, keep).await?.len() > MOST {
        let message = format!("Together they have more than {MOST} tags, which is the most for one contact. Take some away first.");
        return Err(Error::conflict("too_many_tags", message));
    }
    Ok(())
}
