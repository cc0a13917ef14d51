//! Meta's list of a business account's templates, read.

use super::meta::{Account, NAME, failure};
use crate::answer::{text, words};
use crate::classes::Failure;
use crate::templates::{Category, Quality, Status};
use crate::world::Channels;
use facts::TenantId;
use serde_json::Value;
use std::time::Duration;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
/// Templates on a page: Meta's answers stay well below what a reader of it should hold.
const PAGE: &str = "100";
/// What is asked of each.
const FIELDS: &str = "id,name,language,status,category,quality_score,parameter_format,components,rejected_reason";

/// A template as Meta shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub name: String,
    pub language: String,
    pub category: Category,
    pub status: Status,
    pub quality: Quality,
    pub body: String,
    /// The names of the body's variables, each once, in their order.
    pub variables: Vec<String>,
    /// Whether these are numbers.
    pub numbered: bool,
    /// What it needs beside them, in words.
    pub also_needs: Option<String>,
    /// Why it stands so.
    pub reason: Option<String>,
}

/// A page of them, and where the next begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    pub seen: Vec<Seen>,
    pub next: Option<String>,
}

impl Channels {
    /// Whether the tenant has said which business account at Meta is theirs.
    pub(crate) async fn has_business_account(&self, tenant: TenantId) -> store::Result<bool> {
        Ok(self.credentials.find::<Account>(tenant, NAME).await?.is_some_and(|account| account.waba_id.is_some()))
    }

    /// Asks Meta for a page of a tenant's templates; nothing where it is not said whose they are.
    pub(crate) async fn ask_for_templates(&self, tenant: TenantId, after: Option<&str>) -> store::Result<Result<Option<Page>, Failure>> {
        let Some(account) = self.credentials.find::<Account>(tenant, NAME).await? else { return Ok(Ok(None)) };
        let Some(business) = &account.waba_id else { return Ok(Ok(None)) };
        let address = self.credentials.address(tenant, NAME).await?;
        let mut query = vec![("fields", FIELDS), ("limit", PAGE)];
        query.extend(after.map(|after| ("after", after)));
        let get = self.http.get(format!("{address}/{business}/message_templates")).query(&query).bearer_auth(&account.access_token);
        Ok(self.ask("WhatsApp", PATIENCE, get).await.and_then(|answer| {
            let said = answer.json();
            if answer.is_success() && said["data"].is_array() { Ok(Some(page(&said))) } else { Err(failure(&answer)) }
        }))
    }
}

fn page(said: &Value) -> Page {
    let seen = said["data"].as_array().into_iter().flatten().filter_map(seen).collect();
    let more = said["paging"]["next"].is_string();
    Page { seen, next: said["paging"]["cursors"]["after"].as_str().filter(|_| more).map(str::to_owned) }
}

/// One of them, where it has a name at all.
fn seen(said: &Value) -> Option<Seen> {
    let components: Vec<&Value> = said["components"].as_array().into_iter().flatten().collect();
    let of_kind = |kind: &str| components.iter().find(|part| part["type"].as_str().is_some_and(|word| word.eq_ignore_ascii_case(kind)));
    let body: String =
        of_kind("BODY").and_then(|part| part["text"].as_str()).unwrap_or_default().chars().filter(|letter| *letter != '\0').collect();
    let variables = variables(&body);
    let numbered = match said["parameter_format"].as_str() {
        Some(format) => format.eq_ignore_ascii_case("POSITIONAL"),
        None => variables.iter().all(|name| name.bytes().all(|letter| letter.is_ascii_digit())),
    };
    Some(Seen {
        name: text(&said["name"])?,
        language: language(&text(&said["language"])?),
        category: category(&said["category"]),
        status: status(said["status"].as_str().unwrap_or_default()).unwrap_or(Status::Other),
        quality: quality(&said["quality_score"]["score"]),
        numbered: numbered && !variables.is_empty(),
        also_needs: also_needs(of_kind("HEADER").copied(), of_kind("BUTTONS").copied()),
        reason: reason(&said["rejected_reason"]),
        variables,
        body,
    })
}

/// One spelling: calls write `en-US` where lists write `en_US`.
pub(crate) fn language(said: &str) -> String {
    said.replace('-', "_")
}

/// A category; those that Meta had before count as something else.
pub(crate) fn category(said: &Value) -> Category {
    said.as_str().and_then(|word| word.to_ascii_lowercase().parse().ok()).unwrap_or(Category::Other)
}

/// How people take it.
pub(crate) fn quality(said: &Value) -> Quality {
    said.as_str().and_then(|word| word.to_ascii_lowercase().parse().ok()).unwrap_or(Quality::Unknown)
}

