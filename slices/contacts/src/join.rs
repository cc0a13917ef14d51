//! How other slices bring over what they have under an id that nobody has any more: each because of the fact that two became one.
//!
//! A reaction that is behind, or a command that had read the old id, may still write under it for a while. So the fact is followed by
//! others that say the same once more, a minute and a day later, and what is brought over again is what came in between.

use async_trait::async_trait;
use facts::contacts::{ContactErased, ContactMergeSettled, ContactMerged};
use facts::{ContactId, Fact, Time};
use serde::{Deserialize, Serialize};
use std::pin::Pin;
use std::time::Duration;
use store::{Look, Reaction, Result, Stated, Timer, Tx, params, sql};

/// When it is said once more: reactions have caught up by then, and commands have ended.
const SOON: Duration = Duration::from_secs(60);
/// When it is said for the last time: a slice that was behind has caught up by then.
const LAST: Duration = Duration::from_secs(24 * 3_600);

/// Two who became one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// Who stays. Of several merges, who stayed in the end.
    pub kept: ContactId,
    /// Under which id nothing is to be kept any more.
    pub merged: ContactId,
    /// When it was stated.
    pub at: Time,
}

impl Merged {
    /// The two that a fact says became one; nothing where it says something else.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn read(tx: &mut Tx, fact: &Stated) -> Result<Option<Self>> {
        let merged = match (fact.read::<ContactMerged>()?, fact.read::<ContactMergeSettled>()?) {
            (Some(it), _) => it.merged_id,
            (_, Some(it)) => it.merged_id,
            (None, None) => return Ok(None),
        };
        let kept = crate::now_known_as(tx, merged).await?;
        Ok((kept != merged).then_some(Self { kept, merged, at: fact.at }))
    }

    /// The kinds of facts that say so.
    pub const KINDS: &'static [&'static str] = &[ContactMerged::KIND, ContactMergeSettled::KIND];
}

/// What another slice brings over. It may be asked several times for the same two.
pub type Join = for<'a> fn(&'a mut Tx, &'a Merged) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Has another slice bring over what it keeps under the id of somebody who became one with another. Each slice with a contact's id in a
/// table has one.
pub struct WhenMerged {
    /// As [`Reaction::name`]: it never changes.
    pub name: &'static str,
    /// Brings it over.
    pub join: Join,
}

#[async_trait]
impl Reaction for WhenMerged {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kinds(&self) -> &'static [&'static str] {
        Merged::KINDS
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        match Merged::read(tx, fact).await? {
            Some(merged) => (self.join)(tx, &merged).await,
            None => Ok(()),
        }
    }
}

/// Says once more that two became one.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SettleMerge {
    /// The id that is to be empty.
    pub merged_id: ContactId,
    /// Whether it is the last time.
    pub last: bool,
}

impl SettleMerge {
    /// Sets the first of them.
    pub(crate) async fn soon(tx: &mut Tx, merged_id: ContactId) -> Result<()> {
        tx.at(tx.now().after(SOON), Self { merged_id, last: false }).await
    }
}

/// Who stays, and whether they were erased since.
#[derive(Deserialize)]
struct Stays {
    id: ContactId,
    erased: bool,
}

impl Timer for SettleMerge {
    const NAME: &'static str = "settle_merge";

    fn key(&self) -> String {
        self.merged_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let merged_id = self.merged_id;
        let stays: Option<Stays> = tx
            .maybe(
                sql!(
                    "SELECT k.id, k.erased_at IS NOT NULL AS erased FROM contacts m
                     JOIN contacts k ON k.tenant_id = m.tenant_id AND k.id = m.merged_into WHERE m.tenant_id = $1 AND m.id = $2"
                ),
                params![tx.tenant(), merged_id],
            )
            .await?;
        match stays {
            // What came in since is theirs who was erased, and is forgotten.
            Some(Stays { erased: true, .. }) => {
                let reason = "Merged into a contact that was erased.".to_owned();
                tx.state(ContactErased { contact_id: merged_id, reason }).await?;
            }
            Some(Stays { id: contact_id, .. }) => {
                tx.state(ContactMergeSettled { contact_id, merged_id }).await?;
            }
            None => return Ok(()),
        }
        match self.last {
            true => Ok(()),
            false => tx.at(tx.now().after(LAST), Self { merged_id, last: true }).await,
        }
    }
}
