//! Numbers under pressure, on both databases.

use super::ALL;
use crate::rows;
use futures::future::join_all;
use std::collections::BTreeSet;
use store::{Command, Error, Result, Tx};
use testkit::TestDb;

/// Takes a number, and gives it back where it is told to fail.
struct Take {
    today: &'static str,
    fail: bool,
}

impl Command for Take {
    const NAME: &'static str = "take_number";
    type Out = (i64, String);

    async fn run(&self, tx: &mut Tx) -> Result<(i64, String)> {
        let taken = rows::next_number(tx, "INV", 2026, self.today).await?;
        if self.fail { Err(Error::conflict("thrown_away", "thrown away")) } else { Ok(taken) }
    }
}

/// How many workers take numbers, and how many each.
const WORKERS: usize = 64;
const EACH: usize = 160;

testkit::both! { with &ALL;
    async fn ten_thousand_numbers_have_no_gap(t: TestDb) {
        let worker = |nth: usize| {
            let (db, who) = (t.clone(), t.who());
            tokio::spawn(async move {
                let mut taken = Vec::new();
                for step in 0..EACH {
                    // Every seventh is thrown away, and the clocks of the workers do not agree.
                    let take = Take { today: if nth.is_multiple_of(2) { "2026-11-21" } else { "2026-11-20" }, fail: (nth * 31 + step).is_multiple_of(7) };
                    if let Ok(number) = db.run(&who, take).await {
                        taken.push(number);
                    }
                }
                taken
            })
        };
        let taken: Vec<(i64, String)> = join_all((0..WORKERS).map(worker)).await.into_iter().flat_map(|worker| worker.unwrap()).collect();
        let numbers: BTreeSet<i64> = taken.iter().map(|(number, _)| *number).collect();
        assert!(taken.len() > 8_000, "{}", taken.len());
        assert_eq!(numbers.len(), taken.len(), "no number is given twice");
        assert_eq!((numbers.first(), numbers.last()), (Some(&1), Some(&i64::try_from(taken.len()).unwrap())), "and none is left out");
        let mut by_number = taken;
        by_number.sort();
        assert!(by_number.windows(2).all(|pair| pair[0].1 <= pair[1].1), "days never go back within a series");
    }
}
