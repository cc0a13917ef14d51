//! Origin's own word: `origin verify`, beside the running server.

use crate::street::Street;
use crate::verdict::Verdict;
use anyhow::{Context, Result};
use serde_json::Value;

pub(super) async fn check(street: &Street, verdict: &mut Verdict) -> Result<()> {
    let (succeeded, printed) = street.process.run(&["verify", "--json"]).await?;
    let said: Value = serde_json::from_str(printed.trim()).with_context(|| format!("origin verify printed {printed:?}"))?;
    let mut wrong = Vec::new();
    for (name, list) in said["wrong"].as_object().into_iter().flatten() {
        wrong.extend(list.as_array().into_iter().flatten().map(|what| format!("{name}: {what}")));
    }
    if wrong.is_empty() && !(succeeded && said["ok"] == true) {
        wrong.push(format!("it did not say that all is well: {printed}"));
    }
    verdict.promise("origin verify finds nothing wrong: the ledger sums to zero, everything is booked once", wrong);
    Ok(())
}
