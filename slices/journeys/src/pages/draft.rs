//! A journey as a form has it: its steps one below the other, each with the fields of its kind.

use super::words::parted;
use crate::model::Journey;
use crate::plan::{Again, Entry, LEAVE, Part, Plan, Step, What};
use campaigns::{Text, Way};
use facts::messages::Channel;
use messages::Content;
use serde_json::{Value, json};
use std::collections::HashMap;
use store::{Error, Result};

/// What the form holds, by the names of its fields.
pub(super) type Typed = HashMap<String, String>;

/// The kinds of step that the form offers, and what each is called.
pub(super) const KINDS: [(&str, &str); 9] = [
    ("send", "Send a message"),
    ("wait", "Wait"),
    ("wait_for", "Wait for something they do"),
    ("branch", "Fork by a tag or by what they did"),
    ("split", "Split by chance"),
    ("digest", "Gather what happens again"),
    ("throttle", "Let few through at a time"),
    ("tag", "Give a tag"),
    ("leave", "End here"),
];

/// The channels in the order in which they are tried.
pub(super) const ORDER: [Channel; 4] = [Channel::Whatsapp, Channel::Sms, Channel::Email, Channel::Push];

/// A new step of a kind.
pub(super) fn fresh(kind: &str, id: String) -> Step {
    let what = match kind {
        "wait" => What::Wait { minutes: 1_440, next: None },
        "wait_for" => What::WaitFor { did: "order.paid".to_owned(), minutes: 3 * 1_440, then: Some(LEAVE.to_owned()), otherwise: None },
        "branch" => What::Branch { filter: json!({"did": "order.paid"}), then: None, otherwise: Some(LEAVE.to_owned()) },
        "split" => {
            What::Split { parts: vec![Part { weight: 1, next: None }, Part { weight: 1, next: Some(LEAVE.to_owned()) }], experiment: None }
        }
        "digest" => What::Digest { minutes: 60, next: None },
        "throttle" => What::Throttle { people: 100, minutes: 60, next: None },
        "tag" => What::Tag { tag: String::new(), next: None },
        "leave" => What::Leave { goal: false },
        _ => What::Send { texts: Vec::new(), way: Way::First, next: None },
    };
    Step { id, what }
}

/// A plan with a first step to write.
pub(super) fn blank() -> Plan {
    Plan {
        entry: Entry::default(),
        again: Again::Never,
        goal: None,
        quiet_from: "21:00".to_owned(),
        quiet_to: "09:00".to_owned(),
        local: true,
        service: false,
        steps: vec![fresh("send", "step_1".to_owned())],
    }
}

/// What was typed: the name, and the plan before anything checks it.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub key: String,
    pub version: String,
    pub name: String,
    pub plan: Plan,
}

impl Draft {
    /// A journey that is there.
    pub(super) fn of(journey: &Journey) -> Self {
        let version = journey.version.to_string();
        Self { key: String::new(), version, name: journey.name.clone(), plan: journey.draft.0.clone() }
    }

    /// What was typed.
    ///
    /// # Errors
    /// The field that cannot be read.
    pub(super) fn typed(typed: &Typed) -> Result<Self> {
        let get = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let some = |name: &str| Some(get(name)).filter(|text| !text.is_empty());
        let entry = match get("entry").split_once(':') {
            Some(("did", did)) => Entry { did: Some(did.to_owned()), segment: None },
            Some((_, id)) => {
                Entry { did: None, segment: Some(id.parse().map_err(|_| Error::field("entry", "one of those that are offered"))?) }
            }
            None => Entry::default(),
        };
        let again = match get("again").as_str() {
            "always" => Again::Always,
            "after_days" => Again::AfterDays(whole(typed, "again_days")?),
            _ => Again::Never,
        };
        let mut steps = Vec::new();
        while let Some(kept) = typed.get(&format!("step{}", steps.len() + 1)) {
            let at = steps.len() + 1;
            let kept: Step = serde_json::from_str(kept).map_err(|_| Error::field(format!("step{at}"), "the form of this page"))?;
            steps.push(step(typed, at, kept)?);
        }
        let plan = Plan {
            entry,
            again,
            goal: some("goal"),
            quiet_from: get("quiet_from"),
            quiet_to: get("quiet_to"),
            local: typed.contains_key("local"),
            service: typed.contains_key("service"),
            steps,
        };
        Ok(Self { key: get("key"), version: get("version"), name: get("name"), plan })
    }

