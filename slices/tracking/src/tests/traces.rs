//! Scanners as they were seen at work, and people as they read.

use super::{ARRIVED, PHONE, touch};
use crate::judge::judge;
use crate::model::{Kind, Touch, Verdict};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use serde::Deserialize;

#[derive(Deserialize)]
struct Trace {
    who: String,
    deliveries: Vec<Vec<Step>>,
}

#[derive(Deserialize)]
struct Step {
    after_ms: i64,
    touch: String,
    #[serde(default)]
    method: String,
    agent: String,
    from: String,
    by: String,
}

fn traces() -> Vec<Trace> {
    let files = [
        include_str!("../../tests/traces/safelinks.json"),
        include_str!("../../tests/traces/proofpoint.json"),
        include_str!("../../tests/traces/barracuda.json"),
        include_str!("../../tests/traces/gmail.json"),
        include_str!("../../tests/traces/apple.json"),
    ];
    files.iter().map(|file| serde_json::from_str(file).unwrap()).collect()
}

/// Of the touches of some kind that somebody made: how many were taken for a person's, and how many there are.
fn taken_for_people(trace: &Trace, by: &str, kind: Kind) -> (usize, usize) {
    let (mut people, mut all) = (0, 0);
    for steps in &trace.deliveries {
        let made = |step: &Step| Touch { ahead: step.method == "HEAD", ..touch(step.after_ms, &step.touch, &step.agent, &step.from) };
        let touches: Vec<Touch> = steps.iter().map(made).collect();
        for ((step, touch), verdict) in steps.iter().zip(&touches).zip(judge(Some(ARRIVED), &touches)) {
            if step.by == by && touch.kind == kind {
                all += 1;
                people += usize::from(verdict == Verdict::Human);
            }
        }
    }
    (people, all)
}

#[test]
fn promise_19_scanners_are_left_out_and_people_are_kept() {
    for trace in traces() {
        let (wrong, clicks) = taken_for_people(&trace, "scanner", Kind::Click);
        assert!(wrong * 100 <= clicks * 5, "{}: {wrong} of {clicks} clicks of the scanner are taken for a person's", trace.who);
        let (kept, clicks) = taken_for_people(&trace, "person", Kind::Click);
        assert!(clicks > 3 && kept * 100 >= clicks * 99, "{}: {kept} of {clicks} clicks of people are kept", trace.who);
        let (kept, opens) = taken_for_people(&trace, "person", Kind::Open);
        assert!(kept * 100 >= opens * 99, "{}: {kept} of {opens} opens of people are kept", trace.who);
        for (by, kind) in [("scanner", Kind::Open), ("proxy", Kind::Open)] {
            assert_eq!(taken_for_people(&trace, by, kind).0, 0, "{}: an image that a {by} fetched", trace.who);
        }
    }
}

/// A number around a median: spread evenly in its logarithm's bell, `spread` wide.
fn around(dice: &mut ChaCha12Rng, median: f64, spread: f64) -> f64 {
    // The sum of twelve even numbers is as good as normal.
    let normal = (0..12).map(|_| dice.random::<f64>()).sum::<f64>() - 6.0;
    median * (normal * spread).exp()
}

/// What a person does with a mail of six links: opens it within hours, follows some links after reading, some of them twice.
fn reader(dice: &mut ChaCha12Rng, touches: &mut Vec<Touch>) {
    let mut at = around(dice, 3_600_000.0, 1.7);
    touches.push(touch(at as i64, "image", PHONE, "home"));
    for _ in 0..dice.random_range(0..5) {
        at += 500.0 + around(dice, 15_000.0, 0.9);
        let link = format!("link {}", dice.random_range(1..=6));
        touches.push(touch(at as i64, &link, PHONE, "home"));
        if dice.random_ratio(1, 10) {
            touches.push(touch(at as i64 + dice.random_range(80..400), &link, PHONE, "home"));
        }
    }
}

/// The same with a scanner that has been at the mail before.
fn sweep(dice: &mut ChaCha12Rng, touches: &mut Vec<Touch>) {
    let mut at = dice.random_range(-3_000..20_000);
    for link in 1..=6 {
        touches.push(touch(at, &format!("link {link}"), PHONE, "scanner"));
        at += dice.random_range(20..700);
    }
}

#[test]
fn promise_19_of_ten_thousand_readers_nearly_all_is_kept() {
    for with_scanner in [false, true] {
        let mut dice = ChaCha12Rng::seed_from_u64(19);
        let (mut kept, mut all) = (0, 0);
        for _ in 0..5_000 {
            let mut touches = Vec::new();
            if with_scanner {
                sweep(&mut dice, &mut touches);
            }
            reader(&mut dice, &mut touches);
            touches.sort_by_key(|touch| touch.at);
            let verdicts = judge(Some(ARRIVED), &touches);
            for (_, verdict) in touches.iter().zip(verdicts).filter(|(touch, _)| touch.visitor.starts_with("home")) {
                all += 1;
                kept += usize::from(verdict == Verdict::Human);
            }
        }
        assert!(kept * 100 >= all * 99, "{kept} of {all}, with a scanner: {with_scanner}");
    }
}
