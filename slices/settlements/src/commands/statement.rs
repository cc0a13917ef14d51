//! A file comes in three steps: it is noted that lines are on their way, they arrive a few at a time, and what its columns mean is kept.

use crate::model::{FileState, Source, Statement};
use crate::queries;
use crate::reading::Columns;
use facts::StatementId;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Command, Error, Result, Timer, Tx, Value, params, rows, sql};

/// When a file that nobody took is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(7 * 86_400);

/// The longest name of a file that is kept, in bytes.
const LONGEST_NAME: usize = 200;

/// Notes that a file is on its way.
#[derive(Debug, Clone)]
pub(crate) struct BeginStatement {
    pub source: Source,
    pub name: String,
}

impl Command for BeginStatement {
    const NAME: &'static str = "begin_statement";
    type Out = StatementId;

    async fn run(&self, tx: &mut Tx) -> Result<StatementId> {
        let id: StatementId = tx.id();
        let currency = identity::tenant(tx).await?.currency;
        let name = self.name[..self.name.floor_char_boundary(LONGEST_NAME)].trim();
        tx.put(
            sql!(
                "INSERT INTO statements (tenant_id, id, source, name, state, columns, currency, lines, taken_through, added, created_at)
                 VALUES ($1, $2, $3, $4, 'arriving', $5, $6, 0, 0, 0, $7)"
            ),
            params![tx.tenant(), id, self.source.as_str(), name, serde_json::to_value(Columns::default())?, currency, tx.now()],
        )
        .await?;
        tx.at(tx.now().after(FORGOTTEN), ForgetStatement { statement_id: id }).await?;
        Ok(id)
    }
}

/// Lines as they stand in the file: the number of each, which of its like it is, and its cells.
pub(crate) type Lines = Vec<(i64, i64, Vec<String>)>;

/// Keeps lines that arrived.
#[derive(Debug, Clone)]
pub(crate) struct AddLines {
    pub id: StatementId,
    pub lines: Lines,
}

impl Command for AddLines {
    const NAME: &'static str = "add_statement_lines";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let insert = rows!("INSERT INTO statement_lines (tenant_id, statement_id, line, ordinal, cells) VALUES ", 5, "");
        let tenant = tx.tenant();
        let values = self.lines.iter().map(|(line, ordinal, cells)| {
            let cells = Value::Json(serde_json::to_value(cells)?);
            Ok([tenant.into(), self.id.into(), (*line).into(), (*ordinal).into(), cells])
        });
        let values: Vec<[Value; 5]> = values.collect::<Result<_>>()?;
        tx.put_rows(insert, values.as_flattened()).await
    }
}

/// Notes that the file is all there, and what its columns seem to mean.
#[derive(Debug, Clone)]
pub(crate) struct EndStatement {
    pub id: StatementId,
    pub columns: Columns,
    pub lines: i64,
}

impl Command for EndStatement {
    const NAME: &'static str = "end_statement";
    type Out = Statement;

    async fn run(&self, tx: &mut Tx) -> Result<Statement> {
        tx.put(
            sql!("UPDATE statements SET state = 'ready', columns = $3, lines = $4 WHERE tenant_id = $1 AND id = $2 AND state = 'arriving'"),
            params![tx.tenant(), self.id, serde_json::to_value(&self.columns)?, self.lines],
        )
        .await?;
        queries::statement(tx, self.id).await?.ok_or_else(|| Error::not_found("statement"))
    }
}

/// Forgets a file of which nothing was taken.
#[derive(Debug, Clone)]
pub(crate) struct DropStatement(pub StatementId);

impl Command for DropStatement {
    const NAME: &'static str = "drop_statement";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let statement = queries::statement(tx, self.0).await?.ok_or_else(|| Error::not_found("statement"))?;
        if !matches!(statement.state, FileState::Arriving | FileState::Ready) {
            return Err(Error::conflict("statement_taken", "Its lines are in the books of the bank: it cannot be forgotten any more."));
        }
        let timer = ForgetStatement { statement_id: self.0 };
        tx.stop(ForgetStatement::NAME, &timer.key()).await?;
        forget(tx, self.0).await
    }
}

async fn forget(tx: &mut Tx, id: StatementId) -> Result<()> {
    let tenant = tx.tenant();
    let gone = tx
        .exec(sql!("DELETE FROM statements WHERE tenant_id = $1 AND id = $2 AND state IN ('arriving', 'ready')"), params![tenant, id])
        .await?;
    if gone == 1 {
        tx.put(sql!("DELETE FROM statement_lines WHERE tenant_id = $1 AND statement_id = $2"), params![tenant, id]).await?;
    }
    Ok(())
}

/// Forgets a file that never came to its end, or that nobody took.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ForgetStatement {
    pub statement_id: StatementId,
}

impl Timer for ForgetStatement {
    const NAME: &'static str = "forget_statement";

    fn key(&self) -> String {
        self.statement_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        forget(tx, self.statement_id).await
    }
}
