//! Random months: payments, refunds, settlements that are late, incomplete, wrong or said twice, and a bank that shows some of it. However
//! it comes, it ends the same, and every paisa is explained or named.

use super::{ALL, Come, Comes, line, reconcile};
use crate::model::{Moved, RowKind, Settled, Told};
use facts::{Currency, Id, Money, PaymentId, TenantId, Time};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use serde::Deserialize;
use std::time::Duration;
use store::{Db, Look, Who, params, sql};
use testkit::TestDb;
use uuid::Uuid;

const DAY: Duration = Duration::from_secs(86_400);
/// Months for each engine.
const MONTHS: u64 = 30;

/// One settlement's rows, with what is wrong in them now and then.
fn rows_of(dice: &mut ChaCha12Rng, now: Time, nth: usize, all: &mut Vec<Comes>) -> Vec<Settled> {
    let settled_at = now.before(DAY * dice.random_range(0..12));
    let settlement_ref = format!("setl_{nth}");
    let utr = dice.random_bool(0.8).then(|| format!("UTRAXIS{nth:08}"));
    let mut rows = Vec::new();
    for at in 0..dice.random_range(1..6) {
        // Few amounts, so that they meet by chance.
        let amount = dice.random_range(1..4) * 10_000;
        let fee = Money::inr(amount).share(236).unwrap().minor;
        let (kind, gross) = match dice.random_range(0..10) {
            0 => (RowKind::Refund, -amount),
            1 => (RowKind::Adjustment, -500),
            _ => (RowKind::Payment, amount),
        };
        let fee = if kind == RowKind::Payment { fee } else { 0 };
        let entity_ref = format!("{}_{nth}_{at}", kind.as_str());
        let payment_id = PaymentId::from_uuid(Uuid::from_u128((nth * 10 + at) as u128));
        let known = dice.random_range(0..10);
        if kind != RowKind::Adjustment && known > 0 {
            let amount = Money::inr(if known == 1 { gross + 100 } else { gross });
            let fee = [Some(fee), Some(fee), None, Some(fee + 7)][dice.random_range(0..4)];
            let happened_at = settled_at.before(DAY * 2);
            all.push(Comes::Moved(Moved { entity_ref: entity_ref.clone(), kind, payment_id, amount, fee, happened_at }));
        }
        let tax = Money::inr(fee).share(1_525).unwrap().minor;
        rows.push(Settled {
            settlement_ref: settlement_ref.clone(),
            utr: utr.clone(),
            settled_at,
            entity_ref,
            kind,
            currency: Currency::INR,
            gross,
            fee,
            tax,
            net: gross - fee,
            text: String::new(),
        });
    }
    rows
}

/// All that comes in one month.
fn month(dice: &mut ChaCha12Rng, now: Time) -> Vec<Comes> {
    let mut all = Vec::new();
    let (mut earlier, mut number): (Option<Settled>, i64) = (None, 0);
    for nth in 0..dice.random_range(1..9) {
        let mut rows = rows_of(dice, now, nth, &mut all);
        if let Some(again) = earlier.take().filter(|_| dice.random_bool(0.2)) {
            let (settlement_ref, utr, settled_at) = (rows[0].settlement_ref.clone(), rows[0].utr.clone(), rows[0].settled_at);
            rows.push(Settled { settlement_ref, utr, settled_at, ..again });
        }
        let net: i64 = rows.iter().map(|row| row.net).sum();
        let (settlement_ref, utr, settled_at) = (rows[0].settlement_ref.clone(), rows[0].utr.clone(), rows[0].settled_at);
        if dice.random_bool(0.5) {
            let amount = if dice.random_bool(0.1) { net + 50 } else { net };
            all.push(Comes::Told(Told { settlement_ref, utr: utr.clone(), settled_at, currency: Currency::INR, amount }));
        }
        earlier = rows.first().cloned();
        // In one piece, in several, or with a part said twice.
        let cut = dice.random_range(0..=rows.len());
        all.push(Comes::Settled(rows[..cut].to_vec()));
        all.push(Comes::Settled(rows[if dice.random_bool(0.5) { 0 } else { cut }..].to_vec()));
        let day = settled_at.seconds() / 86_400 + dice.random_range(0..5);
        let narration = utr.filter(|_| dice.random_bool(0.8)).map_or("IMPS RAZORPAY".to_owned(), |utr| format!("NEFT-{utr}-RAZORPAY"));
        let amount = if dice.random_bool(0.1) { net - 10 } else { net };
        for ordinal in 0..dice.random_range(0..=2) {
            number += 1;
            all.push(Comes::Bank(vec![line(number, day, amount, &narration, ordinal)]));
        }
    }
    for other in 0..dice.random_range(0..6) {
        number += 1;
        let amount = [-5_000, 77, 97_640][dice.random_range(0..3)];
        all.push(Comes::Bank(vec![line(number, now.seconds() / 86_400 - other, amount, "UPI SOMEBODY", 0)]));
    }
    // A payment that no settlement has, old or young.
    for at in 0..dice.random_range(0..3) {
        let (payment_id, happened_at) = (PaymentId::from_uuid(Uuid::from_u128(9_000 + at)), now.before(DAY * dice.random_range(0..10)));
        let (entity_ref, amount) = (format!("payment_alone_{at}"), Money::inr(5_000));
        all.push(Comes::Moved(Moved { entity_ref, kind: RowKind::Payment, payment_id, amount, fee: Some(118), happened_at }));
    }
    all
}

/// How everything stands, by names that do not depend on who came first.
#[derive(Debug, PartialEq, Deserialize)]
struct Stands {
    what: String,
    state: String,
    reason: Option<String>,
    minor: i64,
    with: Option<String>,
}

