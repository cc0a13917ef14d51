//! Which fact counts as which feature.

use facts::Fact;
use facts::contacts::{ContactSaved, ContactsImported};
use facts::files::FileDownloaded;
use facts::identity::{ApiKeyChanged, ApiKeyRotated, MemberSignedIn};
use facts::messages::MessageMoved;
use facts::mobile::{DeviceSignedIn, RecordChanged};
use facts::orders::OrderPlaced;
use facts::payments::{PaymentCaptured, RefundSettled};
use serde_json::Value;

facts::words! {
    /// What is counted.
    pub enum Feature {
        /// Orders that buyers placed.
        Orders = "orders.placed",
        /// Payments that were captured.
        Payments = "payments.captured",
        /// Refunds that reached the buyer.
        Refunds = "refunds.settled",
        /// WhatsApp messages that the provider took.
        Whatsapp = "messages.whatsapp",
        /// E-mails that the mail server took.
        Email = "messages.email",
        /// SMS that the provider took.
        Sms = "messages.sms",
        /// Push messages that the provider took.
        Push = "messages.push",
        /// People who became known.
        Contacts = "contacts.new",
        /// Sign-ins to the back office.
        SignIns = "sign_ins.office",
        /// Sign-ins on a phone.
        Devices = "sign_ins.mobile",
        /// Downloads that buyers began.
        Downloads = "files.downloaded",
        /// Records that were changed and go out to the phones.
        Sync = "mobile.changes",
        /// API keys that were made.
        Keys = "api_keys.made",
    }
}

impl Feature {
    /// What it is called on a page.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Feature::Orders => "Orders placed",
            Feature::Payments => "Payments captured",
            Feature::Refunds => "Refunds settled",
            Feature::Whatsapp => "WhatsApp messages",
            Feature::Email => "E-mails",
            Feature::Sms => "SMS",
            Feature::Push => "Push messages",
            Feature::Contacts => "New contacts",
            Feature::SignIns => "Sign-ins",
            Feature::Devices => "Phone sign-ins",
            Feature::Downloads => "Downloads",
            Feature::Sync => "Synced changes",
            Feature::Keys => "API keys made",
        }
    }
}

/// How often a fact of the line's kind counts, by its body.
type Counts = fn(&Value) -> i64;

/// Every kind of fact that counts, when, and as what: the whole table. A fact counts by the first line that fits.
const METERED: &[(&str, Counts, Feature)] = &[
    (OrderPlaced::KIND, always, Feature::Orders),
    (PaymentCaptured::KIND, always, Feature::Payments),
    (RefundSettled::KIND, always, Feature::Refunds),
    (MessageMoved::KIND, |body| i64::from(sent_by(body, "whatsapp")), Feature::Whatsapp),
    (MessageMoved::KIND, |body| i64::from(sent_by(body, "email")), Feature::Email),
    (MessageMoved::KIND, |body| i64::from(sent_by(body, "sms")), Feature::Sms),
    (MessageMoved::KIND, |body| i64::from(sent_by(body, "push")), Feature::Push),
    (ContactSaved::KIND, |body| i64::from(body["new"] == true), Feature::Contacts),
    (ContactsImported::KIND, |body| body["new"].as_array().map_or(0, |new| new.len() as i64), Feature::Contacts),
    (MemberSignedIn::KIND, always, Feature::SignIns),
    (DeviceSignedIn::KIND, always, Feature::Devices),
    (FileDownloaded::KIND, always, Feature::Downloads),
    (RecordChanged::KIND, always, Feature::Sync),
    (ApiKeyChanged::KIND, |body| i64::from(made(body)), Feature::Keys),
    (ApiKeyRotated::KIND, always, Feature::Keys),
];

fn always(_: &Value) -> i64 {
    1
}

fn sent_by(body: &Value, channel: &str) -> bool {
    body["state"] == "sent" && body["channel"] == channel
}

/// A key that works and had nothing before: one that was changed tells what it was.
fn made(body: &Value) -> bool {
    let changed = body["changes"].as_array().is_some_and(|changes| changes.iter().any(|change| !change["before"].is_null()));
    body["live"] == true && !changed
}

/// What a fact counts as, and how often; nothing for most.
pub(crate) fn feature(kind: &str, body: &Value) -> Option<(Feature, i64)> {
    let lines = METERED.iter().filter(|(metered, ..)| *metered == kind);
    lines.map(|(_, counts, feature)| (*feature, counts(body))).find(|(_, amount)| *amount > 0)
}

