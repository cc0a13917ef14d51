//! Templates: what a shop may say to people who have not written, once Meta has approved of it.

use super::Meta;
use super::wire::{Answer, Refused};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

const CATEGORIES: [&str; 3] = ["MARKETING", "UTILITY", "AUTHENTICATION"];
/// The longest body of a template, in characters.
pub(super) const LONGEST: usize = 1_024;
/// How many a page lists unless asked.
const PAGE: usize = 25;

/// One template in one language.
#[derive(Clone, Debug)]
pub struct MetaTemplate {
    /// Meta's id.
    pub id: String,
    /// Small letters, digits and underscores.
    pub name: String,
    /// Such as `en` or `en_US`.
    pub language: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub category: String,
    /// `PENDING`, `APPROVED`, `REJECTED`, `PAUSED` or `DISABLED`.
    pub status: String,
    /// `POSITIONAL` for `{{1}}`, `NAMED` for `{{amount}}`.
    pub parameter_format: String,
    /// Header, body, footer and buttons, as they were given.
    pub components: Vec<Value>,
    /// Why it was rejected.
    pub rejected_reason: String,
    /// How people take it: `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality: String,
}

/// What can be asked of a template.
const FIELDS: [&str; 9] =
    ["id", "name", "language", "status", "category", "quality_score", "parameter_format", "components", "rejected_reason"];
/// What is told of one where nothing is asked.
const USUAL: [&str; 7] = ["name", "parameter_format", "components", "language", "status", "category", "id"];

impl MetaTemplate {
    /// These fields of it, and its id in any case, as Graph does.
    fn shown(&self, fields: &[&str]) -> Value {
        let mut all = json!({
            "id": self.id, "name": self.name, "language": self.language, "status": self.status, "category": self.category,
            "quality_score": {"score": self.quality}, "parameter_format": self.parameter_format, "components": self.components,
            "rejected_reason": self.rejected_reason,
        });
        if let Some(all) = all.as_object_mut() {
            all.retain(|name, _| name == "id" || fields.contains(&name.as_str()));
        }
        all
    }
}

/// The templates of each account; a new one begins with those that every account has here.
#[derive(Default)]
pub(super) struct Shelf(HashMap<Option<String>, Vec<MetaTemplate>>);

impl Shelf {
    pub(super) fn of(&mut self, whose: Option<&str>) -> &mut Vec<MetaTemplate> {
        self.0.entry(whose.map(str::to_owned)).or_insert_with(super::ready::templates)
    }

