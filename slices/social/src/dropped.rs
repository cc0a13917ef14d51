//! What a person dropped goes nowhere any more, so that its post comes to its end.

use crate::deliver::DeliverPost;
use crate::{outcome, queries};
use async_trait::async_trait;
use facts::Fact;
use facts::errands::ErrandDropped;
use store::{Reaction, Result, Stated, Tx};

/// Ends the deliveries whose errands were given up and then dropped.
pub(crate) struct EndDropped;

#[async_trait]
impl Reaction for EndDropped {
    fn name(&self) -> &'static str {
        "end_dropped_posts"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ErrandDropped::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        let Some((delivery_id, round)) = webhooks::dropped::<DeliverPost, _>(fact)? else { return Ok(()) };
        match queries::ends_of(tx, delivery_id).await? {
            Some((post_id, place_id)) => outcome::dropped(tx, &DeliverPost { delivery_id, post_id, place_id, round }).await,
            None => Ok(()),
        }
    }
}
