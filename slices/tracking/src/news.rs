//! What a message's touches tell for the first time, now that some of them are judged: a person counts once, however often they look.

use crate::model::{Figure, Kind, Touch, Verdict};

/// What is new of one message.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct News {
    /// What its opens add to the figures: each number is nothing or one.
    pub opens: Figure,
    /// What its clicks add.
    pub clicks: Figure,
    /// The links that a person followed for the first time: which, and where it leads.
    pub links: Vec<(i64, String)>,
}

/// What is new, where these touches of one message are judged so by now; `None` is one that was judged before, or is not yet.
pub(crate) fn of(touches: &[Touch], verdicts: &[Option<Verdict>]) -> News {
    let mut links: Vec<(i64, String)> = Vec::new();
    for (touch, verdict) in touches.iter().zip(verdicts) {
        let (Some(link), Some(url), Some(Verdict::Human), Kind::Click) = (touch.link, &touch.url, verdict, touch.kind) else { continue };
        let known = touches.iter().any(|other| other.link == Some(link) && other.kind == Kind::Click && other.is_human());
        if !known && !links.iter().any(|(other, _)| *other == link) {
            links.push((link, url.clone()));
        }
    }
    News { opens: figure(touches, verdicts, Kind::Open), clicks: figure(touches, verdicts, Kind::Click), links }
}

fn figure(touches: &[Touch], verdicts: &[Option<Verdict>], kind: Kind) -> Figure {
    let of_kind = || touches.iter().zip(verdicts).filter(move |(touch, _)| touch.kind == kind);
    let new = |counts: fn(&Touch) -> bool, judged: fn(Verdict) -> bool| {
        let before = of_kind().any(|(touch, _)| touch.judged.is_some() && counts(touch));
        let now = of_kind().any(|(_, verdict)| verdict.is_some_and(judged));
        i64::from(now && !before)
    };
    Figure { raw: new(|_| true, |_| true), human: new(Touch::is_human, |verdict| verdict == Verdict::Human) }
}
