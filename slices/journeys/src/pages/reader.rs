//! A journey's form, read field by field.

use super::draft::{ORDER, Typed};
use super::lines;
use crate::plan::{Step, What};
use campaigns::Text;
use facts::messages::Channel;
use messages::Content;
use serde_json::{Map, Value, json};
use std::str::FromStr;
use store::Error;

/// Reads what was typed. A number that cannot be read is as it was before; the first field that could not be read is remembered.
pub(super) struct Reader<'t> {
    pub typed: &'t Typed,
    pub unread: Option<Error>,
}

impl Reader<'_> {
    /// A whole number.
    pub(super) fn number<T: FromStr>(&mut self, name: &str, field: &str, kept: T) -> T {
        let read = self.typed.get(name).and_then(|text| text.trim().parse().ok());
        read.unwrap_or_else(|| self.miss(field, "a whole number", kept))
    }

    /// One of those that a field offers; none where it was left empty, or says something else.
    pub(super) fn chosen<T: FromStr>(&mut self, field: &str, id: Option<String>) -> Option<T> {
        let read = id?.parse().ok();
        if read.is_none() { self.miss(field, "one of those that are offered", None) } else { read }
    }

    fn miss<T>(&mut self, field: &str, says: &str, kept: T) -> T {
        self.unread.get_or_insert_with(|| Error::field(field, says));
        kept
    }

    /// A step as its fields say it. What a program has written and no field shows stays as it is.
    pub(super) fn step(&mut self, at: usize, kept: Step) -> Step {
        let typed = self.typed;
        let get = |name: &str| typed.get(&format!("{name}{at}")).map(|text| text.trim().to_owned());
        let to = |name: &str, kept: Option<String>| get(name).map_or(kept, |text| Some(text).filter(|text| !text.is_empty()));
        let ticked = |name: &str| typed.contains_key(&format!("{name}{at}"));
        let id = get("id").unwrap_or(kept.id);
        let field = |name: &str| format!("steps.{id}.{name}");
        let what = match kept.what {
            What::Send { texts, way, next } => What::Send { texts: said(typed, at, &texts), way, next: to("next", next) },
            What::Wait { minutes, next } => What::Wait { minutes: self.span(at, &id, minutes), next: to("next", next) },
            What::Digest { minutes, next } => What::Digest { minutes: self.span(at, &id, minutes), next: to("next", next) },
            What::WaitFor { did, minutes, then, otherwise } => What::WaitFor {
                did: get("did").unwrap_or(did),
                minutes: self.span(at, &id, minutes),
                then: to("then", then),
                otherwise: to("otherwise", otherwise),
            },
            What::Branch { filter, then, otherwise } => {
                What::Branch { filter: asked(&get("asks"), filter), then: to("then", then), otherwise: to("otherwise", otherwise) }
            }
            What::Split { mut parts, experiment } => {
                for (number, part) in parts.iter_mut().enumerate() {
                    part.weight = self.number(&format!("weight{at}_{number}"), &field("parts"), part.weight);
                    part.next = to(&format!("part{number}_"), part.next.take());
                }
                let chosen = to("experiment", experiment.map(|id| id.to_string()));
                What::Split { parts, experiment: self.chosen(&field("experiment"), chosen) }
            }
            What::Throttle { people, minutes, next } => What::Throttle {
                people: self.number(&format!("people{at}"), &field("people"), people),
                minutes: self.span(at, &id, minutes),
                next: to("next", next),
            },
            What::Update { set, next } => What::Update { set: self.set(get("set"), &field("set"), set), next: to("next", next) },
            What::Tag { tag, next, .. } => What::Tag { tag: get("tag").unwrap_or(tag), off: ticked("off"), next: to("next", next) },
            What::List { list, next, .. } => What::List { list, off: ticked("off"), next: to("next", next) },
            What::Call { endpoint, next } => {
                let chosen = get("endpoint").filter(|text| !text.is_empty());
                What::Call { endpoint: self.chosen(&field("endpoint"), chosen).unwrap_or(endpoint), next: to("next", next) }
            }
            What::Leave { .. } => What::Leave { goal: ticked("goal") },
        };
        Step { id, what }
    }

    /// Attributes, a line each. One that cannot be read is named, and left out.
    fn set(&mut self, typed: Option<String>, field: &str, kept: Map<String, Value>) -> Map<String, Value> {
        let Some(typed) = typed else { return kept };
        let (set, unread) = lines::read(&typed);
        match unread {
            Some(line) => self.miss(field, &format!("{line:?}: a name that no other line has, a colon and what it is"), set),
            None => set,
        }
    }

    fn span(&mut self, at: usize, step: &str, kept: i64) -> i64 {
        let number: Option<i64> = self.typed.get(&format!("long{at}")).and_then(|text| text.trim().parse().ok());
        let Some(number) = number else { return self.miss(&format!("steps.{step}.minutes"), "a whole number", kept) };
        let unit = self.typed.get(&format!("unit{at}")).map(String::as_str).unwrap_or_default();
        let minutes = match unit {
            "days" => 1_440,
            "hours" => 60,
            _ => 1,
        };
        number.saturating_mul(minutes)
    }
}

