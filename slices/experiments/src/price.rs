//! Prices of the shop, compared: what such an experiment may ask, and what becomes of the product's price as it begins and ends.

use crate::model::{Experiment, Prices, Subject, Whole};
use crate::rules;
use facts::orders::{OrderPaid, OrderPlaced};
use facts::{Currency, Fact, Money};
use store::{Error, Look, Result, Tx};

/// Prices as they are asked for.
#[derive(Debug, Clone)]
pub(crate) struct NewPrices {
    /// The product's name in addresses.
    pub product: String,
    pub currency: Currency,
    /// In minor units, by variants.
    pub amounts: Vec<i64>,
}

/// The least that is paid online, in minor units.
const LEAST: i64 = 100;
/// How many times the highest may be the lowest: wider apart, nothing is learnt of either.
const WIDEST: i64 = 10;

/// Has an experiment compare these prices: it is about their product then.
///
/// # Errors
/// The first field that does not fit.
pub(crate) async fn settle(look: &mut impl Look, asked: &NewPrices, whole: &mut Whole) -> Result<()> {
    let wrong = |message: &str| Err(Error::field("prices", message));
    let NewPrices { product, currency, amounts } = asked;
    let slug = rules::name("prices.product", product, 60)?;
    let Some(found) = catalogue::product(look, &slug).await? else {
        return Err(Error::field("prices.product", "the name of a product for sale, as its address has it"));
    };
    let experiment = &mut whole.experiment;
    if experiment.subject != Subject::Shop {
        return Err(Error::field("subject", "shop, for prices"));
    }
    if ![OrderPaid::KIND, OrderPlaced::KIND].contains(&experiment.goal.as_str()) {
        return Err(Error::field("goal", "order.paid or order.placed, for prices"));
    }
    if whole.variants.iter().any(|variant| variant.holdout) {
        return wrong("no variant that gets nothing: everybody is asked a price");
    }
    if amounts.len() != whole.variants.len() {
        return wrong("one for each variant");
    }
    let (lowest, highest) = (amounts.iter().min().copied().unwrap_or(0), amounts.iter().max().copied().unwrap_or(0));
    if lowest < LEAST || highest / WIDEST > lowest {
        return Err(Error::field(
            "prices",
            format!("{} at least, and none more than {WIDEST} times another", Money::new(LEAST, *currency)),
        ));
    }
    if amounts.first() != Some(&found.amount_minor) || *currency != found.currency {
        return Err(Error::field("prices", format!("{} for the control: that is what it costs now", found.price())));
    }
    experiment.about = Some(slug.clone());
    experiment.prices = Some(store::Json(Prices { product: slug, currency: *currency, amounts: amounts.clone() }));
    Ok(())
}

/// Puts the price on trial, where an experiment that begins compares prices.
///
/// # Errors
/// As [`catalogue::begin_trial`].
pub(crate) async fn begin(tx: &mut Tx, whole: &Whole) -> Result<()> {
    let Some(prices) = &whole.experiment.prices else { return Ok(()) };
    let amounts: Vec<Money> = (0..prices.0.amounts.len()).map(|place| prices.0.at(place)).collect();
    catalogue::begin_trial(tx, &prices.0.product, whole.experiment.id, &amounts, &whole.weights()).await
}

/// Has everybody be asked the same again: the price of the variant that was chosen, where one was.
///
/// # Errors
/// As [`catalogue::reprice`].
pub(crate) async fn end(tx: &mut Tx, experiment: &Experiment) -> Result<()> {
    let Some(prices) = &experiment.prices else { return Ok(()) };
    catalogue::end_trial(tx, &prices.0.product, experiment.id).await?;
    match experiment.chosen.and_then(|place| usize::try_from(place).ok()) {
        Some(place) => catalogue::reprice(tx, &prices.0.product, prices.0.at(place)).await,
        None => Ok(()),
    }
}
