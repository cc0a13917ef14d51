//! Charging customers who are not present: the calls by which they agree, are told of a debit and are debited, and what banks do.
//! Amounts are in paise.

use super::Razorpay;
use super::agreements::{Customer, Recurring, Token, TokenStatus};
use super::books::{Books, Method, Order, Payment, PaymentStatus};
use super::guard::Whose;
use super::wire::{self, Answer, Refused};
use axum::extract::{Path, State};
use axum::{Extension, Json};
use bytes::Bytes;
use serde_json::{Map, Value, json};

/// The most that a card is debited for without its holder's help.
const MOST_BY_CARD: i64 = 1_500_000;
/// Seconds by which a debit has to be announced.
const AHEAD: i64 = 36 * 3_600;

fn text<'a>(asked: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, Refused> {
    let found = asked.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    found.ok_or_else(|| Refused::input(format!("The {name} field is required."), Some(name)))
}

pub(super) async fn create_customer(State(razorpay): State<Razorpay>, Extension(whose): Extension<Whose>, body: Bytes) -> Answer {
    let asked = wire::object(&body, &["name", "email", "contact", "fail_existing", "gstin", "notes"])?;
    let said = |name: &str| asked.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let reach = (said("contact"), said("email"));
    let mut books = razorpay.0.books.lock();
    let known = books.agreements.customers.iter().find(|known| known.guest == whose.0 && known.reach == reach);
    match known {
        Some(known) if said("fail_existing") == "0" => return Ok(Json(known.json.clone())),
        Some(_) => return Err(Refused::input("Customer already exists for the merchant", None)),
        None => {}
    }
    let id = razorpay.name("cust");
    let json = json!({
        "id": id, "entity": "customer", "name": said("name"), "email": reach.1, "contact": reach.0, "gstin": null, "notes": [],
        "created_at": razorpay.now(),
    });
    books.agreements.customers.push(Customer { id, guest: whose.0, reach, json: json.clone() });
    Ok(Json(json))
}

pub(super) async fn fetch(State(razorpay): State<Razorpay>, Path((customer, token)): Path<(String, String)>) -> Answer {
    let mut books = razorpay.0.books.lock();
    let found = books.agreements.token(&token).filter(|token| token.customer == customer);
    found.map(|token| Json(token.json())).ok_or_else(Refused::unknown_id)
}

/// `POST /payments/create/recurring`: debits what an order has announced.
pub(super) async fn debit(State(razorpay): State<Razorpay>, body: Bytes) -> Answer {
    let fields = ["email", "contact", "amount", "currency", "order_id", "customer_id", "token", "recurring", "description", "notes"];
    let asked = wire::object(&body, &fields)?;
    for name in ["email", "contact", "customer_id"] {
        text(&asked, name)?;
    }
    let (order_id, declines, method) = razorpay.may_debit(&asked)?;
    let status = if declines.is_some() { PaymentStatus::Failed } else { PaymentStatus::Authorized };
    let (id, _) = razorpay.attempt(&order_id, method, status)?;
    if let Some(payment) = razorpay.0.books.lock().payments.get_mut(&id) {
        payment.token_id = Some(text(&asked, "token")?.to_owned());
        payment.customer_id = Some(text(&asked, "customer_id")?.to_owned());
        payment.reason = declines.clone().unwrap_or_default();
    }
    if declines.is_some() {
        razorpay.announce(&["payment.failed"], &id);
        return Err(Refused::because("payment_failed", "The payment was declined by the bank."));
    }
    razorpay.announce(&["payment.authorized"], &id);
    razorpay.take(&id, |_| Ok(()))?;
    let signature = razorpay.signature(&order_id, &id);
    Ok(Json(json!({"razorpay_payment_id": id, "razorpay_order_id": order_id, "razorpay_signature": signature})))
}

impl Razorpay {
    /// From now on banks decline every debit, with this word; `None` lets them pay again.
    pub fn decline(&self, reason: Option<&str>) {
        self.0.books.lock().agreements.declines = reason.map(str::to_owned);
    }

    /// From now on no notice reaches its customer, or all of them do.
    pub fn notices_fail(&self, fail: bool) {
        self.0.books.lock().agreements.notices_fail = fail;
    }

    /// From now on banks confirm an agreement only when [`Razorpay::set_token`] says so.
    pub fn banks_take_their_time(&self) {
        self.0.books.lock().agreements.banks_take_their_time = true;
    }

    /// What has become of a token: its bank confirmed or rejected it, its customer took it back or lets it rest.
    pub fn set_token(&self, id: &str, status: TokenStatus) {
        if let Some(token) = self.0.books.lock().agreements.token(id) {
            token.status = status;
        }
        self.announce(&[&format!("token.{}", status.word())], id);
    }

    /// Every token, oldest first.
    pub fn tokens(&self) -> Vec<Token> {
        self.0.books.lock().agreements.tokens.clone()
    }

    /// How many customers are known.
    pub fn customers(&self) -> usize {
        self.0.books.lock().agreements.customers.len()
    }

    /// Every debit that was tried, oldest first.
    pub fn debits(&self) -> Vec<Payment> {
        let books = self.0.books.lock();
        let announced = |payment: &&Payment| books.orders.get(&payment.order_id).is_some_and(Order::announces);
        books.payments.all().iter().filter(announced).cloned().collect()
    }