/// The texts that something was typed for. The HTML that a mail may have by the API stays as long as its text does.
fn said(typed: &Typed, at: usize, kept: &[Text]) -> Vec<Text> {
    let get = |name: &str| typed.get(&format!("{name}{at}")).map(|text| text.replace("\r\n", "\n")).unwrap_or_default();
    let text = |channel: Channel| {
        let (subject, body) = (get(&format!("subject_{channel}")).trim().to_owned(), get(&format!("text_{channel}")));
        let known = kept.iter().find(|text| text.channel == channel).filter(|text| text.content.body == body);
        let template = Some(get("template").trim().to_owned()).filter(|name| channel == Channel::Whatsapp && !name.is_empty());
        let html = known.map(|known| known.content.html.clone()).unwrap_or_default();
        Text { channel, content: Content { subject, body, html, provider_template: template } }
    };
    let all = ORDER.map(text);
    all.into_iter().filter(|text| !text.content.body.trim().is_empty() || !text.content.subject.is_empty()).collect()
}

fn asked(asks: &Option<String>, kept: Value) -> Value {
    match asks.as_deref().and_then(|asks| asks.split_once(':')) {
        Some(("tag", tag)) => json!({"tag": tag}),
        Some(("did", did)) => json!({"did": did}),
        _ => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::super::draft::{Draft, fresh};
    use super::*;

    #[test]
    fn what_cannot_be_read_is_named_and_nothing_else_is_lost() {
        let wait = fresh("wait", "rest".to_owned());
        let kept = serde_json::to_string(&wait).unwrap();
        let fields =
            [("name", "Welcome"), ("step1", &kept), ("id1", "pause"), ("long1", "soon"), ("unit1", "hours"), ("entry", "segment:x")];
        let typed: Typed = fields.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let (draft, unread) = Draft::typed(&typed).unwrap();
        assert_eq!(unread.unwrap().fields()[0].field, "entry", "the first of them");
        assert_eq!((draft.name.as_str(), draft.plan.steps.as_slice()), ("Welcome", [Step { id: "pause".to_owned(), ..wait }].as_slice()));
        let typed: Typed = typed.into_iter().filter(|(name, _)| name != "entry").collect();
        assert_eq!(Draft::typed(&typed).unwrap().1.unwrap().fields()[0].field, "steps.pause.minutes");
    }

    #[test]
    fn what_is_set_and_taken_away_is_read() {
        let kept = ["update", "tag", "tag"].map(|kind| serde_json::to_string(&fresh(kind, kind.to_owned())).unwrap());
        let mut typed: Typed = (1..).zip(&kept).map(|(at, step)| (format!("step{at}"), step.clone())).collect();
        let fields = [("set1", "tier: gold\r\ntrial:"), ("tag2", "vip"), ("off2", "on"), ("tag3", "new")];
        typed.extend(fields.map(|(name, text)| (name.to_owned(), text.to_owned())));
        let (draft, unread) = Draft::typed(&typed).unwrap();
        assert!(unread.is_none());
        let whats: Vec<What> = draft.plan.steps.into_iter().map(|step| step.what).collect();
        let set: Map<String, Value> = [("tier".to_owned(), json!("gold")), ("trial".to_owned(), Value::Null)].into_iter().collect();
        let tag = |tag: &str, off: bool| What::Tag { tag: tag.to_owned(), off, next: None };
        assert_eq!(whats, [What::Update { set, next: None }, tag("vip", true), tag("new", false)]);
        typed.insert("set1".to_owned(), "tier: gold\ntrial".to_owned());
        let unread = Draft::typed(&typed).unwrap().1.unwrap();
        assert_eq!(unread.fields()[0].field, "steps.update.set");
        assert!(unread.message().starts_with("\"trial\""), "{}", unread.message());
    }
}
