//! Whose the touches of one message are. A pure function of them all and of when the message arrived: what comes after decides about
//! what was before, so it is asked a while later.
//!
//! Scanners of mails (Microsoft's SafeLinks, Proofpoint's URL Defense, Barracuda, Mimecast) follow a mail's links as it arrives, most of
//! them all of its links within moments, and go by the names of browsers: so they are known by when they come and what they follow. The
//! spans are on the safe side of what is told of them publicly: clicks that come within 5 to 30 seconds are taken for machines' by the
//! makers of mail programs and of simulated phishing, and so are three links within two seconds.

use crate::agent::{is_mail_proxy, is_program};
use crate::model::{Kind, Touch, Verdict, Why};
use facts::Time;
use std::time::Duration;

/// How long after a message has arrived nobody has yet read it and followed a link.
const READING: Duration = Duration::from_secs(10);
/// How long after it nobody has yet looked at it.
const LOOKING: Duration = Duration::from_secs(2);
/// Two different links that are followed within this are no person's.
const TWO: Duration = Duration::from_secs(1);
/// So many different links within that are none either.
const MANY: (usize, Duration) = (4, Duration::from_secs(10));
/// What is followed as close as this to the link that no person sees belongs to the same sweep, whatever address it comes from.
const SWEEP: Duration = Duration::from_secs(2);
/// How long after a touch all that decides about it has come.
pub(crate) const WINDOW: Duration = Duration::from_secs(60);

/// Whose they are, in their order, where the message arrived at that time. Each is of the same message.
pub(crate) fn judge(arrived: Option<Time>, touches: &[Touch]) -> Vec<Verdict> {
    let alone: Vec<Option<Why>> = touches.iter().map(|touch| by_itself(arrived, touch).or_else(|| beside(touch, touches))).collect();
    let verdict = |(touch, why): (&Touch, &Option<Why>)| {
        let why = why.or_else(|| of_visitor(touch, touches, &alone));
        why.map_or(Verdict::Human, Verdict::Machine)
    };
    touches.iter().zip(&alone).map(verdict).collect()
}

/// What a touch tells by itself.
fn by_itself(arrived: Option<Time>, touch: &Touch) -> Option<Why> {
    let soon = if touch.kind == Kind::Open { LOOKING } else { READING };
    match arrived {
        _ if touch.kind == Kind::Trap => Some(Why::Trap),
        _ if touch.kind == Kind::Open && is_mail_proxy(&touch.agent) => Some(Why::MailProxy),
        _ if touch.ahead => Some(Why::Ahead),
        _ if is_program(&touch.agent) => Some(Why::KnownScanner),
        Some(arrived) if touch.at < arrived => Some(Why::BeforeDelivery),
        Some(arrived) if touch.at < arrived.after(soon) => Some(Why::AtOnce),
        _ => None,
    }
}

/// What is known of a click by what else was followed in the same moments.
fn beside(touch: &Touch, touches: &[Touch]) -> Option<Why> {
    if touch.kind != Kind::Click {
        return None;
    }
    let near = |span: Duration| touches.iter().filter(move |other| between(touch, other) <= span);
    if near(SWEEP).any(|other| other.kind == Kind::Trap) {
        return Some(Why::Trap);
    }
    let another = |other: &Touch| other.kind == Kind::Click && other.link != touch.link;
    let many = near(MANY.1).any(|first| {
        let within = |other: &&Touch| other.kind == Kind::Click && other.at >= first.at && other.at.since(first.at) <= MANY.1;
        let mut links: Vec<Option<i64>> = touches.iter().filter(within).map(|other| other.link).collect();
        links.sort_unstable();
        links.dedup();
        links.len() >= MANY.0 && touch.at >= first.at
    });
    (many || near(TWO).any(another)).then_some(Why::ManyLinks)
}

/// What is known of a touch by what else the same visitor did. Whoever followed the hidden link is a machine in all that it does; what
/// sweeps through links has not looked at the image either.
fn of_visitor(touch: &Touch, touches: &[Touch], alone: &[Option<Why>]) -> Option<Why> {
    let theirs = touches.iter().zip(alone).filter(|(other, _)| other.visitor == touch.visitor);
    let mut theirs = theirs.filter_map(|(other, why)| Some((other, (*why)?)));
    theirs.find_map(|(other, why)| match (touch.kind, why) {
        _ if other.kind == Kind::Trap => Some(Why::Trap),
        (Kind::Open, Why::BeforeDelivery | Why::AtOnce | Why::ManyLinks | Why::Trap) if between(touch, other) <= WINDOW => Some(why),
        _ => None,
    })
}

fn between(one: &Touch, other: &Touch) -> Duration {
    one.at.max(other.at).since(one.at.min(other.at))
}
