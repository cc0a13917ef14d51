//! Links that open a UPI app with the amount filled in (NPCI's UPI linking specification).

use crate::model::Invoice;
use facts::Currency;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// The link for what is left to pay; none where nothing is, or where the seller has no UPI address. UPI moves rupees alone.
pub(crate) fn link(invoice: &Invoice) -> Option<String> {
    let (due, seller) = (invoice.due(), &invoice.seller.as_ref()?.0);
    let (address, number) = (seller.upi.as_ref()?, invoice.number.as_ref()?);
    if due.minor == 0 || due.currency != Currency::INR {
        return None;
    }
    let (name, number) = (encoded(&seller.legal_name), encoded(number));
    Some(format!("upi://pay?pa={address}&pn={name}&tr={number}&tn=Invoice%20{number}&am={}&cu=INR", due.decimal()))
}

/// All but what RFC 3986 calls unreserved: a space is %20, and never a plus.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encoded(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED)
}
