//! Filters, read, written, said in words, and held against people.

use super::*;
use consent::Class;
use contacts::Contact;
use facts::messages::Channel;
use facts::{Id, ListId, Time};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

const LIST: &str = "lst_01h2xcejqtf2nbrexx3vqjhp41";

fn wrong(filter: &Value) -> String {
    read("filter", filter).unwrap_err().fields()[0].field.clone()
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let table = [
        (json!("x"), "filter"),
        (json!({}), "filter"),
        (json!({"all": []}), "filter.all"),
        (json!({"all": {"tag": "a"}}), "filter.all"),
        (json!({"all": [{"tag": "a"}, {"attribute": 7, "is": "x"}]}), "filter.all[1].attribute"),
        (json!({"all": [{"tag": "a"}], "any": []}), "filter.any"),
        (json!({"not": {"attribute": "city"}}), "filter.not"),
        (json!({"attribute": "city", "is": "a", "contains": "b"}), "filter"),
        (json!({"attribute": "city", "like": "a"}), "filter.like"),
        (json!({"attribute": "city", "is": {"a": 1}}), "filter.is"),
        (json!({"attribute": "age", "more_than": "18"}), "filter.more_than"),
        (json!({"attribute": "day", "before": "2026-13-01"}), "filter.before"),
        (json!({"attribute": "day", "is_set": "yes"}), "filter.is_set"),
        (json!({"did": "order.eaten"}), "filter.did"),
        (json!({"did": "order.paid", "at_least": 0}), "filter.at_least"),
        (json!({"did": "order.paid", "days": 1.5}), "filter.days"),
        (json!({"did": "order.paid", "at_most": 1}), "filter.at_most"),
        (json!({"list": "x"}), "filter.list"),
        (json!({"tag": "a,b"}), "filter.tag"),
        (json!({"may": "asked", "channel": "email"}), "filter.may"),
        (json!({"may": "marketing", "channel": "post"}), "filter.channel"),
        (json!({"may": "marketing"}), "filter.channel"),
    ];
    for (filter, place) in table {
        assert_eq!(wrong(&filter), place, "{filter}");
    }
    let deep = (0..6).fold(json!({"tag": "a"}), |inner, _| json!({"not": inner}));
    assert!(read("filter", &deep["not"]).is_ok());
    assert_eq!(wrong(&deep), "filter.not.not.not.not.not.not");
    let many = |number: usize| json!({"any": vec![json!({"tag": "a"}); number]});
    assert!(read("filter", &many(40)).is_ok());
    assert_eq!(wrong(&many(41)), "filter.any[40]");
}

fn person() -> Person {
    let attributes = json!({"city": "Pune", "age": 30, "born": "1996-02-29", "vip": true, "size": "42", "note": ""});
    Person {
        contact: Contact {
            id: Id::from_uuid(Uuid::from_u128(1)),
            name: Some("Asha Rao".into()),
            phone: Some("+919876543210".into()),
            email: None,
            locale: Some("hi-IN".into()),
            time_zone: None,
            attributes: attributes.as_object().unwrap().clone(),
            // 20 November, 23:30 in India.
            created_at: "2026-11-20T18:00:00Z".parse::<Time>().unwrap(),
        },
        tags: HashSet::from(["vip".to_owned()]),
        lists: HashSet::from([LIST.parse::<ListId>().unwrap()]),
        may: HashSet::from([(Class::Service, Channel::Whatsapp)]),
        did: HashMap::from([("order.paid".to_owned(), vec![(71, 1), (100, 2)])]),
    }
}

#[test]
fn who_fits_what() {
    let today = Day { number: 100, zone: TimeZone::get("Asia/Kolkata").unwrap() };
    let table = [
        (json!({"attribute": "city", "is": "pune"}), true),
        (json!({"attribute": "city", "is_not": "Delhi"}), true),
        (json!({"attribute": "village", "is_not": "Delhi"}), true),
        (json!({"attribute": "village", "is": "Delhi"}), false),
        (json!({"attribute": "city", "contains": "UN"}), true),
        (json!({"attribute": "name", "begins_with": "asha"}), true),
        (json!({"attribute": "phone", "begins_with": "+91"}), true),
        (json!({"attribute": "age", "is": "30"}), true),
        (json!({"attribute": "age", "is": 30.0}), true),
        (json!({"attribute": "size", "is": 42}), true),
        (json!({"attribute": "age", "more_than": 29.5}), true),
        (json!({"attribute": "age", "less_than": 30}), false),
        (json!({"attribute": "city", "less_than": 30}), false),
        (json!({"attribute": "vip", "is": true}), true),
        (json!({"attribute": "born", "before": "1996-03-01"}), true),
        (json!({"attribute": "born", "on_or_after": "1996-02-29"}), true),
        (json!({"attribute": "city", "before": "2026-01-01"}), false),
        (json!({"attribute": "created_at", "on_or_after": "2026-11-20"}), true),
        (json!({"attribute": "created_at", "on_or_after": "2026-11-21"}), false),
        (json!({"attribute": "email", "is_set": true}), false),
        (json!({"attribute": "note", "is_set": false}), true),
        (json!({"did": "order.paid"}), true),
        (json!({"did": "order.paid", "at_least": 3}), true),
        (json!({"did": "order.paid", "at_least": 4}), false),
        (json!({"did": "order.paid", "at_least": 3, "days": 30}), true),
        (json!({"did": "order.paid", "at_least": 3, "days": 29}), false),
        (json!({"did": "order.paid", "days": 1}), true),
        (json!({"not": {"did": "order.placed"}}), true),
        (json!({"list": LIST}), true),
        (json!({"tag": "VIP"}), true),
        (json!({"may": "service", "channel": "whatsapp"}), true),
        (json!({"may": "marketing", "channel": "whatsapp"}), false),
        (json!({"all": [{"tag": "vip"}, {"tag": "gold"}]}), false),
        (json!({"any": [{"tag": "vip"}, {"tag": "gold"}]}), true),
    ];
    for (filter, fits) in table {
        assert_eq!(holds(&read("filter", &filter).unwrap(), &person(), &today), fits, "{filter}");
    }
}

