//! The templates that every account has from its first day: Meta's own greeting, one for codes, and one for each occasion on which
//! a shop usually writes.

use super::templates::{MetaTemplate, variables};
use serde_json::{Value, json};

const OCCASIONS: [(&str, &str, &str); 12] = [
    ("delivery_reminder", "UTILITY", "Your delivery is planned for {{delivery_date}}."),
    ("delivery_confirmed", "UTILITY", "✓ Delivered on {{delivery_date}}."),
    ("payment_reminder", "UTILITY", "{{amount}} is due for {{period}}."),
    ("payment_confirmation", "UTILITY", "✓ We received {{amount}} for {{month}} by {{payment_method}}."),
    ("subscription_confirmation", "UTILITY", "✓ Your {{product}} subscription is active from {{start_date}}."),
    ("order_confirmation", "UTILITY", "Your order {{order_id}} over {{total_amount}} is confirmed."),
    ("pause_confirmation", "UTILITY", "⏸ Your subscription is paused until {{resume_date}}."),
    ("churn_risk", "MARKETING", "{{customer_name}}, we miss you: 25 % off when you resume."),
    ("new_product", "MARKETING", "{{product}} is available from {{availability_date}}."),
    ("delivery_delayed", "UTILITY", "⏰ Your delivery now arrives at {{eta_time}}."),
    ("order_reminder", "MARKETING", "You left {{product}} for {{amount}}: {{order_url}}"),
    ("order_packed", "UTILITY", "Your order {{order}} is packed."),
];

/// An approved one, in whose text variables have names or numbers.
pub(super) fn approved(id: String, name: &str, language: &str, category: &str, text: &str) -> MetaTemplate {
    let numbered = text.contains("{{1}}");
    let format = if numbered { "POSITIONAL" } else { "NAMED" };
    MetaTemplate { id, ..template(0, name, language, category, format, vec![body(text)]) }
}

fn template(number: usize, name: &str, language: &str, category: &str, format: &str, components: Vec<Value>) -> MetaTemplate {
    MetaTemplate {
        id: format!("90000000000{number:05}"),
        name: name.to_owned(),
        language: language.to_owned(),
        category: category.to_owned(),
        status: "APPROVED".to_owned(),
        parameter_format: format.to_owned(),
        components,
        rejected_reason: "NONE".to_owned(),
        quality: "UNKNOWN".to_owned(),
    }
}

/// A body with an example of each variable.
fn body(text: &str) -> Value {
    let examples: Vec<Value> = variables(text).iter().map(|name| json!({"param_name": name, "example": "…"})).collect();
    json!({"type": "BODY", "text": text, "example": {"body_text_named_params": examples}})
}

pub(super) fn templates() -> Vec<MetaTemplate> {
    let hello = vec![
        json!({"type": "HEADER", "format": "TEXT", "text": "Hello World"}),
        json!({"type": "BODY", "text": "Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message."}),
    ];
    let code = vec![
        json!({"type": "BODY", "text": "*{{1}}* is your verification code.", "add_security_recommendation": true}),
        json!({"type": "BUTTONS", "buttons": [
            {"type": "URL", "text": "Copy code", "url": "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"},
        ]}),
    ];
    let mut all = vec![
        template(1, "hello_world", "en_US", "UTILITY", "POSITIONAL", hello),
        template(2, "verification_code", "en", "AUTHENTICATION", "POSITIONAL", code),
    ];
    let occasions = OCCASIONS.iter().enumerate();
    all.extend(occasions.map(|(at, (name, category, text))| template(at + 3, name, "en", category, "NAMED", vec![body(text)])));
    all
}
