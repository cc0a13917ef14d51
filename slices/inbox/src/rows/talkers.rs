//! What conversations know of who talks in them: the number, the name, and what is left once they are erased.

use crate::model::LABELLED;
use facts::{ContactId, ConversationId};
use serde_json::json;
use store::{Look, MANY, Result, Tx, Value, many, params, sql};

/// Which of these people have a conversation, and what they are called there.
pub(crate) async fn talkers(tx: &mut Tx, people: &[ContactId]) -> Result<Vec<(ContactId, String)>> {
    tx.all_in(
        sql!(concat!("SELECT DISTINCT contact_id, customer FROM conversations WHERE tenant_id = $1 AND contact_id IN (", many!(), ")")),
        people,
        &[],
    )
    .await
}

/// The name that goes with whichever of the places of `many!` it is: `$34` to `$65`.
macro_rules! name {
    () => {
        "CASE contact_id \
         WHEN $2 THEN $34 WHEN $3 THEN $35 WHEN $4 THEN $36 WHEN $5 THEN $37 WHEN $6 THEN $38 WHEN $7 THEN $39 WHEN $8 THEN $40 \
         WHEN $9 THEN $41 WHEN $10 THEN $42 WHEN $11 THEN $43 WHEN $12 THEN $44 WHEN $13 THEN $45 WHEN $14 THEN $46 WHEN $15 THEN $47 \
         WHEN $16 THEN $48 WHEN $17 THEN $49 WHEN $18 THEN $50 WHEN $19 THEN $51 WHEN $20 THEN $52 WHEN $21 THEN $53 WHEN $22 THEN $54 \
         WHEN $23 THEN $55 WHEN $24 THEN $56 WHEN $25 THEN $57 WHEN $26 THEN $58 WHEN $27 THEN $59 WHEN $28 THEN $60 WHEN $29 THEN $61 \
         WHEN $30 THEN $62 WHEN $31 THEN $63 WHEN $32 THEN $64 WHEN $33 THEN $65 END"
    };
}

/// Calls people's conversations by the names that they have now, many to a statement.
pub(crate) async fn rename(tx: &mut Tx, people: &[(ContactId, String)]) -> Result<()> {
    let sql = sql!(concat!(
        "UPDATE conversations SET customer = ",
        name!(),
        ", beat = beat + 1, changed_at = $66 WHERE tenant_id = $1 AND contact_id IN (",
        many!(),
        ")"
    ));
    for some in people.chunks(MANY) {
        let (ids, mut names): (Vec<ContactId>, Vec<Value>) = some.iter().map(|(id, name)| (*id, Value::from(name.as_str()))).unzip();
        // The places that are left over repeat the last of them, and are never come to.
        names.resize(MANY, Value::Null);
        names.push(tx.now().into());
        tx.put_in(sql, &ids, &names).await?;
    }
    Ok(())
}

/// Takes the number from a conversation: who writes from it now begins another.
pub(crate) async fn release(tx: &mut Tx, id: ConversationId) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE conversations SET address = '', state = 'resolved', snoozed_until = NULL, version = version + 1, beat = beat + 1,
                changed_at = $3
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), id, tx.now()],
    )
    .await
}

/// Empties what was said with somebody who was erased, and where to.
pub(crate) async fn forget(tx: &mut Tx, contact: ContactId) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE conversation_entries SET body = '', files = $3 WHERE tenant_id = $1 AND kind <> 'event' AND conversation_id IN
                (SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id = $2)"
        ),
        params![tx.tenant(), contact, json!([])],
    )
    .await?;
    // What labels say of somebody goes with them.
    tx.put(
        sql!(
            "UPDATE conversation_entries SET body = $3 WHERE tenant_id = $1 AND kind = 'event' AND body LIKE $4 AND conversation_id IN
                (SELECT id FROM conversations WHERE tenant_id = $1 AND contact_id = $2)"
        ),
        params![tx.tenant(), contact, LABELLED, format!("{LABELLED} %")],
    )
    .await?;
    tx.put(
        sql!(
            "UPDATE conversations SET address = '', customer = 'Erased', last_text = '', labels = '', unread = 0, state = 'resolved',
                snoozed_until = NULL, version = version + 1, beat = beat + 1, changed_at = $3
             WHERE tenant_id = $1 AND contact_id = $2"
        ),
        params![tx.tenant(), contact, tx.now()],
    )
    .await
}
