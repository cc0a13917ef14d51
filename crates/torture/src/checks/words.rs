//! What customers wrote: all of it is in the inbox, once.

use crate::promises::Words;
use crate::street::Street;
use crate::verdict::Verdict;
use anyhow::Result;
use serde_json::Value;
use std::collections::HashMap;

pub(super) async fn check(street: &Street, written: &[Words], verdict: &mut Verdict) -> Result<()> {
    let conversations = street.api.all("/api/v1/conversations?limit=200").await?;
    let by_phone: HashMap<&str, &Value> =
        conversations.iter().filter_map(|conversation| Some((conversation["address"].as_str()?, conversation))).collect();
    verdict.count("what customers wrote", written.len());
    let wrong = written.iter().filter_map(|words| wrong(words, by_phone.get(words.person.phone.as_str()).copied())).collect();
    verdict.promise("whatever customers wrote is in the inbox, once", wrong);
    Ok(())
}

fn wrong(words: &Words, there: Option<&Value>) -> Option<String> {
    let phone = &words.person.phone;
    match there {
        None => Some(format!("{phone} wrote, and there is no conversation")),
        Some(there) if there["unread"] == 1 && there["last_text"] == words.text => None,
        Some(there) => Some(format!("{phone} wrote \"{}\" once: {there}", words.text)),
    }
}
