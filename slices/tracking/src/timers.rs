//! What was touched is judged once all has come that decides about it.

use crate::judge::{WINDOW, judge};
use crate::model::{Figure, Kind, Touch, Verdict};
use crate::{news, queries, rows};
use facts::tracking::{MessageClicked, MessageOpened};
use facts::{MessageId, Time};
use messages::Sending;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use store::{Result, Timer, Tx};
use uuid::Uuid;

/// Touches whose messages are judged in one commit.
const PAGE: i64 = 500;

/// Judges a page of a tenant's touches.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct JudgeTouches {}

impl Timer for JudgeTouches {
    const NAME: &'static str = "judge_touches";

    fn key(&self) -> String {
        "all".to_owned()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let until = tx.now().before(WINDOW);
        let messages = queries::due(tx, until, PAGE).await?;
        if !messages.is_empty() {
            page(tx, &messages, until).await?;
        }
        match queries::oldest(tx).await? {
            Some(oldest) => tx.at_latest(oldest.after(WINDOW).max(tx.now()), JudgeTouches {}).await,
            None => Ok(()),
        }
    }
}

/// What a page of messages comes to.
#[derive(Default)]
struct Page {
    verdicts: BTreeMap<Verdict, Vec<Uuid>>,
    figures: BTreeMap<(Uuid, Kind), Figure>,
    opened: Vec<MessageOpened>,
    clicked: Vec<MessageClicked>,
}

/// Judges the touches of these messages that came up to a time, and states what people did.
async fn page(tx: &mut Tx, messages: &[MessageId], until: Time) -> Result<()> {
    let sent: HashMap<MessageId, Sending> = messages::sendings(tx, messages).await?.into_iter().map(|sent| (sent.id, sent)).collect();
    let mut page = Page::default();
    for (message, touches) in queries::of_messages(tx, messages).await? {
        page.add(sent.get(&message), &touches, until);
    }
    rows::judged(tx, &page.verdicts).await?;
    rows::count(tx, &page.figures).await?;
    tx.state_all(page.opened).await?;
    tx.state_all(page.clicked).await?;
    Ok(())
}

impl Page {
    /// Adds what the touches of one message come to. One that is not there any more was sent to nobody: its touches count for nothing.
    fn add(&mut self, sent: Option<&Sending>, touches: &[Touch], until: Time) {
        let is_due = |touch: &Touch| touch.judged.is_none() && touch.at <= until;
        let verdicts = judge(sent.and_then(|sent| sent.arrived_at), touches);
        let due: Vec<Option<Verdict>> = touches.iter().zip(verdicts).map(|(touch, verdict)| is_due(touch).then_some(verdict)).collect();
        for (touch, verdict) in touches.iter().zip(&due) {
            if let Some(verdict) = verdict {
                self.verdicts.entry(*verdict).or_default().push(touch.id);
            }
        }
        let Some(sent) = sent else { return };
        let news = news::of(touches, &due);
        for (kind, figure) in [(Kind::Open, news.opens), (Kind::Click, news.clicks)] {
            if let Some(about) = sent.about.filter(|_| figure != Figure::default()) {
                let sum = self.figures.entry((about, kind)).or_default();
                *sum = Figure { raw: sum.raw + figure.raw, human: sum.human + figure.human };
            }
        }
        let Sending { id: message_id, contact_id, about, channel, ref template, .. } = *sent;
        if news.opens.human > 0 {
            self.opened.push(MessageOpened { message_id, contact_id, about, channel, template: template.clone() });
        }
        let clicked = |(link, url)| MessageClicked { message_id, contact_id, about, channel, template: template.clone(), link, url };
        self.clicked.extend(news.links.into_iter().map(clicked));
    }
}
