//! Every kind of fact that a slice can state has words.

use crate::moment;
use facts::branding::BrandingChanged;
use facts::catalogue::{CouponSaved, ProductSaved};
use facts::domains::{CertificateMoved, DomainMoved};
use facts::entitlements::{
    EntitlementOverridden, EntitlementThresholdCrossed, FeatureSaved, FlagSaved, PlanFeaturesChanged, UsageBillable, UsageOver,
};
use facts::identity::{ApiKeyChanged, MemberChanged, MemberSignedIn, TenantChanged, TenantCreated, TenantExported};
use facts::imports::{ImportBegun, ImportEnded, ShopConnectionChanged};
use facts::invoices::{
    InvoiceChanged, InvoiceDrafted, InvoiceIssued, InvoiceKind, InvoicePaymentNoted, InvoiceReminded, InvoiceSums, InvoiceVoided,
    InvoiceWrittenOff, PaidBy,
};
use facts::messages::{CallsReplayed, Channel, MessageMoved, MessagesRecovered, ProviderSilence, TemplateSaved};
use facts::mobile::{ConflictKept, ConflictSettled, DeviceEnded, DeviceSignedIn, RecordChanged};
use facts::orders::{
    OrderCancelled, OrderChanged, OrderChangedElsewhere, OrderImported, OrderPacked, OrderPaid, OrderPlaced, OrderRefunded, PayWhen,
};
use facts::payments::{
    CheckoutOpened, CollectionFailed, MandateEnded, MandateMade, Payable, PaymentCaptured, PaymentFailed, PaymentUnmatched, RefundFailed,
    RefundRequested, RefundSettled,
};
use facts::settings::{CredentialsChanged, SettingsChanged};
use facts::sign_in::{AddressesChanged, MemberLinked, OriginsChanged, PasskeyChanged, SsoConnectionChanged};
use facts::subscriptions::{
    Cadence, PlanSaved, SubscriptionBilled, SubscriptionChanged, SubscriptionCreated, SubscriptionMoved, SubscriptionParked,
    SubscriptionState,
};
use facts::{Change, Fact, Id, Money, Time};
use serde_json::{Value, json};
use store::Stated;
use uuid::Uuid;

mod contacts;
mod inbox;
mod rounds;

pub(super) fn id<T: Id>() -> T {
    T::from_uuid(Uuid::from_u128(7))
}

fn stated<F: Fact>(fact: &F) -> Stated {
    let body = serde_json::to_value(fact).unwrap();
    raw(F::KIND, F::VERSION, &body)
}

fn raw(kind: &str, version: i64, body: &Value) -> Stated {
    let id = "fact_01h2xcejqtf2nbrexx3vqjhp41";
    let row = json!({
        "id": id, "tenant_id": "ten_01h2xcejqtf2nbrexx3vqjhp41", "xid": 0, "seq": 1, "kind": kind, "version": version,
        "at": "2026-11-21T09:30:00Z", "actor": "visitor", "request_id": null, "address": null, "about": null, "contact_id": null, "body": body,
    });
    serde_json::from_value(row).unwrap()
}

pub(super) fn says<F: Fact>(fact: F, words: &str) {
    let shown = moment(&stated(&fact));
    let mut text = String::new();
    let mut inside = false;
    for letter in shown.title.0.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    assert_eq!(text, words);
    assert_eq!(shown.by.as_deref(), Some("The buyer"));
}

pub(super) fn money() -> Money {
    Money::inr(49_900)
}

#[test]
fn orders() {
    let (order_id, contact_id, total) = (id(), None, money());
    says(
        OrderPlaced { order_id, contact_id, total, pay: PayWhen::First, delivery_date: None, referral: None },
        "Order placed: ₹499.00, to be paid first",
    );
    let (method, product, path) = ("upi".to_owned(), "Starter".to_owned(), "/order/x".to_owned());
    says(OrderPaid { order_id, contact_id, total, method, product, path }, "Order paid: ₹499.00 by upi");
    says(OrderCancelled { order_id, contact_id, reason: "changed my mind".into() }, "Order cancelled");
    says(OrderRefunded { order_id, refund_id: id(), amount: total, full: false }, "₹499.00 of an order given back, in part");
}

