//! Looking at conversations.

use crate::model::{Canned, Conversation, Entry, Kind, Stage, State};
use facts::messages::Channel;
use facts::{CannedReplyId, ConversationEntryId, ConversationId, Currency, Id, MessageId, ReceivedId, Time, UserId};
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::HashMap;
use store::{Json, Look, Result, params, sql};
use web::{Cursor, like};

/// A statement that gives whole [`Conversation`]s: what stands behind the list of columns.
macro_rules! conversations {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, channel, address, contact_id, customer, state, snoozed_until, assignee, labels, lead_stage, lead_minor, lead_currency,
                unread, last_text, last_at, last_in_at, version, created_at FROM conversations ",
            $rest
        ))
    };
}
pub(crate) use conversations;

/// One conversation.
pub(crate) async fn conversation(look: &mut impl Look, id: ConversationId) -> Result<Option<Conversation>> {
    look.maybe(conversations!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// Whose conversations of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// This person's.
    Of(UserId),
    /// Those that nobody in particular answers.
    Nobodys,
}

/// Which conversations of a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    pub state: Option<State>,
    pub channel: Option<Channel>,
    pub whose: Option<Whose>,
    pub label: Option<String>,
    /// A part of the customer's name or address.
    pub q: Option<String>,
}

/// A page of conversations, the one that something was said in last first.
pub(crate) async fn page(look: &mut impl Look, filter: &Filter, cursor: Cursor, limit: i64) -> Result<Vec<Conversation>> {
    let words = filter.q.as_deref().map(str::trim).filter(|words| !words.is_empty());
    let pattern = words.map(like);
    // A number is typed with blanks, dashes, or the zero that is dialled at home.
    let digits = words.map(|words| words.chars().filter(char::is_ascii_digit).collect::<String>());
    let digits = digits.map(|digits| digits.trim_start_matches('0').to_owned()).filter(|digits| digits.len() >= 3).map(|part| like(&part));
    let label = filter.label.as_deref().map(|label| like(&format!("\n{label}\n")));
    let assignee = filter.whose.and_then(|whose| if let Whose::Of(user) = whose { Some(user) } else { None });
    look.all(
        conversations!(
            "WHERE tenant_id = $1 AND (last_at, id) < ($2, $3) AND (state = $4 OR $4 IS NULL) AND (channel = $5 OR $5 IS NULL)
                AND (assignee = $6 OR $6 IS NULL) AND (assignee IS NULL OR NOT $7) AND (labels LIKE $8 ESCAPE '\\' OR $8 IS NULL)
                AND (LOWER(customer) LIKE $9 ESCAPE '\\' OR address LIKE $10 ESCAPE '\\' OR $9 IS NULL)
             ORDER BY last_at DESC, id DESC LIMIT $11"
        ),
        params![
            look.tenant(),
            cursor.at,
            cursor.id,
            filter.state.map(State::as_str),
            filter.channel.map(Channel::as_str),
            assignee,
            filter.whose == Some(Whose::Nobodys),
            label,
            pattern,
            digits,
            limit
        ],
    )
    .await
}

/// A page of leads, the one that something was said in last first.
pub(crate) async fn leads(look: &mut impl Look, stage: Option<Stage>, cursor: Cursor, limit: i64) -> Result<Vec<Conversation>> {
    look.all(
        conversations!(
            "WHERE tenant_id = $1 AND (last_at, id) < ($2, $3) AND lead_stage IS NOT NULL AND (lead_stage = $4 OR $4 IS NULL)
             ORDER BY last_at DESC, id DESC LIMIT $5"
        ),
        params![look.tenant(), cursor.at, cursor.id, stage.map(Stage::as_str), limit],
    )
    .await
}

/// How many leads are at a stage, and what they are worth together, in one currency.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StageSum {
    pub stage: Stage,
    /// None where their worth is not known.
    pub currency: Option<Currency>,
    pub leads: i64,
    /// In minor units.
    pub minor: i64,
}

/// Every lead, counted and summed by stage and currency.
pub(crate) async fn lead_sums(look: &mut impl Look) -> Result<Vec<StageSum>> {
    look.all(
        sql!(
            "SELECT lead_stage AS stage, lead_currency AS currency, CAST(COUNT(*) AS BIGINT) AS leads,
                CAST(COALESCE(SUM(lead_minor), 0) AS BIGINT) AS minor
             FROM conversations WHERE tenant_id = $1 AND lead_stage IS NOT NULL GROUP BY lead_stage, lead_currency
             ORDER BY lead_currency, lead_stage"
        ),
        params![look.tenant()],
    )
    .await
}

/// The name under which replies are told to the messages slice.
pub(crate) const SOURCE: &str = "inbox";

