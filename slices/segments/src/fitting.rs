//! Filters that are no segment's: for whoever asks once who of some people fits.

use crate::filter::{self, Lists, Needs, holds};
use crate::{book, load};
use contacts::Contact;
use facts::{ContactId, Time};
use serde_json::Value;
use std::collections::HashSet;
use store::{Look, Result};

/// Whether a filter can be read.
///
/// # Errors
/// A field error under the place that is named.
pub fn check_filter(place: &str, filter: &Value) -> Result<()> {
    filter::read(place, filter).map(drop)
}

/// A filter, as people say it.
pub fn filter_words(filter: &Value) -> String {
    filter::read("filter", filter).map(|filter| filter::words(&filter, &Lists::new())).unwrap_or_default()
}

/// Who of these people fits a filter today.
///
/// # Errors
/// A filter that cannot be read; whatever the engine refuses.
pub async fn fitting(look: &mut impl Look, filter: &Value, people: &[Contact], now: Time) -> Result<HashSet<ContactId>> {
    let filter = filter::read("filter", filter)?;
    let today = book::today(look, now).await?;
    let people = load::people(look, people.to_vec(), &Needs::of(&filter)).await?;
    Ok(people.iter().filter(|person| holds(&filter, person, &today)).map(|person| person.contact.id).collect())
}