#[test]
fn filters_are_said_in_words() {
    let lists = Lists::from([(LIST.parse().unwrap(), "Gifts".to_owned())]);
    let table = [
        (
            json!({"all": [{"attribute": "city", "is": "Pune"}, {"did": "order.paid", "at_least": 2, "days": 30}]}),
            "city is Pune and paid an order at least 2 times in 30 days",
        ),
        (json!({"not": {"did": "order.paid", "days": 90}}), "never paid an order in 90 days"),
        (json!({"not": {"did": "order.paid", "at_least": 3}}), "paid an order fewer than 3 times"),
        (
            json!({"all": [{"any": [{"tag": "a"}, {"tag": "b"}]}, {"list": LIST}]}),
            "(has the tag a or has the tag b) and is on the list Gifts",
        ),
        (json!({"not": {"may": "marketing", "channel": "whatsapp"}}), "may not get offers by WhatsApp"),
        (json!({"not": {"attribute": "first_name", "is": "A"}}), "not (first name is A)"),
        (json!({"attribute": "email", "is_set": false}), "e-mail is not known"),
    ];
    for (filter, says) in table {
        assert_eq!(words(&read("filter", &filter).unwrap(), &lists), says);
    }
}

fn condition() -> impl Strategy<Value = Value> {
    let name = prop_oneof![Just("city"), Just("age"), Just("name"), Just("created_at")];
    let text = "[a-zA-Z0-9]{1,8}";
    prop_oneof![
        (name.clone(), text).prop_map(|(name, text)| json!({"attribute": name, "is": text})),
        (name.clone(), text).prop_map(|(name, text)| json!({"attribute": name, "contains": text})),
        (name.clone(), any::<i32>()).prop_map(|(name, number)| json!({"attribute": name, "more_than": number})),
        (name, any::<bool>()).prop_map(|(name, set)| json!({"attribute": name, "is_set": set})),
        (1_i64..5, proptest::option::of(1_i64..60)).prop_map(|(times, days)| match days {
            Some(days) => json!({"did": "order.paid", "at_least": times, "days": days}),
            None => json!({"did": "order.paid", "at_least": times}),
        }),
        "[a-z]{1,6}".prop_map(|tag| json!({"tag": tag})),
        Just(json!({"list": LIST})),
        Just(json!({"may": "marketing", "channel": "email"})),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    condition().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..4).prop_map(|parts| json!({"all": parts})),
            proptest::collection::vec(inner.clone(), 1..4).prop_map(|parts| json!({"any": parts})),
            inner.prop_map(|part| json!({"not": part})),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_read_is_written_the_same(value in tree()) {
        let filter = read("filter", &value).unwrap();
        prop_assert_eq!(read("filter", &write(&filter)).unwrap(), filter);
    }

    #[test]
    fn not_turns_everything_round(value in tree()) {
        let (filter, person) = (read("filter", &value).unwrap(), person());
        let today = Day { number: 100, zone: TimeZone::UTC };
        prop_assert_eq!(holds(&Filter::Not(Box::new(filter.clone())), &person, &today), !holds(&filter, &person, &today));
    }

    /// What a filter does not ask about changes nothing: so nobody has to be held against it because of that.
    #[test]
    fn what_is_not_cared_for_changes_nothing(value in tree()) {
        let (filter, before) = (read("filter", &value).unwrap(), person());
        let (needs, today) = (Needs::of(&filter), Day { number: 100, zone: TimeZone::UTC });
        let mut after = before.clone();
        if !needs.care(&Touch::Attributes) {
            after.contact.attributes.clear();
            after.contact.name = None;
        }
        if !needs.care(&Touch::Tag("vip".into())) {
            after.tags.remove("vip");
        }
        if !needs.care(&Touch::List(LIST.parse().unwrap())) {
            after.lists.clear();
        }
        if !needs.care(&Touch::Consent) {
            after.may.insert((Class::Marketing, Channel::Email));
        }
        if !needs.care(&Touch::Did("order.paid".into())) {
            after.did.clear();
        }
        prop_assert_eq!(holds(&filter, &after, &today), holds(&filter, &before, &today));
    }
}
