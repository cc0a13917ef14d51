//! E-mail by SMTP. The conversation is led step by step, so that it is known whether the server may have the mail:
//! only what fails after the text has begun to go leaves that open.

use super::mailer::{Account, Mailer, open};
use super::write::{self, Letterhead};
use crate::answer::words;
use crate::classes::{Class, Failure, by_reply};
use crate::letter::Letter;
use crate::outcome::Outcome;
use crate::world::Channels;
use facts::TenantId;
use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use std::error::Error as _;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;
use store::Kind;

/// How long one step of the conversation may take.
const STEP: Duration = Duration::from_secs(10);
/// How long the server may think about a mail that it has.
const VERDICT: Duration = Duration::from_secs(20);

/// Where the account is kept among the credentials.
const NAME: &str = "smtp";

/// Sends one mail.
pub(crate) async fn send(channels: &Channels, tenant: TenantId, letter: &Letter) -> store::Result<Outcome> {
    let Some(account) = channels.credentials.find::<Account>(tenant, NAME).await? else { return Ok(Outcome::NotConfigured) };
    Ok(deliver(channels, tenant, &account, letter).await.map(Some).into())
}

async fn deliver(channels: &Channels, tenant: TenantId, account: &Account, letter: &Letter) -> Result<String, Failure> {
    let from: Mailbox = account
        .sender()
        .parse()
        .map_err(|error| Failure::new(Class::Permanent, format!("the sender's address is wrong: check the settings ({error})")))?;
    let head = Letterhead::of(channels, tenant)
        .await
        .map_err(|error| Failure::new(Class::Transient, format!("the branding cannot be read: {}", error.message())))?;
    let mail = write::write(&from, &head, letter).map_err(|words| Failure::new(Class::Permanent, words))?;
    let bytes = account.dkim.signed(&mail, from.email.domain()).map_err(|words| Failure::new(Class::Permanent, words))?;
    let envelope = envelope(account, &mail).map_err(|words| Failure::new(Class::Permanent, words))?;
    let mailer = channels.mailers.of(tenant, account);
    let Some(_place) = mailer.place().await else {
        return Err(Failure::new(Class::RateLimited, "every connection to the mail server is in use"));
    };
    let mut connection = match kept(&mailer, &envelope).await? {
        Some(kept) => kept,
        None => {
            let server = tokio::time::timeout(STEP, server(channels, tenant, account)).await.map_err(|_| away(&"nobody answers"))??;
            let mut connection = open(account, &server, from.email.domain()).await?;
            announce(&mut connection, &envelope).await?;
            connection
        }
    };
    // From here on the server may have it, whatever we hear.
    let answer = match tokio::time::timeout(VERDICT, connection.message(&bytes)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) if error.status().is_some() => return Err(refused(&error)),
        Ok(Err(error)) => return Err(Failure::new(Class::Unknown, format!("the connection to the mail server was lost ({error})"))),
        Err(_) => return Err(Failure::new(Class::Unknown, "the mail server did not answer in time")),
    };
    mailer.keep(connection);
    Ok(words(&answer.message().collect::<Vec<_>>().join(" ")))
}

/// Where the mail server is. That of a tenant who does not run the house is on the public internet, whatever they type.
async fn server(channels: &Channels, tenant: TenantId, account: &Account) -> Result<Vec<SocketAddr>, Failure> {
    if !channels.credentials.is_guest(tenant).await.map_err(|error| away(&error.message()))? {
        return Ok(tokio::net::lookup_host(account.address()).await.map_err(|error| away(&error))?.collect());
    }
    let (host, port) = account.address();
    channels.outside.hosts(host, port).await.map_err(|error| match error.kind() {
        Kind::Invalid => Failure::new(Class::Permanent, format!("{} Check the settings.", error.message())).elsewhere(true),
        _ => away(&error.message()),
    })
}

fn away(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Class::Transient, format!("the mail server cannot be found ({error})"))
}

/// Whom the mail goes to, and where it is reported when it does not arrive.
fn envelope(account: &Account, mail: &lettre::Message) -> Result<Envelope, String> {
    let written = mail.envelope();
    let from = account.bounces_to()?.or_else(|| written.from().cloned());
    Envelope::new(from, written.to().to_vec()).map_err(|error| error.to_string())
}

/// A connection that was kept and waits for the text; none where it was closed at the other end.
async fn kept(mailer: &Mailer, envelope: &Envelope) -> Result<Option<AsyncSmtpConnection>, Failure> {
    let Some(mut kept) = mailer.take() else { return Ok(None) };
    match announce(&mut kept, envelope).await {
        Ok(()) => Ok(Some(kept)),
        Err(failure) if failure.class != Class::Transient => Err(failure),
        Err(_) => Ok(None),
    }
}

/// Everything before the text. A connection in the middle of this is not used again when it fails.
async fn announce(connection: &mut AsyncSmtpConnection, envelope: &Envelope) -> Result<(), Failure> {
    step(connection.command(Mail::new(envelope.from().cloned(), Vec::new()))).await?;
    for to in envelope.to() {
        step(connection.command(Rcpt::new(to.clone(), Vec::new()))).await?;
    }
    step(connection.command(Data)).await?;
    Ok(())
}

/// One step before the text: whatever fails here, nobody has the mail.
pub(super) async fn step<T>(doing: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
    match tokio::time::timeout(STEP, doing).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) if error.status().is_some() => Err(refused(&error)),
        Ok(Err(error)) => Err(Failure::new(Class::Transient, format!("the mail server cannot be reached ({error})"))),
        Err(_) => Err(Failure::new(Class::Transient, "the mail server did not answer in time, before it was given the mail")),
    }
}

fn refused(error: &Error) -> Failure {
    let code = error.status().map_or(0, u16::from);
    by_reply(code, &words(&error.source().map(ToString::to_string).unwrap_or_default()))
}
