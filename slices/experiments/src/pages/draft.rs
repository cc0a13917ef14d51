//! An experiment as its form has it.

use crate::commands::{NewVariant, SaveExperiment};
use crate::model::{Subject, Whole};
use crate::price::NewPrices;
use crate::rules::VARIANTS;
use catalogue::Product;
use facts::{ExperimentId, Money};
use std::collections::HashMap;
use std::str::FromStr;
use store::{Error, Result};

/// Rows for variants that are shown at least.
const ROWS: usize = 3;

/// What the form holds, by the names of its fields.
pub(super) type Typed = HashMap<String, String>;

/// A variant as it is typed; a row without a name is not used.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub name: String,
    pub weight: String,
    pub holdout: bool,
    /// What it asks for the product, as people write amounts.
    pub price: String,
}

/// An experiment as it is typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    /// What makes the same form sent twice one experiment.
    pub key: String,
    pub name: String,
    pub subject: String,
    pub about: String,
    pub goal: String,
    pub within_days: String,
    pub minimum: String,
    pub matters_bps: String,
    /// The product whose prices are compared; empty where something else is.
    pub product: String,
    pub lines: Vec<Line>,
}

impl Draft {
    /// A form with nothing typed.
    pub(super) fn blank(key: String) -> Self {
        let line = |name: &str| Line { name: name.to_owned(), weight: "1".to_owned(), ..Line::default() };
        Self {
            key,
            subject: Subject::Shop.to_string(),
            goal: "order.paid".to_owned(),
            within_days: "7".to_owned(),
            minimum: "100".to_owned(),
            matters_bps: "100".to_owned(),
            lines: vec![line("A"), line("B")],
            ..Self::default()
        }
    }

    /// An experiment that is there.
    pub(super) fn of(whole: &Whole) -> Self {
        let experiment = &whole.experiment;
        let prices = experiment.prices.as_ref().map(|prices| &prices.0);
        let price = |place: usize| prices.map(|prices| prices.at(place).decimal()).unwrap_or_default();
        let line = |(place, variant): (usize, &crate::Variant)| Line {
            name: variant.name.clone(),
            weight: variant.weight.to_string(),
            holdout: variant.holdout,
            price: price(place),
        };
        Self {
            key: String::new(),
            name: experiment.name.clone(),
            subject: experiment.subject.to_string(),
            about: experiment.about.clone().unwrap_or_default(),
            goal: experiment.goal.clone(),
            within_days: experiment.within_days.to_string(),
            minimum: experiment.minimum.to_string(),
            matters_bps: experiment.matters_bps.to_string(),
            product: prices.map(|prices| prices.product.clone()).unwrap_or_default(),
            lines: whole.variants.iter().enumerate().map(line).collect(),
        }
    }

    /// What came with the form.
    pub(super) fn typed(typed: &Typed) -> Self {
        let get = |name: &str| typed.get(name).cloned().unwrap_or_default();
        let line = |at: usize| Line {
            name: get(&format!("name{at}")),
            weight: get(&format!("weight{at}")),
            holdout: typed.contains_key(&format!("holdout{at}")),
            price: get(&format!("price{at}")),
        };
        let used = |line: &Line| !line.name.trim().is_empty();
        Self {
            key: get("key"),
            name: get("name"),
            subject: get("subject"),
            about: get("about"),
            goal: get("goal"),
            within_days: get("within_days"),
            minimum: get("minimum"),
            matters_bps: get("matters_bps"),
            product: get("product"),
            lines: (0..*VARIANTS.end()).map(line).filter(used).collect(),
        }
    }

    /// The rows to show: those that are used, and one more.
    pub(super) fn shown(&self) -> Vec<Line> {
        let rows = (self.lines.len() + 1).clamp(ROWS, *VARIANTS.end());
        self.lines.iter().cloned().chain(std::iter::repeat_with(Line::default)).take(rows).collect()
    }

    /// The command that it asks for.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub(super) fn save(&self, id: Option<ExperimentId>, products: &[Product]) -> Result<SaveExperiment> {
        let variant = |(at, line): (usize, &Line)| {
            let weight = if line.weight.trim().is_empty() { 1 } else { number(&format!("variants[{at}].weight"), &line.weight)? };
            Ok(NewVariant { name: line.name.clone(), weight, holdout: line.holdout })
        };
        Ok(SaveExperiment {
            id,
            name: self.name.clone(),
            subject: self.subject.parse().map_err(|_| Error::field("subject", "one of these"))?,
            about: Some(self.about.clone()),
            goal: self.goal.clone(),
            within_days: number("within_days", &self.within_days)?,
            minimum: number("minimum", &self.minimum)?,
            matters_bps: number("matters_bps", &self.matters_bps)?,
            variants: self.lines.iter().enumerate().map(variant).collect::<Result<_>>()?,
            prices: self.prices(products)?,
        })
    }

    /// The prices that it compares, in the currency of their product.
    fn prices(&self, products: &[Product]) -> Result<Option<NewPrices>> {
        if self.product.is_empty() {
            return Ok(None);
        }
        let product = products.iter().find(|product| product.slug == self.product);
        let currency = product.ok_or_else(|| Error::field("product", "one that is for sale"))?.currency;
        let amount = |(at, line): (usize, &Line)| {
            let amount = Money::typed(&line.price, currency);
            amount.map(|amount| amount.minor).ok_or_else(|| Error::field(format!("price{at}"), "an amount such as 199.00"))
        };
        let amounts = self.lines.iter().enumerate().map(amount).collect::<Result<_>>()?;
        Ok(Some(NewPrices { product: self.product.clone(), currency, amounts }))
    }
}

/// A whole number.
fn number<T: FromStr>(field: &str, text: &str) -> Result<T> {
    text.trim().parse().map_err(|_| Error::field(field, "a whole number"))
}
