//! Random stories of orders, refunds, payouts and the clock: the balance is always what is left of the commissions less what was paid.

use crate::{DAY, balance, join, order, pay, refund, sound};
use rand::Rng;
use rand::seq::IndexedRandom;
use serde_json::json;
use store::Dice;
use testkit::TestApp;

/// Things that happen in one story.
const TURNS: usize = 40;

/// An order, as somebody with a notebook would keep it.
#[derive(Debug)]
struct Note {
    ours: String,
    paid: i64,
    back: i64,
    amount: i64,
}

impl Note {
    /// What is left of its commission, in whole paise, rounded half up at what went back.
    fn left(&self) -> i64 {
        if self.back >= self.paid { 0 } else { self.amount - (self.amount * self.back * 2 + self.paid).div_euclid(self.paid * 2) }
    }
}

async fn tell(t: TestApp, seed: u64) {
    let mut dice = Dice::seeded(seed).fork();
    let id = join(&t, "asha", "+919876543210").await;
    t.put("/api/v1/referrals/settings", json!({"rate_bps": 1_737, "hold_days": 2})).await.expect(200);
    let (mut notes, mut paid_out): (Vec<Note>, i64) = (Vec::new(), 0);
    for turn in 0..TURNS {
        match dice.random_range(0..10) {
            0..=3 => {
                let own = dice.random_range(0..4) == 0;
                let phone = if own { "+919876543210".to_owned() } else { format!("+9198765{:05}", 20_000 + turn) };
                let (ours, theirs) = order(&t, &format!("o{turn}"), "asha", json!({"name": "Buyer", "phone": phone})).await;
                pay(&t, &theirs).await;
                if !own {
                    notes.push(Note { ours, paid: 49_900, back: 0, amount: 8_668 });
                }
            }
            4..=6 if notes.iter().any(|note| note.back < note.paid) => {
                let open: Vec<usize> = (0..notes.len()).filter(|at| notes[*at].back < notes[*at].paid).collect();
                let note = &mut notes[*open.choose(&mut dice).unwrap()];
                let left = note.paid - note.back;
                let minor = if dice.random_range(0..3) == 0 { left } else { dice.random_range(1..=left) };
                refund(&t, &note.ours, &format!("r{turn}"), Some(minor)).await;
                note.back += minor;
            }
            7 => {
                let (_, payable, _) = balance(&t, &id).await;
                let asked = dice.random_range(1..20_000);
                let body = json!({"amount": {"minor": asked, "currency": "INR"}, "method": "cash", "reference": format!("p{turn}")});
                let answer = t.post(&format!("/api/v1/referrals/{id}/payouts"), body).await;
                assert_eq!(answer.status == 201, asked <= payable, "story {seed}: {asked} of {payable}: {}", answer.text);
                paid_out += if answer.status == 201 { asked } else { 0 };
            }
            _ => t.advance(DAY).await,
        }
        t.settle().await;
        let (pending, payable, paid) = balance(&t, &id).await;
        let left: i64 = notes.iter().map(Note::left).sum();
        assert_eq!((pending + payable, paid), (left - paid_out, paid_out), "story {seed}, turn {turn}: {notes:?}");
    }
    t.advance(DAY * 3).await;
    assert_eq!(balance(&t, &id).await.0, 0, "in the end nothing waits");
    sound(&t).await;
}

testkit::both_apps! {
    async fn balances_are_what_commissions_leave_one(t: TestApp) {
        tell(t, 1).await;
    }

    async fn balances_are_what_commissions_leave_two(t: TestApp) {
        tell(t, 2).await;
    }
}