/// What a word of Meta's means, in its lists or in its calls; nothing for one that says nothing of whether it may be sent.
/// Source: Meta's reference of `message_template_status_update`.
pub(crate) fn status(word: &str) -> Option<Status> {
    Some(match word {
        // A flagged one may go on being sent until it is disabled.
        "APPROVED" | "FLAGGED" | "REINSTATED" | "UNARCHIVED" | "UNPAUSED" => Status::Approved,
        "PENDING" | "IN_APPEAL" => Status::Pending,
        "REJECTED" | "LIMIT_EXCEEDED" => Status::Rejected,
        "PAUSED" => Status::Paused,
        "DISABLED" | "ARCHIVED" => Status::Disabled,
        "DELETED" | "PENDING_DELETION" => Status::Gone,
        _ => return None,
    })
}

/// Why, where Meta says a reason: a code of its own, for a person to read.
pub(crate) fn reason(said: &Value) -> Option<String> {
    said.as_str()
        .filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("NONE"))
        .map(|word| words(&word.replace('_', " ").to_lowercase()))
}

/// The variables of a text, each once, in their order.
pub(crate) fn variables(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}").map(|(name, _)| name.trim())) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// What a message by it needs that is not a variable of its body.
fn also_needs(header: Option<&Value>, buttons: Option<&Value>) -> Option<String> {
    let header = header.and_then(|header| match header["format"].as_str().unwrap_or("TEXT") {
        "TEXT" => header["text"].as_str().filter(|text| text.contains("{{")).map(|_| "a value for its header".to_owned()),
        format => Some(format!("a header of the kind {}", format.to_lowercase())),
    });
    let open = |button: &Value| {
        let kind = button["type"].as_str().unwrap_or_default();
        kind.eq_ignore_ascii_case("COPY_CODE") || button["url"].as_str().is_some_and(|url| url.contains("{{"))
    };
    let button = buttons.and_then(|part| part["buttons"].as_array()).is_some_and(|all| all.iter().any(open));
    let button = button.then(|| "a value for a button".to_owned());
    let needs: Vec<String> = header.into_iter().chain(button).collect();
    (!needs.is_empty()).then(|| needs.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_as_meta_writes_it() {
        let said = json!({
            "data": [
                {"id": "1", "name": "mangoes", "language": "en", "status": "APPROVED", "category": "MARKETING", "parameter_format": "NAMED",
                 "quality_score": {"score": "GREEN", "date": 1}, "rejected_reason": "NONE",
                 "components": [{"type": "BODY", "text": "{{name}}, in {{ city }}: mangoes for {{name}}"}]},
                {"name": "old", "language": "en-US", "status": "MOON", "category": "OTP", "rejected_reason": "TAG_CONTENT_MISMATCH",
                 "components": [
                    {"type": "HEADER", "format": "IMAGE"}, {"type": "body", "text": "{{1}} of {{2}}"},
                    {"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://example.com/{{1}}"}]},
                 ]},
                {"language": "en"},
            ],
            "paging": {"cursors": {"after": "abc"}, "next": "https://graph.example/next"},
        });
        let Page { seen, next } = page(&said);
        assert_eq!((seen.len(), next.as_deref()), (2, Some("abc")));
        assert_eq!((seen[0].variables.as_slice(), seen[0].numbered), (["name".to_owned(), "city".to_owned()].as_slice(), false));
        assert_eq!((seen[0].status, seen[0].category, seen[0].quality), (Status::Approved, Category::Marketing, Quality::Green));
        assert_eq!((seen[0].reason.as_deref(), seen[0].also_needs.as_deref()), (None, None));
        assert_eq!((seen[1].status, seen[1].category, seen[1].language.as_str()), (Status::Other, Category::Other, "en_US"));
        assert!(seen[1].numbered);
        assert_eq!(seen[1].also_needs.as_deref(), Some("a header of the kind image and a value for a button"));
        assert_eq!(seen[1].reason.as_deref(), Some("tag content mismatch"));
        let last = json!({"data": [], "paging": {"cursors": {"after": "abc"}}});
        assert_eq!(page(&last), Page { seen: Vec::new(), next: None }, "the last page has a cursor and nothing after it");
    }

    #[test]
    fn words_of_calls() {
        for (word, status_of_it) in [
            ("APPROVED", Some(Status::Approved)),
            ("FLAGGED", Some(Status::Approved)),
            ("PAUSED", Some(Status::Paused)),
            ("DISABLED", Some(Status::Disabled)),
            ("PENDING_DELETION", Some(Status::Gone)),
            ("LOCKED", None),
            ("", None),
        ] {
            assert_eq!(status(word), status_of_it, "{word}");
        }
        assert!(variables("none").is_empty() && variables("{{").is_empty());
    }
}