/// Whether any fact of the kind counts.
pub(crate) fn is_metered(kind: &str) -> bool {
    METERED.iter().any(|(metered, ..)| *metered == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::messages::Channel;
    use facts::{Change, Id};
    use uuid::Uuid;

    /// What happens to something that was counted before, or is no use of anything.
    const NOT_METERED: &[&str] = &[
        "addresses.changed",
        "attachment.fetched",
        "branding.changed",
        "canned_reply.saved",
        "checkout.opened",
        "consent.changed",
        "collection.failed",
        "contact.erased",
        "contact.listed",
        "contact.tagged",
        "conversation.assigned",
        "conversation.changed",
        "conversation.opened",
        "conversation.resolved",
        "contact_import.moved",
        "mandate.ended",
        "mandate.made",
        "coupon.saved",
        "credentials.changed",
        "domain.certificate_moved",
        "domain.moved",
        "entitlement.overridden",
        "entitlement.threshold_crossed",
        "feature.saved",
        "flag.saved",
        "downloads.allowed",
        "file.deleted",
        "file.uploaded",
        "invitation.withdrawn",
        "member.changed",
        "campaign.moved",
        "consent.imported",
        "contact_import.agreed",
        "contact.merged",
        "contact.merge_settled",
        "journey.called",
        "journey.moved",
        "experiment.decided",
        "experiment.moved",
        "code.sent",
        "code.spent",
        "code.verified",
        "message.clicked",
        "message.opened",
        "message.received",
        "messages.recovered",
        "provider.replayed",
        "provider.silence",
        "push_device.added",
        "push_device.gone",
        "whatsapp_template.moved",
        "member.email_changed",
        "member.linked",
        "member.passkey_changed",
        "member.password_changed",
        "member.recovery_code_used",
        "member.second_factor_changed",
        "import.begun",
        "import.ended",
        "list.saved",
        "segment.built",
        "segment.changed",
        "segment.saved",
        "invoice.changed",
        "invoice.drafted",
        "invoice.issued",
        "invoice.payment_noted",
        "invoice.reminded",
        "errand.dropped",
        "event.happened",
        "invoice.voided",
        "invoice.written_off",
        "mobile.conflict_kept",
        "mobile.conflict_settled",
        "mobile.device_ended",
        "order.cancelled",
        "order.changed",
        "order.changed_elsewhere",
        "order.imported",
        "order.packed",
        "order.paid",
        "order.refunded",
        "origins.changed",
        "payment.failed",
        "payment.unmatched",
        "product.file_changed",
        "product.saved",
        "provider_subscription.changed",
        "reconciliation.accepted",
        "refund.failed",
        "refund.requested",
        "commission.earned",
        "commission.paid",
        "commission.released",
        "commission.reversed",
        "recovery.ended",
        "recovery.recovered",
        "recovery.reminder_due",
        "referrer.saved",
        "delivery.announced",
        "delivery.marked",
        "round.month_billed",
        "round.planned",
        "route.saved",
        "settings.changed",
        "settlement.banked",
        "settlement.matched",
        "settlement.received",
        "shop.connection_changed",
        "social_place.changed",
        "social_post.changed",
        "social_post.sent",
        "standing_order.begun",
        "standing_order.changed",
        "standing_order.day_set",
        "standing_order.ended",
        "standing_order.paused",
        "standing_order.resumed",
        "plan.features_changed",
        "statement.taken",
        "plan.saved",
        "subscription.billed",
        "subscription.changed",
        "subscription.created",
        "subscription.moved",
        "subscription.parked",
        "sso.connection_changed",
        "template.saved",
        "tenant.changed",
        "tenant.created",
        "tenant.erased",
        "tenant.exported",
        "tenant.moved",
        "ticket.issued",
        "usage.billable",
        "webhook.endpoint_changed",
        "webhook.replayed",
        "webhook.test",
    ];

    /// Every kind that crates/facts has, read from its source.
    fn kinds() -> Vec<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/facts/src");
        let mut kinds = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let named = text.split("const KIND: &'static str = \"").skip(1);
            kinds.extend(named.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
        kinds
    }

    #[test]
    fn every_fact_is_metered_or_named_as_not() {
        let kinds = kinds();
        assert!(kinds.len() > 30, "the kinds were not found: {kinds:?}");
        for kind in &kinds {
            let named = NOT_METERED.contains(&kind.as_str());
            assert!(is_metered(kind) != named, "{kind}: meter it in METERED, or name it in NOT_METERED, and not both");
        }
        for kind in NOT_METERED {
            assert!(kinds.iter().any(|known| known == kind), "{kind} is no fact");
        }
    }

    fn of<F: Fact>(fact: &F) -> Option<Feature> {
        feature(F::KIND, &serde_json::to_value(fact).unwrap()).map(|(feature, _)| feature)
    }

    fn id<T: Id>() -> T {
        T::from_uuid(Uuid::from_u128(1))
    }

    #[test]
    fn some_count_only_as_they_are() {
        let message = |state: &str, channel| MessageMoved {
            message_id: id(),
            contact_id: None,
            about: None,
            channel,
            template: "order_paid".into(),
            state: state.into(),
            reason: None,
            instead_of: None,
        };
        assert_eq!(of(&message("sent", Channel::Whatsapp)), Some(Feature::Whatsapp));
        assert_eq!(of(&message("sent", Channel::Email)), Some(Feature::Email));
        assert_eq!(of(&message("delivered", Channel::Email)), None);
        let contact = |new| ContactSaved { contact_id: id(), new, changes: Vec::new() };
        assert_eq!((of(&contact(true)), of(&contact(false))), (Some(Feature::Contacts), None));
        let page = |new: usize| ContactsImported { import_id: id(), new: vec![id(); new], changed: vec![id()], list_id: None };
        let amount = |new| feature(ContactsImported::KIND, &serde_json::to_value(page(new)).unwrap());
        assert_eq!((amount(3), amount(0)), (Some((Feature::Contacts, 3)), None));
        let key = |live, changes| ApiKeyChanged { key_id: id(), name: "till".into(), live, changes };
        assert_eq!(of(&key(true, Vec::new())), Some(Feature::Keys));
        assert_eq!(of(&key(true, vec![Change::new("role", Value::Null, "owner")])), Some(Feature::Keys));
        assert_eq!(of(&key(true, vec![Change::new("role", "owner", "viewer")])), None, "it was there before");
        assert_eq!(of(&key(false, Vec::new())), None);
    }

    #[test]
    fn every_channel_and_feature_has_its_line() {
        for channel in Channel::ALL {
            let sent = serde_json::json!({"state": "sent", "channel": channel});
            assert!(feature(MessageMoved::KIND, &sent).is_some(), "{channel}");
        }
        for feature in Feature::ALL {
            assert!(METERED.iter().any(|(.., counted)| counted == feature), "{feature}");
        }
    }
}
