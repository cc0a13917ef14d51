//! Somebody, or something, has touched a message.

use crate::judge::WINDOW;
use crate::model::{Kind, Touch};
use crate::rows;
use crate::timers::JudgeTouches;
use facts::{ContactId, MessageId};
use store::{Command, Result, Tx};

/// Keeps it, to be judged a while later.
pub(crate) struct KeepTouch {
    pub message: MessageId,
    pub contact: Option<ContactId>,
    pub kind: Kind,
    /// Which link, from 1 on.
    pub link: Option<i64>,
    pub url: Option<String>,
    pub agent: String,
    pub visitor: String,
    pub ahead: bool,
}

impl Command for KeepTouch {
    const NAME: &'static str = "keep_touch";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let touch = Touch {
            id: tx.uuid(),
            message_id: self.message,
            kind: self.kind,
            link: self.link,
            url: self.url.clone(),
            at: tx.now(),
            agent: self.agent.clone(),
            visitor: self.visitor.clone(),
            ahead: self.ahead,
            judged: None,
        };
        rows::keep(tx, &touch, self.contact).await?;
        tx.at_latest(tx.now().after(WINDOW), JudgeTouches {}).await
    }
}
