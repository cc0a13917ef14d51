//! What a page of a file makes of the people who are known: no database, no clock.

use super::model::Wins;
use super::person::Line;
use crate::save::Known;
use crate::{Contact, rules};
use facts::{ContactId, Time};
use std::collections::{BTreeSet, HashMap};
use store::Result;

/// Somebody of whom a page says something.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    /// As they were; nothing where nobody knew them.
    pub before: Option<Contact>,
    pub now: Contact,
    /// The first line that says something of them.
    pub line: i64,
    pub tags: BTreeSet<String>,
}

/// Everybody who is known by one of a page's addresses, and who becomes known from it.
pub(super) struct People {
    all: Vec<Person>,
    phones: HashMap<String, usize>,
    emails: HashMap<String, usize>,
    wins: Wins,
}

impl People {
    /// Those who are known; nobody else has a number or an address of the page.
    pub fn new(known: Vec<Contact>, wins: Wins) -> Self {
        let mut people = Self { all: Vec::new(), phones: HashMap::new(), emails: HashMap::new(), wins };
        for contact in known {
            people.push(Person { before: Some(contact.clone()), now: contact, line: 0, tags: BTreeSet::new() });
        }
        people
    }

    /// Takes a line in. Whoever has the phone number is meant, else whoever has the e-mail address and no other number: two people
    /// with one mailbox are common in a file, and are two.
    ///
    /// # Errors
    /// What cannot be kept of it together with what is known.
    pub fn take(&mut self, said: Line, id: impl FnOnce() -> ContactId, now: Time) -> Result<()> {
        let Line { line, said, tags } = said;
        let Some(at) = self.place(&said) else {
            let free = said.email.filter(|email| !self.emails.contains_key(email));
            let now = Known { email: free, ..said }.person(id(), now);
            self.push(Person { before: None, now, line, tags: tags.into_iter().collect() });
            return Ok(());
        };
        let after = self.merged(&self.all[at].now, said)?;
        self.note(at, &after);
        let person = &mut self.all[at];
        person.now = after;
        person.tags.extend(tags);
        if person.line == 0 {
            person.line = line;
        }
        Ok(())
    }

    /// Those of whom the page says something, in the order in which they were met.
    pub fn named(self) -> impl Iterator<Item = Person> {
        self.all.into_iter().filter(|person| person.line > 0)
    }

    /// Who is meant.
    fn place(&self, said: &Known) -> Option<usize> {
        let find = |map: &HashMap<String, usize>, address: &Option<String>| map.get(address.as_ref()?).copied();
        let by_mail = || find(&self.emails, &said.email).filter(|at| said.phone.is_none() || self.all[*at].now.phone.is_none());
        find(&self.phones, &said.phone).or_else(by_mail)
    }

    fn push(&mut self, person: Person) {
        self.note(self.all.len(), &person.now);
        self.all.push(person);
    }

    /// Remembers whose addresses these are.
    fn note(&mut self, at: usize, contact: &Contact) {
        self.phones.extend(contact.phone.iter().map(|phone| (phone.clone(), at)));
        self.emails.extend(contact.email.iter().map(|email| (email.clone(), at)));
    }

