//! A mail server for one machine: enough of SMTP for any client, and a bad day on demand. Written by
//! hand because no maintained crate offers an SMTP server whose answers can be scripted.

mod account;
mod bounce;
mod dialogue;
mod line;
mod mail;

pub use mail::{Mail, Mailboxes};

use crate::config::SmtpLogin;
use crate::faults::Faults;
use crate::serve::accept;
use dialogue::Dialogue;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Serves for ever. Dropping the future closes the listener and every connection.
pub(crate) async fn serve(listener: TcpListener, boxes: Mailboxes, faults: Faults, login: Option<SmtpLogin>) {
    let login = login.map(Arc::new);
    let mut connections = JoinSet::new();
    loop {
        let stream = accept(&listener, &mut connections).await;
        let dialogue = Dialogue::new(stream, boxes.clone(), faults.clone(), login.clone());
        connections.spawn(async move {
            // A client that goes away in the middle is nothing to report: its mail simply did not come.
            let _ = dialogue.hold().await;
        });
    }
}
