//! Sending a campaign to oneself, to see how it looks.

use crate::outreach::Texts;
use crate::rows;
use facts::messages::Channel;
use facts::{CampaignId, ContactId, Id, MessageId};
use messages::{Cause, Urgency, Written};
use store::{Command, Error, Result, Tx};

/// What stands as the template's name of such a message: it is no part of the campaign, and asked for by whoever gets it.
const TEST: &str = "campaign_test";

/// Sends one of its texts to an address.
#[derive(Debug, Clone)]
pub(crate) struct TestCampaign {
    pub id: CampaignId,
    pub channel: Channel,
    pub to: String,
    /// Whom it speaks to; examples stand for what is known of people, where it is not said.
    pub contact_id: Option<ContactId>,
}

impl Command for TestCampaign {
    const NAME: &'static str = "test_campaign";
    /// The message that it became.
    type Out = MessageId;

    async fn run(&self, tx: &mut Tx) -> Result<MessageId> {
        let campaign = rows::held(tx, self.id).await?;
        let address = messages::address(self.channel, &self.to).map_err(|error| Error::field("to", error.message()))?;
        let texts = Texts::of(&campaign.contents.0, campaign.way)?;
        let reader = texts.reader(self.channel).ok_or_else(|| Error::field("channel", "one that this campaign has a text for"))?;
        let known = match self.contact_id {
            Some(id) => {
                let person = contacts::find(tx, id).await?.ok_or_else(|| Error::field("contact_id", "somebody whom you know"))?;
                texts.known(self.channel, &person)
            }
            None => texts.examples(self.channel),
        };
        let composed =
            reader.compose(&known).map_err(|unfit| Error::field("contact_id", format!("it cannot be written to them: {unfit}")))?;
        let id: MessageId = tx.id();
        let written = Written {
            id,
            channel: self.channel,
            address,
            contact_id: None,
            about: Some(campaign.id.uuid()),
            kind: TEST,
            composed,
            provider_template: texts.template(self.channel).map(str::to_owned),
            variables: known,
            urgency: Urgency::Transactional,
            cause: Cause { source: TEST, reference: campaign.id.to_string(), step: id.to_string() },
            hours: None,
            worth: None,
        };
        messages::enqueue_written(tx, vec![written]).await?;
        Ok(id)
    }
}
