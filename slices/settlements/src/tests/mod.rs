//! What must hold whatever comes, in whatever order.

mod files;
mod stories;

use crate::MIGRATIONS;
use crate::matching::{Pass, Passed};
use crate::model::{Line, Moved, Settled, Told};
use crate::{reading, rows};
use facts::{Currency, Id, StatementId, Time};
use std::sync::LazyLock;
use store::{Command, Db, Migration, Result, STORE, Tx, Who};
use uuid::Uuid;

/// The tables that these tests need.
static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    let rooms = [STORE, identity::MIGRATIONS, settings::MIGRATIONS, payments::MIGRATIONS, ledger::MIGRATIONS, MIGRATIONS];
    rooms.into_iter().flatten().copied().collect()
});

/// Something that comes from outside.
#[derive(Debug, Clone)]
enum Comes {
    Moved(Moved),
    Settled(Vec<Settled>),
    Told(Told),
    Bank(Vec<(Line, Vec<String>)>),
}

/// All of it comes, in this order.
struct Come(Vec<Comes>);

impl Command for Come {
    const NAME: &'static str = "test_come";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        rows::begin(tx, Time(0)).await?;
        for comes in &self.0 {
            match comes {
                Comes::Moved(moved) => rows::insert_moved(tx, moved).await?,
                Comes::Settled(settled) => rows::put_settled(tx, "razorpay", settled).await.map(drop)?,
                Comes::Told(told) => rows::put_settlements(tx, "razorpay", std::slice::from_ref(told)).await?,
                Comes::Bank(lines) => {
                    let statement = StatementId::from_uuid(Uuid::nil());
                    rows::put_lines(tx, statement, Currency::INR, lines).await.map(drop)?;
                }
            }
        }
        Ok(())
    }
}

/// Passes until nothing is new; tells how many rows were looked at.
async fn reconcile(db: &Db, who: &Who) -> u64 {
    let mut looked_at = 0;
    loop {
        let Passed { looked_at: these, more } = db.run(who, Pass {}).await.unwrap();
        looked_at += these;
        if !more {
            return looked_at;
        }
    }
}

/// A line of a bank's statement, as a file would bring it.
fn line(number: i64, day: i64, amount: i64, narration: &str, ordinal: i64) -> (Line, Vec<String>) {
    let cells = vec![day.to_string(), amount.to_string(), narration.to_owned()];
    (Line { number, ordinal, day, amount, reference: String::new(), narration: narration.to_owned() }, cells)
}

#[test]
fn references_are_found() {
    assert_eq!(reading::marks("", "NEFT-UTRAXIS00000012-RAZORPAY"), ["UTRAXIS00000012"]);
}
