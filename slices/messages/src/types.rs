//! The types of message, the ten that are published, those for packing and reminders, and what is said by hand: what each says, and which variables its texts
//! may use.

facts::words! {
    /// What a message is for.
    pub enum MessageType {
        /// A delivery is planned for a date.
        DeliveryReminder = "delivery_reminder",
        /// It was delivered.
        DeliveryConfirmed = "delivery_confirmed",
        /// An amount is due for a period.
        PaymentReminder = "payment_reminder",
        /// A payment was received.
        PaymentConfirmation = "payment_confirmation",
        /// A subscription is active.
        SubscriptionConfirmation = "subscription_confirmation",
        /// An order is confirmed.
        OrderConfirmation = "order_confirmation",
        /// A subscription is paused until a date.
        PauseConfirmation = "pause_confirmation",
        /// We would like the customer back.
        ChurnRisk = "churn_risk",
        /// A product is new.
        NewProduct = "new_product",
        /// A delivery comes later than planned.
        DeliveryDelayed = "delivery_delayed",
        /// An order was left unpaid.
        OrderReminder = "order_reminder",
        /// All of an order is packed.
        OrderPacked = "order_packed",
        /// What a person or a program of the merchant's says itself.
        Direct = "direct_message",
        /// A code that shows that an address is somebody's.
        OneTimeCode = "one_time_code",
    }
}

/// A variable of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// How a template names it.
    pub name: &'static str,
    /// Whether a message cannot be made without it. One that is not required is false where it is missing.
    pub required: bool,
    /// An example, for the preview.
    pub sample: &'static str,
}

const fn needs(name: &'static str, sample: &'static str) -> Variable {
    Variable { name, required: true, sample }
}

const fn may_have(name: &'static str, sample: &'static str) -> Variable {
    Variable { name, required: false, sample }
}

const TRACKING: Variable = may_have("tracking_url", "https://shop.example/order/ord_01h2xcejqtf2nbrexx3vqjhp41");
const INVOICE: Variable = may_have("invoice_url", "https://shop.example/invoice/inv_01h2xcejqtf2nbrexx3vqjhp41");
const UNSUBSCRIBE: Variable = may_have(crate::unsubscribe::VARIABLE, "https://shop.example/u/AZ6rPZ5scfGqDZxM0aT6sPq1uY2hZ8Gd9Qm1sV7bXkE");
const CUSTOMER: Variable = may_have("customer_name", "Asha");

impl MessageType {
    /// What it tells the customer, in the merchant's words.
    pub fn says(self) -> &'static str {
        match self {
            Self::DeliveryReminder => "A delivery is planned for a date",
            Self::DeliveryConfirmed => "A delivery has arrived",
            Self::PaymentReminder => "An amount is due for a period",
            Self::PaymentConfirmation => "A payment was received",
            Self::SubscriptionConfirmation => "A subscription is active",
            Self::OrderConfirmation => "An order is confirmed and paid later",
            Self::PauseConfirmation => "A subscription is paused until a date",
            Self::ChurnRisk => "We miss you: 25 % off to resume",
            Self::NewProduct => "A new product is available from a date",
            Self::DeliveryDelayed => "A delivery comes at a new time",
            Self::OrderReminder => "An order was begun and not paid",
            Self::OrderPacked => "An order is packed",
            Self::Direct => "What you say yourself",
            Self::OneTimeCode => "A code that somebody waits for",
        }
    }

    /// What its texts may use.
    pub fn variables(self) -> &'static [Variable] {
        match self {
            Self::DeliveryReminder | Self::DeliveryConfirmed => const { &[needs("delivery_date", "22 Nov 2026"), CUSTOMER] },
            Self::PaymentReminder => const { &[needs("amount", "₹499.00"), needs("period", "November 2026"), INVOICE, CUSTOMER] },
            Self::PaymentConfirmation => {
                const {
                    &[
                        needs("amount", "₹99.00"),
                        needs("month", "November 2026"),
                        needs("payment_method", "UPI"),
                        may_have("order_id", "ord_01h2xcejqtf2nbrexx3vqjhp41"),
                        may_have("product", "Starter"),
                        TRACKING,
                        CUSTOMER,
                    ]
                }
            }
            Self::SubscriptionConfirmation => const { &[needs("product", "Starter"), needs("start_date", "1 Dec 2026"), CUSTOMER] },
            Self::OrderConfirmation => {
                const {
                    &[
                        needs("order_id", "ord_01h2xcejqtf2nbrexx3vqjhp41"),
                        needs("total_amount", "₹1,248.00"),
                        may_have("delivery_date", "22 Nov 2026"),
                        CUSTOMER,
                    ]
                }
            }
            Self::PauseConfirmation => const { &[needs("resume_date", "15 Dec 2026"), CUSTOMER] },
            Self::ChurnRisk => const { &[needs("customer_name", "Asha"), UNSUBSCRIBE] },
            Self::NewProduct => const { &[needs("product", "Platinum"), needs("availability_date", "1 Dec 2026"), UNSUBSCRIBE, CUSTOMER] },
            Self::DeliveryDelayed => const { &[needs("eta_time", "7:30 pm"), CUSTOMER] },
            Self::OrderReminder => {
                const {
                    &[
                        needs("product", "Starter"),
                        needs("amount", "₹89.10"),
                        needs("order_url", "https://shop.example/r/rem_01h2xcejqtf2nbrexx3vqjhp41"),
                        may_have("discount", "10 %"),
                        may_have("stop_url", "https://shop.example/r/rem_01h2xcejqtf2nbrexx3vqjhp41/stop"),
                        may_have("seen_url", "https://shop.example/r/rem_01h2xcejqtf2nbrexx3vqjhp41/seen.gif"),
                        UNSUBSCRIBE,
                        CUSTOMER,
                    ]
                }
            }
            Self::OneTimeCode => const { &[needs("code", "123456")] },
            Self::Direct => const { &[needs("text", "The shop opens at ten tomorrow.")] },
            Self::OrderPacked => {
                const { &[needs("order", "#1042"), may_have("items", "3"), may_have("delivery_date", "22 Nov 2026"), CUSTOMER] }
            }
        }
    }

    /// Who goes first.
    pub fn urgency(self) -> crate::Urgency {
        match self {
            Self::OneTimeCode => crate::Urgency::Otp,
            Self::ChurnRisk | Self::NewProduct | Self::OrderReminder => crate::Urgency::Bulk,
            _ => crate::Urgency::Transactional,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_variables_are_there() {
        for (kind, names) in [
            ("delivery_reminder", "delivery_date"),
            ("delivery_confirmed", "delivery_date"),
            ("payment_reminder", "amount period"),
            ("payment_confirmation", "amount month payment_method"),
            ("subscription_confirmation", "product start_date"),
            ("order_confirmation", "order_id total_amount"),
            ("pause_confirmation", "resume_date"),
            ("churn_risk", "customer_name"),
            ("new_product", "product availability_date"),
            ("delivery_delayed", "eta_time"),
            ("order_reminder", "product amount order_url"),
            ("order_packed", "order"),
            ("direct_message", "text"),
            ("one_time_code", "code"),
        ] {
            let kind: MessageType = kind.parse().unwrap();
            let required: Vec<&str> = kind.variables().iter().filter(|v| v.required).map(|v| v.name).collect();
            assert_eq!(required.join(" "), names, "{kind}");
        }
        assert_eq!(MessageType::ALL.len(), 14);
    }
}
