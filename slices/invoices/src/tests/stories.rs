//! Random stories of invoices, told to the commands and to a model of a dozen lines: both must agree after each step.

use super::ALL;
use crate::commands::{
    CameOnline, CreditInvoice, DraftInvoice, IssueInvoice, NotePayment, PayOnline, PutSeller, VoidInvoice, WriteOff, note_online,
};
use crate::compose::{NewLine, Wanted};
use crate::model::{Buyer, InvoiceState, Whole};
use crate::queries;
use catalogue::tax::RATES;
use facts::invoices::PaidBy;
use facts::payments::{PaymentCaptured, RefundSettled};
use facts::{Id, InvoiceId, Money, PaymentId, RefundId};
use futures::future::join_all;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use serde::Deserialize;
use std::time::Duration;
use store::{Command, Dice, Look, Result, Tx, Who, params, sql};
use testkit::TestDb;
use uuid::Uuid;

/// How many stories are told on each database, and how many at once. ORIGIN_TEST_STORIES asks for more.
const STORIES: u64 = 600;
const AT_ONCE: u64 = 30;

/// The tenant that bills.
struct Open;

impl Command for Open {
    const NAME: &'static str = "test_open";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        tx.put(
            sql!(
                "INSERT INTO tenants (tenant_id, name, slug, time_zone, currency, is_first, state, plan, created_at)
                 VALUES ($1, 'Shop', 'shop', 'Asia/Kolkata', 'INR', TRUE, 'active', 'free', $2)"
            ),
            params![tx.tenant(), tx.now()],
        )
        .await
    }
}

/// Somebody who writes to the database behind our back.
struct Damage {
    number: &'static str,
    column: &'static str,
}

impl Command for Damage {
    const NAME: &'static str = "test_damage";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let pattern = format!("%/{}", self.number);
        let sql = match self.column {
            "total_minor" => sql!("UPDATE invoices SET total_minor = total_minor + 1 WHERE tenant_id = $1 AND number LIKE $2"),
            "taxable_minor" => sql!("UPDATE invoices SET taxable_minor = taxable_minor + 1 WHERE tenant_id = $1 AND number LIKE $2"),
            "paid_minor" => sql!("UPDATE invoices SET paid_minor = paid_minor + 1 WHERE tenant_id = $1 AND number LIKE $2"),
            _ => sql!("DELETE FROM invoices WHERE tenant_id = $1 AND number LIKE $2"),
        };
        tx.put(sql, params![tx.tenant(), pattern]).await
    }
}

/// The provider takes the money of an intent that can still be paid; gives the payment and how much, or nothing.
struct Capture(InvoiceId);

#[derive(Deserialize)]
struct Captured {
    id: PaymentId,
    amount_minor: i64,
}

impl Command for Capture {
    const NAME: &'static str = "test_capture";
    type Out = Option<(PaymentId, Money)>;

    async fn run(&self, tx: &mut Tx) -> Result<Self::Out> {
        let id: PaymentId = tx.id();
        let taken: Option<Captured> = tx
            .maybe(
                sql!(
                    "INSERT INTO payments (tenant_id, id, intent_id, payable, payable_id, provider_payment_id, amount_minor, currency, method,
                        state, matched, learnt_by, created_at, captured_at)
                     SELECT tenant_id, $3, id, payable, payable_id, $4, amount_minor, currency, 'upi', 'captured', TRUE, 'webhook', $5, $5
                     FROM intents WHERE tenant_id = $1 AND payable_id = $2 AND state = 'opening' RETURNING id, amount_minor"
                ),
                params![tx.tenant(), self.0, id, id.to_string(), tx.now()],
            )
            .await?;
        tx.put(
            sql!("UPDATE intents SET state = 'paid' WHERE tenant_id = $1 AND payable_id = $2 AND state = 'opening'"),
            params![tx.tenant(), self.0],
        )
        .await?;
        let Some(Captured { id: payment_id, amount_minor }) = taken else { return Ok(None) };
        let amount = Money::inr(amount_minor);
        let fact = PaymentCaptured {
            payment_id,
            intent_id: tx.id(),
            payable: self.0.into(),
            amount,
            fee: Money::inr(0),
            method: "upi".into(),
            provider_payment_id: payment_id.to_string(),
            learnt_by: "webhook".into(),
            came_for: None,
        };
        tx.state(fact).await?;
        Ok(Some((payment_id, amount)))
    }
}

/// The provider gives some of a payment back.
struct GiveBack {
    id: InvoiceId,
    payment_id: PaymentId,
    amount: Money,
}

impl Command for GiveBack {
    const NAME: &'static str = "test_give_back";
    type Out = RefundId;

    async fn run(&self, tx: &mut Tx) -> Result<RefundId> {
        let Self { id, payment_id, amount } = *self;
        let refund_id = tx.id();
        tx.state(RefundSettled { refund_id, payment_id, payable: id.into(), amount, matched: true }).await?;
        Ok(refund_id)
    }
}

