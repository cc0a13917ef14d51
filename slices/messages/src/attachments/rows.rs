//! Reading and writing attachments.

use super::fetch::FetchAttachment;
use super::{Attachment, Fetched, kinds};
use crate::talk::heard_by;
use channels::{Enclosed, Provider, Refused};
use facts::messages::Channel;
use facts::{ContactId, FileId, MessageId, ReceivedId};
use serde::Deserialize;
use store::{Error, Look, Result, Sending, Tx, many, params, rows, sql};

/// The columns of a whole [`Attachment`].
macro_rules! columns {
    () => {
        "id, received_id, message_id, provider, reference, name, kind, told_sha256, sha256, size, state, reason"
    };
}

/// Notes what came with something that was written, and sends for it.
pub(crate) async fn keep(tx: &mut Tx, received: ReceivedId, provider: Provider, files: &[Enclosed]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let (mut values, mut errands) = (Vec::new(), Vec::new());
    for (place, file) in (0i64..).zip(files) {
        let id: FileId = tx.id();
        values.extend_from_slice(params![
            tx.tenant(),
            id,
            received,
            place,
            provider.as_str(),
            &file.reference,
            file.name.as_deref().and_then(|name| files::name(name).ok()).unwrap_or_default(),
            files::media_type(&file.kind),
            file.sha256.as_deref().unwrap_or_default(),
            "",
            0,
            Fetched::Waiting.as_str(),
            tx.now(),
            tx.now()
        ]);
        errands.push((FetchAttachment { file_id: id, provider }, Sending::default()));
    }
    let insert = rows!(
        "INSERT INTO attachments (tenant_id, id, received_id, place, provider, reference, name, kind, told_sha256, sha256, size, state, \
         created_at, changed_at) VALUES ",
        14,
        ""
    );
    tx.put_rows(insert, &values).await?;
    tx.send_all(errands).await
}

/// To whom a message goes, and what it says.
#[derive(Debug, Deserialize)]
struct Carrier {
    channel: Channel,
    address: String,
    body: String,
}

/// Lets a message that was queued in this transaction carry a file that was taken in.
///
/// # Errors
/// The field `file`, where WhatsApp carries none of its kind or size, or whoever is asked first none of its kind; the field `caption`, where they
/// carry it without words alone; `upload_over`; whatever the engine refuses.
pub async fn attach(tx: &mut Tx, message: MessageId, file: &files::Taken) -> Result<()> {
    let kind = kinds::kind(&file.media_type, &file.begins);
    kinds::may_go(&kind, file.size)?;
    let carrier: Carrier =
        tx.one(sql!("SELECT channel, address, body FROM messages WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), message]).await?;
    let by = heard_by(tx, (carrier.channel, &carrier.address)).await?;
    if let Some(refused) = by.and_then(|by| by.refuses(&kind, carrier.body != file.name)) {
        return Err(Error::field(if refused == Refused::Words { "caption" } else { "file" }, refused.says()));
    }
    files::bear(tx, file.id).await?;
    tx.put(
        sql!(
            "INSERT INTO attachments (tenant_id, id, message_id, place, provider, reference, name, kind, told_sha256, sha256, size, state,
                created_at, changed_at)
             VALUES ($1, $2, $3, 0, '', '', $4, $5, '', $6, $7, $8, $9, $9)"
        ),
        params![tx.tenant(), file.id, message, &file.name, &kind, &file.sha256, file.size, Fetched::Kept.as_str(), tx.now()],
    )
    .await
}

/// One of them.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn attachment(look: &mut impl Look, id: FileId) -> Result<Option<Attachment>> {
    look.maybe(sql!(concat!("SELECT ", columns!(), " FROM attachments WHERE tenant_id = $1 AND id = $2")), params![look.tenant(), id]).await
}

/// What came with things that were written, and what messages carry, each in its order.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn attachments(look: &mut impl Look, received: &[ReceivedId], messages: &[MessageId]) -> Result<Vec<Attachment>> {
    let mut found: Vec<Attachment> = look
        .all_in(
            sql!(concat!(
                "SELECT ",
                columns!(),
                " FROM attachments WHERE tenant_id = $1 AND received_id IS NOT NULL AND received_id IN (",
                many!(),
                ") ORDER BY received_id, place"
            )),
            received,
            &[],
        )
        .await?;
    let of_messages: Vec<Attachment> = look
        .all_in(
            sql!(concat!(
                "SELECT ",
                columns!(),
                " FROM attachments WHERE tenant_id = $1 AND message_id IS NOT NULL AND message_id IN (",
                many!(),
                ") ORDER BY message_id, place"
            )),
            messages,
            &[],
        )
        .await?;
    found.extend(of_messages);
    Ok(found)
}

/// What a message carries.
pub(crate) async fn carried(look: &mut impl Look, message: MessageId) -> Result<Option<Attachment>> {
    look.maybe(
        sql!(concat!("SELECT ", columns!(), " FROM attachments WHERE tenant_id = $1 AND message_id IS NOT NULL AND message_id = $2")),
        params![look.tenant(), message],
    )
    .await
}

/// What a fetch came to, as the row keeps it.
pub(super) struct Settled<'a> {
    pub state: Fetched,
    pub kind: Option<&'a str>,
    pub sha256: &'a str,
    pub size: i64,
    pub reason: Option<&'a str>,
}

/// Writes what a fetch came to; gives what the file came with, unless nobody waits for it any more.
pub(super) async fn settle(tx: &mut Tx, id: FileId, settled: &Settled<'_>) -> Result<Option<ReceivedId>> {
    tx.maybe(
        sql!(
            "UPDATE attachments SET state = $3, kind = COALESCE($4, kind), sha256 = $5, size = $6, reason = $7, changed_at = $8
             WHERE tenant_id = $1 AND id = $2 AND state = 'waiting' RETURNING received_id"
        ),
        params![tx.tenant(), id, settled.state.as_str(), settled.kind, settled.sha256, settled.size, settled.reason, tx.now()],
    )
    .await
}

/// Has one that could not be had asked for again; gives who has it, unless it is no such one.
pub(super) async fn wait_again(tx: &mut Tx, id: FileId) -> Result<Option<String>> {
    tx.maybe(
        sql!(
            "UPDATE attachments SET state = 'waiting', reason = NULL, changed_at = $3
             WHERE tenant_id = $1 AND id = $2 AND state = 'failed' RETURNING provider"
        ),
        params![tx.tenant(), id, tx.now()],
    )
    .await
}

/// Deletes what came from somebody who was erased and what was sent to them, and sends for the bytes.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    let mut gone: Vec<FileId> = tx
        .all(
            sql!(
                "DELETE FROM attachments WHERE tenant_id = $1 AND received_id IS NOT NULL AND received_id IN
                    (SELECT id FROM received WHERE tenant_id = $1 AND contact_id = $2) RETURNING id"
            ),
            params![tx.tenant(), contact],
        )
        .await?;
    let sent: Vec<FileId> = tx
        .all(
            sql!(
                "DELETE FROM attachments WHERE tenant_id = $1 AND message_id IS NOT NULL AND message_id IN
                    (SELECT id FROM messages WHERE tenant_id = $1 AND contact_id = $2) RETURNING id"
            ),
            params![tx.tenant(), contact],
        )
        .await?;
    gone.extend(sent);
    files::remove(tx, gone).await
}
