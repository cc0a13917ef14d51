//! A segment is taken away.

use crate::{book, queries, rows};
use facts::segments::SegmentSaved;
use facts::{Change, SegmentId};
use serde_json::Value;
use store::{Command, Error, Result, Tx};

/// Takes a segment away. Who was in it stays known.
pub(crate) struct DeleteSegment(pub SegmentId);

impl Command for DeleteSegment {
    const NAME: &'static str = "delete_segment";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        book::hold(tx).await?;
        let segment = queries::segment(tx, self.0).await?.ok_or_else(|| Error::not_found("segment"))?;
        rows::delete(tx, segment.id).await?;
        let changes = Change::between(&segment.told(), &Value::Null);
        tx.state(SegmentSaved { segment_id: segment.id, name: segment.name, live: false, changes }).await?;
        Ok(())
    }
}