#[test]
fn payments() {
    let (payable, payment_id, refund_id, amount) = (Payable::Order(id()), id(), id(), money());
    says(CheckoutOpened { intent_id: id(), payable, provider_order_id: "order_1".into() }, "Checkout opened for an order");
    let captured = PaymentCaptured {
        payment_id,
        intent_id: id(),
        payable,
        amount,
        fee: Money::inr(0),
        method: "upi".into(),
        provider_payment_id: "pay_1".into(),
        learnt_by: "webhook".into(),
        came_for: None,
    };
    says(captured.clone(), "₹499.00 paid by upi for an order");
    says(PaymentCaptured { came_for: Some(payable), ..captured }, "₹499.00 paid by upi for an order");
    let provider_payment_id = "pay_1".to_owned();
    says(PaymentFailed { payment_id, payable, provider_payment_id, reason: "declined".into() }, "A payment for an order failed");
    says(
        PaymentUnmatched { payment_id, payable, amount, fee: Money::inr(0), reason: "twice".into() },
        "₹499.00 came that fits no open order",
    );
    says(RefundRequested { refund_id, payment_id, payable, amount }, "Refund of ₹499.00 asked for, order");
    says(RefundSettled { refund_id, payment_id, payable, amount, matched: true }, "₹499.00 went back to the buyer, order");
    says(
        RefundSettled { refund_id, payment_id, payable: Payable::Invoice(id()), amount, matched: true },
        "₹499.00 went back to the buyer, invoice",
    );
    says(RefundFailed { refund_id, payable, reason: "too old".into() }, "The provider refused a refund, order");
    let (mandate_id, contact_id, label) = (id(), id(), "Visa ending in 4242".to_owned());
    says(
        MandateMade { mandate_id, contact_id, provider: "stripe".into(), label: label.clone() },
        "Agreed to be charged by itself: Visa ending in 4242",
    );
    says(MandateEnded { mandate_id, contact_id, label, reason: "Lost".into() }, "Charged no more by Visa ending in 4242");
    says(CollectionFailed { intent_id: id(), payable, mandate_id, reason: "Lost".into(), hard: true }, "A charge for an order was refused");
}

#[test]
fn invoices() {
    let (invoice_id, contact_id, number, zero) = (id(), None, "INV2627/000001".to_owned(), Money::inr(0));
    let sums = InvoiceSums { total: money(), taxable: money(), cgst: zero, sgst: zero, igst: zero, round_off: zero };
    says(InvoiceDrafted { invoice_id, contact_id, total: money() }, "Invoice begun: ₹499.00");
    let changes = vec![Change::new("due_on", "2026-11-21", "2026-11-28")];
    says(InvoiceChanged { invoice_id, contact_id, changes }, "Draft changed: due on");
    let issued = InvoiceIssued {
        invoice_id,
        kind: InvoiceKind::CreditNote,
        number: number.clone(),
        contact_id,
        order_id: None,
        of_id: Some(id()),
        sums,
        due_on: None,
        settled_by_order: false,
    };
    says(issued, "Credit note INV2627/000001 issued: ₹499.00");
    says(InvoiceVoided { invoice_id, contact_id, issued: true, sums, reason: "twice".into() }, "Invoice voided");
    says(InvoiceWrittenOff { invoice_id, contact_id, amount: money(), reason: String::new() }, "₹499.00 of an invoice written off");
    let noted = InvoicePaymentNoted {
        invoice_id,
        invoice_payment_id: id(),
        number: number.clone(),
        contact_id,
        amount: money(),
        method: PaidBy::Cash,
        left: zero,
        written_off: false,
    };
    says(noted, "Invoice INV2627/000001: ₹499.00 paid by cash");
    let (step, due_on, path) = ("after_1".to_owned(), "2026-11-21".to_owned(), "/invoice/x".to_owned());
    says(
        InvoiceReminded { invoice_id, number, contact_id, step, due: money(), due_on, path },
        "Reminder of invoice INV2627/000001: ₹499.00",
    );
}

