//! Random grants, stops, starts and failures, told to the slice and to a plain model: after each, both must say the same of every
//! address and every class of message.

use crate::{TABLES, Word, mailbox, phone, tell};
use consent::{Addressee, Choice, Class, Reason, Why};
use facts::consent::{How, Scope};
use facts::messages::Channel;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use std::collections::BTreeMap;
use store::{Db, Who};
use testkit::TestDb;

/// How many words are said on each database.
const WORDS: usize = 300;

/// Something that is said of an address, by chance.
fn any(rng: &mut ChaCha12Rng) -> Word {
    let scope = *Scope::ALL.choose(rng).unwrap();
    let how = *How::ALL.choose(rng).unwrap();
    match rng.random_range(0..4) {
        0 => Word::Stop(scope, *Reason::ALL.choose(rng).unwrap(), how),
        1 => Word::Resume(scope, how),
        2 => Word::Grant(how),
        _ => Word::Choose(*Choice::ALL.choose(rng).unwrap()),
    }
}

/// An address, as somebody with a notebook would keep it.
#[derive(Debug, Clone, Default)]
struct Note {
    stops: BTreeMap<Scope, Reason>,
    /// The last word on offers.
    wanted: Option<bool>,
}

impl Note {
    fn stop(&mut self, scope: Scope, reason: Reason) {
        if reason.is_wish() && scope == Scope::Marketing {
            self.wanted = Some(false);
        }
        let kept = self.stops.entry(scope).or_insert(reason);
        if reason.is_wish() && !kept.is_wish() {
            *kept = reason;
        }
    }

    fn resume(&mut self, scope: Scope) {
        if scope == Scope::Marketing {
            self.wanted = Some(true);
        }
        if self.stops.get(&scope).is_some_and(|reason| reason.is_wish()) {
            self.stops.remove(&scope);
        }
    }

    fn hear(&mut self, word: Word) {
        match word {
            Word::Stop(scope, reason, _) => self.stop(scope, reason),
            Word::Resume(scope, _) => self.resume(scope),
            Word::Grant(How::Api | How::Import | How::ByHand) if self.wanted == Some(false) => {}
            Word::Grant(_) => self.resume(Scope::Marketing),
            Word::Choose(Choice::Everything) => Scope::ALL.iter().for_each(|scope| self.resume(*scope)),
            Word::Choose(Choice::NoMarketing) => {
                self.resume(Scope::All);
                self.stop(Scope::Marketing, Reason::Unsubscribed);
            }
            Word::Text(_) | Word::Provider(_) => {}
            Word::Choose(Choice::Nothing) => Scope::ALL.iter().for_each(|scope| self.stop(*scope, Reason::Unsubscribed)),
        }
    }

    fn why_not(&self, channel: Channel, class: Class) -> Option<Why> {
        let all = self.stops.get(&Scope::All).filter(|reason| class != Class::Asked || !reason.is_wish());
        let offers = self.stops.get(&Scope::Marketing).filter(|_| class == Class::Personal || class == Class::Marketing);
        let asks = class == Class::Marketing && channel != Channel::Email && self.wanted != Some(true);
        all.or(offers).map(|reason| Why::Stopped(*reason)).or_else(|| asks.then_some(Why::NoConsent))
    }
}

async fn agree(db: &Db, who: &Who, notes: &[(Addressee, Note)], after: Word) {
    for channel in Channel::ALL {
        for class in Class::ALL {
            let of: Vec<&(Addressee, Note)> = notes.iter().filter(|(to, _)| to.channel == *channel).collect();
            let addresses: Vec<&str> = of.iter().map(|(to, _)| to.address.as_str()).collect();
            let found = consent::why_not(&mut db.read_main(who.tenant), *channel, &addresses, *class).await.unwrap();
            for (to, note) in of {
                assert_eq!(
                    found.get(&to.address).copied(),
                    note.why_not(*channel, *class),
                    "{} {class} after {after:?}: {note:?}",
                    to.address
                );
            }
        }
    }
}

testkit::both! { with &TABLES;
    async fn promise_20_whatever_is_said_in_whatever_order(db: TestDb) {
        let who = db.who();
        let mut rng = ChaCha12Rng::seed_from_u64(20);
        let mut notes: Vec<(Addressee, Note)> = (0..40).map(|n| (mailbox(&format!("a{n}@example.com")), Note::default())).collect();
        notes.extend((0..3).map(|n| (phone(&format!("+91987654321{n}")), Note::default())));
        for _ in 0..WORDS {
            // Most is said of a few of them, so that words meet others.
            let at = if rng.random_bool(0.9) { notes.len() - 1 - rng.random_range(0..6) } else { rng.random_range(0..notes.len()) };
            let word = any(&mut rng);
            tell(&db, &who, &notes[at].0, word).await;
            notes[at].1.hear(word);
            agree(&db, &who, &notes, word).await;
        }
        assert_eq!(consent::check(&db).await.unwrap(), Vec::<String>::new());
    }
}
