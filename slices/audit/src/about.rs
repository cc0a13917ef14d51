//! The thing that a fact is about, with the prefix and the page of its kind.

use facts::messages::Subject;
use facts::{
    ApiKeyId, CampaignId, ContactId, ContactImportId, Id, JourneyId, ListId, MessageId, OrderId, SocialPlaceId, SocialPostId, TenantId,
    UserId,
};
use store::Stated;
use uuid::Uuid;

/// The id with its prefix; without one where the kind of thing is not known here.
pub(crate) fn text(fact: &Stated) -> Option<String> {
    let about = fact.about?;
    let thing = fact.kind.split('.').next().unwrap_or_default();
    Some(match thing {
        "order" | "checkout" | "payment" | "refund" => typed::<OrderId>(about),
        // A message tells of what it was sent because of, an order for most, or else of itself.
        "message" if names_itself(fact, about) => typed::<MessageId>(about),
        "message" => match Subject::of(fact.body.0.get("template").and_then(|name| name.as_str()).unwrap_or_default()) {
            Subject::Campaign => typed::<CampaignId>(about),
            Subject::Journey => typed::<JourneyId>(about),
            Subject::Order => typed::<OrderId>(about),
        },
        "journey" => typed::<JourneyId>(about),
        "campaign" => typed::<CampaignId>(about),
        "contact" => typed::<ContactId>(about),
        "contact_import" => typed::<ContactImportId>(about),
        "list" => typed::<ListId>(about),
        "social_place" => typed::<SocialPlaceId>(about),
        "social_post" => typed::<SocialPostId>(about),
        "tenant" => typed::<TenantId>(about),
        "member" => typed::<UserId>(about),
        "api_key" => typed::<ApiKeyId>(about),
        _ => about.to_string(),
    })
}

fn typed<T: Id + std::fmt::Display>(about: Uuid) -> String {
    T::from_uuid(about).to_string()
}

fn names_itself(fact: &Stated, about: Uuid) -> bool {
    let own = fact.body.0.get("message_id").and_then(|id| id.as_str()).and_then(|id| id.parse::<MessageId>().ok());
    own.is_some_and(|id| id.uuid() == about)
}
