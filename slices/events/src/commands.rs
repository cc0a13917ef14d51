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
pub(crate) enum Who {
    /// Somebody who is known here.
    Known(ContactId),
    /// Whoever has the number, else whoever has the address, else somebody new.
    Reached { phone: Option<String>, email: Option<String> },
}

/// Notes that somebody did something.
pub(crate) struct Tell {
    pub name: String,
    pub who: Who,
    pub data: Map<String, Value>,
}

impl Command for Tell {
    const NAME: &'static str = "tell_event";
    type Out = Event;

    async fn run(&self, tx: &mut Tx) -> Result<Event> {
        rules::name(&self.name)?;
        rules::data(&self.data)?;
        let contact_id = match &self.who {
            Who::Known(id) => {
                let found = contacts::find(tx, *id).await?;
                found.ok_or_else(|| Error::field("contact_id", format!("There is no contact {id}.")))?.id
            }
            Who::Reached { phone, email } => {
                contacts::save(tx, NewContact { phone: phone.clone(), email: email.clone(), ..NewContact::default() }).await?
            }
        };
        let id: EventId = tx.id();
        let event = Event { id, name: self.name.clone(), contact_id, data: Json(self.data.clone()), at: tx.now() };
        rows::put(tx, &event).await?;
        tx.state(EventHappened { event_id: id, contact_id, name: event.name.clone() }).await?;
        Ok(event)
    }
}
