//! Orders, from the first request to the certificate.

use super::Acme;
use super::authority::Authority;
use super::books::{Books, Issued, Order, Status};
use super::jws::Letter;
use super::wire::Problem;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

fn owner(letter: &Letter) -> Result<usize, Problem> {
    letter.account.ok_or_else(|| Problem::malformed("an account signs with its address"))
}

/// An order of this account's.
fn own<'a>(books: &'a mut Books, letter: &Letter, number: usize) -> Result<&'a mut Order, Problem> {
    let account = owner(letter)?;
    let order = books.orders.get_mut(number).ok_or_else(|| Problem::new(404, "malformed", "there is no such order"))?;
    if order.account == account { Ok(order) } else { Err(Problem::new(403, "unauthorized", "another's order")) }
}

/// Nothing is sent by whoever only looks.
fn looks(letter: &Letter) -> Result<(), Problem> {
    if letter.payload.is_none() { Ok(()) } else { Err(Problem::malformed("whoever looks sends nothing")) }
}

impl Acme {
    pub(super) fn order_anew(&self, letter: &Letter) -> Result<Response, Problem> {
        let account = owner(letter)?;
        let asked = letter.payload.clone().unwrap_or_default();
        let [only] = asked["identifiers"].as_array().map(Vec::as_slice).unwrap_or_default() else {
            return Err(Problem::malformed("one name an order"));
        };
        let domain = only["value"].as_str().filter(|_| only["type"] == "dns").unwrap_or_default();
        if !domain.contains('.')
            || domain.bytes().any(|byte| !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte)))
        {
            return Err(Problem::new(400, "rejectedIdentifier", format!("{domain:?} is no name")));
        }
        let now = (self.0.clock)();
        let token = self.0.names.fresh(32);
        let mut books = self.0.books.lock();
        if books.is_barred(domain, now) {
            books.turned_away += 1;
            return Err(Problem::new(429, "rateLimited", format!("too many visits to {domain} were in vain")).retry_after(3_600));
        }
        let number = books.open(account, domain, token, now);
        let body = self.order_json(&books.orders[number], number);
        drop(books);
        Ok(self.give(StatusCode::CREATED, body, Some(format!("{}/order/{number}", self.0.base))))
    }

    pub(super) fn show_order(&self, letter: &Letter, number: usize) -> Result<Response, Problem> {
        looks(letter)?;
        let mut books = self.0.books.lock();
        own(&mut books, letter, number)?;
        self.go_on(&mut books, number)?;
        let order = &books.orders[number];
        let (processing, body) = (order.status == Status::Processing, self.order_json(order, number));
        drop(books);
        let mut answer = self.give(StatusCode::OK, body, None);
        if processing {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(3));
        }
        Ok(answer)
    }

    pub(super) fn show_authorization(&self, letter: &Letter, number: usize) -> Result<Response, Problem> {
        looks(letter)?;
        let mut books = self.0.books.lock();
        let order = own(&mut books, letter, number)?;
        let status = match order.status {
            Status::Pending | Status::Visited => "pending",
            Status::Invalid => "invalid",
            _ => "valid",
        };
        let other = json!({"type": "dns-01", "url": format!("{}/challenge/none", self.0.base), "status": "pending", "token": "unused"});
        let body = json!({
            "identifier": {"type": "dns", "value": order.domain}, "status": status, "expires": order.expires.timestamp().to_string(),
            "challenges": [other, self.challenge_json(order, number)],
        });
        drop(books);
        Ok(self.give(StatusCode::OK, body, None))
    }

    /// The client says that the answer is there: it is looked for.
    pub(super) fn take_up(&self, letter: &Letter, number: usize) -> Result<Response, Problem> {
        let mut books = self.0.books.lock();
        let order = own(&mut books, letter, number)?;
        match &letter.payload {
            Some(Value::Object(empty)) if empty.is_empty() && order.status == Status::Pending => {
                order.status = Status::Visited;
                let acme = self.clone();
                self.in_background(async move { acme.visit(number).await });
            }
            Some(Value::Object(empty)) if empty.is_empty() => {}
            Some(_) => return Err(Problem::malformed("an empty object")),
            None => {}
        }
        let body = self.challenge_json(order, number);
        drop(books);
        Ok(self.give(StatusCode::OK, body, None))
    }

    pub(super) fn finalize(&self, letter: &Letter, number: usize) -> Result<Response, Problem> {
        let now = (self.0.clock)();
        let csr = letter.payload.as_ref().and_then(|asked| asked["csr"].as_str()).unwrap_or_default();
        let csr = URL_SAFE_NO_PAD.decode(csr).map_err(|_| Problem::malformed("csr is no base64url"))?;
        let mut books = self.0.books.lock();
        let takes = books.takes;
        let order = own(&mut books, letter, number)?;
        if order.status != Status::Ready {
            return Err(Problem::new(403, "orderNotReady", "the order is not ready"));
        }
        let csr = Authority::read(&csr, &order.domain).map_err(|why| Problem::new(400, "badCSR", why))?;
        order.asked = Some((csr, now.after(takes)));
        order.status = Status::Processing;
        self.go_on(&mut books, number)?;
        let body = self.order_json(&books.orders[number], number);
        drop(books);
        Ok(self.give(StatusCode::OK, body, Some(format!("{}/order/{number}", self.0.base))))
    }

    pub(super) fn hand_out(&self, letter: &Letter, number: usize) -> Result<Response, Problem> {
        looks(letter)?;
        let mut books = self.0.books.lock();
        let chain = own(&mut books, letter, number)?.chain.clone().ok_or_else(|| Problem::new(404, "malformed", "there is none yet"))?;
        drop(books);
        Ok(self.stamp(([(header::CONTENT_TYPE, "application/pem-certificate-chain")], chain).into_response()))
    }

    /// Issues what is due.
    fn go_on(&self, books: &mut Books, number: usize) -> Result<(), Problem> {
        let now = (self.0.clock)();
        let (good_for, serial) = (books.good_for, books.issued.len() as u64 + 1);
        let order = &mut books.orders[number];
        let Some((csr, _)) = order.asked.take_if(|(_, due)| *due <= now) else { return Ok(()) };
        let chain = self.0.authority.sign(csr, serial, now, good_for);
        order.chain = Some(chain.map_err(|error| Problem::new(500, "serverInternal", error.to_string()))?);
        order.status = Status::Valid;
        let domain = order.domain.clone();
        books.issued.push(Issued { domain, serial, not_after: now.after(good_for) });
        Ok(())
    }

    fn order_json(&self, order: &Order, number: usize) -> Value {
        let status = match order.status {
            Status::Pending | Status::Visited => "pending",
            Status::Ready => "ready",
            Status::Processing => "processing",
            Status::Valid => "valid",
            Status::Invalid => "invalid",
        };
        let at = |what: &str| format!("{}/{what}/{number}", self.0.base);
        let mut body = json!({
            "status": status, "expires": order.expires.timestamp().to_string(),
            "identifiers": [{"type": "dns", "value": order.domain}], "authorizations": [at("authorization")], "finalize": at("finalize"),
        });
        if order.chain.is_some() {
            body["certificate"] = json!(at("certificate"));
        }
        body
    }

    fn challenge_json(&self, order: &Order, number: usize) -> Value {
        let status = match order.status {
            Status::Pending => "pending",
            Status::Visited => "processing",
            Status::Invalid => "invalid",
            _ => "valid",
        };
        let url = format!("{}/challenge/{number}", self.0.base);
        let mut body = json!({"type": "http-01", "url": url, "status": status, "token": order.token});
        if let Some(error) = &order.error {
            body["error"] = error.json();
        }
        body
    }
}