/// The news of a payment or a refund reaches the invoice.
struct Hear {
    id: InvoiceId,
    source: Uuid,
    amount: Money,
}

impl Command for Hear {
    const NAME: &'static str = "test_hear";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let Self { id, source, amount } = *self;
        note_online(tx, CameOnline { id, source, amount, reference: String::new() }).await
    }
}

/// What a document must say of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Model {
    state: InvoiceState,
    total: i64,
    paid: i64,
    credited: i64,
}

impl Model {
    fn left(&self) -> i64 {
        (self.total - self.credited - self.paid).max(0)
    }

    fn owed_back(&self) -> i64 {
        (self.paid + self.credited - self.total).max(0)
    }

    fn may_pay(&self, amount: i64) -> bool {
        let open = matches!(self.state, InvoiceState::Issued | InvoiceState::Uncollectible);
        open && amount != 0 && amount <= self.left() && amount >= -self.owed_back()
    }
}

fn wanted(dice: &mut ChaCha12Rng) -> Wanted {
    let line = |dice: &mut ChaCha12Rng| {
        let price = dice.random_range(0..5_000_000);
        NewLine {
            description: "Something".into(),
            hsn: if dice.random() { "0401".into() } else { String::new() },
            quantity: format!("{}.{:03}", dice.random_range(1..20), dice.random_range(0..1_000)),
            unit: "kg".into(),
            price: Money::inr(price),
            discount: dice.random::<bool>().then(|| Money::inr(dice.random_range(0..=price))),
            rate_bps: RATES[dice.random_range(0..RATES.len())],
        }
    };
    let count = dice.random_range(1..5);
    Wanted {
        buyer: Buyer { name: "Asha".into(), state: dice.random::<bool>().then(|| "27".parse().unwrap()), ..Buyer::default() },
        lines: (0..count).map(|_| line(dice)).collect(),
        inclusive: dice.random(),
        due_on: None,
        note: String::new(),
    }
}

async fn seen(db: &TestDb, who: &Who, id: InvoiceId) -> (Whole, Model) {
    let whole = queries::whole(&mut db.read_main(who.tenant), id).await.unwrap().unwrap();
    let invoice = &whole.invoice;
    let model = Model { state: invoice.state, total: invoice.total_minor, paid: invoice.paid_minor, credited: invoice.credited_minor };
    (whole, model)
}

/// What must hold of every document at every moment.
fn holds(whole: &Whole) {
    let invoice = &whole.invoice;
    let tax = invoice.cgst_minor + invoice.sgst_minor + invoice.igst_minor;
    assert_eq!(invoice.taxable_minor + tax + invoice.round_off_minor, invoice.total_minor);
    assert_eq!(invoice.cgst_minor, invoice.sgst_minor);
    assert!(invoice.due().minor >= 0 && (0..=invoice.total_minor).contains(&invoice.credited_minor) && invoice.paid_minor >= 0);
    assert_eq!(invoice.number.is_some(), invoice.issued_at.is_some());
    assert_eq!(whole.taxes.iter().map(|rate| rate.taxable_minor).sum::<i64>(), invoice.taxable_minor);
}

/// The customer presses the button, and the provider takes the money where it is still wanted. Before the invoice hears of it,
/// nothing that would change what is left is done; heard twice, it counts once.
async fn paid_online(db: &TestDb, who: &Who, id: InvoiceId, model: &mut Model, dice: &mut ChaCha12Rng) -> (bool, bool) {
    let before = *model;
    let may = before.state == InvoiceState::Issued && before.left() > 0;
    let pressed = db.run(who, PayOnline { id, keep: false, keep_by: None }).await.is_ok();
    if !pressed || dice.random_range(0..3) == 0 {
        return (pressed, may);
    }
    let (payment_id, amount) = db.run(who, Capture(id)).await.unwrap().unwrap();
    assert_eq!(amount.minor, before.left(), "what is left is asked for");
    let refused = [
        db.run(who, VoidInvoice { id, reason: String::new() }).await.err(),
        db.run(who, WriteOff { id, reason: String::new() }).await.err(),
        db.run(who, CreditInvoice { id, lines: None, reason: String::new(), key: None }).await.err(),
        db.run(who, PayOnline { id, keep: false, keep_by: None }).await.err(),
    ];
    for error in refused {
        assert!(["invoice_paid_online", "invoice_has_payments"].contains(&error.unwrap().code()));
    }
    for _ in 0..2 {
        db.run(who, Hear { id, source: payment_id.uuid(), amount }).await.unwrap();
    }
    model.paid += amount.minor;
    if dice.random() {
        let back = Money::inr(dice.random_range(1..=amount.minor));
        let refund = db.run(who, GiveBack { id, payment_id, amount: back }).await.unwrap();
        for _ in 0..2 {
            db.run(who, Hear { id, source: refund.uuid(), amount: back.times(-1).unwrap() }).await.unwrap();
        }
        model.paid -= back.minor;
    }
    (pressed, may)
}

