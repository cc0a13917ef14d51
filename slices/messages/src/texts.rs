//! The texts that Origin comes with: version 0 of every template.

use crate::types::MessageType;

/// A text for each channel, in Jinja2's syntax.
pub(crate) struct Texts {
    pub whatsapp: &'static str,
    pub subject: &'static str,
    pub email: &'static str,
    pub html: &'static str,
}

macro_rules! texts {
    ($whatsapp:expr, $subject:expr, $email:expr, $html:expr) => {
        &Texts {
            whatsapp: concat!("{% if customer_name %}Hi {{ customer_name }}! {% endif %}", $whatsapp),
            subject: $subject,
            email: concat!("Hello{% if customer_name %} {{ customer_name }}{% endif %},\n\n", $email, "\n\nThank you."),
            html: concat!(
                "<div style=\"font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;color:#1f2328;max-width:34em\">\n",
                "<p>Hello{% if customer_name %} {{ customer_name }}{% endif %},</p>\n",
                $html,
                "\n<p>Thank you.</p>\n</div>"
            ),
        }
    };
}

/// How offers end, in a mail that is one.
macro_rules! unsubscribe {
    () => {
        "{% if unsubscribe_url %}\n\nNo more offers: {{ unsubscribe_url }}{% endif %}"
    };
    (html) => {
        "{% if unsubscribe_url %}\n<p style=\"color:#59636e\"><a href=\"{{ unsubscribe_url }}\">No more offers</a></p>{% endif %}"
    };
}

