//! One box that finds: an id leads straight to its page, everything else to the list that knows it.

use axum::response::Redirect;
use serde::Deserialize;
use web::{Answer, Caller, Query};

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

/// Where ids of each kind have their page.
const PLACES: &[(&str, &str)] =
    &[("ord_", "/admin/orders/"), ("pay_", "/admin/payments/"), ("msg_", "/admin/messages/"), ("con_", "/admin/contacts/")];

pub(crate) async fn find(_: Caller, Query(asked): Query<Asked>) -> Answer<Redirect> {
    Ok(Redirect::to(&place(asked.q.trim())))
}

/// Digits alone are an order's number; a phone number or an address is a contact's; the rest is looked for among orders.
fn place(text: &str) -> String {
    if let Some((_, page)) =
        PLACES.iter().find(|(prefix, _)| text.starts_with(prefix) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
    {
        return format!("{page}{text}");
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let contact = text.contains('@') || text.starts_with('+') || digits >= 8;
    let query: String = web::query_string(&[("q", text)]);
    if contact { format!("/admin/contacts?{query}") } else { format!("/admin/orders?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_to_its_own_page() {
        assert_eq!(place("ord_01h2xcejqtf2nbrexx3vqjhp41"), "/admin/orders/ord_01h2xcejqtf2nbrexx3vqjhp41");
        assert_eq!(place("ord_../../x"), "/admin/orders?q=ord_..%2F..%2Fx");
        assert_eq!(place("+91 98765 43210"), "/admin/contacts?q=%2B91+98765+43210");
        assert_eq!(place("asha@example.com"), "/admin/contacts?q=asha%40example.com");
        assert_eq!(place("1042"), "/admin/orders?q=1042");
    }
}
