//! Taking a file: some lines in each transaction, from the first to the last, going on where it was left.

use super::begin;
use crate::matching::Reconcile;
use crate::model::{FileState, Line, Settled, Source, Statement};
use crate::reading::{self, Columns, Read};
use crate::{queries, rows};
use facts::StatementId;
use facts::settlements::StatementTaken;
use serde::{Deserialize, Serialize};
use store::{Command, Error, Look, Result, Timer, Tx, params, sql};

/// Lines that are taken in one transaction.
const SOME: i64 = 2_000;

/// Takes a file that is all there, with what its columns mean. Lines that are in it already add nothing.
#[derive(Debug, Clone)]
pub(crate) struct Take {
    pub id: StatementId,
    /// As it was guessed where nothing is said.
    pub columns: Option<Columns>,
}

impl Command for Take {
    const NAME: &'static str = "take_statement";
    type Out = Statement;

    async fn run(&self, tx: &mut Tx) -> Result<Statement> {
        let held: Option<String> = tx
            .maybe(sql!("SELECT state FROM statements WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), self.id])
            .await?;
        if held.is_none() {
            return Err(Error::not_found("statement"));
        }
        let statement = queries::statement(tx, self.id).await?.ok_or_else(|| Error::not_found("statement"))?;
        match statement.state {
            FileState::Ready => {}
            FileState::Arriving => return Err(Error::conflict("statement_arriving", "It is still on its way in.")),
            FileState::Taking | FileState::Taken => return Ok(statement),
        }
        let columns = self.columns.clone().unwrap_or(statement.columns.0);
        columns.complete(statement.source)?;
        tx.put(
            sql!("UPDATE statements SET state = 'taking', columns = $3 WHERE tenant_id = $1 AND id = $2"),
            params![tx.tenant(), self.id, serde_json::to_value(&columns)?],
        )
        .await?;
        begin(tx).await?;
        take_some(tx, self.id).await?;
        queries::statement(tx, self.id).await?.ok_or_else(|| Error::not_found("statement"))
    }
}

/// Goes on with a file that is larger than one transaction takes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TakeStatement {
    pub statement_id: StatementId,
}

impl Timer for TakeStatement {
    const NAME: &'static str = "take_statement";

    fn key(&self) -> String {
        self.statement_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        take_some(tx, self.statement_id).await
    }
}

/// Takes the next lines; after the last the file is done, and what is new is matched.
async fn take_some(tx: &mut Tx, id: StatementId) -> Result<()> {
    let Some(statement) = queries::statement(tx, id).await?.filter(|statement| statement.state == FileState::Taking) else { return Ok(()) };
    let lines = queries::lines(tx, id, statement.taken_through, SOME).await?;
    let Some(through) = lines.last().map(|line| line.line) else { return finish(tx, &statement).await };
    let added = match statement.source {
        Source::Bank => {
            let mut read = Vec::new();
            for kept in lines {
                if let Read::Line(line) = bank_line(&statement, &kept)? {
                    read.push((line, kept.cells.0));
                }
            }
            rows::put_lines(tx, id, statement.currency, &read).await?
        }
        Source::Razorpay => {
            let mut read: Vec<Settled> = Vec::new();
            for kept in &lines {
                if let Read::Line(row) = reading::settled(&statement.columns.0, kept.line, &kept.cells.0, statement.currency)? {
                    read.push(row);
                }
            }
            rows::put_settled(tx, statement.source.as_str(), &read).await?
        }
    };
    tx.put(
        sql!("UPDATE statements SET taken_through = $3, added = added + $4 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, through, i64::try_from(added).unwrap_or(i64::MAX)],
    )
    .await?;
    tx.at(tx.now(), TakeStatement { statement_id: id }).await
}

fn bank_line(statement: &Statement, kept: &queries::Kept) -> Result<Read<Line>> {
    reading::line(&statement.columns.0, kept.line, kept.ordinal, &kept.cells.0, statement.currency)
}

async fn finish(tx: &mut Tx, statement: &Statement) -> Result<()> {
    let (tenant, id) = (tx.tenant(), statement.id);
    tx.put(sql!("UPDATE statements SET state = 'taken' WHERE tenant_id = $1 AND id = $2"), params![tenant, id]).await?;
    tx.put(sql!("DELETE FROM statement_lines WHERE tenant_id = $1 AND statement_id = $2"), params![tenant, id]).await?;
    let (name, lines, added) = (statement.name.clone(), statement.lines, statement.added);
    tx.state(StatementTaken { statement_id: id, name, lines, added }).await?;
    Reconcile::soon(tx).await
}

/// Reads every line of a file as it would be taken, and takes none.
///
/// # Errors
/// The first line that cannot be read: which one, and why; a column that is missing.
pub(crate) async fn check_lines(look: &mut impl Look, statement: &Statement) -> Result<()> {
    statement.columns.0.complete(statement.source)?;
    let (mut after, mut found) = (0, false);
    loop {
        let lines = queries::lines(look, statement.id, after, SOME).await?;
        let Some(last) = lines.last() else { break };
        after = last.line;
        for kept in &lines {
            found |= match statement.source {
                Source::Bank => matches!(bank_line(statement, kept)?, Read::Line(_)),
                Source::Razorpay => {
                    let read = reading::settled(&statement.columns.0, kept.line, &kept.cells.0, statement.currency)?;
                    matches!(read, Read::Line(_))
                }
            };
        }
    }
    if found {
        return Ok(());
    }
    Err(Error::field("line", "no line has a day and an amount: say which columns have them"))
}
