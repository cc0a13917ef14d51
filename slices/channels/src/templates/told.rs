//! What Meta calls to say of templates. It counts at once, and Meta is asked soon after: calls may come out of order, answers do not.

use super::{Template, ask, rows};
use crate::provider::Provider;
use crate::words::{TemplateWord, Thought};
use store::{Result, Tx};

/// Does what a provider says of a template. One that is not known yet is asked for.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn note_template(tx: &mut Tx, provider: Provider, word: &TemplateWord) -> Result<()> {
    // Who passes Meta's calls on has an account of their own there, which nobody asks about.
    if provider != Provider::Meta {
        return Ok(());
    }
    if let Some(before) = rows::held(tx, &word.name, &word.language).await? {
        let now = after(&before, &word.thought);
        if now != before {
            rows::note(tx, &before, &now).await?;
        }
    }
    ask::soon(tx).await
}

/// A template as it is once something is said of it.
fn after(before: &Template, thought: &Thought) -> Template {
    let mut now = before.clone();
    match thought {
        Thought::Status(status, reason) => (now.status, now.reason) = (*status, reason.clone()),
        Thought::Quality(quality) => now.quality = *quality,
        Thought::Category(category) => now.category = *category,
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates::fits::tests::template;
    use crate::templates::{Category, Quality, Status};

    #[test]
    fn each_word_changes_one_thing() {
        let before = template("mangoes", &["name"]);
        let paused = after(&before, &Thought::Status(Status::Paused, Some("low quality".to_owned())));
        assert_eq!((paused.status, paused.reason.as_deref(), paused.quality), (Status::Paused, Some("low quality"), before.quality));
        assert_eq!(after(&before, &Thought::Quality(Quality::Red)).quality, Quality::Red);
        assert_eq!(after(&before, &Thought::Category(Category::Utility)).category, Category::Utility);
    }
}
