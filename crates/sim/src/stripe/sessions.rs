//! `/checkout/sessions`, and what buyers and banks do with one.

use super::Stripe;
use super::books::{Kept, Money, Session, SessionStatus};
use super::guard::Whose;
use super::wire::{self, Answer, StripeRefused};
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use bytes::Bytes;

pub(super) async fn create(State(stripe): State<Stripe>, Extension(whose): Extension<Whose>, headers: HeaderMap, body: Bytes) -> Answer {
    let request = format!("sessions {}", String::from_utf8_lossy(&body));
    let fields = wire::form(&body);
    let (answer, _) = stripe.once(&headers, request, |books| {
        let line = |name: &str| wire::needed(&fields, &format!("line_items[0]{name}"));
        if wire::needed(&fields, "mode")? != "payment" || line("[quantity]")? != "1" {
            return Err(StripeRefused::input("Only one-off payments of one thing are played here."));
        }
        let session = Session {
            id: stripe.name("cs_test"),
            guest: whose.0,
            amount: wire::amount(line("[price_data][unit_amount]")?, "unit_amount")?,
            currency: line("[price_data][currency]")?.to_lowercase(),
            name: line("[price_data][product_data][name]")?.to_owned(),
            client_reference_id: fields.get("client_reference_id").cloned(),
            success_url: wire::needed(&fields, "success_url")?.to_owned(),
            cancel_url: fields.get("cancel_url").cloned(),
            status: SessionStatus::Open,
            payment_intent: None,
            created: stripe.now(),
            money: None,
            keep: fields.get("payment_intent_data[setup_future_usage]").is_some_and(|usage| usage == "off_session"),
            customer: fields.get("customer").cloned(),
            method: None,
        };
        let answer = session.json(&stripe.0.page, false);
        books.sessions.push(session);
        Ok(answer)
    })?;
    Ok(Json(answer))
}

pub(super) async fn fetch(State(stripe): State<Stripe>, Path(id): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let whole = query.is_some_and(|query| query.contains("payment_intent"));
    let mut books = stripe.0.books.lock();
    let session = books.session(&id).ok_or_else(|| StripeRefused::missing("checkout.session", &id))?;
    Ok(Json(session.json(&stripe.0.page, whole)))
}

pub(super) async fn expire(State(stripe): State<Stripe>, Path(id): Path<String>) -> Answer {
    stripe.expire(&id)?;
    let mut books = stripe.0.books.lock();
    let session = books.session(&id).ok_or_else(|| StripeRefused::missing("checkout.session", &id))?;
    Ok(Json(session.json(&stripe.0.page, false)))
}

impl Stripe {
    /// A buyer pays: the money is the shop's, and the webhook is on its way. Returns the payment's id.
    ///
    /// # Errors
    /// There is no such session, or nobody can pay it any more.
    pub fn pay(&self, session_id: &str) -> Result<String, StripeRefused> {
        self.complete(session_id, Money::Succeeded)
    }

    /// A buyer pays by something that takes days: the session is complete, and the money on its way.
    ///
    /// # Errors
    /// As [`Stripe::pay`].
    pub fn pay_later(&self, session_id: &str) -> Result<String, StripeRefused> {
        self.complete(session_id, Money::Processing)
    }

    /// Money that was on its way comes, or does not.
    ///
    /// # Errors
    /// Nothing is on its way.
    pub fn later(&self, session_id: &str, comes: bool) -> Result<(), StripeRefused> {
        let mut books = self.0.books.lock();
        let session = books.session(session_id).filter(|session| session.money == Some(Money::Processing));
        let session = session.ok_or_else(|| StripeRefused::missing("payment on its way", session_id))?;
        session.money = Some(if comes { Money::Succeeded } else { Money::Failed });
        drop(books);
        let event = if comes { "checkout.session.async_payment_succeeded" } else { "checkout.session.async_payment_failed" };
        self.announce(event, session_id);
        Ok(())
    }

    /// Nobody can pay a session any more: its day is over, or the shop wants it so.
    ///
    /// # Errors
    /// There is no such session, or it is not open.
    pub fn expire(&self, session_id: &str) -> Result<(), StripeRefused> {
        self.open(session_id, |session| session.status = SessionStatus::Expired)?;
        self.announce("checkout.session.expired", session_id);
        Ok(())
    }

    /// One session, if there is such.
    pub(crate) fn session(&self, id: &str) -> Option<Session> {
        self.0.books.lock().session(id).cloned()
    }

    fn complete(&self, session_id: &str, money: Money) -> Result<String, StripeRefused> {
        let payment = self.name("pi");
        self.open(session_id, |session| {
            session.status = SessionStatus::Complete;
            session.money = Some(money);
            session.payment_intent = Some(payment.clone());
            if session.keep {
                session.customer.get_or_insert_with(|| self.name("cus"));
                session.method = Some(self.name("pm"));
            }
        })?;
        let mut books = self.0.books.lock();
        let paid = books.session(session_id).cloned();
        if let Some((guest, customer, method)) = paid.and_then(|paid| Some((paid.guest, paid.customer?, paid.method?))) {
            books.kept.push(Kept { guest, customer, method });
        }
        drop(books);
        self.announce("checkout.session.completed", session_id);
        Ok(payment)
    }

    fn open(&self, session_id: &str, then: impl FnOnce(&mut Session)) -> Result<(), StripeRefused> {
        let mut books = self.0.books.lock();
        let session = books.session(session_id).ok_or_else(|| StripeRefused::missing("checkout.session", session_id))?;
        if session.status != SessionStatus::Open {
            return Err(StripeRefused::input("Only Checkout Sessions with a status in [\"open\"] can be expired or paid."));
        }
        then(session);
        Ok(())
    }
}
