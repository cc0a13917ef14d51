//! What a provider saw more than once: each with its reason, and without a reason a broken promise.

use crate::kills::Kills;
use crate::street::Street;
use crate::verdict::Verdict;
use sim::{Ending, Span};
use std::collections::BTreeMap;

/// One message as its provider took it, oldest call first.
type Taken = BTreeMap<String, Vec<Span>>;

pub(super) fn check(street: &Street, verdict: &mut Verdict) {
    count_cuts(street, verdict);
    let mut broken = Vec::new();
    for (channel, taken) in [("WhatsApp", whatsapp(street)), ("e-mail", email(street))] {
        let repeated: Vec<_> = taken.into_iter().filter(|(_, calls)| calls.len() > 1).collect();
        verdict.count(&format!("{channel} messages taken more than once"), repeated.len());
        for (reference, calls) in repeated {
            match excuses(&street.kills, &calls) {
                Some(excuses) => verdict.note(format!("{channel} {reference}: {excuses}")),
                None => broken.push(format!("{channel} {reference} was taken {} times: {}", calls.len(), spans(&street.kills, &calls))),
            }
        }
    }
    verdict.promise("a provider saw a message twice only where a kill or a lost answer cut its call", broken);
}

/// How many calls were cut, without which the kills would prove nothing about them.
fn count_cuts(street: &Street, verdict: &mut Verdict) {
    let razorpay = ["POST /orders", "GET /orders", "GET /orders/{id}/payments"];
    let razorpay: Vec<Span> = razorpay.iter().flat_map(|call| street.sim.razorpay().calls(call)).map(|call| call.span).collect();
    let phones: Vec<Span> = street.sim.phones().calls().iter().map(|call| call.span).collect();
    let mails: Vec<Span> = street.sim.mailboxes().mails().iter().map(|mail| mail.span).collect();
    for (provider, spans) in [("Razorpay", razorpay), ("WhatsApp", phones), ("mail", mails)] {
        let open = |span: &&Span| span.ending != Ending::Dropped && street.kills.during(span.opened_at, span.closed_at);
        verdict.count(&format!("{provider} calls"), spans.len());
        verdict.count(&format!("{provider} calls that a kill fell into"), spans.iter().filter(open).count());
        let dropped = spans.iter().filter(|span| span.ending == Ending::Dropped).count();
        verdict.count(&format!("{provider} answers dropped"), dropped);
    }
}

fn whatsapp(street: &Street) -> Taken {
    let mut taken = Taken::new();
    for call in street.sim.phones().calls().into_iter().filter(|call| call.message_id.is_some()) {
        taken.entry(call.myop_ref_id.unwrap_or_default()).or_default().push(call.span);
    }
    taken
}

fn email(street: &Street) -> Taken {
    let mut taken = Taken::new();
    for mail in street.sim.mailboxes().mails() {
        taken.entry(mail.message_id.unwrap_or_default()).or_default().push(mail.span);
    }
    taken
}

/// Why each call but the last one could not be known to have been answered; `None` when one of them could.
fn excuses(kills: &Kills, calls: &[Span]) -> Option<String> {
    let (_, earlier) = calls.split_last()?;
    let excuses: Option<Vec<String>> = earlier.iter().map(|span| excuse(kills, span)).collect();
    excuses.map(|excuses| excuses.join("; "))
}

fn excuse(kills: &Kills, span: &Span) -> Option<String> {
    if span.ending == Ending::Dropped {
        return Some("the provider took it and dropped its answer".to_owned());
    }
    let (number, after) = kills.inside(span.opened_at, span.closed_at)?;
    Some(match after.as_millis() {
        0 => format!("kill {number} fell inside its call"),
        after => format!("kill {number} fell {after} ms after the answer left the provider, before it was kept"),
    })
}

fn spans(kills: &Kills, calls: &[Span]) -> String {
    let Some(first) = calls.first().map(|span| span.opened_at) else { return String::new() };
    let ms = |at: std::time::Instant| at.saturating_duration_since(first).as_millis();
    let kill = |span: &Span| kills.after(span.opened_at).map_or(String::new(), |kill| format!(" and a kill at {} ms", ms(kill)));
    let one = |span: &Span| format!("{}–{} ms {:?}{}", ms(span.opened_at), span.closed_at.map_or(0, ms), span.ending, kill(span));
    calls.iter().map(one).collect::<Vec<_>>().join(", ")
}
