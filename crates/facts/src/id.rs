//! Ids: a UUIDv7 inside the house, a TypeID (`ord_01j…`) outside it.
//!
//! The text form is the TypeID specification 0.3: a prefix, `_`, and the 128 bits in Crockford's base 32.

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};
use std::fmt;
use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an id like {prefix}_01j8…")]
pub struct IdError {
    /// The prefix that this kind of id carries.
    pub prefix: &'static str,
}

/// What every id can do; the kinds are made by [`ids!`] below.
pub trait Id: Copy + Send + Sync + 'static {
    /// The text before the underscore, such as `ord`.
    const PREFIX: &'static str;
    /// Wraps a raw UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The raw UUID, as the database keeps it.
    fn uuid(self) -> Uuid;
}

/// Writes 128 bits as 26 characters of base 32.
fn encode(uuid: Uuid) -> String {
    let bits = uuid.as_u128();
    (0..26).map(|at| ALPHABET[((bits >> ((25 - at) * 5)) & 31) as usize] as char).collect()
}

/// Reads 26 characters of base 32; `None` when a character is foreign or the number has more than 128 bits.
fn decode(text: &str) -> Option<Uuid> {
    if text.len() != 26 || text.as_bytes()[0] > b'7' {
        return None;
    }
    text.bytes()
        .try_fold(0u128, |bits, byte| {
            let digit = ALPHABET.iter().position(|known| *known == byte)?;
            Some((bits << 5) | digit as u128)
        })
        .map(Uuid::from_u128)
}

fn parse<T: Id>(text: &str) -> Result<T, IdError> {
    text.strip_prefix(T::PREFIX)
        .and_then(|rest| rest.strip_prefix('_'))
        .and_then(decode)
        .map(T::from_uuid)
        .ok_or(IdError { prefix: T::PREFIX })
}

struct IdVisitor<T>(std::marker::PhantomData<T>);

impl<T: Id> Visitor<'_> for IdVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "an id like {}_01j8…", T::PREFIX)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        parse(text).map_err(E::custom)
    }

    /// Rows carry the sixteen raw bytes.
    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<T, E> {
        Uuid::from_slice(bytes).map(T::from_uuid).map_err(E::custom)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            fn uuid(self) -> Uuid { self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                write!(f, "{}_{}", $prefix, encode(self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { fmt::Display::fmt(self, f) }
        }
        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> { parse(text) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                d.deserialize_any(IdVisitor(std::marker::PhantomData))
            }
        }
    )*};
}