#[test]
fn subscriptions() {
    let (subscription_id, contact_id, plan) = (id(), id(), "Pro".to_owned());
    says(PlanSaved { plan_id: id(), name: plan.clone(), new: true, changes: Vec::new() }, "Plan Pro made");
    let created = SubscriptionCreated {
        subscription_id,
        contact_id,
        plan: plan.clone(),
        amount: money(),
        cadence: Cadence::Month,
        state: SubscriptionState::Trialing,
        starts_on: "2026-11-21".into(),
    };
    says(created, "Subscribed to Pro, ₹499.00 a month");
    let moved = SubscriptionMoved {
        subscription_id,
        contact_id,
        plan,
        from: SubscriptionState::Active,
        to: SubscriptionState::Paused,
        on: "2026-11-21".into(),
        resumes_on: None,
        reason: "away".into(),
    };
    says(moved, "Pro is paused");
    let billed = SubscriptionBilled {
        subscription_id,
        contact_id,
        invoice_id: id(),
        number: "INV2627/000001".into(),
        total: money(),
        from: "2026-11-21".into(),
        to: "2026-12-21".into(),
    };
    says(billed, "Billed ₹499.00 from 2026-11-21: INV2627/000001");
    let changes = vec![Change::new("cancel_on", Value::Null, "2026-12-21")];
    says(SubscriptionChanged { subscription_id, contact_id, changes }, "Subscription changed: cancel on");
    says(SubscriptionParked { subscription_id, contact_id, reason: "why".into() }, "Subscription waits for a person");
}

#[test]
fn entitlements() {
    says(FeatureSaved { feature_id: id(), name: "Exports".into(), new: true, changes: Vec::new() }, "Feature Exports made");
    let changes = vec![Change::new("exports", Value::Null, 5)];
    says(PlanFeaturesChanged { plan_id: id(), changes: changes.clone() }, "Plan gives other features: exports");
    says(EntitlementOverridden { contact_id: id(), feature: "exports".into(), changes }, "exports of a customer changed");
    let crossed = EntitlementThresholdCrossed {
        threshold_id: id(),
        contact_id: Some(id()),
        feature: "exports".into(),
        name: "Exports".into(),
        percent: 80,
        used: 4,
        limit: 5,
        from: "2026-11-01".into(),
        resets_on: "2026-12-01".into(),
    };
    says(crossed, "80 % of Exports used: 4 of 5");
    let over = UsageOver {
        subscription_id: id(),
        feature: "exports".into(),
        name: "Exports".into(),
        unit: "files".into(),
        after: 0,
        units: 3,
        per: 1,
        packages: 3,
        price: Money::inr(500),
    };
    let billable = UsageBillable { contact_id: id(), from: "2026-11-01".into(), to: "2026-12-01".into(), lines: vec![over] };
    says(billable, "More than the plan used since 2026-11-01: Exports");
    says(FlagSaved { flag_id: id(), name: "new_checkout".into(), live: true, changes: Vec::new() }, "Flag new_checkout changed");
}

