//! Nodes on one PostgreSQL tell each other that something was committed. A lost word costs one slow poll.

use crate::postgres::Address;
use crate::{Db, Result};
use futures::StreamExt;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Socket};
use uuid::Uuid;

/// Words are gathered for so long: a NOTIFY takes a lock that all commits share.
const GATHER: Duration = Duration::from_millis(10);

/// Speaks and listens for as long as it is polled; on SQLite there is nobody to speak to.
pub(crate) async fn run(db: Db, node: Uuid) {
    let Some(address) = db.postgres_address() else { return std::future::pending().await };
    loop {
        if let Err(error) = join(&db, &address, node).await {
            tracing::warn!(?error, "lost touch with the other nodes; falling back on the slow poll");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn join(db: &Db, address: &Address, node: Uuid) -> Result<()> {
    match address.tls.clone() {
        Some(tls) => talk(db, address.config.connect(tls).await?, node).await,
        None => talk(db, address.config.connect(NoTls).await?, node).await,
    }
}

async fn talk<S>(db: &Db, (client, mut connection): (Client, Connection<Socket, S>), node: Uuid) -> Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
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
