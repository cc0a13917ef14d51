//! Telling of an event.

use crate::model::Event;
use crate::{rows, rules};
use contacts::NewContact;
use facts::events::EventHappened;
use facts::{ContactId, EventId};
use serde_json::{Map, Value};
use store::{Command, Error, Json, Result, Tx};

/// Who did it, as a program knows them.
#[derive(Debug, Clone)]
pub(crate) enum Doer {
    /// Somebody who is known here.
    Known(ContactId),
    /// Whoever has the number, else whoever has the address, else somebody new.
    Reached { phone: Option<String>, email: Option<String> },
}

impl Doer {
    /// Finds them or makes them known; whoever is known stays as they are.
    async fn found(&self, tx: &mut Tx) -> Result<ContactId> {
        match self {
            Self::Known(id) => Ok(contacts::now_known_as(tx, *id).await?),
            Self::Reached { phone, email } => {
                let phone = phone.as_deref().map(contacts::phone).transpose()?;
                let email = email.as_deref().map(contacts::email).transpose()?;
                let met = contacts::meet(tx, &[NewContact { phone, email, ..NewContact::default() }]).await?;
                met.first().copied().flatten().ok_or_else(|| Error::field("phone", "a phone number or an e-mail address is needed"))
            }
        }
    }
}

/// Notes that somebody did something. Its answer is kept for whoever asks again, so it is an id alone: what was said goes with the person.
pub(crate) struct Tell {
    pub name: String,
    pub who: Doer,
    pub data: Map<String, Value>,
}

impl Command for Tell {
    const NAME: &'static str = "tell_event";
    type Out = EventId;

    async fn run(&self, tx: &mut Tx) -> Result<EventId> {
        rules::name(&self.name)?;
        rules::data(&self.data)?;
        let contact_id = self.who.found(tx).await?;
        // Held, so that nobody is erased meanwhile of whom something is written here.
        if !contacts::hold(tx, contact_id).await? {
            return Err(Error::field("contact_id", format!("There is no contact {contact_id}.")));
        }
        let id: EventId = tx.id();
        let event = Event { id, name: self.name.clone(), contact_id, data: Json(self.data.clone()), at: tx.now() };
        rows::put(tx, &event).await?;
        tx.state(EventHappened { event_id: id, contact_id, name: event.name }).await?;
        Ok(id)
    }
}