#[test]
fn the_rest() {
    let moved = MessageMoved {
        message_id: id(),
        contact_id: None,
        about: None,
        channel: Channel::Email,
        template: "payment_confirmation".into(),
        state: "delivered".into(),
        reason: None,
        instead_of: None,
    };
    says(moved, "E-mail (payment confirmation) delivered");
    let silence = |over| ProviderSilence { provider: "meta".into(), channel: Channel::Whatsapp, since: Time(0), over };
    says(silence(false), "WhatsApp: meta says nothing any more of what becomes of messages");
    says(silence(true), "WhatsApp: meta says again what becomes of messages");
    says(CallsReplayed { provider: "meta".into(), since: Time(0), calls: 1 }, "1 call is of meta read once more");
    says(MessagesRecovered { since: Time(0), messages: 12 }, "12 messages are sent once more that had come to nothing");
    says(TenantCreated { tenant_id: id(), name: "Asha & Co".into() }, "Account opened: Asha &amp; Co");
    says(TenantChanged { tenant_id: id(), fields: vec!["time_zone".into()], changes: Vec::new() }, "Account changed: time zone");
    says(MemberChanged { user_id: id(), role: Some("admin".into()), changes: Vec::new() }, "Member is now admin");
    says(MemberSignedIn { user_id: id() }, "Signed in");
    says(TenantExported { tenant_id: id() }, "Everything exported");
    says(ApiKeyChanged { key_id: id(), name: "till".into(), live: false, changes: Vec::new() }, "API key revoked: till");
    says(DomainMoved { domain: "asha.example".into(), state: "failed".into(), reason: None }, "Domain not proved: asha.example");
    let issued = CertificateMoved { domain: "asha.example".into(), state: "issued".into(), reason: None, not_after: None };
    says(issued, "Certificate issued: asha.example");
    says(
        BrandingChanged {
            changes: vec![Change::new("primary_colour", "#4f4cd1", "#b45309"), Change::new("logo", serde_json::Value::Null, "ab")],
        },
        "Branding changed: primary colour, logo",
    );
    says(SettingsChanged { names: vec!["retry_minutes".into()], changes: Vec::new() }, "Settings changed: retry minutes");
    says(ProductSaved { product_id: id(), name: "Pro".into(), new: true, changes: Vec::new() }, "Product made: Pro");
    says(CouponSaved { coupon_id: id(), code: "SAVE20".into(), new: false, changes: Vec::new() }, "Coupon changed: SAVE20");
    let template = TemplateSaved { template: "payment_reminder".into(), channel: Channel::Email, version: 2, changes: Vec::new() };
    says(template, "Template changed: E-mail (payment reminder), version 2");
    let changes = vec![Change::new("delivery_date", "2026-11-21", "2026-11-22")];
    says(OrderChanged { order_id: id(), contact_id: None, changes }, "Order changed: delivery date");
    says(CredentialsChanged { provider: "razorpay".into(), changes: Vec::new() }, "New credentials for Razorpay");
}

#[test]
fn a_fact_without_words_still_shows() {
    assert_eq!(moment(&raw("parcel.sent", 1, &json!({}))).title.0, "Parcel sent");
    assert_eq!(moment(&raw("order.placed", 99, &json!({}))).title.0, "Order placed");
}

#[test]
fn ways_to_sign_in() {
    let connection = |issuer: Option<&str>, enabled, required| SsoConnectionChanged {
        issuer: issuer.map(str::to_owned),
        enabled,
        required,
        changes: Vec::new(),
    };
    says(connection(Some("https://id.example"), true, true), "Single sign-on turned on, and required");
    says(connection(Some("https://id.example"), true, false), "Single sign-on turned on");
    says(connection(Some("https://id.example"), false, false), "Single sign-on set up, and off");
    says(connection(None, false, false), "Single sign-on removed");
    says(MemberLinked { user_id: id(), issuer: "https://id.example".into() }, "Known by single sign-on from now on");
    says(PasskeyChanged { user_id: id(), name: "Phone".into(), live: true }, "Passkey added: Phone");
    says(PasskeyChanged { user_id: id(), name: "Phone".into(), live: false }, "Passkey removed: Phone");
    let networks =
        |networks: &[&str]| AddressesChanged { networks: networks.iter().map(|net| (*net).to_owned()).collect(), changes: Vec::new() };
    says(networks(&[]), "May be used from any address");
    says(networks(&["203.0.113.0/24"]), "May be used from one network alone");
    says(networks(&["203.0.113.0/24", "::1/128"]), "May be used from 2 networks alone");
    let origins =
        |origins: &[&str]| OriginsChanged { origins: origins.iter().map(|origin| (*origin).to_owned()).collect(), changes: Vec::new() };
    says(origins(&[]), "No other site may call the API from a browser");
    says(origins(&["https://a.example"]), "One site may call the API from a browser");
    says(origins(&["https://a.example", "https://b.example"]), "2 sites may call the API from a browser");
}

