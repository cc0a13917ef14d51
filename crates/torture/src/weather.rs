//! Bad days at the providers while the kills go on, so that kills fall into calls that are slow, refused or never answered.

use crate::api::Api;
use crate::chance::Chance;
use crate::shop;
use crate::street::RECEIPTS;
use sim::{At, Fault, Receipts, Sim, Status};
use std::time::Duration;

/// What every call takes at the least, as in life: a provider that answers at once leaves no time to be killed in.
const DISTANCE: Duration = Duration::from_millis(60);
/// Faults in force at the same time, at most, beside that: the weather is bad, not the climate.
const MOST: usize = 5;

/// Makes weather until it is dropped.
pub async fn bad_weather(sim: Sim, api: Api, mut chance: Chance) {
    let far = [At::razorpay(), At::phones(), At::mail()];
    let distances = far.len();
    far.into_iter().for_each(|at| {
        sim.faults().until_cleared(at, Fault::Slow(DISTANCE));
    });
    loop {
        tokio::time::sleep(chance.millis(60, 300)).await;
        match chance.below(10) {
            0 => receipts_are_lost(&sim, &mut chance).await,
            1 | 2 => receipts_come_again(&sim, &mut chance),
            // Nobody may be there to hear it.
            3 => drop(Api::once(shop::retry_now(&api)).await),
            _ if sim.faults().rules().len() < MOST + distances => fault(&sim, &mut chance),
            _ => {}
        }
    }
}

/// A good day for everybody again.
pub fn clear_up(sim: &Sim) {
    sim.faults().clear_all();
    sim.phones().set_receipts(RECEIPTS);
}

fn fault(sim: &Sim, chance: &mut Chance) {
    let slow = Fault::Slow(chance.millis(50, 400));
    let calls = 1 + u32::try_from(chance.below(3)).unwrap_or(0);
    let new_order = || At::razorpay_call("POST /orders");
    let (at, fault) = match chance.below(14) {
        0 => (At::razorpay(), slow),
        1 => (new_order(), slow),
        2 => (new_order(), Fault::DropAnswer),
        3 => (new_order(), Fault::reject(500)),
        4 => (At::razorpay(), Fault::too_many(Some(1))),
        5 => (At::razorpay(), Fault::reject(500)),
        6 | 7 => (At::phones(), slow),
        8 => (At::phones(), Fault::DropAnswer),
        9 => (At::phones(), Fault::reject(500)),
        10 => (At::phones(), Fault::too_many(Some(1))),
        11 => (At::mail(), slow),
        12 => (At::mail(), Fault::reject(450)),
        _ => (At::mail(), Fault::DropAnswer),
    };
    sim.faults().next(calls, at, fault);
}

/// Phones that take a message meanwhile never report back.
async fn receipts_are_lost(sim: &Sim, chance: &mut Chance) {
    sim.phones().set_receipts(Receipts::ByHand);
    let while_so = chance.millis(50, 200);
    tokio::time::sleep(while_so.min(Duration::from_secs(1))).await;
    sim.phones().set_receipts(RECEIPTS);
}

/// Receipts of earlier messages come once more, and out of order.
fn receipts_come_again(sim: &Sim, chance: &mut Chance) {
    let calls = sim.phones().calls();
    for status in [Status::Delivered, Status::Sent, Status::Read] {
        if let Some(id) = chance.pick(&calls).and_then(|call| call.message_id.as_deref()) {
            sim.phones().receipt(id, status);
        }
    }
}
