//! Which facts go out, and in what shape: the whole table.

use facts::campaigns::CampaignMoved;
use facts::catalogue::ProductSaved;
use facts::consent::{ConsentChanged, ConsentImported};
use facts::contacts::{ContactErased, ContactListed, ContactMerged, ContactSaved, ContactTagged, ContactsImported};
use facts::entitlements::{EntitlementThresholdCrossed, UsageBillable};
use facts::experiments::{ExperimentDecided, ExperimentMoved};
use facts::inbox::{ConversationAssigned, ConversationOpened, ConversationResolved};
use facts::invoices::{InvoiceIssued, InvoicePaymentNoted, InvoiceVoided, InvoiceWrittenOff};
use facts::journeys::{JourneyCalled, JourneyMoved};
use facts::messages::{MessageMoved, MessageReceived, ProviderSilence, Subject};
use facts::orders::{OrderCancelled, OrderChanged, OrderPacked, OrderPaid, OrderPlaced, OrderRefunded};
use facts::payments::{
    CollectionFailed, MandateEnded, MandateMade, PaymentCaptured, PaymentFailed, PaymentUnmatched, RefundFailed, RefundRequested,
    RefundSettled,
};
use facts::provider_subscriptions::ProviderSubscriptionChanged;
use facts::recovery::OrderRecovered;
use facts::referrals::{CommissionEarned, CommissionPaid, CommissionReleased, CommissionReversed};
use facts::rounds::{
    DeliveryMarked, MonthBilled, StandingOrderBegun, StandingOrderChanged, StandingOrderDaySet, StandingOrderEnded, StandingOrderPaused,
    StandingOrderResumed,
};
use facts::segments::{SegmentBuilt, SegmentChanged};
use facts::settlements::{SettlementBanked, SettlementReceived};
use facts::social::SocialPostSent;
use facts::subscriptions::{SubscriptionBilled, SubscriptionChanged, SubscriptionCreated, SubscriptionMoved};
use facts::tracking::{MessageClicked, MessageOpened};
use facts::webhooks::WebhookTest;
use facts::{CampaignId, Fact, FactId, Id, JourneyId, OrderId, TenantId, Time};
use serde_json::{Value, json};

/// A kind of event that an endpoint can want.
pub(crate) struct Kind {
    /// Its name, which is the fact's.
    pub name: &'static str,
    /// What happened, in words.
    pub says: &'static str,
    /// Makes the public shape out of the fact's.
    shape: fn(Value) -> Value,
}

const fn kind<F: Fact>(says: &'static str) -> Kind {
    Kind { name: F::KIND, says, shape: as_stated }
}

