//! Nodes on one PostgreSQL tell each other that something was committed. A lost word costs one slow poll.

use crate::{Db, Result};
use futures::StreamExt;
use std::time::Duration;
use tokio_postgres::{AsyncMessage, NoTls};
use uuid::Uuid;

/// Words are gathered for so long: a NOTIFY takes a lock that all commits share.
const GATHER: Duration = Duration::from_millis(10);

/// Speaks and listens for as long as it is polled; on SQLite there is nobody to speak to.
pub(crate) async fn run(db: Db, node: Uuid) {
    let Some(config) = db.postgres_config() else { return std::future::pending().await };
    loop {
        if let Err(error) = talk(&db, config.clone(), node).await {
            tracing::warn!(?error, "lost touch with the other nodes; falling back on the slow poll");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn talk(db: &Db, config: tokio_postgres::Config, node: Uuid) -> Result<()> {
    let (client, mut connection) = config.connect(NoTls).await?;
    let own_name = node.to_string();
    let listening = async {
        let mut messages = futures::stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(message) = messages.next().await {
            if let AsyncMessage::Notification(word) = message?
                && word.payload() != own_name
            {
                db.wake().heard();
            }
        }
        Ok(())
    };
    let speaking = async {
        client.batch_execute("LISTEN origin").await?;
        let mut own = db.wake().own();
        while own.changed().await.is_ok() {
            client.execute("SELECT pg_notify('origin', $1)", &[&own_name]).await?;
            tokio::time::sleep(GATHER).await;
        }
        Ok(())
    };
    tokio::select! {
        ended = listening => ended,
        ended = speaking => ended,
    }
}
