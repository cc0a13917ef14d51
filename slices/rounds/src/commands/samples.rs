//! Two routes with standing orders on them, for whoever wants to see how rounds look.

use super::{BeginStandingOrder, Place, PutSettings, SaveRoute, Who};
use crate::model::{Pricing, RoundSettings};
use crate::schedule::DAILY;
use contacts::NewContact;
use facts::Money;
use store::{Command, Result, Tx};

/// What is brought: the thing, its unit and HSN, how much of it, on which weekdays, and its price in paise.
type Thing = (&'static str, &'static str, &'static str, &'static str, i64, Pricing, i64);

const THINGS: [Thing; 4] = [
    ("Cow milk", "l", "0401", "1", DAILY, Pricing::Unit, 6_000),
    ("Newspaper", "", "4902", "1", DAILY, Pricing::Month, 30_000),
    ("Lunch", "", "9963", "2", 0b001_1111, Pricing::Unit, 12_000),
    ("Curd", "kg", "0403", "0.5", 0b101_0101, Pricing::Unit, 11_000),
];
const ROUTES: [&str; 2] = ["North, before seven", "South"];

/// A standing order for each customer, given by name and phone number. They hear that it begins, and nothing of each day.
#[derive(Debug, Clone)]
pub struct Samples {
    /// Who gets something brought.
    pub customers: Vec<(String, String)>,
}

impl Command for Samples {
    const NAME: &'static str = "sample_rounds";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        PutSettings(RoundSettings { announce: false, confirm: false, ..RoundSettings::default() }).run(tx).await?;
        let mut routes = Vec::new();
        for (position, name) in (0..).zip(ROUTES) {
            routes.push(SaveRoute { id: None, name: name.to_owned(), position: Some(position) }.run(tx).await?.id);
        }
        for (at, (name, phone)) in self.customers.iter().enumerate() {
            let (product, unit, hsn, quantity, weekdays, pricing, paise) = THINGS[at % THINGS.len()];
            let begin = BeginStandingOrder {
                who: Who::Named(NewContact { name: Some(name.clone()), phone: Some(phone.clone()), ..NewContact::default() }),
                place: Place {
                    route: routes.get(at % routes.len()).copied(),
                    address: Some(format!("Flat {}, Gulmohar Residency, Hill Road", at + 1)),
                    note: (at % 3 == 0).then(|| "Ring twice".to_owned()),
                    ..Place::default()
                },
                product: product.to_owned(),
                unit: unit.to_owned(),
                hsn: hsn.to_owned(),
                rate_bps: 0,
                quantity: quantity.to_owned(),
                weekdays,
                pricing,
                price: Money::inr(paise),
                starts_on: None,
                ends_on: None,
            };
            begin.run(tx).await?;
        }
        Ok(())
    }
}
