//! Telling of an event.

use crate::model::Event;
use crate::{rows, rules};
use contacts::NewContact;
use facts::events::EventHappened;
use facts::{ContactId, EventId, Time};
use serde::{Deserialize, Serialize};
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
    /// Finds them or makes them known; whoever is known stays as they are. They are held, so that nobody is erased meanwhile of whom
    /// something is written here.
    async fn found(&self, tx: &mut Tx) -> Result<ContactId> {
        match self {
            Self::Known(id) => {
                let known = contacts::now_known_as(tx, *id).await?;
                let held = contacts::hold(tx, known).await?;
                held.then_some(known).ok_or_else(|| Error::field("contact_id", format!("There is no contact {known}.")))
            }
            Self::Reached { phone, email } => {
                let phone = phone.as_deref().map(contacts::phone).transpose()?;
                let email = email.as_deref().map(contacts::email).transpose()?;
                if phone.is_none() && email.is_none() {
                    return Err(Error::field("phone", "a phone number or an e-mail address is needed"));
                }
                let met = contacts::meet_and_hold(tx, NewContact { phone, email, ..NewContact::default() }).await?;
                met.ok_or_else(|| Error::conflict("contact_erased", "This person was erased at this moment. Tell of it again."))
            }
        }
    }
}

/// What came of it. It is kept for whoever asks again, so it holds nothing of what was said: that goes with the person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Told {
    pub id: EventId,
    pub contact_id: ContactId,
    pub at: Time,
}

/// Notes that somebody did something.
pub(crate) struct Tell {
    pub name: String,
    pub who: Doer,
    pub data: Map<String, Value>,
}

impl Command for Tell {
    const NAME: &'static str = "tell_event";
    type Out = Told;

    async fn run(&self, tx: &mut Tx) -> Result<Told> {
        rules::name(&self.name)?;
        rules::data(&self.data)?;
        let contact_id = self.who.found(tx).await?;
        let (id, at): (EventId, Time) = (tx.id(), tx.now());
        rows::put(tx, &Event { id, name: self.name.clone(), contact_id, data: Json(self.data.clone()), at }).await?;
        tx.state(EventHappened { event_id: id, contact_id, name: self.name.clone() }).await?;
        Ok(Told { id, contact_id, at })
    }
}
