//! What conversations do because of messages and contacts.

use crate::model::{Conversation, Entry, Kind, beginning};
use crate::rows;
use crate::rules::{Act, next};
use async_trait::async_trait;
use facts::contacts::{ContactSaved, ContactsImported};
use facts::inbox::ConversationOpened;
use facts::messages::{AttachmentFetched, MessageMoved, MessageReceived};
use facts::{ContactId, ConversationEntryId, Fact, Id, ReceivedId, TenantId};
use messages::{Attachment, MessageType, Received};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::{Reaction, Result, Stated, Tx};

/// What a customer is called in the inbox: their name, else the address that they wrote from.
fn called(name: Option<String>, address: &str) -> String {
    name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| web::ui::phone_text(address))
}

/// Puts what a customer has written into their conversation. It begins one, wakes it, or opens it again.
pub(crate) struct GatherReceived;

#[async_trait]
impl Reaction for GatherReceived {
    fn name(&self) -> &'static str {
        "gather_received"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MessageReceived::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        match fact.read::<MessageReceived>()? {
            Some(told) => gather(tx, told.received_id).await,
            None => Ok(()),
        }
    }
}

/// How long words are news.
const NEWS: Duration = Duration::from_secs(24 * 3_600);

/// The words of one customer, once however often this is asked for.
pub(crate) async fn gather(tx: &mut Tx, id: ReceivedId) -> Result<()> {
    let Some(received) = messages::received(tx, id).await? else { return Ok(()) };
    let mut received = received;
    if let Some(contact) = received.contact_id {
        received.contact_id = Some(contacts::now_known_as(tx, contact).await?);
    }
    let name = match received.contact_id {
        // Who was erased before this came to its turn is not written down anew.
        Some(contact) if contacts::erased_at(tx, contact).await?.is_some() => return Ok(()),
        Some(contact) => contacts::find(tx, contact).await?.and_then(|contact| contact.name),
        None => None,
    };
    if received.address.is_empty() {
        return Ok(());
    }
    let customer = called(name, &received.address);
    let mut it = rows::meet(tx, &received, &customer).await?;
    if let Some(contact) = it.contact_id {
        it.contact_id = Some(contacts::now_known_as(tx, contact).await?);
    }
    if it.contact_id.is_some() && received.contact_id.is_some() && it.contact_id != received.contact_id {
        // The number is somebody else's now: what was said with who had it stays theirs.
        rows::release(tx, it.id).await?;
        it = rows::meet(tx, &received, &customer).await?;
    }
    let entry = written(&received);
    if !rows::insert_entry(tx, it.id, &entry).await? {
        return Ok(());
    }
    let (begins, before) = (it.last_in_at.is_none() && it.version == 0, it.state);
    let came = if received.files.0.is_empty() { Vec::new() } else { messages::attachments(tx, &[id], &[]).await? };
    hear(&mut it, &received, &came)?;
    if it.contact_id.is_none() {
        (it.contact_id, it.customer) = (received.contact_id, customer);
    }
    rows::put(tx, &it).await?;
    let again = before == crate::model::State::Resolved;
    // What was written before there was an inbox is no news to whoever listens.
    let news = received.received_at.after(NEWS) > tx.now();
    if news && (begins || again) {
        tx.state(ConversationOpened { conversation_id: it.id, contact_id: it.contact_id, channel: it.channel, again }).await?;
    }
    Ok(())
}

fn written(received: &Received) -> Entry {
    Entry {
        id: ConversationEntryId::from_uuid(received.id.uuid()),
        kind: Kind::In,
        body: received.body.clone(),
        files: received.files.clone(),
        message_id: None,
        actor: String::new(),
        at: received.received_at,
        delivery: None,
        reason: None,
        attachments: Vec::new(),
    }
}

/// How the conversation stands with these words in it, in whatever order they come.
fn hear(it: &mut Conversation, received: &Received, came: &[Attachment]) -> Result<()> {
    it.state = next(it.state, Act::Hear)?;
    it.snoozed_until = None;
    it.unread += 1;
    it.version += 1;
    // The window counts from when it was written; a provider's clock that goes ahead of ours makes it no longer.
    let wrote = received.written_at.map_or(received.received_at, |at| at.min(received.received_at));
    it.last_in_at = it.last_in_at.max(Some(wrote));
    if received.received_at >= it.last_at {
        it.last_at = received.received_at;
        it.last_text = match (received.body.is_empty(), came.first()) {
            (false, _) => beginning(&received.body),
            (true, Some(first)) => beginning(&first.title()),
            (true, None) => "Sent a file".to_owned(),
        };
    }
    Ok(())
}

/// Lets open pages show how far a reply is.
pub(crate) struct FollowReplies;

#[async_trait]
impl Reaction for FollowReplies {
    fn name(&self) -> &'static str {
        "follow_replies"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MessageMoved::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        match fact.read::<MessageMoved>()? {
            Some(moved) if moved.template == MessageType::Direct.as_str() => rows::beat_for(tx, moved.message_id).await,
            Some(_) | None => Ok(()),
        }
    }
}

/// Lets open pages show what came with something as soon as it is here.
pub(crate) struct FollowAttachments;

#[async_trait]
impl Reaction for FollowAttachments {
    fn name(&self) -> &'static str {
        "follow_attachments"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[AttachmentFetched::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        match fact.read::<AttachmentFetched>()? {
            Some(fetched) => rows::beat_in(tx, ConversationEntryId::from_uuid(fetched.received_id.uuid())).await,
            None => Ok(()),
        }
    }
}

/// Keeps the names in the inbox those of the contacts.
pub(crate) struct FollowName;

#[async_trait]
impl Reaction for FollowName {
    fn name(&self) -> &'static str {
        "follow_talker_name"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ContactSaved::KIND, ContactsImported::KIND]
    }

    async fn react(&self, tx: &mut Tx, fact: &Stated) -> Result<()> {
        follow_names(tx, &changed(fact)?).await
    }

    async fn react_all(&self, tx: &mut Tx, facts: &[Arc<Stated>]) -> Result<()> {
        let mut tenants: BTreeMap<TenantId, Vec<ContactId>> = BTreeMap::new();
        for fact in facts {
            tenants.entry(fact.tenant_id).or_default().extend(changed(fact)?);
        }
        for (tenant, mut people) in tenants {
            people.sort_unstable();
            people.dedup();
            tx.go_on_for(tenant);
            follow_names(tx, &people).await?;
        }
        Ok(())
    }
}

/// Whose name may have changed.
fn changed(fact: &Stated) -> Result<Vec<ContactId>> {
    Ok(match fact.read::<ContactsImported>()? {
        Some(taken) => taken.changed,
        None => fact.read::<ContactSaved>()?.filter(|saved| !saved.new).map(|saved| saved.contact_id).into_iter().collect(),
    })
}

/// Calls those of them who have written as they are called now.
async fn follow_names(tx: &mut Tx, people: &[ContactId]) -> Result<()> {
    let talkers = rows::talkers(tx, people).await?;
    let ids: Vec<ContactId> = talkers.iter().map(|(id, _)| *id).collect();
    let names = contacts::known(tx, &ids).await?;
    let renamed = talkers.into_iter().filter_map(|(id, called)| {
        let name = names.get(&id).cloned().flatten().filter(|name| !name.trim().is_empty() && *name != called)?;
        Some((id, name))
    });
    let renamed: BTreeMap<ContactId, String> = renamed.collect();
    rows::rename(tx, &renamed.into_iter().collect::<Vec<_>>()).await
}
