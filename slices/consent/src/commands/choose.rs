//! Consent is given, or a stop is taken back.

use super::{changed, chosen, linked, stop};
use crate::model::{Addressee, Choice, Consent, Reason, Stop};
use crate::{queries, rows, rules};
use facts::ContactId;
use facts::consent::{How, Scope};
use facts::messages::Channel;
use store::{Command, Error, Result, Tx};
use uuid::Uuid;

/// Takes back what was wished of a scope; of marketing it is consent at the same time. What cannot be delivered stays stopped.
/// Tells whether that is anything new.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn resume(tx: &mut Tx, to: &Addressee, scope: Scope, how: How, evidence: &str) -> Result<bool> {
    let saying = rows::Saying { to, scope, said: Consent::Given, how, evidence };
    let said = match scope {
        Scope::All => rows::take_back(tx, &saying).await?,
        Scope::Marketing => rows::say(tx, &saying, true).await?,
    };
    // Consent that was given where nothing was stopped changes who may be sold to as well.
    if rows::release(tx, to, scope).await? || (said && scope == Scope::Marketing) {
        changed(tx, to, scope, false, how).await?;
    }
    Ok(said)
}

/// Notes consent to being sold to. The person's own word ends an earlier one of theirs; that of anybody else leaves it as it
/// is, and the answer is that it did.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn grant(tx: &mut Tx, to: &Addressee, how: How, evidence: &str) -> Result<bool> {
    if rules::is_theirs(how) {
        return resume(tx, to, Scope::Marketing, how, evidence).await.map(|_| true);
    }
    let saying = rows::Saying { to, scope: Scope::Marketing, said: Consent::Given, how, evidence };
    if rows::say(tx, &saying, false).await? {
        changed(tx, to, Scope::Marketing, false, how).await?;
        return Ok(true);
    }
    let on = queries::on(tx, std::slice::from_ref(to)).await?;
    Ok(on.iter().all(queries::On::is_given))
}

/// Lets an address have what was chosen for it, on the person's own word.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn choose(tx: &mut Tx, to: &Addressee, choice: Choice, how: How, evidence: &str) -> Result<()> {
    let wish = |scope| Stop { scope, reason: Reason::Unsubscribed, how, detail: evidence.to_owned() };
    match choice {
        Choice::Everything => {
            resume(tx, to, Scope::All, how, evidence).await?;
            resume(tx, to, Scope::Marketing, how, evidence).await?;
        }
        Choice::NoMarketing => {
            resume(tx, to, Scope::All, how, evidence).await?;
            stop(tx, to, &wish(Scope::Marketing)).await?;
        }
        Choice::Nothing => {
            stop(tx, to, &wish(Scope::All)).await?;
            stop(tx, to, &wish(Scope::Marketing)).await?;
        }
    }
    Ok(())
}

/// What whoever has a link chooses for the address that it is for, and for others of the same person.
pub(crate) struct ChooseHere {
    pub link: Uuid,
    /// By channel. A channel on which they have no address is left out.
    pub choices: Vec<(Channel, Choice)>,
}

impl Command for ChooseHere {
    const NAME: &'static str = "choose_messages";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let to = linked(tx, self.link).await?;
        let all = theirs(tx, to).await?;
        let before = queries::on(tx, &all).await?;
        for on in &before {
            let wanted = self.choices.iter().find(|(channel, _)| *channel == on.to.channel).map(|(_, choice)| *choice);
            // What they left as it was is nothing that they said.
            if let Some(choice) = wanted.filter(|choice| *choice != on.choice()) {
                choose(tx, &on.to, choice, How::PreferencePage, chosen(choice)).await?;
            }
        }
        Ok(())
    }
}

/// The addresses whose messages a link lets somebody choose: its own, and the others of the person who has it now.
pub(crate) async fn theirs(look: &mut impl store::Look, to: Addressee) -> Result<Vec<Addressee>> {
    let contact = match to.contact_id {
        Some(id) => contacts::find(look, id).await?,
        None => None,
    };
    // Who has given the address away since is not to be chosen for by whoever has it.
    let contact = contact.filter(|contact| rules::address_of(to.channel, contact) == Some(to.address.as_str()));
    let others = contact.map(|contact| queries::addresses(&contact)).unwrap_or_default();
    let others = others.into_iter().filter(|other| other.channel != to.channel).collect::<Vec<_>>();
    Ok(std::iter::once(to).chain(others).collect())
}

/// What somebody of the shop notes for a contact on a channel, and how they know.
#[derive(Debug, Clone)]
pub(crate) struct ChooseFor {
    pub contact: ContactId,
    pub channel: Channel,
    pub choice: Choice,
    pub evidence: String,
    pub how: How,
}

impl Command for ChooseFor {
    const NAME: &'static str = "choose_for_contact";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let contact = contacts::find(tx, self.contact).await?.ok_or_else(|| Error::not_found("contact"))?;
        let evidence = rules::needed("evidence", &self.evidence)?;
        let address = rules::address_of(self.channel, &contact)
            .ok_or_else(|| Error::field("channel", "this contact has no address on it: save one first"))?;
        let to = Addressee { channel: self.channel, address: address.to_owned(), contact_id: Some(contact.id) };
        let before = queries::on(tx, std::slice::from_ref(&to)).await?;
        let wished = |scope| before.iter().flat_map(|on| &on.stops).any(|stop| stop.scope == scope && stop.reason.is_wish());
        let (all, marketing) = (wished(Scope::All), wished(Scope::Marketing));
        let wish = |scope| Stop { scope, reason: Reason::ByHand, how: self.how, detail: evidence.clone() };
        match self.choice {
            Choice::Everything if all || marketing => Err(withdrawn()),
            Choice::NoMarketing if all => Err(withdrawn()),
            Choice::Everything => match grant(tx, &to, self.how, &evidence).await? {
                true => Ok(()),
                false => Err(withdrawn()),
            },
            Choice::NoMarketing => stop(tx, &to, &wish(Scope::Marketing)).await.map(drop),
            Choice::Nothing => {
                stop(tx, &to, &wish(Scope::All)).await?;
                stop(tx, &to, &wish(Scope::Marketing)).await.map(drop)
            }
        }
    }
}

fn withdrawn() -> Error {
    Error::conflict(
        "withdrawn",
        "This address is stopped because somebody wished it. Lift that first, with the reason why: DELETE /api/v1/suppressions/{id}, \
         or the list at /admin/consent.",
    )
}
