//! What it brings to write to each at the hour at which they read: those who were, held against those who by lot were not.

use crate::model::{Campaign, Timing, Way};
use crate::timed::{self, IN_TIME, Tally};
use crate::timing::WEIGHTS;
use experiments::Between;
use facts::Time;
use facts::messages::Channel;
use stats::{Arm, Asked};
use std::time::Duration;
use store::{Look, Result};

/// How many of each part must have been sent before anything is said, and the smallest difference that matters: one in a hundred.
const ASKED: Asked = Asked { minimum: 50, matters: 0.01 };
/// How long after the day of the last message what people did with it is known: they are told from machines a minute later.
const KNOWN: Duration = Duration::from_secs(120);
/// Basis points of a whole.
const WHOLE: f64 = 10_000.0;

facts::words! {
    /// What is said of it.
    pub enum Verdict {
        /// Not all have had their day to read it.
        TooEarly = "too_early",
        /// Too few were written to.
        TooFew = "too_few",
        /// The parts are not as large as they were to be: no figure can be believed.
        RatioOff = "ratio_off",
        /// Nothing can be told.
        NotClear = "not_clear",
        /// Whatever difference there is, it is smaller than what matters.
        NoDifference = "no_difference",
        /// More read it at their hour.
        Better = "better",
        /// Fewer did.
        Worse = "worse",
    }
}

/// What it brings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Lift {
    /// Those who were written to at their hour.
    pub best: Tally,
    /// Those who by lot were not.
    pub control: Tally,
    /// By how many basis points more read it at their hour, and between what and what that truly lies; nothing until all have had their day.
    pub more: Option<(i64, Between)>,
    pub verdict: Verdict,
}

/// What it brought by now; nothing of a campaign that does not write to each at their hour, or of which nothing has left.
///
/// # Errors
/// Whatever the engine refuses.
pub(crate) async fn of(look: &mut impl Look, campaign: &Campaign, now: Time) -> Result<Option<Lift>> {
    if !campaign.best_hour || campaign.started_at.is_none() {
        return Ok(None);
    }
    let tallies = timed::tallies(look, campaign).await?;
    let channels: Vec<Channel> = campaign.contents.0.iter().map(|text| text.channel).collect();
    let sum = |wanted: Timing| {
        let of = tallies.iter().filter(|((timing, channel), _)| *timing == wanted && counts(campaign.way, &channels, *channel));
        of.fold(Tally::default(), |sum, (_, one)| Tally { sent: sum.sent + one.sent, read: sum.read + one.read })
    };
    let is_over = campaign.ended_at.is_some_and(|end| end.after(IN_TIME).after(KNOWN) <= now);
    Ok(Some(judged(sum(Timing::Best), sum(Timing::Control), is_over)))
}

/// What the two parts say; `is_over` tells whether all of both have had their day. Before that those who were written to first are known best, and they
/// are the control.
fn judged(best: Tally, control: Tally, is_over: bool) -> Lift {
    if !is_over {
        return Lift { best, control, more: None, verdict: Verdict::TooEarly };
    }
    let arms = [arm(control), arm(best)];
    let judged = stats::judge(&arms, &WEIGHTS, ASKED);
    let verdict = match judged.verdict {
        stats::Verdict::TooFew => Verdict::TooFew,
        stats::Verdict::RatioOff => Verdict::RatioOff,
        stats::Verdict::NoWinnerYet => Verdict::NotClear,
        stats::Verdict::NoDifference => Verdict::NoDifference,
        stats::Verdict::Winner(0) => Verdict::Worse,
        stats::Verdict::Winner(_) => Verdict::Better,
    };
    let seen = ((arms[1].share() - arms[0].share()) * WHOLE).round() as i64;
    let between = judged.against.into_iter().flatten().next().map(Between::of);
    Lift { best, control, more: between.map(|between| (seen, between)), verdict }
}

fn arm(tally: Tally) -> Arm {
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    Arm::counted(count(tally.sent), count(tally.read.min(tally.sent)))
}

/// Whether messages of a channel are counted of a campaign on these: where reading can be seen, and of each person one message alone.
fn counts(way: Way, channels: &[Channel], channel: Channel) -> bool {
    let is_seen = |channel: &Channel| matches!(channel, Channel::Email | Channel::Whatsapp);
    match way {
        Way::First => is_seen(&channel),
        Way::Every => channels.iter().copied().find(is_seen) == Some(channel),
    }
}

impl Lift {
    /// It, as a sentence.
    pub fn says(&self) -> String {
        let Self { best, control, more, verdict } = self;
        let seen = format!(
            "{} of {} read it within a day who got it at their hour, {} of {} who got it at the campaign's own time",
            best.read, best.sent, control.read, control.sent
        );
        let between = more.map(|(_, between)| format!("; their hour is {}", between.words())).unwrap_or_default();
        match verdict {
            Verdict::TooEarly => {
                format!(
                    "What the hours bring is told when all have had a day to read it. So far {seen}; the hours of some are still to come."
                )
            }
            Verdict::TooFew => format!("Too few to say, {} of each would do: {seen}{between}.", ASKED.minimum),
            Verdict::RatioOff => format!("These figures cannot be believed: the two parts are not as large as they were to be. {seen}."),
            Verdict::NotClear => format!("No difference that can be told: {seen}{between}."),
            Verdict::NoDifference => format!("No difference that matters: {seen}{between}."),
            Verdict::Better => format!("More read it at their hour: {seen}{between}."),
            Verdict::Worse => format!("Fewer read it at their hour: {seen}{between}."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(best: (i64, i64), control: (i64, i64), is_over: bool) -> (Verdict, String) {
        let tally = |(sent, read): (i64, i64)| Tally { sent, read };
        let lift = judged(tally(best), tally(control), is_over);
        assert_eq!(lift.more.is_some(), is_over);
        (lift.verdict, lift.says())
    }

    #[test]
    fn each_answer() {
        let (early, words) = says((100, 90), (500, 100), false);
        assert!(early == Verdict::TooEarly && words.contains("90 of 100") && words.contains("100 of 500"), "{words}");
        assert_eq!(says((160, 90), (40, 10), true).0, Verdict::TooFew);
        assert_eq!(says((100, 90), (500, 100), true).0, Verdict::RatioOff, "as where it was cancelled before the evening");
        assert_eq!(says((400, 110), (100, 25), true).0, Verdict::NotClear);
        assert_eq!(says((800_000, 80_000), (200_000, 20_000), true).0, Verdict::NoDifference);
        let (better, words) = says((4_000, 1_400), (1_000, 150), true);
        assert!(better == Verdict::Better && words.contains("their hour is between 15") && words.ends_with("points better."), "{words}");
        assert_eq!(says((4_000, 600), (1_000, 350), true).0, Verdict::Worse);
        assert_eq!(says((0, 0), (0, 0), true).0, Verdict::TooFew);
    }

    #[test]
    fn of_each_person_one_message_where_reading_is_seen() {
        use Channel::{Email, Push, Sms, Whatsapp};
        let all = [Sms, Email, Whatsapp, Push];
        let counted = |way| all.into_iter().filter(|channel| counts(way, &all, *channel)).collect::<Vec<_>>();
        assert_eq!(counted(Way::First), [Email, Whatsapp]);
        assert_eq!(counted(Way::Every), [Email]);
    }
}
