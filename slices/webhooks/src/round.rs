//! What the errand of a delivery is known by, where one may be sent again: the delivery, and the round that it goes for.

use facts::errands::ErrandDropped;
use std::fmt::Display;
use std::str::FromStr;
use store::{Errand, Result, Stated};

/// The errand's key: each round of a delivery has its own.
pub fn key_of(delivery: impl Display, round: i64) -> String {
    format!("{delivery}/{round}")
}

fn read<T: FromStr>(key: &str) -> Option<(T, i64)> {
    let (delivery, round) = key.split_once('/')?;
    Some((delivery.parse().ok()?, round.parse().ok()?))
}

/// The delivery and the round whose errand a person dropped, as a fact says it; nothing where it says something else, or tells of an errand from
/// before these had keys: its delivery can be sent again by hand.
///
/// # Errors
/// A fact that cannot be read.
pub fn dropped<E: Errand, T: FromStr>(fact: &Stated) -> Result<Option<(T, i64)>> {
    let dropped = fact.read::<ErrandDropped>()?.filter(|dropped| dropped.name == E::NAME);
    Ok(dropped.and_then(|dropped| read(dropped.key.as_deref()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::{Id, WebhookDeliveryId};
    use uuid::Uuid;

    #[test]
    fn a_key_names_a_delivery_and_its_round() {
        let id = WebhookDeliveryId::from_uuid(Uuid::from_u128(7));
        assert_eq!(read(&key_of(id, 3)), Some((id, 3)));
        assert_eq!(read::<WebhookDeliveryId>("7/3"), None);
    }
}
