//! Whether `origin verify` sees anything at all: a row is damaged by hand, found and named, and put right again.

use crate::street::Street;
use crate::verdict::Verdict;
use anyhow::{Context, Result, anyhow};
use facts::{Id, TenantId};
use serde_json::Value;
use store::{Command, Db, Options, Sql, Tx, Who, params, sql};

/// A row, and what `origin verify` says of it. The statement adds `$1` to a figure of it.
struct Row {
    what: &'static str,
    add: &'static Sql,
    /// Under which heading it is found.
    heading: &'static str,
}

fn rows() -> [Row; 3] {
    [
        Row {
            what: "an entry of the ledger",
            add: sql!(global
                "UPDATE ledger_entries SET amount_minor = amount_minor + $1 WHERE id = (SELECT id FROM ledger_entries ORDER BY id LIMIT 1)"
            ),
            heading: "the ledger sums to zero",
        },
        Row {
            what: "what an order says of its payment",
            add: sql!(global
                "UPDATE orders SET paid_minor = paid_minor + $1 WHERE id = (SELECT id FROM orders WHERE paid_minor > 1 ORDER BY id LIMIT 1)"
            ),
            heading: "orders say what was paid",
        },
        Row {
            what: "a count of a campaign",
            add: sql!(global
                "UPDATE campaign_counts SET number = number + $1 WHERE about = 'stands' AND campaign_id = (SELECT id FROM campaigns ORDER BY id LIMIT 1)"
            ),
            heading: "campaigns' audiences add up",
        },
    ]
}

/// Adds so much to a figure of a row.
struct Add(&'static Sql, i64);

impl Command for Add {
    const NAME: &'static str = "damage_a_row";
    type Out = u64;

    async fn run(&self, tx: &mut Tx) -> store::Result<u64> {
        tx.exec(self.0, params![self.1]).await
    }
}

pub(super) async fn check(street: &Street, verdict: &mut Verdict) -> Result<()> {
    let told = |error: store::Error| anyhow!("{error:?}");
    let db = Db::open(Options::new(&street.database)).await.map_err(told)?;
    let who = Who::system(TenantId::from_uuid(uuid::Uuid::nil()), "torture");
    let mut unseen = Vec::new();
    for Row { what, add, heading } in rows() {
        let changed = db.run(&who, Add(add, 1)).await.map_err(told)?;
        let said = said(street).await?;
        db.run(&who, Add(add, -1)).await.map_err(told)?;
        let found: Vec<&str> = said["wrong"][heading].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        match found.first() {
            Some(found) if changed > 0 && said["ok"] == false => verdict.remark(format!("{what}, damaged by hand: {found}")),
            _ => unseen.push(format!("{what}: {changed} rows were damaged, and it said {said}")),
        }
    }
    verdict.promise("origin verify finds and names a row that is damaged by hand", unseen);
    Ok(())
}

async fn said(street: &Street) -> Result<Value> {
    let (_, printed) = street.process.run(&["verify", "--json"]).await?;
    serde_json::from_str(printed.trim()).with_context(|| format!("origin verify printed {printed:?}"))
}
