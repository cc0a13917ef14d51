//! What a person should know about a domain and its certificate, and do.

use super::certificates::{self, Certificate};
use super::model::{Domain, State as Proof};
use facts::Time;
use maud::{Markup, html};
use web::ui::{Alert, Calendar, Meaning};

/// How the proof of a domain stands.
pub(super) fn proof(domain: &Domain) -> Markup {
    let alert = match (domain.state, domain.reason) {
        (Proof::Failed, reason) => {
            let why = reason.map(|reason| reason.says()).unwrap_or_default();
            Alert::new(Meaning::Bad, "The record was not there for a week").body(html! { (why) " Then press “Check now”." })
        }
        (Proof::Verified, Some(reason)) => Alert::new(Meaning::Attention, "The record is gone")
            .body(html! { (reason.says()) " If it is missing for a week, the domain no longer leads to your shop." }),
        (Proof::Pending, Some(reason)) => {
            Alert::new(Meaning::Information, "Not found yet").body(html! { (reason.says()) " We go on looking for a week." })
        }
        (Proof::Pending | Proof::Verified, None) => return Markup::default(),
    };
    html! { (alert) }
}

/// How a domain's certificate stands; `own` is where the domain has to lead.
pub(super) fn certificate(certificate: &Certificate, calendar: &Calendar, now: Time, own: &str) -> Markup {
    let until = certificate
        .not_after
        .map(|at| html! { "The certificate " (if at > now { "is" } else { "was" }) " good until " (calendar.time(at)) ". " });
    let next = certificate.next_at.map(|at| html! { " We try again at " (calendar.time(at)) "." });
    let why = certificate.reason.map(|reason| reason.says(own)).unwrap_or_default();
    let said = certificate.note.as_ref().filter(|note| !note.is_empty()).map(|note| html! { p { "The authority says: " (note) } });
    let alert = match (certificate.state, certificate.reason) {
        (certificates::State::Issued, _) => {
            return html! { p { "Buyers reach it by https. " (until.unwrap_or_default()) "It is renewed by itself." } };
        }
        (certificates::State::Failed, _) if certificate.not_after.is_some() => {
            Alert::new(Meaning::Attention, "The certificate was not renewed")
                .body(html! { p { (until.unwrap_or_default()) (why) (next.unwrap_or_default()) } (said.unwrap_or_default()) })
        }
        (certificates::State::Failed, _) => {
            Alert::new(Meaning::Bad, "No certificate yet").body(html! { p { (why) (next.unwrap_or_default()) } (said.unwrap_or_default()) })
        }
        (_, Some(_)) => Alert::new(Meaning::Attention, "The certificate takes longer")
            .body(html! { p { (until.unwrap_or_default()) (why) (next.unwrap_or_default()) } (said.unwrap_or_default()) }),
        (_, None) => Alert::new(Meaning::Information, "The certificate is on its way")
            .body(html! { (until.unwrap_or_default()) "It takes some minutes. Until then the domain opens without https." }),
    };
    html! { (alert) }
}
