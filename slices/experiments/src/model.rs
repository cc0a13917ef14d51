//! An experiment.

use facts::{ContactId, Currency, ExperimentId, ExposureId, Money, Time, VisitorId};
use serde::{Deserialize, Serialize};
use store::Json;

facts::words! {
    /// How an experiment stands.
    pub enum State {
        /// It is written, and nobody has met its variants.
        Draft = "draft",
        /// People meet its variants.
        Running = "running",
        /// Nobody new meets them. What those who did do in their days still counts.
        Stopped = "stopped",
    }
}

facts::words! {
    /// What kind of thing an experiment compares variants of.
    pub enum Subject {
        /// What a campaign says.
        Campaign = "campaign",
        /// A way that people are led along.
        Journey = "journey",
        /// Something in the shop, such as a price or a page.
        Shop = "shop",
        /// Something else.
        Other = "other",
    }
}

facts::words! {
    /// What an experiment says.
    pub enum Verdict {
        /// Too few have met a variant.
        TooFew = "too_few",
        /// People met the variants in other shares than they were to.
        RatioOff = "ratio_off",
        /// Nothing can be told yet.
        NoWinnerYet = "no_winner_yet",
        /// Whatever difference there is, it is smaller than what matters.
        NoDifference = "no_difference",
        /// One is better.
        Winner = "winner",
    }
}

/// A comparison of variants of one thing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Experiment {
    pub id: ExperimentId,
    pub name: String,
    pub subject: Subject,
    /// The id of what is compared, where it has one.
    pub about: Option<String>,
    /// What people are to do, by the name that `segments` has for it.
    pub goal: String,
    /// Within how many days of meeting a variant.
    pub within_days: i64,
    /// How many must have met each variant before anything is said.
    pub minimum: i64,
    /// The smallest difference that matters, in basis points of all people.
    pub matters_bps: i64,
    /// What each variant asks for a product of the shop, where that is what is compared.
    pub prices: Option<Json<Prices>>,
    pub state: State,
    /// The place of the variant that was chosen for everybody.
    pub chosen: Option<i64>,
    /// What was known when it was chosen.
    pub known: Option<Json<Known>>,
    pub created_at: Time,
    pub started_at: Option<Time>,
    pub stopped_at: Option<Time>,
    pub decided_at: Option<Time>,
}

/// Prices of a product, by variants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Prices {
    /// The product's name in addresses.
    pub product: String,
    pub currency: Currency,
    /// In minor units and in the variants' order; the control's is what it costs before.
    pub amounts: Vec<i64>,
}

impl Prices {
    /// What the variant at a place asks.
    pub fn at(&self, place: usize) -> Money {
        Money::new(self.amounts.get(place).copied().unwrap_or_default(), self.currency)
    }

    /// The highest of them.
    pub fn highest(&self) -> Money {
        Money::new(self.amounts.iter().copied().max().unwrap_or_default(), self.currency)
    }
}

/// What was known when a variant was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub verdict: Verdict,
    /// How many had met each variant, and how many of them had done it.
    pub counts: Vec<(i64, i64)>,
}

/// A variant of an experiment, with what is counted of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The experiment.
    pub experiment_id: ExperimentId,
    /// Its place; 0 is the control.
    pub place: i64,
    /// What it is called.
    pub name: String,
    /// How much of all people it gets, against the others' weights.
    pub weight: u32,
    /// Whether whoever falls to it gets nothing.
    pub holdout: bool,
    /// How many met it.
    pub exposed: i64,
    /// How many of them did what it is for in time.
    pub converted: i64,
}

/// An experiment with its variants, in their order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Whole {
    pub experiment: Experiment,
    pub variants: Vec<Variant>,
}

impl Whole {
    /// How the variants share people.
    pub fn weights(&self) -> Vec<u32> {
        self.variants.iter().map(|variant| variant.weight).collect()
    }

    /// The name of the variant at a place.
    pub fn name_of(&self, place: i64) -> Option<&str> {
        self.variants.iter().find(|variant| variant.place == place).map(|variant| variant.name.as_str())
    }
}

/// Somebody's first meeting with a variant.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Exposure {
    pub id: ExposureId,
    pub experiment_id: ExperimentId,
    /// Nobody where they were erased, or where it is a browser.
    pub contact_id: Option<ContactId>,
    /// The browser, where a price of the shop was met.
    pub visitor_id: Option<VisitorId>,
    pub place: i64,
    pub goal: String,
    pub at: Time,
    /// What they do after this does not count.
    pub counts_until: Time,
    pub converted: bool,
    /// What the experiment is about: the product, where a browser met a price of it. Looked up only for those.
    #[serde(default)]
    pub about: Option<String>,
}
