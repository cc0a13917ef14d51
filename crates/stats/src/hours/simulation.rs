//! Readers whose hours are known, written to at the hour that is found for them or at the campaign's own: what it brings is found, and nothing is found
//! where it brings nothing.

use super::{ByHour, best_hour};
use crate::{Arm, Asked, Judged, Verdict, judge};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// When the campaign leaves by itself.
const OWN_TIME: usize = 10;
/// The hours at which somebody may be written to.
const ALLOWED: std::ops::Range<usize> = 7..21;
/// Reads of each person that are known before.
const KNOWN: usize = 6;
/// One in five is the control.
const WEIGHTS: [u32; 2] = [1, 4];
const ASKED: Asked = Asked { minimum: 50, matters: 0.01 };

/// The share of a campaign's people who read it whatever the hour, and by how much it is more at their own.
struct World {
    anyhow: f64,
    at_their_hour: f64,
}

impl World {
    fn share(&self, own: usize, hour: usize) -> f64 {
        if own == hour { self.anyhow + self.at_their_hour } else { self.anyhow }
    }
}

/// What a campaign counts, control first, and by how much its people truly read more at the hours that were found for them.
fn campaign(world: &World, people: usize, chance: &mut ChaCha8Rng) -> ([Arm; 2], f64) {
    let hours: Vec<usize> = (0..people).map(|_| if chance.random::<bool>() { 8 } else { 20 }).collect();
    let mut shared: ByHour = [0; 24];
    let mut known: Vec<ByHour> = vec![[0; 24]; people];
    for (person, own) in hours.iter().enumerate() {
        for _ in 0..KNOWN {
            // Four times of five at their hour, else at any.
            let hour = if chance.random_range(0..5) < 4 { *own } else { chance.random_range(0..24) };
            known[person][hour] += 1;
            shared[hour] += 1;
        }
    }
    let allowed: [bool; 24] = std::array::from_fn(|hour| ALLOWED.contains(&hour));
    let mut arms = [Arm::counted(0, 0); 2];
    let mut truly = [0.0; 2];
    for (person, own) in hours.iter().enumerate() {
        let best = usize::from(best_hour(&known[person], &shared, &allowed).unwrap());
        assert!(ALLOWED.contains(&best));
        let at_best = world.share(*own, best);
        let at_own_time = world.share(*own, OWN_TIME);
        truly[0] += at_own_time / people as f64;
        truly[1] += at_best / people as f64;
        let place = usize::from(chance.random_range(0..5) > 0);
        arms[place].exposed += 1;
        arms[place].converted += u64::from(chance.random::<f64>() < [at_own_time, at_best][place]);
    }
    (arms, truly[1] - truly[0])
}

fn judged(arms: &[Arm; 2]) -> Judged {
    judge(arms, &WEIGHTS, ASKED)
}

#[test]
fn promise_17_what_their_hours_bring_is_found_and_lies_in_the_interval() {
    let mut chance = ChaCha8Rng::seed_from_u64(17);
    let world = World { anyhow: 0.15, at_their_hour: 0.2 };
    for _ in 0..20 {
        let (arms, lift) = campaign(&world, 4_000, &mut chance);
        assert!(lift > 0.18, "nearly everybody's hour was found: {lift}");
        let judged = judged(&arms);
        let interval = judged.against[1].unwrap();
        assert_eq!(judged.verdict, Verdict::Winner(1), "{arms:?}");
        assert!(interval.low > 0.0 && interval.low <= lift && lift <= interval.high, "{interval:?} for {lift}");
    }
}

#[test]
fn promise_17_where_the_hour_does_not_matter_none_is_found_in_nineteen_of_twenty() {
    let mut chance = ChaCha8Rng::seed_from_u64(1_717);
    let world = World { anyhow: 0.25, at_their_hour: 0.0 };
    let wrong = (0..400).filter(|_| matches!(judged(&campaign(&world, 500, &mut chance).0).verdict, Verdict::Winner(_)));
    let wrong = wrong.count();
    assert!(wrong <= 20, "{wrong} of 400");
}