/// Every kind that is published. What is not here leaves the house by no webhook.
pub(crate) const PUBLISHED: &[Kind] = &[
    kind::<OrderPlaced>("An order was placed"),
    kind::<OrderChanged>("What an order promises was changed"),
    kind::<OrderPaid>("An order was paid in full"),
    kind::<OrderPacked>("The last item of an order was packed"),
    kind::<OrderCancelled>("An order was cancelled"),
    kind::<OrderRefunded>("Money of an order went back"),
    kind::<PaymentCaptured>("A payment was captured"),
    kind::<PaymentFailed>("A try at paying failed"),
    kind::<PaymentUnmatched>("A payment fits no open order"),
    kind::<InvoiceIssued>("An invoice or a credit note was issued"),
    kind::<InvoicePaymentNoted>("A payment of an invoice was noted"),
    kind::<InvoiceVoided>("An invoice was voided"),
    kind::<InvoiceWrittenOff>("What is left of an invoice was written off"),
    kind::<SubscriptionCreated>("Somebody subscribed"),
    kind::<SubscriptionMoved>("A subscription stands otherwise than before"),
    kind::<SubscriptionBilled>("A subscription was billed"),
    kind::<SubscriptionChanged>("What is subscribed to changed, or what is to happen with it"),
    kind::<ProviderSubscriptionChanged>("A subscription that a provider runs is new, or stands otherwise than before"),
    kind::<EntitlementThresholdCrossed>("80, 90, 100 or 110 % of a limit are used up"),
    kind::<UsageBillable>("More was used in a period than the plans give, and is billed"),
    kind::<StandingOrderBegun>("A standing order was begun"),
    kind::<StandingOrderChanged>("A standing order was changed"),
    kind::<StandingOrderDaySet>("A day of a standing order was skipped, or has another quantity"),
    kind::<StandingOrderPaused>("A standing order was paused"),
    kind::<StandingOrderResumed>("A standing order is brought again"),
    kind::<StandingOrderEnded>("A standing order comes to its end"),
    kind::<DeliveryMarked>("A delivery was marked, or changed on its sheet"),
    kind::<MonthBilled>("A customer's month of deliveries was billed"),
    kind::<OrderRecovered>("An order was paid after a reminder"),
    kind::<CommissionEarned>("A referrer earned a commission"),
    kind::<CommissionReversed>("A commission became less, because money went back"),
    kind::<CommissionReleased>("A commission can be paid"),
    kind::<CommissionPaid>("Commission was paid to a referrer"),
    kind::<RefundRequested>("A refund was asked for"),
    kind::<RefundSettled>("A refund reached the buyer"),
    kind::<RefundFailed>("A refund was refused"),
    kind::<MandateMade>("A customer agreed to be charged by itself"),
    kind::<MandateEnded>("A customer is charged by itself no more"),
    kind::<CollectionFailed>("A charge that nobody was present at was refused"),
    kind::<SettlementReceived>("A provider paid out, or what it paid out changed"),
    kind::<SettlementBanked>("A payout was found on the bank's statement"),
    Kind { name: MessageMoved::KIND, says: "A message was sent, delivered, read or failed", shape: message },
    Kind { name: MessageOpened::KIND, says: "Somebody opened a message", shape: message },
    Kind { name: MessageClicked::KIND, says: "Somebody followed a link of a message", shape: message },
    kind::<MessageReceived>("A customer has written"),
    kind::<ProviderSilence>("A provider says nothing any more of what becomes of messages, or does so again"),
    kind::<CampaignMoved>("A campaign goes out, was paused, or is done"),
    kind::<SocialPostSent>("A planned post went to its places, or not to all of them"),
    kind::<JourneyMoved>("A journey was begun, paused, or ended"),
    kind::<ExperimentMoved>("An experiment was begun, or stopped"),
    kind::<ExperimentDecided>("A variant of an experiment was chosen for everybody"),
    kind::<ConversationOpened>("A conversation has begun, or goes on after it was resolved"),
    kind::<ConversationAssigned>("Another person answers a conversation from now on"),
    kind::<ConversationResolved>("A conversation was resolved"),
    kind::<ContactSaved>("A contact was made or changed"),
    kind::<ConsentChanged>("An address is written to no more, or again"),
    kind::<ConsentImported>("Up to 250 contacts of a file agreed to be sold to"),
    kind::<ContactsImported>("Up to 250 contacts were made or changed by a file"),
    kind::<ContactListed>("A contact was put on a list, or taken off it"),
    kind::<ContactTagged>("A contact was given a tag, or lost it"),
    kind::<ContactErased>("A contact was erased"),
    kind::<ContactMerged>("Two contacts became one"),
    kind::<SegmentBuilt>("Everybody was held against a segment's filter"),
    kind::<SegmentChanged>("Up to 250 contacts came into a segment, or left it"),
    kind::<ProductSaved>("A product was made or changed"),
];

fn as_stated(body: Value) -> Value {
    body
}

/// Says what the message is about as everything else of the API does: by a campaign's id, a journey's, or an order's.
fn message(mut body: Value) -> Value {
    if let Some(fields) = body.as_object_mut() {
        let about = fields.remove("about").and_then(|about| about.as_str()?.parse().ok());
        let subject = Subject::of(fields.get("template").and_then(Value::as_str).unwrap_or_default());
        match subject {
            Subject::Campaign => fields.insert("campaign_id".to_owned(), json!(about.map(CampaignId::from_uuid))),
            Subject::Journey => fields.insert("journey_id".to_owned(), json!(about.map(JourneyId::from_uuid))),
            Subject::Order => fields.insert("order_id".to_owned(), json!(about.map(OrderId::from_uuid))),
        };
    }
    body
}

/// A kind by its name.
pub(crate) fn published(name: &str) -> Option<&'static Kind> {
    PUBLISHED.iter().find(|kind| kind.name == name)
}

/// What an event says to people; a test is none that can be wanted.
pub(crate) fn says(name: &str) -> &str {
    match published(name) {
        Some(kind) => kind.says,
        None if name == WebhookTest::KIND => "A test",
        None if name == JourneyCalled::KIND => "Somebody came to a step of a journey",
        None => name,
    }
}

