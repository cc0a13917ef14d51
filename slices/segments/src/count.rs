//! How many a filter means, before a segment is made of it.

use crate::filter::{Filter, Needs, holds};
use crate::{book, load};
use facts::Time;
use serde::Serialize;
use store::{Look, Result};
use utoipa::ToSchema;

/// Counts that one address may ask for in a minute: each goes through up to 50,000 contacts.
pub(crate) const COUNTS_A_MINUTE: u32 = 30;
/// The most people who are looked at.
const MOST: i64 = 50_000;
/// People who are looked at together.
const PAGE: i64 = 2_000;

/// How many fit, of how many who were looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct SegmentCount {
    /// How many of them fit.
    pub contacts: i64,
    /// How many were looked at: everybody, or the newest 50,000.
    pub of: i64,
    /// Whether these were everybody. Else the share is that of a sample.
    pub exact: bool,
}

/// Counts who fits: everybody up to 50,000 people, and of more the newest so many.
pub(crate) async fn count(look: &mut impl Look, filter: &Filter, now: Time) -> Result<SegmentCount> {
    let (needs, today) = (Needs::of(filter), book::today(look, now).await?);
    let start = contacts::before_newest(look, MOST).await?;
    let mut counted = SegmentCount { contacts: 0, of: 0, exact: start.is_none() };
    let mut after = start;
    loop {
        let known = contacts::after(look, after, PAGE).await?;
        let looked = i64::try_from(known.len()).unwrap_or(0);
        after = known.last().map(|contact| contact.id);
        let people = load::people(look, known, &needs).await?;
        let fit = people.iter().filter(|person| holds(filter, person, &today)).count();
        counted.contacts += i64::try_from(fit).unwrap_or(0);
        counted.of += looked;
        if looked < PAGE || counted.of >= MOST {
            return Ok(counted);
        }
    }
}
