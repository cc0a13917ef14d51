//! Placing an order: the customer, the prices, the coupon, the order, its payment and the fact, in one commit.

use crate::model::{Line, OWN, Order, OrderState, Whole};
use crate::{queries, referral, rows, rules};
use catalogue::{Discount, Product};
use contacts::NewContact;
use facts::orders::{OrderPlaced, PayWhen};
use facts::{ContactId, Money, OrderId, VisitorId};
use payments::NewIntent;
use store::{Command, Db, Error, Key, Once, Result, Tx, Who};

/// Something that is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The product's name in addresses.
    pub product: String,
    /// How many.
    pub quantity: i64,
}

/// Who buys.
#[derive(Debug, Clone)]
pub enum Buyer {
    /// Somebody who is known already.
    Known(ContactId),
    /// Somebody as they wrote themselves down.
    Said(NewContact),
    /// Somebody who said nothing of themselves.
    Nobody,
}

/// Places an order.
#[derive(Debug, Clone)]
pub struct PlaceOrder {
    /// What is asked for.
    pub lines: Vec<Wanted>,
    /// Who buys.
    pub buyer: Buyer,
    /// The code of a coupon.
    pub coupon: Option<String>,
    /// When it is to be paid. An order that is paid first opens a checkout.
    pub pay: PayWhen,
    /// What the buyer was shown that it comes to, before the coupon or after it.
    pub shown: Option<Money>,
    /// The day of delivery as `2026-11-21`.
    pub delivery_date: Option<String>,
    /// The code of whoever brought the buyer.
    pub referral: Option<String>,
    /// The browser that it comes from, which a price on trial goes by.
    pub visitor: Option<VisitorId>,
    /// The idempotency key it came with, which is the order's for ever.
    pub key: Option<Key>,
}

/// Places an order once for its key: also when the key's stored answer is long gone.
///
/// # Errors
/// As [`PlaceOrder`]; `idempotency_key_reused` when the key came with something else before.
pub async fn place(db: &Db, who: &Who, order: PlaceOrder) -> Result<Once<Whole>> {
    let Some(key) = order.key.clone() else { return Ok(Once { out: db.run(who, order).await?, replayed: false }) };
    match db.run_once(who, key.clone(), order).await {
        Err(error) if error.code() == PLACED_BEFORE => found(db, who, &key).await,
        answer => answer,
    }
}

const PLACED_BEFORE: &str = "order_placed_before";

async fn found(db: &Db, who: &Who, key: &Key) -> Result<Once<Whole>> {
    let mut look = db.read_main(who.tenant);
    let gone = || Error::not_found("order");
    let before = queries::placed_with(&mut look, &key.key).await?.ok_or_else(gone)?;
    if before.request_hash != key.body_hash {
        return Err(Error::invalid(
            "idempotency_key_reused",
            "This Idempotency-Key came with another order before. Use a new key for a new order.",
        ));
    }
    let out = queries::whole(&mut look, before.id).await?.ok_or_else(gone)?;
    Ok(Once { out, replayed: true })
}

impl Command for PlaceOrder {
    const NAME: &'static str = "place_order";
    type Out = Whole;

    async fn run(&self, tx: &mut Tx) -> Result<Whole> {
        let mut lines = self.priced(tx).await?;
        let amounts: Vec<Money> = lines.iter().map(|(line, product)| Money::new(line.amount_minor, product.currency)).collect();
        let before = rules::sum(&amounts)?;
        let id: OrderId = tx.id();
        let customer = self.customer(tx).await?;
        let discount = match self.coupon.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
            Some(code) => Some(catalogue::redeem(tx, code, id, customer.id, before).await?),
            None => None,
        };
        let total = before.minus(discount.as_ref().map_or(before.zero(), |discount| discount.amount))?;
        rules::agree(self.shown, before, total)?;
        rules::payable(total, self.pay)?;
        share_out(discount.as_ref(), &mut lines);
        let visitor = self.visitor.filter(|_| lines.iter().any(|(_, product)| product.trial.is_some()));
        let order = self.order(tx, id, total, discount, &customer, &lines)?;
        let lines: Vec<Line> = lines.into_iter().map(|(line, _)| line).collect();
        let referral = self.referral.as_deref().map(referral::checked).transpose()?.flatten();
        if !rows::insert(tx, &order, (referral.as_deref(), visitor), self.key.as_ref()).await? {
            return Err(Error::conflict(PLACED_BEFORE, "This order was placed before."));
        }
        rows::insert_lines(tx, id, &lines).await?;
        if self.pay == PayWhen::First {
            let Customer { name, phone, email, .. } = customer;
            let description = lines.iter().map(|line| line.name.as_str()).collect::<Vec<_>>().join(", ");
            payments::open(
                tx,
                NewIntent {
                    payable: id.into(),
                    amount: total,
                    description,
                    name,
                    phone,
                    email,
                    contact_id: order.contact_id,
                    keep: false,
                    keep_by: None,
                },
            )
            .await?;
        }
        let (contact_id, delivery_date) = (order.contact_id, order.delivery_date.clone());
        tx.state(OrderPlaced { order_id: id, contact_id, total, pay: self.pay, delivery_date, referral }).await?;
        Ok(Whole { order, lines })
    }
}

