//! What a filter asks about: what must be loaded to hold somebody against it, and which changes it cares for.

use super::kinds::DeedName;
use super::model::Filter;
use consent::Class;
use facts::ListId;
use facts::messages::Channel;
use std::collections::{BTreeMap, BTreeSet};

/// What one filter asks about, or several together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub attributes: bool,
    pub lists: BTreeSet<ListId>,
    pub tags: BTreeSet<String>,
    pub may: BTreeSet<(Class, Channel)>,
    /// What people did, with the windows that are asked for, in days.
    pub did: BTreeMap<String, BTreeSet<i64>>,
}

/// What may have changed about somebody.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Touch {
    /// All of it: they are new, or gone, or a file has said something of them.
    Everything,
    /// What is known of them, and so their addresses.
    Attributes,
    List(ListId),
    Tag(String),
    Consent,
    Did(DeedName),
}

impl Needs {
    pub(crate) fn of(filter: &Filter) -> Self {
        let mut needs = Self::default();
        filter.each(&mut |part| match part {
            Filter::All(_) | Filter::Any(_) | Filter::Not(_) => {}
            Filter::Attribute(..) => needs.attributes = true,
            Filter::Did(did) => needs.did.entry(did.kind.clone()).or_default().extend(did.days),
            Filter::List(list) => drop(needs.lists.insert(*list)),
            Filter::Tag(tag) => drop(needs.tags.insert(tag.clone())),
            Filter::May(class, channel) => drop(needs.may.insert((*class, *channel))),
        });
        needs
    }

    /// What several ask about together.
    pub(crate) fn together<'a>(all: impl IntoIterator<Item = &'a Needs>) -> Self {
        let mut together = Self::default();
        for needs in all {
            together.attributes |= needs.attributes;
            together.lists.extend(needs.lists.iter().copied());
            together.tags.extend(needs.tags.iter().cloned());
            together.may.extend(needs.may.iter().copied());
            for (kind, days) in &needs.did {
                together.did.entry(kind.clone()).or_default().extend(days.iter().copied());
            }
        }
        together
    }

    /// Whether somebody may fit otherwise than before after this change.
    pub(crate) fn care(&self, touch: &Touch) -> bool {
        match touch {
            Touch::Everything => true,
            Touch::Attributes => self.attributes || !self.may.is_empty(),
            Touch::List(list) => self.lists.contains(list),
            Touch::Tag(tag) => self.tags.contains(tag),
            Touch::Consent => !self.may.is_empty(),
            Touch::Did(kind) => self.did.contains_key(kind.as_ref()),
        }
    }
}
