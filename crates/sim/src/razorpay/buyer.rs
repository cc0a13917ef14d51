//! What a buyer and the banks do: pay, fail, and succeed after all.

use super::Razorpay;
use super::books::{Method, Order, OrderStatus, Payment, PaymentStatus};
use super::wire::Refused;

impl Razorpay {
    /// A buyer pays the order: the payment is authorised, captured unless the order wants that by hand,
    /// and the webhooks are on their way. Returns the payment's id.
    ///
    /// # Errors
    /// There is no such order, or it is paid already.
    pub fn pay(&self, order_id: &str, method: Method) -> Result<String, Refused> {
        let (id, captures_itself) = self.attempt(order_id, method, PaymentStatus::Authorized)?;
        self.announce(&["payment.authorized"], &id);
        self.announce_token(&id);
        if captures_itself {
            self.take(&id, |_| Ok(()))?;
        }
        Ok(id)
    }

    /// A buyer tries to pay and the bank refuses. Returns the failed payment's id.
    ///
    /// # Errors
    /// There is no such order, or it is paid already.
    pub fn fail(&self, order_id: &str, method: Method) -> Result<String, Refused> {
        let (id, _) = self.attempt(order_id, method, PaymentStatus::Failed)?;
        self.announce(&["payment.failed"], &id);
        Ok(id)
    }

    /// A payment that had failed, or was only authorised, is captured after all, as UPI now and then does.
    ///
    /// # Errors
    /// There is no such payment, or it is captured already.
    pub fn captured_after_all(&self, payment_id: &str) -> Result<(), Refused> {
        let open = |payment: &Payment| if payment.captured() { Err(Refused::captured()) } else { Ok(()) };
        self.take(payment_id, open).map(|_| ())
    }

    /// One order, if there is such.
    pub(crate) fn order(&self, id: &str) -> Option<Order> {
        self.0.books.lock().orders.get(id).cloned()
    }

    pub(super) fn attempt(&self, order_id: &str, method: Method, status: PaymentStatus) -> Result<(String, bool), Refused> {
        let mut books = self.0.books.lock();
        let token = if status == PaymentStatus::Failed { None } else { self.agreed(&mut books, order_id, method)? };
        if books.links.all().iter().any(|link| link.order_id == order_id && link.cancelled) {
            return Err(Refused::because("payment_link_cancelled", "This payment link was cancelled."));
        }
        let order = books.orders.get_mut(order_id).ok_or_else(Refused::unknown_id)?;
        if order.status == OrderStatus::Paid {
            return Err(Refused::because("order_already_paid", "This order was paid already."));
        }
        order.status = OrderStatus::Attempted;
        order.attempts += 1;
        let captures_itself = order.captures_itself;
        let payment = Payment {
            id: self.name("pay"),
            order_id: order.id.clone(),
            amount: order.amount,
            currency: order.currency.clone(),
            status,
            method,
            amount_refunded: 0,
            rrn: self.0.names.digits(12),
            token_id: token.as_ref().map(|token| token.id.clone()),
            customer_id: token.map(|token| token.customer),
            reason: "payment_failed".to_owned(),
            notes: order.notes.clone(),
            created_at: self.now(),
        };
        let id = payment.id.clone();
        books.by_order.entry(payment.order_id.clone()).or_default().push(id.clone());
        books.payments.put(&id, payment);
        Ok((id, captures_itself))
    }

    /// The money becomes the shop's, and the order paid, unless `may` says why not.
    pub(super) fn take(&self, payment_id: &str, may: impl FnOnce(&Payment) -> Result<(), Refused>) -> Result<Payment, Refused> {
        let mut books = self.0.books.lock();
        let payment = books.payments.get_mut(payment_id).ok_or_else(Refused::unknown_id)?;
        may(payment)?;
        payment.status = PaymentStatus::Captured;
        let payment = payment.clone();
        if let Some(order) = books.orders.get_mut(&payment.order_id) {
            order.status = OrderStatus::Paid;
        }
        let link = books.links.all().iter().find(|link| link.order_id == payment.order_id).map(|link| link.id.clone());
        drop(books);
        self.announce(&["payment.captured", "order.paid"], payment_id);
        if let Some(link) = link {
            self.announce(&["payment_link.paid"], &link);
        }
        Ok(payment)
    }
}