/// The customer, as far as the order needs to know them.
#[derive(Default)]
struct Customer {
    id: Option<ContactId>,
    name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
}

impl PlaceOrder {
    /// The lines at the catalogue's prices, each with its product.
    async fn priced(&self, tx: &mut Tx) -> Result<Vec<(Line, Product)>> {
        if self.lines.is_empty() || self.lines.len() > rules::MOST_LINES {
            return Err(Error::field("lines", format!("1 to {} lines", rules::MOST_LINES)));
        }
        let mut found = match self.lines.as_slice() {
            [line] => catalogue::product(tx, &line.product).await?.into_iter().collect(),
            lines => catalogue::named(tx, &lines.iter().map(|line| line.product.as_str()).collect::<Vec<_>>()).await?,
        };
        if self.visitor.is_some() {
            catalogue::on_trial(tx, self.visitor, &mut found).await?;
        }
        let mut priced = Vec::with_capacity(self.lines.len());
        for (at, wanted) in self.lines.iter().enumerate() {
            let field = |name: &str| if self.lines.len() == 1 { name.to_owned() } else { format!("lines[{at}].{name}") };
            let product = found.iter().find(|product| product.slug == wanted.product).cloned().ok_or_else(|| {
                let message = "There is no such product for sale.";
                Error::invalid("unknown_product", message).with_field(field("product"), message)
            })?;
            if !(1..=rules::MOST_OF_ONE).contains(&wanted.quantity) {
                return Err(Error::field(field("quantity"), format!("from 1 to {}", rules::MOST_OF_ONE)));
            }
            let line = Line {
                id: tx.id(),
                position: i64::try_from(at).unwrap_or(i64::MAX),
                product_id: Some(product.id),
                // A price on trial is no version of the product's price.
                price_id: Some(product.price_id).filter(|_| product.trial.is_none()),
                product: product.slug.clone(),
                name: product.name.clone(),
                quantity: wanted.quantity,
                unit_minor: product.amount_minor,
                amount_minor: product.price().times(wanted.quantity)?.minor,
                discount_minor: 0,
                packed_at: None,
            };
            priced.push((line, product));
        }
        Ok(priced)
    }

    async fn customer(&self, tx: &mut Tx) -> Result<Customer> {
        match &self.buyer {
            Buyer::Nobody => Ok(Customer::default()),
            Buyer::Known(id) => {
                let contact = contacts::find(tx, *id).await?.ok_or_else(|| Error::field("contact_id", "There is no such contact."))?;
                Ok(Customer { id: Some(contact.id), name: contact.name, phone: contact.phone, email: contact.email })
            }
            Buyer::Said(said) => {
                let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
                let phone = filled(&said.phone).map(|phone| contacts::phone(&phone)).transpose()?;
                let email = filled(&said.email).map(|email| contacts::email(&email)).transpose()?;
                let id = contacts::save(tx, NewContact { phone: phone.clone(), email: email.clone(), ..said.clone() }).await?;
                Ok(Customer { id: Some(id), name: filled(&said.name).map(|name| name.trim().to_owned()), phone, email })
            }
        }
    }

    fn order(
        &self,
        tx: &Tx,
        id: OrderId,
        total: Money,
        discount: Option<Discount>,
        customer: &Customer,
        lines: &[(Line, Product)],
    ) -> Result<Order> {
        Ok(Order {
            id,
            number: None,
            contact_id: customer.id,
            customer_name: customer.name.clone(),
            customer_reach: customer.phone.clone().or_else(|| customer.email.clone()),
            state: OrderState::Created,
            pay: self.pay,
            product: lines.first().map(|(line, _)| line.name.clone()).unwrap_or_default(),
            currency: total.currency,
            total_minor: total.minor,
            discount_minor: discount.as_ref().map_or(0, |discount| discount.amount.minor),
            paid_minor: 0,
            refunded_minor: 0,
            coupon_code: discount.map(|discount| discount.code),
            delivery_date: self.delivery_date.as_deref().map(rules::day).transpose()?,
            payment_id: None,
            created_at: tx.now(),
            paid_at: None,
            source: OWN.to_owned(),
            source_name: None,
            packed_at: None,
        })
    }
}

/// Each line bears its part of the discount.
fn share_out(discount: Option<&Discount>, lines: &mut [(Line, Product)]) {
    let Some(discount) = discount else { return };
    let amounts: Vec<i64> = lines.iter().map(|(line, _)| line.amount_minor).collect();
    for ((line, _), share) in lines.iter_mut().zip(facts::split(discount.amount.minor, &amounts)) {
        line.discount_minor = share;
    }
}