#[test]
fn devices() {
    let ended = |why: &str| DeviceEnded { device_id: id(), user_id: id(), name: "Phone".into(), why: why.into() };
    says(DeviceSignedIn { device_id: id(), user_id: id(), name: "Phone".into(), platform: "ios".into() }, "Signed in on a device: Phone");
    says(ended("token_reused"), "Device shut out, its token was used twice: Phone");
    says(ended("signed_out"), "Device signed out: Phone");
    let changed = |version, deleted| RecordChanged { collection: "prompts".into(), id: Uuid::from_u128(7), version, deleted };
    says(changed(1, false), "Prompt saved");
    says(changed(2, false), "Prompt changed");
    says(changed(3, true), "Prompt deleted");
    says(ConflictKept { conflict_id: id(), collection: "contacts".into(), id: Uuid::from_u128(7) }, "Contact changed in two places");
    says(
        ConflictSettled { conflict_id: id(), collection: "prompts".into(), id: Uuid::from_u128(7), taken: true },
        "Prompt settled: the phone's version taken",
    );
}

#[test]
fn files() {
    use facts::files::{DownloadsAllowed, FileDeleted, FileDownloaded, FileUploaded, ProductFileChanged};
    let (file_id, order_id) = (id(), id());
    let (name, product) = ("guide.pdf".to_owned(), "starter".to_owned());
    says(FileUploaded { file_id, name: name.clone(), size: 3, sha256: "abc".into() }, "File added: guide.pdf");
    says(FileDeleted { file_id, name: name.clone() }, "File deleted: guide.pdf");
    let changes = Vec::new();
    says(
        ProductFileChanged { product: product.clone(), file_id: Some(file_id), changes: changes.clone() },
        "Product starter comes with another file",
    );
    says(ProductFileChanged { product: product.clone(), file_id: None, changes }, "Product starter comes with no file any more");
    let downloaded = |used| FileDownloaded { order_id, product: product.clone(), file_id, name: name.clone(), used };
    says(downloaded(1), "guide.pdf downloaded for an order, the first time");
    says(downloaded(4), "guide.pdf downloaded for an order, 4 times by now");
    says(DownloadsAllowed { order_id, product, used: 10 }, "Downloads of starter for an order begin anew");
    says(facts::identity::TenantErased { tenant_id: id() }, "A closed account was erased");
}

#[test]
fn settlements() {
    use facts::settlements::{ExceptionAccepted, SettlementBanked, SettlementMatched, SettlementReceived, StatementTaken};
    let inr = Money::inr;
    let received = SettlementReceived {
        settlement_id: id(),
        provider: "razorpay".into(),
        provider_settlement_id: "setl_1".into(),
        utr: None,
        amount: inr(9_667),
        fees: inr(0),
        tax: inr(35),
        other: inr(0),
    };
    says(received, "Settlement of razorpay: ₹96.67");
    let banked = |minor| SettlementBanked { settlement_id: id(), bank_row_id: None, amount: inr(minor) };
    says(banked(9_667), "Settlement found in the bank: ₹96.67");
    says(banked(-9_667), "Settlement is not in the bank after all: -₹96.67");
    says(SettlementMatched { settlement_id: id(), bank_row_id: id(), note: "seen".into() }, "Settlement matched with the bank by hand");
    says(StatementTaken { statement_id: id(), name: "nov.csv".into(), lines: 12, added: 3 }, "Statement nov.csv taken: 12 lines, 3 new");
    let accepted =
        ExceptionAccepted { side: "bank_row".into(), row_id: Uuid::from_u128(7), reason: "not_settled".into(), note: "known".into() };
    says(accepted, "Let stand although it does not add up: not settled");
}

