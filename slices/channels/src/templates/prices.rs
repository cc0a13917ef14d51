//! What WhatsApp costs: the tenant's own prices, by what a template is for.

use super::Category;
use facts::{Currency, Money};
use serde::{Deserialize, Serialize};
use store::{Command, Error, Look, Result, Tx};

/// The settings' name of the prices.
const SETTING: &str = "channels.whatsapp_prices";
/// How many parts a unit of the currency has in a price: a message may cost fractions of a paisa.
const PARTS: i128 = 10_000;
/// The highest price of a message, in parts: 1,000 units.
const MOST: i64 = 10_000_000;
/// The digits of a price after the point.
const DIGITS: usize = 4;

/// What a message costs, in ten-thousandths of a unit of the currency; nothing where no price is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prices {
    /// In what they are.
    pub currency: Currency,
    /// A message that sells something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marketing: Option<i64>,
    /// One that is about something that its reader asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utility: Option<i64>,
    /// One that carries a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<i64>,
}

impl Prices {
    /// Those of the tenant, where it has said any.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn of(look: &mut impl Look) -> Result<Option<Self>> {
        settings::get(look, SETTING).await
    }

    /// The price of a category, in ten-thousandths of a unit.
    pub fn of_category(&self, category: Category) -> Option<i64> {
        match category {
            Category::Marketing => self.marketing,
            Category::Utility => self.utility,
            Category::Authentication => self.authentication,
            Category::Other => None,
        }
    }

    /// What so many messages cost; nothing where no price is said, or the sum is beyond counting. Rounded once, the whole sum to the nearest
    /// minor unit, a half up.
    pub fn cost(&self, category: Category, messages: i64) -> Option<Money> {
        let parts = i128::from(self.of_category(category)?) * i128::from(messages.max(0));
        let minor = parts.checked_mul(10i128.pow(self.currency.exponent()))?.checked_add(PARTS / 2)? / PARTS;
        Some(Money::new(i64::try_from(minor).ok()?, self.currency))
    }

    /// A price as it is typed, in units of the currency with four digits after the point at the most.
    pub(super) fn typed(field: &str, text: &str) -> Result<Option<i64>> {
        let plain = text.trim();
        if plain.is_empty() {
            return Ok(None);
        }
        let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
        let digits = |text: &str| text.bytes().all(|letter| letter.is_ascii_digit());
        let fits = !whole.is_empty() && part.len() <= DIGITS && digits(whole) && digits(part);
        let parts = format!("{whole}{part:0<DIGITS$}").parse().ok().filter(|parts| fits && (0..=MOST).contains(parts));
        parts.map(Some).ok_or_else(|| Error::field(field, "an amount such as 0.8631, of 1,000 at the most, or nothing"))
    }

    /// A price as people read it, with as many digits after the point as it has, two at the least.
    pub(super) fn decimal(parts: i64) -> String {
        let (whole, part) = (parts / 10_000, format!("{:04}", parts % 10_000));
        let kept = part.trim_end_matches('0').len().max(2);
        format!("{whole}.{}", &part[..kept])
    }
}

/// Says what WhatsApp costs.
#[derive(Debug, Clone)]
pub(super) struct SetPrices(pub Prices);

impl Command for SetPrices {
    const NAME: &'static str = "set_whatsapp_prices";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let before = Prices::of(tx).await?;
        settings::replace(tx, SETTING, &before, &self.0).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices(code: &str, marketing: i64) -> Prices {
        Prices { currency: code.parse().unwrap(), marketing: Some(marketing), utility: None, authentication: None }
    }

    #[test]
    fn the_sum_is_rounded_once() {
        for (code, price, messages, minor) in [
            ("INR", 8_631, 0, 0),
            ("INR", 8_631, 1, 86),
            ("INR", 8_631, 1_000, 86_310),
            ("INR", 50, 1, 1),
            ("INR", 49, 1, 0),
            ("INR", 1, 1_000_000, 10_000),
            ("JPY", 15_000, 1, 2),
            ("JPY", 15_000, 3, 5),
            ("KWD", 5, 1, 1),
        ] {
            assert_eq!(
                prices(code, price).cost(Category::Marketing, messages).map(|cost| cost.minor),
                Some(minor),
                "{code} {price} {messages}"
            );
        }
        assert_eq!(prices("INR", 1).cost(Category::Utility, 1), None, "no price is said");
        assert_eq!(prices("INR", i64::MAX).cost(Category::Marketing, i64::MAX), None);
    }

    #[test]
    fn more_messages_never_cost_less_and_it_is_at_most_half_a_paisa_off() {
        for price in [0, 1, 49, 50, 51, 1_150, 7_846, 8_631, 10_900] {
            let cost = |messages| prices("INR", price).cost(Category::Marketing, messages).unwrap().minor;
            for messages in 0..500 {
                assert!(cost(messages) <= cost(messages + 1));
                assert!((cost(messages) * 100 - price * messages).abs() <= 50, "{price} {messages}");
            }
        }
    }

    #[test]
    fn what_is_typed_is_what_is_shown() {
        for (text, parts) in [("0.8631", 8_631), ("1", 10_000), ("0.5", 5_000), ("1000", 10_000_000), ("0", 0)] {
            assert_eq!(Prices::typed("marketing", text).unwrap(), Some(parts), "{text}");
            assert_eq!(Prices::typed("marketing", &Prices::decimal(parts)).unwrap(), Some(parts));
        }
        assert_eq!(Prices::typed("marketing", " ").unwrap(), None);
        assert_eq!((Prices::decimal(8_631), Prices::decimal(5_000)), ("0.8631".to_owned(), "0.50".to_owned()));
        for wrong in ["0.86311", "-1", "1,5", "x", ".5", "1000.0001", "99999999999999999999"] {
            assert!(Prices::typed("marketing", wrong).is_err(), "{wrong}");
        }
    }
}