async fn tell(db: TestDb, who: Who, seed: u64) {
    let mut dice = Dice::seeded(seed).fork();
    let Ok(draft) = db.run(&who, DraftInvoice { wanted: wanted(&mut dice), contact: None, issue: false, key: None }).await else { return };
    let id = draft.invoice.id;
    let (_, mut model) = seen(&db, &who, id).await;
    for step in 0..dice.random_range(2..10) {
        let before = model;
        let (what, ok) = match dice.random_range(0..12) {
            0..=2 => {
                let ok = db.run(&who, IssueInvoice { id }).await.is_ok();
                if before.state == InvoiceState::Draft {
                    model.state = InvoiceState::Issued;
                }
                ("issue", (ok, before.state == InvoiceState::Draft))
            }
            3..=5 => {
                let amount = if dice.random() { before.left() } else { dice.random_range(-before.owed_back() - 5..=before.left() + 5) };
                let pay = NotePayment {
                    id,
                    amount: Money::inr(amount),
                    method: PaidBy::Cash,
                    paid_on: None,
                    reference: String::new(),
                    key: None,
                };
                let may = before.may_pay(amount);
                model.paid += if may { amount } else { 0 };
                ("pay", (db.run(&who, pay).await.is_ok(), may))
            }
            6..=7 => {
                let lines = dice.random::<bool>().then(|| vec![(0, Money::inr(dice.random_range(1..100_000)))]);
                let all = lines.is_none();
                let credited = db.run(&who, CreditInvoice { id, lines, reason: String::new(), key: None }).await;
                // How much of a line is left, and what tax goes with it, is what `holds` and the check look after.
                model.credited += credited.as_ref().map_or(0, |note| note.invoice.total_minor);
                let issued = before.state == InvoiceState::Issued;
                assert!(!all || credited.is_err() || model.credited == model.total, "all is all");
                ("credit", (credited.is_ok() && !issued, false))
            }
            8..=9 => ("pay online", paid_online(&db, &who, id, &mut model, &mut dice).await),
            10 => {
                let may = matches!(before.state, InvoiceState::Draft | InvoiceState::Issued) && before.paid == 0 && before.credited == 0;
                if may {
                    model.state = InvoiceState::Void;
                }
                ("void", (db.run(&who, VoidInvoice { id, reason: String::new() }).await.is_ok(), may))
            }
            _ => {
                let may = before.state == InvoiceState::Issued && before.left() > 0;
                if may {
                    model.state = InvoiceState::Uncollectible;
                }
                ("write off", (db.run(&who, WriteOff { id, reason: String::new() }).await.is_ok(), may))
            }
        };
        assert_eq!(ok.0, ok.1, "story {seed}, step {step}: {what} of {before:?}");
        let (whole, now) = seen(&db, &who, id).await;
        assert_eq!(now, model, "story {seed}, step {step}: {what} of {before:?}");
        holds(&whole);
    }
}

testkit::both! { with &ALL;
    async fn whatever_is_done_in_whatever_order_adds_up(db: TestDb) {
        let who = db.who();
        db.run(&who, Open).await.unwrap();
        let seller = PutSeller {
            legal_name: "Shop".into(),
            address: "Here".into(),
            state: "29".into(),
            gstin: "29AAGCB7383J1Z4".into(),
            whole_rupees: true,
            ..PutSeller::usual("Shop")
        };
        db.run(&who, seller).await.unwrap();
        let stories = std::env::var("ORIGIN_TEST_STORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(STORIES);
        for first in (0..stories).step_by(usize::try_from(AT_ONCE).unwrap()) {
            join_all((first..stories.min(first + AT_ONCE)).map(|seed| tell(db.clone(), who.clone(), seed))).await;
        }
        db.clock().advance(Duration::from_secs(120));
        assert_eq!(crate::check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn a_damaged_invoice_is_found(db: TestDb) {
        let who = db.who();
        db.run(&who, Open).await.unwrap();
        let seller = PutSeller { legal_name: "Shop".into(), address: "Here".into(), state: "29".into(), ..PutSeller::usual("Shop") };
        db.run(&who, seller).await.unwrap();
        for seed in 0..3 {
            let draft = DraftInvoice { wanted: wanted(&mut Dice::seeded(seed).fork()), contact: None, issue: true, key: None };
            db.run(&who, draft).await.unwrap();
        }
        assert!(crate::check(&db).await.unwrap().is_empty());
        for (number, column, found) in [("000001", "total_minor", "in all"), ("000002", "taxable_minor", "taxable"), ("000003", "paid_minor", "paid")] {
            db.run(&who, Damage { number, column }).await.unwrap();
            assert!(crate::check(&db).await.unwrap().iter().any(|wrong| wrong.contains(found)), "{column}");
        }
        db.run(&who, Damage { number: "000002", column: "number" }).await.unwrap();
        assert!(crate::check(&db).await.unwrap().iter().any(|wrong| wrong.contains("has counted to 3, and 2")));
    }
}
