//! The rules, one by one.

use super::{ARRIVED, PHONE, touch};
use crate::judge::judge;
use crate::model::{Figure, HUMAN, MACHINE, Touch, Verdict, Why};
use crate::news::{self, News};

fn why(touches: &[Touch]) -> Vec<&'static str> {
    judge(Some(ARRIVED), touches).into_iter().map(|verdict| verdict.why().map_or(HUMAN, Why::as_str)).collect()
}

fn by(from: &str, after: i64, what: &str) -> Touch {
    touch(after, what, PHONE, from)
}

#[test]
fn each_rule() {
    let phone = |after, what| by("a", after, what);
    let named = |agent: &str, what| touch(600_000, what, agent, "a");
    for (touches, expected) in [
        (vec![phone(60_000, "image"), phone(70_000, "link 1")], vec![HUMAN, HUMAN]),
        (vec![phone(-1, "link 1")], vec!["before_delivery"]),
        (vec![phone(9_999, "link 1"), phone(20_001, "link 1")], vec!["at_once", HUMAN]),
        (vec![phone(1_999, "image"), by("b", 2_000, "image")], vec!["at_once", HUMAN]),
        (vec![phone(60_000, "link 1"), phone(61_000, "link 2"), phone(90_000, "link 3")], vec!["many_links", "many_links", HUMAN]),
        (vec![phone(60_000, "link 1"), phone(60_200, "link 1")], vec![HUMAN, HUMAN]),
        // Three in ten seconds are a person who opens one tab after the other, and four are none.
        (vec![phone(60_000, "link 1"), phone(63_000, "link 2"), phone(66_000, "link 3")], vec![HUMAN; 3]),
        (
            vec![phone(60_000, "link 1"), by("b", 63_000, "link 2"), by("c", 66_000, "link 3"), by("d", 69_000, "link 4")],
            vec!["many_links"; 4],
        ),
        // The same visitor is a machine ever after; another one only in the same moment.
        (vec![phone(60_000, "trap"), phone(900_000, "link 1"), phone(900_500, "image")], vec!["trap"; 3]),
        (vec![by("b", 60_000, "trap"), phone(62_000, "link 1"), phone(62_001, "link 1")], vec!["trap", "trap", HUMAN]),
        // What swept through the links has not looked at the image either.
        (vec![phone(20_000, "image"), phone(20_300, "link 1"), phone(20_600, "link 2")], vec!["many_links"; 3]),
        (vec![named("", "link 1")], vec!["known_scanner"]),
        (vec![named("BarracudaCentral", "image")], vec!["known_scanner"]),
        (vec![named("Mozilla/5.0", "image"), named("Mozilla/5.0", "link 1")], vec!["mail_proxy", HUMAN]),
        (vec![Touch { ahead: true, ..phone(60_000, "link 1") }], vec!["head"]),
    ] {
        assert_eq!(why(&touches), expected, "{touches:?}");
    }
}

#[test]
fn without_a_time_of_arrival_the_rest_still_holds() {
    let touches = [by("a", 0, "link 1"), by("b", 5_000, "trap")];
    assert_eq!(judge(None, &touches), [Verdict::Human, Verdict::Machine(Why::Trap)]);
}

#[test]
fn a_person_counts_once() {
    let links = |news: &News| news.links.iter().map(|(link, _)| *link).collect::<Vec<_>>();
    let (one, none) = (Figure { raw: 1, human: 1 }, Figure::default());
    let mut touches = vec![by("a", 0, "image"), by("a", 1, "link 2"), by("a", 2, "link 2"), by("a", 3, "link 1")];
    let human = Some(Verdict::Human);
    let news = news::of(&touches, &[human; 4]);
    assert_eq!((news.opens, news.clicks, links(&news)), (one, one, vec![2, 1]));
    // What was judged before is not new, and what is not judged yet is nothing.
    touches[1].judged = Some(HUMAN.to_owned());
    let news = news::of(&touches, &[None, None, human, human]);
    assert_eq!((news.opens, news.clicks, links(&news)), (none, none, vec![1]));
    // A person after a machine adds to people alone.
    touches[1].judged = Some(MACHINE.to_owned());
    let news = news::of(&touches, &[None, None, human, None]);
    assert_eq!((news.opens, news.clicks, links(&news)), (none, Figure { raw: 0, human: 1 }, vec![2]));
    let trap = [by("a", 0, "trap")];
    assert_eq!(news::of(&trap, &[Some(Verdict::Machine(Why::Trap))]), News::default(), "the hidden link is none of the message's");
}
