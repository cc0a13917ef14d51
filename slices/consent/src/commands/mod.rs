//! What changes who is written to.

mod choose;
mod heard;
mod lift;
mod set_up;
mod stop;

pub(crate) use choose::{ChooseFor, ChooseHere, theirs};
pub use choose::{choose, grant, resume};
pub use heard::{Heard, Said, heard};
pub(crate) use lift::Lift;
pub(crate) use set_up::PutSettings;
pub use stop::stop;
pub(crate) use stop::{StopAddress, Unsubscribe};

use crate::model::{Addressee, Choice};
use crate::{queries, rows, token};
use facts::ContactId;
use facts::consent::{ConsentChanged, How, Scope};
use facts::messages::Channel;
use store::secret::Vault;
use store::{Result, Tx};
use uuid::Uuid;

/// States that an address is written to otherwise than before. The fact does not tell the address, so it names whoever has it now;
/// where nobody does, whose it was.
async fn changed(tx: &mut Tx, to: &Addressee, scope: Scope, stopped: bool, how: How) -> Result<()> {
    let owner = contacts::of_addresses(tx, &[&to.address]).await?.into_values().next();
    tx.state(ConsentChanged { contact_id: owner.or(to.contact_id), channel: to.channel, scope, stopped, how }).await.map(drop)
}

/// Makes the links that messages to these addresses carry, where there are none yet: in the transaction that queues them, so that
/// no message leaves with a button that does nothing.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn link(tx: &mut Tx, all: &[(Channel, &str, Option<ContactId>)]) -> Result<()> {
    rows::link(tx, all).await
}

/// The path under a shop's address where whoever has this link ends offers with a click.
pub fn unsubscribe_path(vault: &Vault, tenant: facts::TenantId, link: Uuid) -> String {
    format!("/u/{}", token::make(vault, tenant, link))
}

/// Whom a link is for.
async fn linked(tx: &mut Tx, link: Uuid) -> Result<Addressee> {
    queries::linked(tx, link).await?.ok_or_else(|| store::Error::not_found("link"))
}

/// What is chosen, in the words that a log keeps of a page.
fn chosen(choice: Choice) -> &'static str {
    match choice {
        Choice::Everything => "Chose: everything",
        Choice::NoMarketing => "Chose: only what concerns my orders",
        Choice::Nothing => "Chose: nothing but what I ask for",
    }
}
