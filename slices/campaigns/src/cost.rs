//! What a campaign costs on WhatsApp, by the tenant's own price of what its template is for.

use crate::model::{AUDIENCE, Campaign, Count, STANDS, WAITING};
use channels::{Category, Chosen, Prices};
use facts::Money;
use facts::messages::Channel;
use serde::Serialize;
use store::{Look, Result};
use utoipa::ToSchema;

/// What a campaign costs, by the price of today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CampaignCost)]
pub(crate) struct Cost {
    /// What its template is for, which the price is of: `marketing`, `utility` or `authentication`.
    #[schema(value_type = String, example = "marketing")]
    pub category: Category,
    /// The price of a message, in ten-thousandths of a unit of the currency.
    pub price: i64,
    /// All of its messages on WhatsApp. Rounded once, to the nearest minor unit, a half up.
    #[schema(value_type = web::MoneyShape)]
    pub whole: Money,
    /// Those that WhatsApp has taken, of which some may turn out to cost nothing.
    #[schema(value_type = web::MoneyShape)]
    pub spent: Money,
}

/// What a campaign costs; nothing where its audience is not frozen, where it goes by no template that is known, or where no price is said.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn of(look: &mut impl Look, campaign: &Campaign, counts: &[Count]) -> Result<Option<Cost>> {
    let template = campaign.text(Channel::Whatsapp).and_then(|text| text.content.provider_template.as_deref());
    let Some(template) = template.filter(|_| campaign.frozen > 0) else { return Ok(None) };
    let Some(prices) = Prices::of(look).await? else { return Ok(None) };
    let Ok(chosen) = template.parse::<Chosen>() else { return Ok(None) };
    let Some(template) = channels::template(look, &chosen.name, &chosen.language).await? else { return Ok(None) };
    Ok(by(&prices, template.category, counts))
}

fn by(prices: &Prices, category: Category, counts: &[Count]) -> Option<Cost> {
    let number = |about: &str, words: &[&str]| -> i64 {
        let of = counts.iter().filter(|count| count.channel == Channel::Whatsapp && count.about == about);
        of.filter(|count| words.contains(&count.word.as_str())).map(|count| count.number).sum()
    };
    let whole = prices.cost(category, number(AUDIENCE, &[WAITING]))?;
    let spent = prices.cost(category, number(STANDS, &["sent", "delivered", "read"]))?;
    Some(Cost { category, price: prices.of_category(category)?, whole, spent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatsapps_messages_alone_cost() {
        let count = |channel, about: &str, word: &str, number| Count { channel, about: about.to_owned(), word: word.to_owned(), number };
        let counts = [
            count(Channel::Whatsapp, "audience", WAITING, 1_000),
            count(Channel::Whatsapp, "audience", "no_consent", 70),
            count(Channel::Email, "audience", WAITING, 500),
            count(Channel::Whatsapp, STANDS, "sent", 20),
            count(Channel::Whatsapp, STANDS, "delivered", 25),
            count(Channel::Whatsapp, STANDS, "read", 5),
            count(Channel::Whatsapp, STANDS, "failed", 9),
            count(Channel::Email, STANDS, "sent", 7),
        ];
        let prices = Prices { currency: facts::Currency::INR, marketing: Some(8_631), utility: None, authentication: None };
        let cost = by(&prices, Category::Marketing, &counts).unwrap();
        assert_eq!((cost.whole, cost.spent), (Money::inr(86_310), Money::inr(4_316)));
        assert_eq!(by(&prices, Category::Utility, &counts), None, "no price is said");
    }
}
