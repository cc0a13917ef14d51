//! A journey as a form has it: its steps one below the other, each with the fields of its kind.

use super::reader::Reader;
use super::words::parted;
use crate::model::Journey;
use crate::plan::{Again, Entry, LEAVE, Part, Plan, Step, What};
use campaigns::Way;
use facts::messages::Channel;
use facts::{Id, WebhookEndpointId};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use store::{Error, Result};
use uuid::Uuid;

/// What the form holds, by the names of its fields.
pub(super) type Typed = HashMap<String, String>;

/// The kinds of step that the form offers, and what each is called.
pub(super) const KINDS: [(&str, &str); 11] = [
    ("send", "Send a message"),
    ("wait", "Wait"),
    ("wait_for", "Wait for something they do"),
    ("branch", "Fork by a tag or by what they did"),
    ("split", "Split by chance"),
    ("digest", "Gather what happens again"),
    ("throttle", "Let few through at a time"),
    ("update", "Note something about them"),
    ("tag", "Give a tag, or take it away"),
    ("call", "Tell a program, by a webhook"),
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
        "update" => What::Update { set: Map::new(), next: None },
        "tag" => What::Tag { tag: String::new(), off: false, next: None },
        "call" => What::Call { endpoint: WebhookEndpointId::from_uuid(Uuid::nil()), next: None },
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

    /// What was typed, and the first of it that cannot be read: what was there before stands in its place.
    ///
    /// # Errors
    /// A form that is not that of the page.
    pub(super) fn typed(typed: &Typed) -> Result<(Self, Option<Error>)> {
        let get = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let mut read = Reader { typed, unread: None };
        let entry = match get("entry").split_once(':') {
            Some(("did", did)) => Entry { did: Some(did.to_owned()), segment: None },
            Some((_, id)) => Entry { did: None, segment: read.chosen("entry", Some(id.to_owned())) },
            None => Entry::default(),
        };
        let again = match get("again").as_str() {
            "always" => Again::Always,
            "after_days" => Again::AfterDays(read.number("again_days", "again_days", 1)),
            _ => Again::Never,
        };
        let mut steps = Vec::new();
        while let Some(kept) = typed.get(&format!("step{}", steps.len() + 1)) {
            let at = steps.len() + 1;
            let kept: Step = serde_json::from_str(kept).map_err(|_| Error::field(format!("step{at}"), "the form of this page"))?;
            steps.push(read.step(at, kept));
        }
        let plan = Plan {
            entry,
            again,
            goal: Some(get("goal")).filter(|goal| !goal.is_empty()),
            quiet_from: get("quiet_from"),
            quiet_to: get("quiet_to"),
            local: typed.contains_key("local"),
            service: typed.contains_key("service"),
            steps,
        };
        Ok((Self { key: get("key"), version: get("version"), name: get("name"), plan }, read.unread))
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

/// A stretch of minutes, as its two fields show it.
pub(super) fn shown(minutes: i64) -> (String, &'static str) {
    let (number, unit) = parted(minutes);
    (number.to_string(), unit)
}

/// What a fork asks, as the form has it: `tag:vip` or `did:order.paid`; nothing for a filter that no field shows.
pub(super) fn asks(filter: &Value) -> Option<String> {
    let fields = filter.as_object().filter(|fields| fields.len() == 1)?;
    let one = |name: &str| fields.get(name).and_then(Value::as_str).map(|value| format!("{name}:{value}"));
    one("tag").or_else(|| one("did"))
}