    /// What an order says of agreements and debits.
    pub(super) fn read_recurring(&self, asked: &Map<String, Value>) -> Result<Option<Recurring>, Refused> {
        let mut books = self.0.books.lock();
        if let Some(terms) = asked.get("token") {
            let customer = text(asked, "customer_id")?;
            if !books.agreements.customers.iter().any(|known| known.id == customer) {
                return Err(Refused::unknown_id());
            }
            let method = match asked.get("method").and_then(Value::as_str) {
                Some("upi") => Method::Upi,
                Some("card") | None => Method::Card,
                Some(_) => return Err(Refused::input("The selected method is invalid.", Some("method"))),
            };
            if terms["expire_at"].as_i64().is_none_or(|at| at <= self.now()) {
                return Err(Refused::input("expire_at should be in the future", Some("expire_at")));
            }
            let max_amount = wire::amount(terms.get("max_amount"), "INR")?;
            return Ok(Some(Recurring::Registers { customer: customer.to_owned(), method, max_amount }));
        }
        let Some(notice) = asked.get("notification") else { return Ok(None) };
        let token = notice["token_id"].as_str().unwrap_or_default();
        if books.agreements.token(token).is_none_or(|token| token.status != TokenStatus::Confirmed) {
            return Err(Refused::input("The token is not confirmed.", Some("token_id")));
        }
        let payment_after = notice["payment_after"].as_i64().unwrap_or_default();
        if payment_after < self.now() + AHEAD {
            return Err(Refused::input("payment_after should be 36 hours from now", Some("payment_after")));
        }
        let failed = books.agreements.notices_fail;
        Ok(Some(Recurring::Announces { token: token.to_owned(), payment_after, failed }))
    }

    /// Tells the shop whether the notice reached its customer.
    pub(super) fn give_notice(&self, order: &Order) {
        if let Some(Recurring::Announces { failed, .. }) = order.recurring {
            let event = if failed { "order.notification.failed" } else { "order.notification.delivered" };
            self.announce(&[event], &order.id);
        }
    }

    /// The token that whoever pays this order agrees to, where that is what it is for.
    pub(super) fn agreed(&self, books: &mut Books, order_id: &str, method: Method) -> Result<Option<Token>, Refused> {
        let order = books.orders.get(order_id).ok_or_else(Refused::unknown_id)?;
        if !order.takes(method) {
            return Err(Refused::input("Payment method not allowed for this order", Some("method")));
        }
        let Some(Recurring::Registers { customer, max_amount, .. }) = order.recurring.clone() else { return Ok(None) };
        let later = books.agreements.banks_take_their_time;
        let token = Token {
            id: self.name("token"),
            guest: order.guest.clone(),
            customer,
            method,
            max_amount,
            status: if later { TokenStatus::Initiated } else { TokenStatus::Confirmed },
            created_at: self.now(),
        };
        books.agreements.tokens.push(token.clone());
        Ok(Some(token))
    }

    /// Tells the shop of the token that a payment has made, where its bank has confirmed it.
    pub(super) fn announce_token(&self, payment_id: &str) {
        let made = {
            let mut books = self.0.books.lock();
            let token = books.payments.get(payment_id).and_then(|payment| payment.token_id.clone());
            token.filter(|id| books.agreements.token(id).is_some_and(|token| token.status == TokenStatus::Confirmed))
        };
        if let Some(id) = made {
            self.announce(&["token.confirmed"], &id);
        }
    }

    /// Whether a debit is allowed: its order, what the bank will say, and how it is paid.
    fn may_debit(&self, asked: &Map<String, Value>) -> Result<(String, Option<String>, Method), Refused> {
        let now = self.now();
        let mut books = self.0.books.lock();
        let (order_id, customer) = (text(asked, "order_id")?, text(asked, "customer_id")?);
        let order = books.orders.get(order_id).cloned().ok_or_else(Refused::unknown_id)?;
        let Some(Recurring::Announces { token, payment_after, failed }) = &order.recurring else {
            return Err(Refused::input("The order announces no debit", Some("order_id")));
        };
        let declines = books.agreements.declines.clone();
        let kept = books.agreements.token(token).filter(|kept| kept.id == text(asked, "token").unwrap_or_default());
        let kept = kept.filter(|kept| kept.customer == customer).ok_or_else(Refused::unknown_id)?;
        let refused = if asked.get("recurring") != Some(&json!("1")) {
            Some("The recurring field is required.")
        } else if asked.get("amount").and_then(Value::as_i64) != Some(order.amount) {
            Some("The amount is not that of the order.")
        } else if kept.status != TokenStatus::Confirmed {
            Some("The token is not confirmed.")
        } else if *failed {
            Some("The pre-debit notification was not delivered.")
        } else if now < *payment_after {
            Some("The debit is not allowed before payment_after.")
        } else if order.amount > kept.max_amount || (kept.method == Method::Card && order.amount > MOST_BY_CARD) {
            Some("The amount is above what the token allows.")
        } else {
            None
        };
        refused.map_or(Ok(()), |why| Err(Refused::input(why, None)))?;
        Ok((order.id, declines, kept.method))
    }
}
