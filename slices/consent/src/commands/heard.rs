//! Something came in on a channel that may be a word: STOP, START or HELP.

use super::{resume, stop};
use crate::model::{Addressee, Reason, Stop};
use crate::queries;
use crate::words::{Keyword, keyword};
use facts::consent::{How, Scope};
use store::{Result, Tx};

/// What came in.
#[derive(Debug, Clone, Copy)]
pub enum Said<'a> {
    /// A message of the person, word for word.
    Text(&'a str),
    /// What the provider of the channel made of one: Meta's `user_preferences` ([`Keyword::Stop`] for `stop`, [`Keyword::Start`] for
    /// `resume`), Twilio's `OptOutType` ([`Keyword::StopAll`] for STOP, since Twilio then delivers nothing).
    Provider(Keyword),
}

/// A word from an address.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// Whose it is.
    pub from: &'a Addressee,
    /// What it says.
    pub said: Said<'a>,
}

/// Does at once what a word asks for, and tells which it was; nothing where the message is no word. HELP is for the caller to
/// answer.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn heard(tx: &mut Tx, heard: Heard<'_>) -> Result<Option<Keyword>> {
    let (found, text, reason, stopping, starting) = match heard.said {
        Said::Text(text) => {
            let own = queries::settings(tx).await?.words;
            (keyword(text, &own), text.trim(), Reason::StopWord, How::StopWord, How::StartWord)
        }
        Said::Provider(keyword) => (Some(keyword), "", Reason::ProviderOptOut, How::Provider, How::Provider),
    };
    let Some(found) = found else { return Ok(None) };
    let wish = |scope| Stop { scope, reason, how: stopping, detail: text.to_owned() };
    match found {
        Keyword::Stop => {
            stop(tx, heard.from, &wish(Scope::Marketing)).await?;
        }
        Keyword::StopAll => {
            stop(tx, heard.from, &wish(Scope::All)).await?;
            stop(tx, heard.from, &wish(Scope::Marketing)).await?;
        }
        Keyword::Start => {
            resume(tx, heard.from, Scope::All, starting, text).await?;
            resume(tx, heard.from, Scope::Marketing, starting, text).await?;
        }
        Keyword::Help => {}
    }
    Ok(Some(found))
}