    /// The template of a name and a language.
    pub(super) fn find(&mut self, whose: Option<&str>, name: &str, language: &str) -> Option<&mut MetaTemplate> {
        self.of(whose).iter_mut().find(|template| template.name == name && template.language == language)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// With commas between them.
    #[serde(default)]
    fields: String,
    #[serde(default)]
    limit: Option<usize>,
    #[serde(default)]
    after: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    status: String,
}

pub(super) async fn list(State(meta): State<Meta>, Path(id): Path<String>, Query(wanted): Query<Wanted>, headers: HeaderMap) -> Response {
    let deed = async { meta.list_templates(&headers, &id, &wanted).into_response() };
    meta.0.door.pass("GET /{waba_id}/message_templates", &[], |status| Refused::by_fault(status).into_response(), deed).await
}

pub(super) async fn create(State(meta): State<Meta>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let deed = async { meta.create_template(&headers, &id, &body).into_response() };
    meta.0.door.pass("POST /{waba_id}/message_templates", &[], |status| Refused::by_fault(status).into_response(), deed).await
}

#[derive(Deserialize)]
struct New {
    name: String,
    language: String,
    category: String,
    #[serde(default)]
    parameter_format: Option<String>,
    components: Vec<Value>,
}

impl Wanted {
    fn fields(&self) -> Result<Vec<&str>, Refused> {
        if self.fields.is_empty() {
            return Ok(USUAL.to_vec());
        }
        let fields: Vec<&str> = self.fields.split(',').collect();
        match fields.iter().find(|field| !FIELDS.contains(field)) {
            Some(odd) => Err(Refused::parameter(format!("Tried accessing nonexisting field ({odd})"))),
            None => Ok(fields),
        }
    }
}

impl New {
    fn check(&self) -> Result<(), Refused> {
        let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'_';
        if self.name.is_empty() || self.name.len() > 512 || !self.name.bytes().all(plain) {
            return Err(Refused::parameter("name: lower case letters, digits and underscores"));
        }
        if !CATEGORIES.contains(&self.category.as_str()) {
            return Err(Refused::parameter(format!("category: one of {}", CATEGORIES.join(", "))));
        }
        if !self.parameter_format.as_deref().is_none_or(|format| ["NAMED", "POSITIONAL", "named", "positional"].contains(&format)) {
            return Err(Refused::parameter("parameter_format: NAMED or POSITIONAL"));
        }
        let bodies: Vec<&Value> = self.components.iter().filter(|part| kind(part) == "BODY").collect();
        let [body] = bodies.as_slice() else { return Err(Refused::parameter("components: exactly one BODY")) };
        if self.category == "AUTHENTICATION" {
            return Ok(());
        }
        let text = body["text"].as_str().unwrap_or_default();
        if text.is_empty() || text.chars().count() > LONGEST {
            return Err(Refused::parameter(format!("BODY: 1 to {LONGEST} characters")));
        }
        if !variables(text).is_empty() && !body["example"].is_object() {
            return Err(Refused::parameter("BODY: a text with variables needs an example of them"));
        }
        Ok(())
    }
}

impl Meta {
    fn list_templates(&self, headers: &HeaderMap, id: &str, wanted: &Wanted) -> Answer {
        let whose = self.whose(headers)?;
        self.is_account(id)?;
        let from = if wanted.after.is_empty() { Some(0) } else { wanted.after.strip_prefix("after").and_then(|text| text.parse().ok()) };
        let from: usize = from.ok_or_else(|| Refused::parameter("after: no cursor of this list"))?;
        let limit = wanted.limit.unwrap_or(PAGE);
        if !(1..=1_000).contains(&limit) {
            return Err(Refused::parameter("limit: 1 to 1000"));
        }
        let fields = wanted.fields()?;
        let fits = |template: &&MetaTemplate| {
            (wanted.name.is_empty() || template.name.contains(&wanted.name))
                && (wanted.status.is_empty() || template.status == wanted.status)
        };
        let mut state = self.0.state.lock();
        let all: Vec<MetaTemplate> = state.templates.of(whose.as_deref()).iter().filter(fits).cloned().collect();
        drop(state);
        let page: Vec<Value> = all.iter().skip(from).take(limit).map(|template| template.shown(&fields)).collect();
        let after = format!("after{}", from + page.len());
        let mut answer = json!({"data": page, "paging": {"cursors": {"before": format!("after{from}"), "after": after}}});
        if all.len() > from + page.len() {
            answer["paging"]["next"] = json!(format!("{}/v25.0/{id}/message_templates?limit={limit}&after={after}", self.0.base));
        }
        Ok(Json(answer))
    }

    fn create_template(&self, headers: &HeaderMap, id: &str, body: &[u8]) -> Answer {
        let whose = self.whose(headers)?;
        self.is_account(id)?;
        let new: New = serde_json::from_slice(body).map_err(|error| Refused::parameter(error.to_string()))?;
        new.check()?;
        let mut state = self.0.state.lock();
        if state.templates.find(whose.as_deref(), &new.name, &new.language).is_some() {
            return Err(Refused::parameter("Content in this language already exists"));
        }
        let template = MetaTemplate {
            id: self.0.names.digits(16),
            name: new.name,
            language: new.language,
            category: new.category,
            status: "PENDING".to_owned(),
            parameter_format: new.parameter_format.unwrap_or_else(|| "POSITIONAL".to_owned()).to_uppercase(),
            components: new.components,
            rejected_reason: "NONE".to_owned(),
            quality: "UNKNOWN".to_owned(),
        };
        state.templates.of(whose.as_deref()).push(template.clone());
        drop(state);
        let answer = json!({"id": template.id, "status": template.status, "category": template.category});
        self.judge_later(whose, template);
        Ok(Json(answer))
    }
}

/// A component's kind, in capitals.
pub(super) fn kind(component: &Value) -> String {
    component["type"].as_str().unwrap_or_default().to_uppercase()
}

/// The variables of a text, each once, in their order.
pub(super) fn variables(text: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let names = text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}").map(|(name, _)| name.trim().to_owned()));
    names.filter(|name| seen.insert(name.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::variables;

    #[test]
    fn variables_of_a_text() {
        assert_eq!(variables("Hi {{name}}, {{ amount }} for {{name}}"), ["name", "amount"]);
        assert_eq!(variables("{{1}}{{2"), ["1"]);
        assert!(variables("none").is_empty());
    }
}
