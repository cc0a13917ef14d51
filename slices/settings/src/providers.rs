//! The providers that a tenant may hold credentials for, and what those consist of.

use serde_json::Value;
use store::{Error, Result};

/// One provider's credentials: their fields by name.
pub(crate) struct Provider {
    pub name: &'static str,
    /// Fields that there must be.
    required: &'static [&'static str],
    optional: &'static [&'static str],
    /// The field that names the account and may be shown by its end.
    shown: &'static str,
}

/// All of them.
pub(crate) const PROVIDERS: &[Provider] = &[
    Provider {
        name: "razorpay",
        required: &["key_id", "key_secret"],
        optional: &["webhook_secret", "webhook_secret_old"],
        shown: "key_id",
    },
    Provider { name: "stripe", required: &["secret_key"], optional: &["webhook_secret", "webhook_secret_old"], shown: "secret_key" },
    Provider {
        name: "myoperator",
        required: &["api_key", "company_id", "phone_number_id"],
        optional: &["api_secret", "webhook_token"],
        shown: "api_key",
    },
    Provider {
        name: "meta",
        required: &["access_token", "phone_number_id"],
        optional: &["waba_id", "app_secret", "verify_token"],
        shown: "phone_number_id",
    },
    Provider { name: "gateway", required: &["url"], optional: &["token"], shown: "url" },
    Provider {
        name: "twilio",
        required: &["account_sid", "auth_token"],
        optional: &["from", "messaging_service_sid", "dlt_header", "whatsapp_from"],
        shown: "account_sid",
    },
    Provider { name: "fcm", required: &["service_account"], optional: &[], shown: "project_id" },
    Provider { name: "webpush", required: &["vapid_private_key"], optional: &["subject"], shown: "subject" },
    Provider {
        name: "smtp",
        required: &["host"],
        optional: &[
            "port",
            "user",
            "pass",
            "from",
            "bounces_to",
            "webhook_token",
            "dkim_domain",
            "dkim_selector",
            "dkim_key",
            "dkim_ed25519_selector",
            "dkim_ed25519_key",
        ],
        shown: "user",
    },
];

/// A credential longer than this is a mistake.
const LONGEST: usize = 2_048;
/// Those that are whole files, with lines of their own.
const FILES: &[&str] = &["service_account", "dkim_key"];
/// A file longer than this is a mistake.
const LONGEST_FILE: usize = 8_192;

/// The provider of that name.
pub(crate) fn find(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}

/// The last four characters of what names the account; nothing of a name so short that four would be most of it.
pub(crate) fn hint(name: &str, value: &Value) -> Option<String> {
    let shown = value.get(find(name)?.shown)?.as_str()?;
    let letters: Vec<char> = shown.chars().collect();
    let from = letters.len().checked_sub(4).filter(|hidden| *hidden >= 4)?;
    Some(letters[from..].iter().collect())
}

impl Provider {
    /// Whether these are such credentials.
    ///
    /// # Errors
    /// The field that is missing, unknown or of the wrong kind.
    pub(crate) fn check(&self, value: &Value) -> Result<()> {
        let fields = value.as_object().ok_or_else(|| Error::field("body", "a JSON object of the provider's credentials"))?;
        for name in self.required {
            if !fields.contains_key(*name) {
                return Err(Error::field(*name, format!("{} needs it", self.name)));
            }
        }
        for (name, value) in fields {
            if !self.required.contains(&name.as_str()) && !self.optional.contains(&name.as_str()) {
                return Err(Error::field(name.as_str(), format!("{} has no such credential", self.name)));
            }
            check_value(name, value)?;
        }
        Ok(())
    }
}

fn check_value(name: &str, value: &Value) -> Result<()> {
    if name == "port" {
        let fits = value.as_u64().is_some_and(|port| (1..=65_535).contains(&port));
        return if fits { Ok(()) } else { Err(Error::field(name, "a number from 1 to 65535")) };
    }
    let text = value.as_str().ok_or_else(|| Error::field(name, "a text"))?;
    if name == "bounces_to" && !is_address(text) {
        return Err(Error::field(name, "an e-mail address, without a name"));
    }
    let is_file = FILES.contains(&name);
    let longest = if is_file { LONGEST_FILE } else { LONGEST };
    let odd = |letter: char| letter.is_control() && !(is_file && matches!(letter, '\n' | '\r' | '\t'));
    let fits = !text.trim().is_empty() && text.len() <= longest && !text.chars().any(odd);
    if fits { Ok(()) } else { Err(Error::field(name, format!("1 to {longest} printable characters"))) }
}

/// Whether a text looks like an e-mail address. That mail comes there is for whoever typed it to see.
fn is_address(text: &str) -> bool {
    let odd = |letter: char| letter.is_whitespace() || letter.is_control() || "<>,;\"".contains(letter);
    text.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && !text.contains(odd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn credentials_have_the_fields_of_their_provider() {
        let table = [
            ("razorpay", json!({"key_id": "rzp_test_12345678", "key_secret": "s"}), None),
            ("razorpay", json!({"key_id": "rzp_test_12345678"}), Some("key_secret")),
            ("razorpay", json!({"key_id": "a", "key_secret": "s", "color": "red"}), Some("color")),
            ("razorpay", json!({"key_id": 7, "key_secret": "s"}), Some("key_id")),
            ("razorpay", json!(["key_id"]), Some("body")),
            ("stripe", json!({"secret_key": "sk_test_12345678", "webhook_secret": "whsec_1"}), None),
            ("stripe", json!({"webhook_secret": "whsec_1"}), Some("secret_key")),
            ("smtp", json!({"host": "h", "user": "u", "pass": "p", "port": 587}), None),
            ("smtp", json!({"host": "h"}), None),
            ("smtp", json!({"user": "u", "pass": "p"}), Some("host")),
            ("smtp", json!({"host": "h", "user": "u", "pass": "p", "port": 70_000}), Some("port")),
            ("smtp", json!({"host": "h\n", "user": "u", "pass": "p"}), Some("host")),
            ("smtp", json!({"host": "h", "dkim_selector": "s", "dkim_key": "-----BEGIN\nkey\n-----END"}), None),
            ("smtp", json!({"host": "h", "bounces_to": "bounces@shop.example", "webhook_token": "t"}), None),
            ("smtp", json!({"host": "h", "bounces_to": "Shop <bounces@shop.example>"}), Some("bounces_to")),
            ("smtp", json!({"host": "h", "bounces_to": "bounces"}), Some("bounces_to")),
            ("fcm", json!({"service_account": "{\n}"}), None),
            ("twilio", json!({"account_sid": "AC1", "auth_token": "t\n"}), Some("auth_token")),
        ];
        for (provider, value, wrong) in table {
            let answer = find(provider).unwrap().check(&value);
            let field = answer.err().map(|error| error.fields()[0].field.clone());
            assert_eq!(field.as_deref(), wrong, "{provider} {value}");
        }
    }

    #[test]
    fn a_hint_is_the_end_of_what_names_the_account() {
        assert_eq!(hint("razorpay", &json!({"key_id": "rzp_test_12345678"})).as_deref(), Some("5678"));
        assert_eq!(hint("razorpay", &json!({"key_id": "short"})), None);
        assert_eq!(hint("unheard", &json!({"key_id": "rzp_test_12345678"})), None);
    }
}