    /// Does what a button asks for that changes the steps: `add`, `up:2`, `remove:2`.
    pub(super) fn reshape(&mut self, what: &str, kind: &str) {
        let steps = &mut self.plan.steps;
        match what.split_once(':').map(|(what, at)| (what, at.parse::<usize>().unwrap_or(0))) {
            Some(("remove", at)) if (1..=steps.len()).contains(&at) => drop(steps.remove(at - 1)),
            Some(("up", at)) if (2..=steps.len()).contains(&at) => steps.swap(at - 2, at - 1),
            _ => {
                let taken = |id: &str| steps.iter().any(|step| step.id == id);
                let id = (1..).map(|number| format!("step_{number}")).find(|id| !taken(id)).unwrap_or_default();
                steps.push(fresh(kind, id));
            }
        }
    }
}

fn whole<T: std::str::FromStr>(typed: &Typed, name: &str) -> Result<T> {
    typed.get(name).and_then(|text| text.trim().parse().ok()).ok_or_else(|| Error::field(name, "a whole number"))
}

/// A step as its fields say it. What a program has written and no field shows stays as it is.
fn step(typed: &Typed, at: usize, kept: Step) -> Result<Step> {
    let get = |name: &str| typed.get(&format!("{name}{at}")).map(|text| text.trim().to_owned());
    let to = |name: &str, kept: Option<String>| get(name).map_or(kept, |text| Some(text).filter(|text| !text.is_empty()));
    let minutes = || span(typed, at);
    let what = match kept.what {
        What::Send { texts, way, next } => What::Send { texts: said(typed, at, &texts), way, next: to("next", next) },
        What::Wait { next, .. } => What::Wait { minutes: minutes()?, next: to("next", next) },
        What::Digest { next, .. } => What::Digest { minutes: minutes()?, next: to("next", next) },
        What::WaitFor { did, then, otherwise, .. } => What::WaitFor {
            did: get("did").unwrap_or(did),
            minutes: minutes()?,
            then: to("then", then),
            otherwise: to("otherwise", otherwise),
        },
        What::Branch { filter, then, otherwise } => {
            What::Branch { filter: asked(&get("asks"), filter), then: to("then", then), otherwise: to("otherwise", otherwise) }
        }
        What::Split { mut parts, experiment } => {
            for (number, part) in parts.iter_mut().enumerate() {
                part.weight = whole(typed, &format!("weight{at}_{number}"))?;
                part.next = to(&format!("part{number}_"), part.next.take());
            }
            let chosen = to("experiment", experiment.map(|id| id.to_string()));
            let unknown = |_| Error::field(format!("steps.{}.experiment", kept.id), "one of those that are offered");
            What::Split { parts, experiment: chosen.map(|id| id.parse()).transpose().map_err(unknown)? }
        }
        What::Throttle { next, .. } => {
            What::Throttle { people: whole(typed, &format!("people{at}"))?, minutes: minutes()?, next: to("next", next) }
        }
        What::Tag { tag, next } => What::Tag { tag: get("tag").unwrap_or(tag), next: to("next", next) },
        What::List { list, next } => What::List { list, next: to("next", next) },
        What::Leave { .. } => What::Leave { goal: typed.contains_key(&format!("goal{at}")) },
    };
    Ok(Step { id: get("id").unwrap_or(kept.id), what })
}

fn span(typed: &Typed, at: usize) -> Result<i64> {
    let number: i64 = whole(typed, &format!("long{at}"))?;
    let unit = typed.get(&format!("unit{at}")).map(String::as_str).unwrap_or_default();
    let minutes = match unit {
        "days" => 1_440,
        "hours" => 60,
        _ => 1,
    };
    Ok(number.saturating_mul(minutes))
}

/// A stretch of minutes, as its two fields show it.
pub(super) fn shown(minutes: i64) -> (String, &'static str) {
    let (number, unit) = parted(minutes);
    (number.to_string(), unit)
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

/// What a fork asks, as the form has it: `tag:vip` or `did:order.paid`; nothing for a filter that no field shows.
pub(super) fn asks(filter: &Value) -> Option<String> {
    let fields = filter.as_object().filter(|fields| fields.len() == 1)?;
    let one = |name: &str| fields.get(name).and_then(Value::as_str).map(|value| format!("{name}:{value}"));
    one("tag").or_else(|| one("did"))
}

fn asked(asks: &Option<String>, kept: Value) -> Value {
    match asks.as_deref().and_then(|asks| asks.split_once(':')) {
        Some(("tag", tag)) => json!({"tag": tag}),
        Some(("did", did)) => json!({"did": did}),
        _ => kept,
    }
}
