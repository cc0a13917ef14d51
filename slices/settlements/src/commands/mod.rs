//! What changes settlements.

mod accept;
mod match_by_hand;
mod statement;
mod take;

pub(crate) use accept::Accept;
pub(crate) use match_by_hand::{MatchByHand, TakeApart};
pub(crate) use statement::{AddLines, BeginStatement, DropStatement, EndStatement, ForgetStatement, Lines};
pub(crate) use take::{Take, TakeStatement, check_lines};

use crate::matching::Reconcile;
use crate::{errands, rows};
use store::{Error, Result, Tx};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 500;

/// Begins settling with this tenant where that was not begun: the providers are asked every day from now on.
pub(crate) async fn begin(tx: &mut Tx) -> Result<()> {
    if rows::begin(tx, errands::first_day(tx.now())).await? {
        tx.at(errands::next_fetch(tx.now()), errands::FetchDaily {}).await?;
        tx.at(tx.now(), Reconcile {}).await?;
    }
    Ok(())
}

/// What somebody wrote about it.
fn note(text: &str, needed: bool) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > LONGEST_NOTE {
        return Err(Error::field("note", format!("at most {LONGEST_NOTE} characters")));
    }
    if needed && text.is_empty() {
        return Err(Error::field("note", "say why, for whoever looks at it later"));
    }
    Ok(text.to_owned())
}
