//! Writes the mail that a fact about an account asks for.

use super::AccountMail;
use super::texts::{Facts, compose};
use crate::commands::{NewMail, put};
use async_trait::async_trait;
use channels::Provider;
use facts::identity::{EmailChanged, PasswordChanged, Purpose, SecondFactorChanged, TicketIssued};
use facts::messages::ProviderSilence;
use facts::{Time, UserId};
use std::time::Duration;
use store::{Reaction, Result, Stated, Tx};

/// Of what is older nobody is told: it happened before these mails were written, and would only frighten.
const NEWS: Duration = Duration::from_secs(24 * 3_600);

/// Sends links that were issued, and word of what changed about an account.
pub(crate) struct WriteAccountMail;

#[async_trait]
impl Reaction for WriteAccountMail {
    fn name(&self) -> &'static str {
        "write_account_mail"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["ticket.issued", "member.password_changed", "member.email_changed", "member.second_factor_changed", "provider.silence"]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        if tx.now().since(fact.at) > NEWS {
            return Ok(());
        }
        if let Some(issued) = fact.read::<TicketIssued>()? {
            return link(tx, fact, &issued).await;
        }
        if let Some(changed) = fact.read::<EmailChanged>()? {
            let Some(before) = changed.from else { return Ok(()) };
            let facts = Facts { email: Some(changed.to), ..Facts::default() };
            return write(tx, fact, AccountMail::EmailChanged, before, facts, None).await;
        }
        if let Some(changed) = fact.read::<PasswordChanged>()? {
            return tell(tx, fact, AccountMail::PasswordChanged, changed.user_id).await;
        }
        if let Some(silence) = fact.read::<ProviderSilence>()? {
            return if silence.over { Ok(()) } else { warn(tx, fact, &silence).await };
        }
        match fact.read::<SecondFactorChanged>()? {
            Some(changed) if !changed.on => tell(tx, fact, AccountMail::SecondFactorOff, changed.user_id).await,
            _ => Ok(()),
        }
    }
}

/// Sends a link, unless it opens nothing any more.
async fn link(tx: &mut Tx, fact: &Stated, issued: &TicketIssued) -> Result<()> {
    let Some(ticket) = identity::ticket(tx, issued.ticket_id).await? else { return Ok(()) };
    let role = ticket.role.map(|role| role.to_string());
    let (mail, facts) = match ticket.purpose {
        Purpose::Invitation => (AccountMail::Invitation, Facts { by: ticket.name, role, ..Facts::default() }),
        Purpose::PasswordReset => (AccountMail::PasswordReset, Facts::default()),
        Purpose::EmailChange => (AccountMail::EmailChange, Facts::default()),
        Purpose::SignUp => (AccountMail::SignUp, Facts { shop: ticket.name.unwrap_or_default(), ..Facts::default() }),
    };
    write(tx, fact, mail, ticket.email, facts, Some((issued.ticket_id.to_string(), ticket.expires_at))).await
}

/// Tells a person, where they have an address.
async fn tell(tx: &mut Tx, fact: &Stated, mail: AccountMail, user: UserId) -> Result<()> {
    match identity::member(tx, user).await?.and_then(|member| member.email) {
        Some(email) => write(tx, fact, mail, email, Facts::default(), None).await,
        None => Ok(()),
    }
}

/// Tells the owners that a provider says nothing any more.
async fn warn(tx: &mut Tx, fact: &Stated, silence: &ProviderSilence) -> Result<()> {
    let provider: Option<Provider> = silence.provider.parse().ok();
    for (user, email) in identity::owners_by_mail(tx).await? {
        let facts = Facts { provider: provider.map(Provider::title), ..Facts::default() };
        let (reference, until) = (format!("{}/{user}", fact.id), tx.now().after(NEWS));
        write(tx, fact, AccountMail::ProviderSilent, email, facts, Some((reference, until))).await?;
    }
    Ok(())
}

/// Queues it: once for its fact, or what else it is named by, however often that is reacted to. A link's mail names its ticket, and is worth
/// nothing when that is over.
async fn write(
    tx: &mut Tx,
    fact: &Stated,
    mail: AccountMail,
    email: String,
    mut facts: Facts,
    named: Option<(String, Time)>,
) -> Result<()> {
    if facts.shop.is_empty() {
        facts.shop = identity::tenant(tx).await?.name;
    }
    let (reference, expires_at) = named.unzip();
    let new = NewMail {
        address: email,
        template: mail.as_str(),
        composed: compose(mail, &facts),
        source: "account",
        reference: reference.unwrap_or_else(|| fact.id.to_string()),
        expires_at: expires_at.unwrap_or_else(|| tx.now().after(NEWS)),
    };
    let fresh = new.fresh(tx);
    put(tx, vec![fresh]).await.map(drop)
}