#[test]
fn recovery_and_referrals() {
    use facts::recovery::{OrderRecovered, RecoveryEnd, RecoveryEnded, RecoveryReminderDue};
    use facts::referrals::{CommissionEarned, CommissionPaid, CommissionPaidBy, CommissionReleased, CommissionReversed, ReferrerSaved};
    let (order_id, contact_id) = (id(), id());
    let due = |discount_bps| RecoveryReminderDue {
        reminder_id: id(),
        order_id,
        contact_id,
        step: 2,
        product: "Starter".into(),
        total: money(),
        discount_bps,
        path: "/r/rem_1".into(),
        until: facts::Time(0),
    };
    says(due(None), "Reminder 2 of an unpaid order: ₹499.00");
    says(due(Some(1_000)), "Reminder 2 of an unpaid order with a discount: ₹499.00");
    says(
        RecoveryEnded { order_id, contact_id: None, why: RecoveryEnd::OptedOut },
        "No more reminders of an unpaid order: the customer wants none",
    );
    says(
        OrderRecovered { order_id, paid_order_id: order_id, contact_id: None, amount: money(), step: 1, by_link: true },
        "₹499.00 recovered: an order was paid after reminder 1, by its link",
    );
    let (referrer_id, commission_id, amount) = (id(), id(), money());
    says(ReferrerSaved { referrer_id, contact_id: None, name: "Asha".into(), changes: Vec::new() }, "Referrer added: Asha");
    let changes = vec![Change::new("rate_bps", 3_000, 2_000)];
    says(ReferrerSaved { referrer_id, contact_id: None, name: "Asha".into(), changes }, "Referrer changed: Asha");
    says(
        CommissionEarned { commission_id, referrer_id, order_id, base: money(), rate_bps: 3_000, amount },
        "Commission of ₹499.00 on an order",
    );
    says(
        CommissionReversed { commission_id, referrer_id, order_id, refund_id: id(), amount },
        "Commission less by ₹499.00: money of an order went back",
    );
    says(CommissionReleased { commission_id, referrer_id, order_id, amount }, "Commission of ₹499.00 on an order can be paid");
    says(
        CommissionPaid {
            payout_id: id(),
            referrer_id,
            name: "Asha".into(),
            amount,
            method: CommissionPaidBy::Upi,
            reference: "UTR1".into(),
        },
        "Commission of ₹499.00 paid to Asha",
    );
}

#[test]
fn orders_from_elsewhere_and_packing() {
    let (source, source_name) = ("woocommerce/shop.example".to_owned(), "#727".to_owned());
    let imported = OrderImported {
        order_id: id(),
        contact_id: None,
        source: source.clone(),
        source_name,
        total: Money::inr(2_935),
        state: "paid".into(),
    };
    says(imported, "Order taken in: ₹29.35, paid");
    let changes = vec![Change::new("state", "created", "paid")];
    says(OrderChangedElsewhere { order_id: id(), contact_id: None, source, changes }, "Order changed where it was placed: state");
    says(OrderPacked { order_id: id(), contact_id: None, title: "#1042".into(), items: 2 }, "Order packed");
    let shop = || ("woocommerce".to_owned(), "shop.example".to_owned());
    let connection = |connected| ShopConnectionChanged { provider: shop().0, shop: shop().1, connected, changes: Vec::new() };
    says(connection(true), "Shop shop.example connected");
    says(connection(false), "Shop shop.example no longer connected");
    says(ImportBegun { import_id: id(), origin: "a file".into(), dry: true }, "Import begun from a file, only to see what would change");
    says(ImportEnded { import_id: id(), state: "done".into(), new: 3, changed: 1, wrong: 2 }, "Import done: 3 new, 1 changed");
}
