//! An order as another shop has it.

use crate::model::{Order, OrderState};
use contacts::NewContact;
use facts::orders::PayWhen;
use facts::{ContactId, Currency, Money, OrderId, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::secret::sha256;

/// How many letters of a digest tell two versions of one order apart.
const DIGEST: usize = 32;

/// How an order became known. Two versions of one second cannot be told apart by their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It was told as it was when something happened, and may be told late: of two versions of one moment the first stands.
    Told,
    /// It was asked for, or a person gave it: of two versions of one moment the one read last stands.
    Read,
}

/// What becomes of a version of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was not known.
    New,
    /// It says something else than what was known.
    Changed,
    /// It says what was known.
    Same,
    /// It is older than what is known, and changes nothing.
    Older,
}

/// One version of an order that was placed elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Foreign {
    /// Where it was placed, such as `woocommerce/shop.example`; never `shop`, which is here.
    pub source: String,
    /// Its id there.
    pub source_id: String,
    /// What people call it there, such as `#1001`.
    pub name: String,
    /// When it became this version.
    pub changed_at: Time,
    /// When it was placed.
    pub placed_at: Time,
    /// How far it is with its money, as it is told there.
    pub state: OrderState,
    /// Whether it is paid before it is sent.
    pub pay: PayWhen,
    /// The currency of all its amounts, which are in minor units.
    pub currency: Currency,
    /// What it comes to.
    pub total_minor: i64,
    /// What was taken off.
    pub discount_minor: i64,
    /// What was paid there.
    pub paid_minor: i64,
    /// What went back there.
    pub refunded_minor: i64,
    /// When it was paid.
    pub paid_at: Option<Time>,
    /// The day of delivery as `2026-11-21`, where one is promised.
    pub delivery_date: Option<String>,
    /// Who bought.
    pub customer_name: Option<String>,
    /// Their phone number, in any writing.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Whether all of it was sent there: then there is nothing to pack.
    pub sent: bool,
    /// What was bought.
    pub lines: Vec<ForeignLine>,
}

/// One line of an order that was placed elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForeignLine {
    /// Its id there, unique within the order.
    pub source_id: String,
    /// The name that stock is kept by (SKU); empty where there is none.
    pub product: String,
    /// What it is called.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// What one costs, in minor units.
    pub unit_minor: i64,
    /// What all of them cost before the discount, in minor units.
    pub amount_minor: i64,
    /// The line's share of the discount, in minor units.
    pub discount_minor: i64,
}

impl Foreign {
    /// Tells its versions apart, whenever they were made.
    pub(super) fn digest(&self) -> String {
        let mut said = json!(self);
        if let Some(fields) = said.as_object_mut() {
            fields.remove("changed_at");
        }
        let mut text = sha256(said.to_string());
        text.truncate(DIGEST);
        text
    }

    /// What may change of it, by the names of the fields that people read.
    pub(super) fn said(&self) -> Value {
        let lines = self.lines.iter().map(|line| {
            let what = json!({"item": line.name, "quantity": line.quantity, "amount": self.decimal(line.amount_minor)});
            (line.source_id.clone(), what)
        });
        json!({
            "name": self.name,
            "state": self.state,
            "currency": self.currency,
            "total": self.decimal(self.total_minor),
            "discount": self.decimal(self.discount_minor),
            "paid": self.decimal(self.paid_minor),
            "refunded": self.decimal(self.refunded_minor),
            "delivery_date": self.delivery_date,
            "customer_name": self.customer_name,
            "customer_reach": self.reach(),
            "items": lines.collect::<serde_json::Map<_, _>>(),
        })
    }

    fn decimal(&self, minor: i64) -> String {
        Money::new(minor, self.currency).decimal()
    }

    /// The phone number or else the e-mail address.
    fn reach(&self) -> Option<String> {
        let phone = self.phone.as_deref().and_then(|phone| contacts::phone(phone).ok());
        phone.or_else(|| self.email.as_deref().and_then(|email| contacts::email(email).ok()))
    }

    /// Who bought, as far as they said.
    pub(super) fn person(&self) -> NewContact {
        NewContact { name: self.customer_name.clone(), phone: self.phone.clone(), email: self.email.clone(), ..NewContact::default() }
    }

    /// The order as it is kept.
    pub(super) fn order(&self, id: OrderId, contact_id: Option<ContactId>, packed_at: Option<Time>) -> Order {
        Order {
            id,
            number: None,
            contact_id,
            customer_name: self.customer_name.clone(),
            customer_reach: self.reach(),
            state: self.state,
            pay: self.pay,
            product: self.lines.first().map(|line| line.name.clone()).unwrap_or_default(),
            currency: self.currency,
            total_minor: self.total_minor,
            discount_minor: self.discount_minor,
            paid_minor: self.paid_minor,
            refunded_minor: self.refunded_minor,
            coupon_code: None,
            delivery_date: self.delivery_date.clone(),
            payment_id: None,
            created_at: self.placed_at,
            paid_at: self.paid_at,
            source: self.source.clone(),
            source_name: Some(self.name.clone()),
            packed_at,
        }
    }
}