/// What stands in a conversation, newest first from a place on: its own entries, and whatever else the house wrote to the address.
pub(crate) async fn entries(look: &mut impl Look, of: &Conversation, cursor: Cursor, limit: i64) -> Result<Vec<Entry>> {
    let mut all: Vec<Entry> = look
        .all(
            sql!(
                "SELECT id, kind, body, files, message_id, actor, at FROM conversation_entries
                 WHERE tenant_id = $1 AND conversation_id = $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5"
            ),
            params![look.tenant(), of.id, cursor.at, cursor.id, limit],
        )
        .await?;
    follow(look, &mut all).await?;
    if !of.address.is_empty() {
        let others = messages::written_to(look, (of.channel, &of.address), SOURCE, cursor, limit).await?;
        all.extend(others.into_iter().map(by_the_house));
        all.sort_by_key(|entry| Reverse((entry.at, entry.id)));
        all.truncate(usize::try_from(limit).unwrap_or(0));
    }
    Ok(all)
}

/// One of a conversation's own entries.
pub(crate) async fn entry(look: &mut impl Look, id: ConversationEntryId) -> Result<Option<Entry>> {
    let mut found: Vec<Entry> = look
        .all(
            sql!("SELECT id, kind, body, files, message_id, actor, at FROM conversation_entries WHERE tenant_id = $1 AND id = $2"),
            params![look.tenant(), id],
        )
        .await?;
    follow(look, &mut found).await?;
    Ok(found.pop())
}

/// Looks up how far the messages are that carry replies, and what came or goes along.
async fn follow(look: &mut impl Look, entries: &mut [Entry]) -> Result<()> {
    let replies: Vec<MessageId> = entries.iter().filter_map(|entry| entry.message_id).collect();
    let lives: HashMap<MessageId, messages::Said> = messages::said(look, &replies).await?.into_iter().map(|said| (said.id, said)).collect();
    for entry in entries.iter_mut() {
        if let Some(said) = entry.message_id.and_then(|id| lives.get(&id)) {
            (entry.delivery, entry.reason) = (Some(said.state), said.reason.clone());
        }
    }
    let came = |entry: &&Entry| entry.kind == Kind::In && !entry.files.0.is_empty();
    let received: Vec<ReceivedId> = entries.iter().filter(came).map(|entry| ReceivedId::from_uuid(entry.id.uuid())).collect();
    for file in messages::attachments(look, &received, &replies).await? {
        let belongs = |entry: &&mut Entry| match file.received_id {
            Some(received) => entry.kind == Kind::In && entry.id.uuid() == received.uuid(),
            None => entry.message_id.is_some() && entry.message_id == file.message_id,
        };
        if let Some(entry) = entries.iter_mut().find(belongs) {
            entry.attachments.push(file);
        }
    }
    Ok(())
}

/// A message that the house wrote by itself.
fn by_the_house(said: messages::Said) -> Entry {
    Entry {
        id: ConversationEntryId::from_uuid(said.id.uuid()),
        kind: Kind::Out,
        body: said.body,
        files: Json(Vec::new()),
        message_id: Some(said.id),
        actor: format!("system:{}", said.template),
        at: said.created_at,
        delivery: Some(said.state),
        reason: said.reason,
        attachments: Vec::new(),
    }
}

/// Every reply that is kept ready, by what it is found by.
pub(crate) async fn canned(look: &mut impl Look) -> Result<Vec<Canned>> {
    look.all(
        sql!("SELECT id, shortcut, body, updated_at FROM canned_replies WHERE tenant_id = $1 ORDER BY shortcut"),
        params![look.tenant()],
    )
    .await
}

/// One of them.
pub(crate) async fn canned_reply(look: &mut impl Look, id: CannedReplyId) -> Result<Option<Canned>> {
    look.maybe(
        sql!("SELECT id, shortcut, body, updated_at FROM canned_replies WHERE tenant_id = $1 AND id = $2"),
        params![look.tenant(), id],
    )
    .await
}

/// A conversation of which something is shown otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct Moved {
    pub tenant_id: facts::TenantId,
    pub id: ConversationId,
    pub version: i64,
    pub beat: i64,
}

/// The most that is told at once.
const MOVED: i64 = 1_000;

/// What has changed since a moment, in every tenant.
pub(crate) async fn moved_since(look: &mut impl Look, since: Time) -> Result<Vec<Moved>> {
    look.all(
        sql!(global
            "SELECT tenant_id, id, version, beat FROM conversations WHERE changed_at >= $1 ORDER BY changed_at DESC LIMIT $2"
        ),
        params![since, MOVED],
    )
    .await
}
