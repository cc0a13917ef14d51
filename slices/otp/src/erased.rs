//! What one-time codes do when a person was erased: they forget where they went. How many were sent and found right stays.

use contacts::Erased;
use store::{Result, Tx, params, sql};

/// Takes an erased person's addresses out of the codes that went there; one that is still good counts no more.
pub(crate) async fn forget(tx: &mut Tx, who: &Erased) -> Result<()> {
    let (phone, email) = (who.phone.as_deref(), who.email.as_deref());
    tx.put(
        sql!(
            "UPDATE one_time_codes SET address = '', state = CASE state WHEN 'sent' THEN 'replaced' ELSE state END,
                ended_at = COALESCE(ended_at, $5)
             WHERE tenant_id = $1 AND address IN ($2, $3) AND created_at <= $4"
        ),
        params![tx.tenant(), phone, email, who.at, tx.now()],
    )
    .await?;
    tx.put(
        sql!("DELETE FROM one_time_code_counts WHERE tenant_id = $1 AND scope = 'address' AND what IN ($2, $3)"),
        params![tx.tenant(), phone, email],
    )
    .await
}
