//! What is said of people, lists and files of them.

use super::{id, says};
use facts::consent::ConsentImported;
use facts::contacts::{
    ContactErased, ContactImportMoved, ContactListed, ContactMergeSettled, ContactMerged, ContactSaved, ContactTagged, ContactsAgreed,
    ContactsImported, ListSaved,
};
use facts::segments::{SegmentBuilt, SegmentChanged, SegmentSaved};

#[test]
fn people_and_what_they_are_put_together_by() {
    says(ContactSaved { contact_id: id(), new: true, changes: Vec::new() }, "Contact became known");
    says(ContactErased { contact_id: id(), reason: "asked for it".into() }, "Contact erased");
    says(ContactMerged { contact_id: id(), merged_id: id() }, "Contact merged with another record of the same person");
    says(ContactMergeSettled { contact_id: id(), merged_id: id() }, "Contact has all that was kept under another record");
    says(ContactListed { contact_id: id(), list_id: id(), listed: true }, "Contact put on a list");
    says(ContactTagged { contact_id: id(), tag: "vip".into(), tagged: false }, "Contact no longer tagged vip");
    says(ListSaved { list_id: id(), name: "Gifts".into(), live: true, changes: Vec::new() }, "List Gifts saved");
    let taken = ContactsImported { import_id: id(), new: vec![id()], changed: Vec::new(), list_id: None };
    says(taken, "Import of contacts: 1 became known, 0 changed");
    let agreed = ContactsAgreed { import_id: id(), contacts: vec![id(), id()], source: "Fair of 2025".into() };
    says(agreed, "Import of contacts: 2 people are said to have agreed to offers");
    says(ConsentImported { import_id: id(), contacts: vec![id()] }, "A file brought consent to offers for 1 contacts");
    let moved =
        ContactImportMoved { import_id: id(), name: "old.csv".into(), state: "done".into(), new: 3, changed: 1, refused: 0, consent: None };
    says(moved, "Import of contacts old.csv done: 3 new, 1 changed");
}

#[test]
fn segments() {
    says(SegmentSaved { segment_id: id(), name: "Pune".into(), live: true, changes: Vec::new() }, "Segment Pune saved");
    says(SegmentSaved { segment_id: id(), name: "Pune".into(), live: false, changes: Vec::new() }, "Segment Pune deleted");
    says(SegmentBuilt { segment_id: id(), name: "Pune".into(), contacts: 3 }, "Segment Pune built: 3 contacts are in it");
    says(SegmentChanged { segment_id: id(), entered: vec![id()], left: Vec::new() }, "Segment: 1 came in, 0 left");
}
