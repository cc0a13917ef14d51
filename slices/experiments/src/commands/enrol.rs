//! People meet a variant of something that a program shows.

use crate::{expose, queries};
use facts::{ContactId, ExperimentId};
use serde::{Deserialize, Serialize};
use store::{Command, Error, Result, Tx};

/// The most people of one call.
const MOST: usize = 1_000;

/// Gives people their variants, and notes that they met them.
#[derive(Debug, Clone)]
pub(crate) struct Enrol {
    pub id: ExperimentId,
    pub people: Vec<ContactId>,
}

/// Somebody's variant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Given {
    pub contact_id: ContactId,
    pub variant: String,
    pub holdout: bool,
}

impl Command for Enrol {
    const NAME: &'static str = "enrol_in_experiment";
    type Out = Vec<Given>;

    async fn run(&self, tx: &mut Tx) -> Result<Vec<Given>> {
        if self.people.is_empty() || self.people.len() > MOST {
            return Err(Error::field("contact_ids", format!("1 to {MOST} people")));
        }
        let known = contacts::known(tx, &self.people).await?;
        if let Some(nobody) = self.people.iter().find(|person| !known.contains_key(person)) {
            return Err(Error::field("contact_ids", format!("There is no contact {nobody}.")));
        }
        let places = expose(tx, self.id, &self.people).await?;
        let variants = queries::variants(tx, self.id).await?;
        let given = |(person, place): (&ContactId, usize)| {
            let variant = variants.get(place)?;
            Some(Given { contact_id: *person, variant: variant.name.clone(), holdout: variant.holdout })
        };
        Ok(self.people.iter().zip(places).filter_map(given).collect())
    }
}
