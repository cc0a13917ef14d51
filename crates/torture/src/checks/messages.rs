//! Messages: every one that was due has arrived, and nothing else.

use crate::promises::{Direct, Order, Person};
use crate::street::Street;
use crate::verdict::Verdict;
use std::collections::{HashMap, HashSet};
use std::time::Instant;

/// How many different messages of each kind a person should get, and because of what.
struct Due<'a> {
    person: &'a Person,
    whatsapp: usize,
    email: usize,
    because: &'a str,
    since: Instant,
}

impl<'a> Due<'a> {
    /// An order that is paid, or is to be paid later, is confirmed on both channels; one that nobody paid says nothing.
    fn of_order(order: &'a Order, paid: &HashSet<String>) -> Self {
        let paid = order.provider_id.as_ref().is_some_and(|id| paid.contains(id));
        let each = usize::from(paid || order.later);
        Self { person: &order.person, whatsapp: each, email: each, because: &order.id, since: order.at }
    }

    fn of_direct(direct: &'a Direct) -> Self {
        Self { person: &direct.person, whatsapp: 1, email: 0, because: &direct.id, since: direct.at }
    }

    fn held_against(&self, arrived: usize, due: usize, channel: &str) -> Option<String> {
        let since = self.since.elapsed().as_secs();
        (arrived != due).then(|| format!("{} ({since} s ago): {arrived} different {channel} messages arrived, {due} due", self.because))
    }
}

pub(super) fn check(street: &Street, orders: &[Order], directs: &[Direct], verdict: &mut Verdict) {
    let paid: HashSet<String> =
        street.sim.razorpay().payments().into_iter().filter(sim::Payment::captured).map(|payment| payment.order_id).collect();
    let due: Vec<Due> = orders.iter().map(|order| Due::of_order(order, &paid)).chain(directs.iter().map(Due::of_direct)).collect();
    let (phones, mailboxes) = (phones(street), mailboxes(street));
    let on_phone = |due: &Due| phones.get(&due.person.phone).map_or(0, HashSet::len);
    let in_mailbox = |due: &Due| mailboxes.get(&due.person.email).map_or(0, HashSet::len);
    verdict.count("direct messages acknowledged", directs.len());
    verdict.count("WhatsApp messages due", due.iter().map(|due| due.whatsapp).sum::<usize>());
    verdict.count("WhatsApp messages that arrived", due.iter().map(on_phone).sum::<usize>());
    verdict.count("e-mails due", due.iter().map(|due| due.email).sum::<usize>());
    verdict.count("e-mails that arrived", due.iter().map(in_mailbox).sum::<usize>());
    let whatsapp = due.iter().filter_map(|due| due.held_against(on_phone(due), due.whatsapp, "WhatsApp")).collect();
    let email = due.iter().filter_map(|due| due.held_against(in_mailbox(due), due.email, "e-mail")).collect();
    verdict.promise("every WhatsApp message that was due arrived, and none that was not", whatsapp);
    verdict.promise("every e-mail that was due arrived, and none that was not", email);
}

/// The references of the messages that were taken for each phone.
fn phones(street: &Street) -> HashMap<String, HashSet<String>> {
    let mut arrived: HashMap<String, HashSet<String>> = HashMap::new();
    for call in street.sim.phones().calls().into_iter().filter(|call| call.message_id.is_some()) {
        arrived.entry(call.number).or_default().insert(call.myop_ref_id.unwrap_or_default());
    }
    arrived
}

/// The Message-IDs of the mails that were taken for each address.
pub(super) fn mailboxes(street: &Street) -> HashMap<String, HashSet<String>> {
    let mut arrived: HashMap<String, HashSet<String>> = HashMap::new();
    for mail in street.sim.mailboxes().mails() {
        for to in mail.to {
            arrived.entry(to).or_default().insert(mail.message_id.clone().unwrap_or_default());
        }
    }
    arrived
}