/// The body that is sent.
pub(crate) fn payload(id: FactId, tenant: TenantId, name: &str, at: Time, body: Value) -> Value {
    let shape = published(name).map_or(as_stated as fn(Value) -> Value, |kind| kind.shape);
    json!({"id": id, "type": name, "timestamp": at, "tenant_id": tenant, "data": shape(body)})
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::messages::Channel;
    use uuid::Uuid;

    /// What is the account's own business, or goes to one endpoint alone.
    const PRIVATE: &[&str] = &[
        "addresses.changed",
        "api_key.changed",
        "api_key.rotated",
        "attachment.fetched",
        "branding.changed",
        "canned_reply.saved",
        "checkout.opened",
        "code.sent",
        "code.spent",
        "code.verified",
        "push_device.added",
        "push_device.gone",
        "messages.recovered",
        "provider.replayed",
        "whatsapp_template.moved",
        "contact_import.agreed",
        "contact.merge_settled",
        "contact_import.moved",
        "segment.saved",
        "conversation.changed",
        "coupon.saved",
        "credentials.changed",
        "domain.certificate_moved",
        "domain.moved",
        "delivery.announced",
        "downloads.allowed",
        "entitlement.overridden",
        "event.happened",
        "errand.dropped",
        "feature.saved",
        "file.deleted",
        "file.downloaded",
        "file.uploaded",
        "flag.saved",
        "import.begun",
        "import.ended",
        "journey.called",
        "list.saved",
        "invitation.withdrawn",
        "invoice.changed",
        "invoice.drafted",
        "invoice.reminded",
        "member.changed",
        "member.email_changed",
        "member.linked",
        "member.passkey_changed",
        "member.password_changed",
        "member.recovery_code_used",
        "member.second_factor_changed",
        "member.signed_in",
        "mobile.conflict_kept",
        "mobile.conflict_settled",
        "mobile.device_ended",
        "mobile.device_signed_in",
        "mobile.record_changed",
        "order.changed_elsewhere",
        "order.imported",
        "origins.changed",
        "plan.features_changed",
        "plan.saved",
        "product.file_changed",
        "reconciliation.accepted",
        "recovery.ended",
        "recovery.reminder_due",
        "referrer.saved",
        "round.planned",
        "route.saved",
        "settings.changed",
        "settlement.matched",
        "shop.connection_changed",
        "social_place.changed",
        "social_post.changed",
        "sso.connection_changed",
        "statement.taken",
        "subscription.parked",
        "template.saved",
        "tenant.changed",
        "tenant.created",
        "tenant.erased",
        "tenant.exported",
        "tenant.moved",
        "ticket.issued",
        "webhook.endpoint_changed",
        "webhook.replayed",
        "webhook.test",
    ];

    /// Every kind that crates/facts has, read from its source: a name with a dot that something is set to.
    fn kinds() -> Vec<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/facts/src");
        let named = |line: &str| {
            let name = line.split_once(" = \"")?.1.split('"').next()?;
            let is_kind = name.contains('.') && name.bytes().all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte));
            is_kind.then(|| name.to_owned())
        };
        let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        files.flat_map(|text| text.lines().filter_map(named).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn every_fact_is_published_or_named_as_private() {
        let kinds = kinds();
        assert!(kinds.len() > 30, "the kinds were not found: {kinds:?}");
        for kind in &kinds {
            let private = PRIVATE.contains(&kind.as_str());
            assert!(published(kind).is_some() != private, "{kind}: publish it in PUBLISHED, or name it in PRIVATE, and not both");
        }
    }

    #[test]
    fn the_documentation_names_every_kind() {
        let page = include_str!("../../../docs/webhooks.md");
        for kind in PUBLISHED {
            assert!(page.contains(&format!("| `{}` |", kind.name)), "docs/webhooks.md: {}", kind.name);
        }
    }

    #[test]
    fn ids_are_as_the_api_has_them() {
        let moved = MessageMoved {
            message_id: Id::from_uuid(Uuid::from_u128(1)),
            contact_id: None,
            about: Some(Uuid::from_u128(0x0188_bac7_4afa_78aa_bc3b_bd1e_ef28_d881)),
            channel: Channel::Email,
            template: "payment_confirmation".into(),
            state: "delivered".into(),
            reason: None,
            instead_of: None,
        };
        let body = serde_json::to_value(&moved).unwrap();
        let sent = payload(Id::from_uuid(Uuid::from_u128(2)), Id::from_uuid(Uuid::from_u128(3)), MessageMoved::KIND, Time(0), body);
        assert_eq!(sent["data"]["order_id"], "ord_01h2xcejqtf2nbrexx3vqjhp41");
        assert_eq!(
            (&sent["type"], &sent["timestamp"], sent["data"].get("about")),
            (&json!("message.moved"), &json!("1970-01-01T00:00:00.000Z"), None)
        );
        assert!(sent["id"].as_str().unwrap().starts_with("fact_") && sent["tenant_id"].as_str().unwrap().starts_with("ten_"));
    }
}