impl MessageType {
    /// The texts that Origin comes with.
    pub(crate) fn texts(self) -> &'static Texts {
        match self {
            Self::DeliveryReminder => texts!(
                "Your delivery is planned for *{{ delivery_date }}*.",
                "Your delivery is planned for {{ delivery_date }}",
                "your delivery is planned for {{ delivery_date }}.",
                "<p>Your delivery is planned for <strong>{{ delivery_date }}</strong>.</p>"
            ),
            Self::DeliveryConfirmed => texts!(
                "✓ Your delivery of {{ delivery_date }} has arrived. Enjoy!",
                "✓ Delivered on {{ delivery_date }}",
                "your delivery of {{ delivery_date }} has arrived. Enjoy!",
                "<p>✓ Your delivery of <strong>{{ delivery_date }}</strong> has arrived. Enjoy!</p>"
            ),
            Self::PaymentReminder => texts!(
                "*{{ amount }}* is due for {{ period }}.{% if invoice_url %} See and pay it: {{ invoice_url }}{% endif %}",
                "{{ amount }} is due for {{ period }}",
                "{{ amount }} is due for {{ period }}.{% if invoice_url %}\n\nSee and pay it: {{ invoice_url }}{% endif %}",
                concat!(
                    "<p><strong>{{ amount }}</strong> is due for {{ period }}.</p>",
                    "{% if invoice_url %}<p><a href=\"{{ invoice_url }}\">See and pay it</a></p>{% endif %}"
                )
            ),
            Self::PaymentConfirmation => texts!(
                concat!(
                    "✓ We received your payment of *{{ amount }}* for {{ month }} by {{ payment_method }}.",
                    "{% if tracking_url %} Follow your order: {{ tracking_url }}{% endif %}"
                ),
                "{% if product %}Your order of {{ product }} is confirmed{% else %}✓ Payment of {{ amount }} received{% endif %}",
                concat!(
                    "we received your payment of {{ amount }} for {{ month }} by {{ payment_method }}.",
                    "{% if order_id %}\n\nYour order: {{ order_id }}{% endif %}",
                    "{% if product %}\nYou bought: {{ product }}{% endif %}",
                    "{% if tracking_url %}\n\nFollow it and get your download here:\n{{ tracking_url }}{% endif %}"
                ),
                concat!(
                    "<p>✓ We received your payment of <strong>{{ amount }}</strong> for {{ month }} by {{ payment_method }}.</p>",
                    "{% if product %}\n<p>You bought: <strong>{{ product }}</strong></p>{% endif %}",
                    "{% if tracking_url %}\n<p><a href=\"{{ tracking_url }}\">Follow your order and get your download</a></p>{% endif %}",
                    "{% if order_id %}\n<p style=\"color:#59636e\">Your order: {{ order_id }}</p>{% endif %}"
                )
            ),
            Self::SubscriptionConfirmation => texts!(
                "✓ Your subscription to *{{ product }}* is active from {{ start_date }}.",
                "✓ Your subscription to {{ product }} is active",
                "your subscription to {{ product }} is active from {{ start_date }}.",
                "<p>✓ Your subscription to <strong>{{ product }}</strong> is active from {{ start_date }}.</p>"
            ),
            Self::OrderConfirmation => texts!(
                concat!(
                    "Your order {{ order_id }} over *{{ total_amount }}* is confirmed.",
                    "{% if delivery_date %} It is delivered on {{ delivery_date }}.{% endif %}"
                ),
                "Your order over {{ total_amount }} is confirmed",
                concat!(
                    "your order {{ order_id }} over {{ total_amount }} is confirmed.",
                    "{% if delivery_date %}\n\nIt is delivered on {{ delivery_date }}.{% endif %}"
                ),
                concat!(
                    "<p>Your order over <strong>{{ total_amount }}</strong> is confirmed.</p>",
                    "{% if delivery_date %}\n<p>It is delivered on {{ delivery_date }}.</p>{% endif %}",
                    "\n<p style=\"color:#59636e\">Your order: {{ order_id }}</p>"
                )
            ),
            Self::PauseConfirmation => texts!(
                "⏸ Your subscription is paused until *{{ resume_date }}*.",
                "⏸ Paused until {{ resume_date }}",
                "your subscription is paused until {{ resume_date }}.",
                "<p>⏸ Your subscription is paused until <strong>{{ resume_date }}</strong>.</p>"
            ),
            Self::ChurnRisk => texts!(
                "We miss you. Come back with *25 % off* your next month.",
                "We miss you, {{ customer_name }}: 25 % off to resume",
                concat!("we miss you. Come back with 25 % off your next month.", unsubscribe!()),
                concat!("<p>We miss you. Come back with <strong>25 % off</strong> your next month.</p>", unsubscribe!(html))
            ),
            Self::NewProduct => texts!(
                "New: *{{ product }}*, available from {{ availability_date }}.",
                "New: {{ product }}",
                concat!("we have something new: {{ product }}, available from {{ availability_date }}.", unsubscribe!()),
                concat!(
                    "<p>We have something new: <strong>{{ product }}</strong>, available from {{ availability_date }}.</p>",
                    unsubscribe!(html)
                )
            ),
            Self::DeliveryDelayed => texts!(
                "⏰ Your delivery is late. It now arrives at *{{ eta_time }}*. We are sorry.",
                "⏰ Your delivery now arrives at {{ eta_time }}",
                "your delivery is late. It now arrives at {{ eta_time }}. We are sorry.",
                "<p>⏰ Your delivery is late. It now arrives at <strong>{{ eta_time }}</strong>. We are sorry.</p>"
            ),
            Self::OrderReminder => texts!(
                concat!(
                    "Your order of {{ product }} is still here: *{{ amount }}*",
                    "{% if discount %}, {{ discount }} off{% endif %}. Go on where you left: {{ order_url }}",
                    "{% if stop_url %}\n\nNo more reminders: {{ stop_url }}{% endif %}"
                ),
                "{% if discount %}{{ discount }} off your order of {{ product }}{% else %}Your order of {{ product }} is still here{% endif %}",
                concat!(
                    "your order of {{ product }} is still here: {{ amount }}{% if discount %}, {{ discount }} off{% endif %}.",
                    "\n\nGo on where you left:\n{{ order_url }}",
                    "{% if stop_url %}\n\nNo more reminders: {{ stop_url }}{% endif %}"
                ),
                concat!(
                    "<p>Your order of <strong>{{ product }}</strong> is still here: <strong>{{ amount }}</strong>",
                    "{% if discount %}, {{ discount }} off{% endif %}.</p>",
                    "\n<p><a href=\"{{ order_url }}\">Go on where you left</a></p>",
                    "{% if stop_url %}\n<p style=\"color:#59636e\"><a href=\"{{ stop_url }}\">No more reminders</a></p>{% endif %}",
                    "{% if seen_url %}<img src=\"{{ seen_url }}\" width=\"1\" height=\"1\" alt=\"\">{% endif %}"
                )
            ),
            Self::OneTimeCode => &Texts {
                whatsapp: "*{{ code }}* is your code. It is good for 5 minutes. Tell it to nobody.",
                subject: "Your code",
                email: "{{ code }} is your code. It is good for 5 minutes. Tell it to nobody.\n\nIf you have not asked for it, there is nothing to do.",
                html: "",
            },
            // Nothing is put around what somebody says themselves.
            Self::Direct => &Texts { whatsapp: "{{ text }}", subject: "A message for you", email: "{{ text }}", html: "" },
            Self::OrderPacked => texts!(
                "📦 Your order *{{ order }}* is packed.{% if delivery_date %} It is delivered on {{ delivery_date }}.{% endif %}",
                "Your order {{ order }} is packed",
                "your order {{ order }} is packed.{% if delivery_date %} It is delivered on {{ delivery_date }}.{% endif %}",
                concat!(
                    "<p>📦 Your order <strong>{{ order }}</strong> is packed.</p>",
                    "{% if delivery_date %}<p>It is delivered on {{ delivery_date }}.</p>{% endif %}"
                )
            ),
        }
    }
}
