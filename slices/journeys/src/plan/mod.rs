//! What a journey is made of: how people come in, what happens to them step by step, and how they leave.

mod check;
mod decide;
mod ways;

pub(crate) use decide::{Decision, Here, decide, share, span};

use campaigns::{Text, Way};
use facts::{ExperimentId, ListId, SegmentId, WebhookEndpointId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What a step says of where it leads, when it leads out.
pub const LEAVE: &str = "leave";

/// A whole journey, as it is written and as it is walked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = JourneyPlan)]
pub struct Plan {
    /// Who enters by themselves; by hand and by the API anybody may be led in.
    #[serde(default)]
    pub entry: Entry,
    /// Whether somebody who has been in it may enter again.
    #[serde(default)]
    pub again: Again,
    /// What ends it for somebody, wherever they are, because it is what it was for: something that people do, such as `order.paid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "order.paid")]
    pub goal: Option<String>,
    /// When nothing is sent, as `21:00`; never quiet where both are the same.
    #[serde(default = "evening")]
    #[schema(example = "21:00")]
    pub quiet_from: String,
    /// When it is over.
    #[serde(default = "morning")]
    #[schema(example = "09:00")]
    pub quiet_to: String,
    /// Whether its quiet hours are by each person's own clock, where it is known.
    #[serde(default = "yes")]
    pub local: bool,
    /// Whether it sells nothing, but is about what somebody ordered or has: then it needs no consent to offers, and knows no quiet hours.
    #[serde(default)]
    pub service: bool,
    /// What happens, in this order; people begin at the first.
    pub steps: Vec<Step>,
}

fn evening() -> String {
    "21:00".to_owned()
}

fn morning() -> String {
    "09:00".to_owned()
}

fn yes() -> bool {
    true
}

/// Who enters by themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = JourneyEntry)]
pub struct Entry {
    /// Whoever does this, such as `order.placed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did: Option<String>,
    /// Whoever comes into this segment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub segment: Option<SegmentId>,
}

/// Whether somebody who has been in a journey may enter it again. Nobody is in it twice at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = JourneyAgain)]
pub enum Again {
    /// Once in a lifetime.
    #[default]
    Never,
    /// As often as they like.
    Always,
    /// So many days after they entered last.
    AfterDays(u32),
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = JourneyStep)]
pub struct Step {
    /// Its name in this journey: small letters, digits and `_`.
    #[schema(example = "welcome")]
    pub id: String,
    /// What it does.
    #[serde(flatten)]
    pub what: What,
}

/// What a step does. Each leads to a later step by its name, to `leave`, or, where nothing is said, to the one after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = JourneyWhat)]
pub enum What {
    /// Says something, on the first channel that reaches somebody or on each.
    Send {
        /// What is said, by channel, in the order in which they are tried.
        texts: Vec<Text>,
        /// `first` or `every`.
        #[serde(default = "first")]
        #[schema(value_type = String, example = "first")]
        way: Way,
        /// Where it leads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// Lets time pass.
    Wait {
        /// How long, in minutes.
        minutes: i64,
        /// Where it leads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// Waits for somebody to do something.
    WaitFor {
        /// What, such as `order.paid`.
        did: String,
        /// How long it is waited for, in minutes.
        minutes: i64,
        /// Where it leads when they have done it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<String>,
        /// Where it leads when they have not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        otherwise: Option<String>,
    },
    /// Goes one way with whoever fits a filter, and another with everybody else.
    Branch {
        /// A filter, as segments have it.
        #[schema(value_type = Object)]
        filter: Value,
        /// Where it leads for whoever fits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<String>,
        /// Where it leads for the others.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        otherwise: Option<String>,
    },
    /// Shares people out by chance, always the same way for one person.
    Split {
        /// The shares.
        parts: Vec<Part>,
        /// Whose variants share people out, in place of the weights: the first share is for the first variant. Whoever comes here meets it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>)]
        experiment: Option<ExperimentId>,
    },
    /// Gathers how often the entry's deed happens again, and goes on with the number: `{{ times }}` in the texts that follow.
    Digest {
        /// How long, in minutes.
        minutes: i64,
        /// Where it leads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// Lets so many people through in a stretch of time; the others wait for the next.
    Throttle {
        /// How many.
        people: i64,
        /// In how many minutes.
        minutes: i64,
        /// Where it leads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// Sets attributes of somebody, or takes some away; what follows sees them so.
    Update {
        /// 1 to 10 of them: a text, a number, true or false by each name; null takes one away.
        #[schema(value_type = Object, example = json!({"tier": "gold", "trial": null}))]
        set: Map<String, Value>,
        /// Where it leads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// Gives somebody a tag, or takes it away.
    Tag {
        /// Which.
        tag: String,
        /// Whether it is taken away.
        #[serde(default)]
        off: bool,
        /// Where it leads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// Puts somebody on a list, or takes them off it.
    List {
        /// Which.
        #[schema(value_type = String)]
        list: ListId,
        /// Whether they are taken off it.
        #[serde(default)]
        off: bool,
        /// Where it leads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// Tells one of the tenant's webhook endpoints that somebody is here, as `journey.called`; they go on at once.
    Call {
        /// Which: whatever kinds it wants otherwise.
        #[schema(value_type = String)]
        endpoint: WebhookEndpointId,
        /// Where it leads.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<String>,
    },
    /// Ends the journey.
    Leave {
        /// Whether what it was for is reached.
        #[serde(default)]
        goal: bool,
    },
}

fn first() -> Way {
    Way::First
}

/// A share of a split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = JourneyPart)]
pub struct Part {
    /// How large it is beside the others.
    pub weight: u32,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl Plan {
    /// Where a step with this name stands.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }
}