    /// Somebody with what is said of them. An address that is another person's stays theirs.
    fn merged(&self, known: &Contact, said: Known) -> Result<Contact> {
        let file = self.wins == Wins::File;
        let or = |said: Option<String>, known: &Option<String>| if file { said.or(known.clone()) } else { known.clone().or(said) };
        let mut attributes = known.attributes.clone();
        for (name, value) in said.attributes {
            if file || !attributes.contains_key(&name) {
                attributes.insert(name, value);
            }
        }
        if attributes != known.attributes {
            rules::attributes(&attributes)?;
        }
        Ok(Contact {
            id: known.id,
            name: or(said.name, &known.name),
            phone: or(said.phone.filter(|phone| !self.phones.contains_key(phone)), &known.phone),
            email: or(said.email.filter(|email| !self.emails.contains_key(email)), &known.email),
            locale: or(said.locale, &known.locale),
            time_zone: or(said.time_zone, &known.time_zone),
            attributes,
            created_at: known.created_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Id;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn line(number: i64, name: &str, phone: u32, email: u32) -> Line {
        let text = |number: u32, text: String| (number > 0).then_some(text);
        let said = Known {
            name: (!name.is_empty()).then(|| name.to_owned()),
            phone: text(phone, format!("+9198765{phone:05}")),
            email: text(email, format!("p{email}@example.com")),
            ..Known::default()
        };
        Line { line: number, said, tags: vec![] }
    }

    fn taken(known: Vec<Contact>, lines: &[Line], wins: Wins) -> Vec<Person> {
        let mut people = People::new(known, wins);
        for (at, line) in (1_000u128..).zip(lines) {
            let id = at + (line.line as u128) * 1_000;
            people.take(line.clone(), || ContactId::from_uuid(Uuid::from_u128(id)), Time(7)).unwrap();
        }
        people.named().collect()
    }

    #[test]
    fn the_file_wins_or_what_is_known_stays() {
        let known: Vec<Contact> = taken(vec![], &[line(1, "Asha", 1, 0)], Wins::File).into_iter().map(|person| person.now).collect();
        let said = [line(2, "Asha Rao", 1, 5)];
        let file = taken(known.clone(), &said, Wins::File);
        assert_eq!((file[0].now.name.as_deref(), file[0].now.email.as_deref()), (Some("Asha Rao"), Some("p5@example.com")));
        let stays = taken(known, &said, Wins::Known);
        assert_eq!((stays[0].now.name.as_deref(), stays[0].now.email.as_deref()), (Some("Asha"), Some("p5@example.com")));
    }

    #[test]
    fn two_lines_of_one_person_are_one_person_and_a_mailbox_is_not_moved() {
        let all = taken(vec![], &[line(1, "Asha", 1, 9), line(2, "", 1, 0), line(3, "Ravi", 2, 9)], Wins::File);
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].now.email.as_deref(), Some("p9@example.com"));
        assert_eq!((all[1].now.phone.as_deref(), all[1].now.email.as_deref()), (Some("+919876500002"), None));
    }

    fn any_lines() -> impl Strategy<Value = Vec<Line>> {
        let one = ("[A-C]?", 0..5u32, 0..5u32).prop_filter("an address", |(_, phone, email)| *phone > 0 || *email > 0);
        prop::collection::vec(one, 1..12)
            .prop_map(|all| (1..).zip(all).map(|(number, (name, phone, email))| line(number, &name, phone, email)).collect())
    }

    /// Lines in which nobody has two numbers or two addresses.
    fn agreeing_lines() -> impl Strategy<Value = Vec<Line>> {
        prop::collection::vec(("[A-C]?", 1..5u32, 0..3u32), 1..12).prop_map(|all| {
            let one = |(number, (name, who, has)): (i64, (String, u32, u32))| {
                line(number, &name, if has == 1 { 0 } else { who }, if has == 2 { 0 } else { who })
            };
            (1..).zip(all).map(one).collect()
        })
    }

    fn nobody_changes(lines: &[Line], wins: Wins) -> bool {
        let first: Vec<Contact> = taken(vec![], lines, wins).into_iter().map(|person| person.now).collect();
        taken(first, lines, wins).iter().all(|person| person.before.as_ref() == Some(&person.now))
    }

    proptest! {
        #[test]
        fn an_address_is_one_persons(lines in any_lines(), more in any_lines(), file_wins in any::<bool>()) {
            let wins = if file_wins { Wins::File } else { Wins::Known };
            let mut all: Vec<Contact> = taken(vec![], &lines, wins).into_iter().map(|person| person.now).collect();
            for person in taken(all.clone(), &more, wins) {
                all.retain(|known| known.id != person.now.id);
                all.push(person.now);
            }
            for address in [|contact: &Contact| contact.phone.clone(), |contact: &Contact| contact.email.clone()] {
                let mut addresses: Vec<String> = all.iter().filter_map(address).collect();
                let count = addresses.len();
                addresses.sort();
                addresses.dedup();
                prop_assert_eq!(addresses.len(), count);
            }
            prop_assert!(all.iter().all(|contact| contact.phone.is_some() || contact.email.is_some()));
        }

        /// A file that says two things of one person says them again; one that agrees with itself, or that only adds, does not.
        #[test]
        fn the_same_file_again_changes_nobody(any in any_lines(), agreeing in agreeing_lines()) {
            prop_assert!(nobody_changes(&any, Wins::Known));
            prop_assert!(nobody_changes(&agreeing, Wins::Known) && nobody_changes(&agreeing, Wins::File));
        }
    }
}
