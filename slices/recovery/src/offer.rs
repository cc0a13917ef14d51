//! What an order that was left comes to now: at the price that was agreed, or placed anew at another.

use crate::model::Reminder;
use catalogue::Product;
use facts::orders::PayWhen;
use facts::{Currency, Money, Time, VisitorId};
use orders::{Line, Order, Wanted, Whole};
use payments::{Intent, IntentState, Provider};
use store::{Look, Result};

/// What the buyer is offered.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    /// What it comes to.
    pub total: Money,
    /// What it comes to without the discount.
    pub full: Money,
    /// The coupon that it is placed anew with.
    pub coupon: Option<String>,
    /// Whether the order itself is no longer what is paid: its price has changed, or its way to pay is over.
    pub anew: bool,
}

/// A discount that a reminder brings: the coupon's code, and its share in basis points.
#[derive(Debug, Clone)]
pub(crate) struct Discount {
    pub code: String,
    pub bps: i64,
}

impl Discount {
    /// That of a reminder, where it is good at a moment.
    pub(crate) fn of(reminder: &Reminder, now: Time) -> Option<Self> {
        let code = reminder.coupon.clone().filter(|_| reminder.coupon_ends_at.is_some_and(|end| end > now))?;
        Some(Self { code, bps: reminder.discount_bps })
    }
}

/// What an order comes to now; `None` where something in it is no longer sold. One that was placed with a coupon of its own stays at what
/// was agreed, and gets no second one.
///
/// # Errors
/// Whatever the database refuses.
pub(crate) async fn of(look: &mut impl Look, whole: &Whole, intent: &Intent, discount: Option<&Discount>) -> Result<Option<Offer>> {
    let slugs: Vec<&str> = whole.lines.iter().map(|line| line.product.as_str()).collect();
    let mut sold = catalogue::named(look, &slugs).await?;
    // Whoever was asked a price on trial is asked the same again, for as long as it is.
    if let Some(visitor) = orders::visitor_of(look, whole.order.id).await? {
        catalogue::on_trial(look, Some(visitor), &mut sold).await?;
    }
    let Some(now) = now(&whole.lines, &sold, whole.order.currency)? else { return Ok(None) };
    let over = closed(intent);
    let order = &whole.order;
    if order.coupon_code.is_some() {
        return Ok(Some(Offer { total: order.total(), full: order.total(), coupon: order.coupon_code.clone(), anew: over }));
    }
    let off = discount.map_or(Ok(now.zero()), |discount| now.share(discount.bps))?;
    let total = now.minus(off)?;
    Ok(Some(Offer { total, full: now, coupon: discount.map(|discount| discount.code.clone()), anew: over || total != order.total() }))
}

/// What the lines come to at today's prices; `None` where one is no longer sold, or in another currency.
fn now(lines: &[Line], sold: &[Product], currency: Currency) -> Result<Option<Money>> {
    let mut sum = Money::new(0, currency);
    for line in lines {
        let found = sold.iter().find(|product| Some(product.id) == line.product_id && product.currency == currency);
        let Some(product) = found else { return Ok(None) };
        sum = sum.plus(product.price().times(line.quantity)?)?;
    }
    Ok(Some(sum))
}

/// Whether the way to pay is over: a session of Stripe's ends after a day, and what is cancelled takes no money.
fn closed(intent: &Intent) -> bool {
    let ends = intent.state == IntentState::Expired && intent.provider == Some(Provider::Stripe);
    ends || intent.state == IntentState::Cancelled
}

/// Where an order came from.
pub(crate) struct CameFrom {
    /// Who brought its buyer.
    pub referral: Option<String>,
    /// The browser, where a price was on trial.
    pub visitor: Option<VisitorId>,
}

/// The order that is placed in its place.
pub(crate) fn order(whole: &Whole, offer: &Offer, shown: Money, from: CameFrom) -> Option<orders::PlaceOrder> {
    let Order { contact_id, delivery_date, .. } = &whole.order;
    Some(orders::PlaceOrder {
        lines: whole.lines.iter().map(|line| Wanted { product: line.product.clone(), quantity: line.quantity }).collect(),
        buyer: orders::Buyer::Known((*contact_id)?),
        coupon: offer.coupon.clone(),
        pay: PayWhen::First,
        shown: Some(shown),
        delivery_date: delivery_date.clone(),
        referral: from.referral,
        visitor: from.visitor,
        key: None,
    })
}
