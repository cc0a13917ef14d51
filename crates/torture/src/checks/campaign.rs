//! The campaign: everybody of the crowd got it, and nobody got two.

use super::messages::mailboxes;
use crate::campaign;
use crate::promises::Campaign;
use crate::street::Street;
use crate::verdict::Verdict;
use anyhow::Result;

pub(super) async fn check(street: &Street, sent: Option<&Campaign>, pauses: u32, verdict: &mut Verdict) -> Result<()> {
    let Some(sent) = sent else { return Ok(()) };
    let shown = street.api.get(&format!("/api/v1/campaigns/{}", sent.id)).await?;
    let mailboxes = mailboxes(street);
    let arrived = |nth: u64| mailboxes.get(&campaign::one(nth).email).map_or(0, std::collections::HashSet::len);
    let off: Vec<String> = (0..sent.people).map(|nth| (nth, arrived(nth))).filter(|(_, mails)| *mails != 1).map(words).collect();
    verdict.count("people of the campaign", sent.people);
    verdict.count("people whom it reached", (0..sent.people).filter(|nth| arrived(*nth) > 0).count());
    verdict.count("pauses of the campaign", pauses);
    verdict.promise("everybody of the campaign got it once", off);
    let as_it_is = shown["state"] == "done" && shown["people"] == sent.people && shown["sent"] == sent.people;
    verdict.promise("the campaign counts what it did", if as_it_is { Vec::new() } else { vec![shown.to_string()] });
    Ok(())
}

fn words((nth, mails): (u64, usize)) -> String {
    format!("{}: {mails} different mails arrived", campaign::one(nth).email)
}