async fn standing(db: &Db, who: &Who) -> Vec<Stands> {
    db.read_main(who.tenant)
        .all(
            sql!(
                "SELECT entity_ref AS what, state, reason, amount_minor AS minor, NULL AS with FROM movements WHERE tenant_id = $1
                 UNION ALL SELECT entity_ref || settlement_ref, state, reason, COALESCE(more_fee_minor, -1), NULL FROM settlement_rows WHERE tenant_id = $1
                 UNION ALL SELECT s.settlement_ref, s.state, s.reason, s.net_minor + 3 * s.more_fee_minor + 5 * s.tax_minor + 7 * s.other_minor,
                    (SELECT b.fingerprint FROM bank_rows b WHERE b.tenant_id = $1 AND b.id = s.bank_row_id) FROM settlements s WHERE s.tenant_id = $1
                 UNION ALL SELECT fingerprint, state, reason, amount_minor, NULL FROM bank_rows WHERE tenant_id = $1
                 ORDER BY what, minor"
            ),
            params![who.tenant],
        )
        .await
        .unwrap()
}

/// What the provider's account holds by the books, and what that is made of.
#[derive(Debug, Deserialize)]
struct Held {
    booked: i64,
    explained: i64,
    unnamed: i64,
    bank: i64,
    bank_explained: i64,
}

async fn held(db: &Db, who: &Who) -> Held {
    db.read_main(who.tenant)
        .one(
            sql!(
                "SELECT CAST((SELECT COALESCE(SUM(amount_minor - fee_minor), 0) FROM movements WHERE tenant_id = $1)
                      - (SELECT COALESCE(SUM(stated_net + stated_fees - stated_other), 0) FROM settlements WHERE tenant_id = $1) AS BIGINT) AS booked,
                    CAST((SELECT COALESCE(SUM(amount_minor - fee_minor), 0) FROM movements WHERE tenant_id = $1 AND state <> 'matched')
                      + (SELECT COALESCE(SUM(m.amount_minor - r.gross_minor), 0) FROM settlement_rows r JOIN movements m
                           ON m.tenant_id = r.tenant_id AND m.entity_ref = r.entity_ref
                         WHERE r.tenant_id = $1 AND r.more_fee_minor IS NOT NULL AND r.kind IN ('payment', 'refund'))
                      - (SELECT COALESCE(SUM(net_minor), 0) FROM settlement_rows WHERE tenant_id = $1 AND more_fee_minor IS NULL)
                      - (SELECT COALESCE(SUM(net_minor - rows_minor), 0) FROM settlements WHERE tenant_id = $1) AS BIGINT) AS explained,
                    CAST((SELECT COUNT(*) FROM settlement_rows WHERE tenant_id = $1 AND more_fee_minor IS NULL AND state <> 'exception')
                      + (SELECT COUNT(*) FROM settlements WHERE tenant_id = $1 AND net_minor <> rows_minor AND state <> 'exception') AS BIGINT) AS unnamed,
                    CAST((SELECT COALESCE(SUM(amount_minor), 0) FROM bank_rows WHERE tenant_id = $1) AS BIGINT) AS bank,
                    CAST((SELECT COALESCE(SUM(stated_bank), 0) FROM settlements WHERE tenant_id = $1)
                      + (SELECT COALESCE(SUM(amount_minor), 0) FROM bank_rows WHERE tenant_id = $1 AND state IN ('exception', 'aside')) AS BIGINT)
                      AS bank_explained"
            ),
            params![who.tenant],
        )
        .await
        .unwrap()
}

/// Lets it come in an order of its own, with passes in between; sometimes things come twice.
async fn live(db: &Db, who: &Who, mut all: Vec<Comes>, dice: &mut ChaCha12Rng) {
    all.shuffle(dice);
    for comes in all {
        let twice = if dice.random_bool(0.1) { vec![comes.clone(), comes] } else { vec![comes] };
        db.run(who, Come(twice)).await.unwrap();
        if dice.random_bool(0.3) {
            reconcile(db, who).await;
        }
    }
    reconcile(db, who).await;
}

testkit::both! { with &ALL;
    async fn whatever_the_order_it_ends_the_same(db: TestDb) {
        let now = db.clock().now();
        for seed in 0..MONTHS {
            let mut dice = ChaCha12Rng::seed_from_u64(seed);
            let all = month(&mut dice, now);
            let people: Vec<Who> = (0..2u128)
                .map(|nth| Who::system(TenantId::from_uuid(Uuid::from_u128(u128::from(seed) * 10 + nth + 1)), "test"))
                .collect();
            for who in &people {
                live(&db, who, all.clone(), &mut dice).await;
            }
            let stands = standing(&db, &people[0]).await;
            let other = standing(&db, &people[1]).await;
            for (one, other) in stands.iter().zip(&other) {
                assert_eq!(one, other, "seed {seed}");
            }
            assert_eq!(stands.len(), other.len(), "seed {seed}");
            assert!(stands.iter().all(|it| it.state != "new" && it.state != "turn"), "seed {seed}: {stands:?}");
            let held = held(&db, &people[0]).await;
            assert_eq!((held.booked, held.bank, held.unnamed), (held.explained, held.bank_explained, 0), "seed {seed}: {held:?}");
            // All of it once more: nothing is new, and a pass changes nothing.
            db.run(&people[0], Come(all)).await.unwrap();
            assert_eq!(reconcile(&db, &people[0]).await, 0, "seed {seed}");
            assert_eq!(standing(&db, &people[0]).await, stands, "seed {seed}");
        }
        assert_eq!(crate::check(&db).await.unwrap(), Vec::<String>::new());
    }
}
