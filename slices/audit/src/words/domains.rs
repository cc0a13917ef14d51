//! Words for what happens to the shops' own addresses.

use super::{Words, words};
use facts::domains::{CertificateMoved, DomainMoved};
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; DomainMoved => moved, CertificateMoved => certificate }
}

fn moved(fact: DomainMoved) -> Words {
    let (meaning, what) = match fact.state.as_str() {
        "added" => (Meaning::Neutral, "Domain added: "),
        "verified" => (Meaning::Good, "Domain leads to the shop: "),
        "failed" => (Meaning::Bad, "Domain not proved: "),
        "removed" => (Meaning::Neutral, "Domain removed: "),
        _ => (Meaning::Neutral, "Domain is looked for again: "),
    };
    let why = fact.reason.map(|reason| reason.replace('_', " ")).unwrap_or_default();
    Words::new(meaning, html! { (what) bdi { (fact.domain) } }).note(html! { (why) })
}

fn certificate(fact: CertificateMoved) -> Words {
    let (meaning, what) = match fact.state.as_str() {
        "issued" => (Meaning::Good, "Certificate issued: "),
        _ => (Meaning::Bad, "No certificate: "),
    };
    let why = fact.reason.map(|reason| reason.replace('_', " ")).unwrap_or_default();
    Words::new(meaning, html! { (what) bdi { (fact.domain) } }).note(html! { (why) })
}