/// Hands the list of all kinds of id to the macro named, so that another crate can do something for each.
#[macro_export]
macro_rules! for_each_id {
    ($then:ident) => {
        $then! {
        /// A merchant: the unit of isolation.
        TenantId = "ten";
        /// A person who signs in to the back office.
        UserId = "usr";
        /// A person's place in one tenant.
        MemberId = "mem";
        /// A key that a program uses in place of a person.
        ApiKeyId = "key";
        /// What a link in a mail of ours opens, once.
        TicketId = "tkt";
        /// One sign-in of one person.
        SessionId = "ses";
        /// A person whom a merchant sells to or writes to.
        ContactId = "con";
        /// People who were put together by hand.
        ListId = "lst";
        /// People who fit a filter.
        SegmentId = "seg";
        /// Something that a program of the shop's says that somebody did.
        EventId = "evt";
        /// A file of people that is taken in.
        ContactImportId = "cim";
        /// One thing that is said to many.
        CampaignId = "camp";
        /// A way that people are led along.
        JourneyId = "jrn";
        /// One pass of one person through a journey.
        JourneyRunId = "jrun";
        /// An audience that is led into a journey.
        EnrolmentId = "enr";
        /// A comparison of variants of one thing.
        ExperimentId = "exp";
        /// Somebody's first meeting with a variant.
        ExposureId = "expo";
        /// A browser in a shop whose prices are on trial: nobody knows who sits before it.
        VisitorId = "vis";
        /// Something that is sold.
        ProductId = "prod";
        /// One immutable version of a price.
        PriceId = "price";
        /// A discount that is claimed by its code.
        CouponId = "coup";
        /// What a customer asked for.
        OrderId = "ord";
        /// One line of an order.
        OrderLineId = "line";
        /// What can be subscribed to.
        PlanId = "plan";
        /// One immutable version of what a plan costs.
        PlanPriceId = "pprice";
        /// A customer's subscription to a plan.
        SubscriptionId = "sub";
        /// What a subscription was billed for.
        ChargeId = "chg";
        /// What a customer is asked to pay, or a credit note.
        InvoiceId = "inv";
        /// Money that came for an invoice outside the payment provider.
        InvoicePaymentId = "ipay";
        /// What we want to be paid.
        IntentId = "pi";
        /// One try at paying an intent.
        PaymentId = "pay";
        /// Money that went back.
        RefundId = "re";
        /// What a customer has agreed to be charged by.
        MandateId = "mand";
        /// One call of a provider, as it arrived.
        InboundId = "in";
        /// One balanced set of ledger entries.
        TransactionId = "txn";
        /// One side of a ledger transaction.
        EntryId = "ent";
        /// One text that goes to one person on one channel.
        MessageId = "msg";
        /// A text with variables.
        TemplateId = "tpl";
        /// A provider's word on a message.
        ReceiptId = "rcpt";
        /// A row of the journal.
        FactId = "fact";
        /// A piece of work that leaves the house.
        ErrandId = "err";
        /// A phone that somebody signed in on.
        DeviceId = "dev";
        /// Something that devices keep and change while they are away.
        RecordId = "rec";
        /// A device's version of a record that could not be taken.
        ConflictId = "conf";
        /// An address that a tenant's events are sent to.
        WebhookEndpointId = "whe";
        /// One event on its way to one endpoint.
        WebhookDeliveryId = "whd";
        /// Somewhere that posts go to.
        SocialPlaceId = "spl";
        /// Something to be said in public at a time.
        SocialPostId = "spo";
        /// One post on its way to one place.
        SocialDeliveryId = "spd";
        /// A file that a shop sells.
        FileId = "file";
        /// The right to download what an order paid for.
        GrantId = "grant";
        /// A way that somebody goes with what is delivered, stop by stop.
        RouteId = "rte";
        /// What a customer gets brought again and again.
        StandingOrderId = "sto";
        /// What is brought of one standing order on one day.
        DeliveryId = "dlv";
        /// Something that a plan gives, or so much of.
        FeatureId = "feat";
        /// Something that was used, counted once.
        UsageEventId = "use";
        /// A share of a limit that was used up.
        ThresholdId = "thr";
        /// What was used above a plan in a period, to be billed.
        UsageId = "over";
        /// What some customers get and others do not yet.
        FlagId = "flag";
        /// What a payment provider paid out at once.
        SettlementId = "stl";
        /// One payment, refund or correction within a settlement.
        SettlementRowId = "srow";
        /// What is known here of money that moved at a provider.
        MovementId = "mvt";
        /// A file of the bank's or of a provider's.
        StatementId = "stmt";
        /// One line of the bank's statement.
        BankRowId = "bnk";
        /// One reminder of an order that was begun and not paid.
        ReminderId = "rem";
        /// Somebody who brings customers, for a share.
        ReferrerId = "rfr";
        /// The share of one order that a referrer gets.
        CommissionId = "cms";
        /// Commission that was paid to a referrer.
        CommissionPayoutId = "cpay";
        /// Orders that are taken in from elsewhere, in one go.
        ImportId = "imp";
        /// A device that gets push messages.
        PushDeviceId = "psh";
        /// A text that WhatsApp has to approve of before it is sent.
        WhatsappTemplateId = "wat";
        /// A code that shows that an address is somebody's.
        OtpId = "otp";
        /// What somebody has written to the tenant.
        ReceivedId = "rcv";
        /// What is written back and forth with one address on one channel.
        ConversationId = "cnv";
        /// One thing that was said, noted or done in a conversation.
        ConversationEntryId = "cve";
        /// A reply that is kept ready.
        CannedReplyId = "can";
        /// One word of somebody on being written to.
        ConsentId = "cns";
        /// An address that is not written to.
        SuppressionId = "supp";
        }
    };
}

for_each_id!(ids);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let id = OrderId::from_uuid(Uuid::from_u128(0x0188_bac7_4afa_78aa_bc3b_bd1e_ef28_d881));
        assert_eq!(id.to_string(), "ord_01h2xcejqtf2nbrexx3vqjhp41");
        assert_eq!("ord_01h2xcejqtf2nbrexx3vqjhp41".parse(), Ok(id));
    }

    #[test]
    fn foreign_text_is_refused() {
        for text in ["", "ord_", "ten_01h2xcejqtf2nbrexx3vqjhp41", "ord_81h2xcejqtf2nbrexx3vqjhp41", "ord_01h2xcejqtf2nbrexx3vqjhpu1"] {
            assert!(text.parse::<OrderId>().is_err(), "{text}");
        }
    }
}
