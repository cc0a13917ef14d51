//! Audiences as forms offer them: everybody, each segment, each list, and each tag.

use crate::model::Audience;
use store::{Error, Look, Result};

/// What may be chosen, each with what it is called.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn audiences(look: &mut impl Look) -> Result<Vec<(String, String)>> {
    let choice = |audience: Audience| audience.choice();
    let mut all = vec![(String::new(), "Everybody you know".to_owned())];
    all.extend(segments::segments(look).await?.into_iter().map(|segment| {
        let words = format!("Segment: {} ({})", segment.name, segment.contacts);
        (choice(Audience { segment: Some(segment.id), ..Audience::default() }), words)
    }));
    all.extend(contacts::lists(look).await?.into_iter().map(|list| {
        let words = format!("List: {} ({})", list.name, list.contacts);
        (choice(Audience { list: Some(list.id), ..Audience::default() }), words)
    }));
    all.extend(contacts::tags(look).await?.into_iter().map(|tag| {
        let words = format!("Tag: {} ({})", tag.tag, tag.contacts);
        (choice(Audience { tag: Some(tag.tag), ..Audience::default() }), words)
    }));
    Ok(all)
}

impl Audience {
    /// It, as a form sends it.
    pub fn choice(&self) -> String {
        let list = self.list.map(|list| format!("list:{list}"));
        let segment = || self.segment.map(|segment| format!("segment:{segment}"));
        list.or_else(segment).or_else(|| self.tag.as_ref().map(|tag| format!("tag:{tag}"))).unwrap_or_default()
    }

    /// What was chosen.
    ///
    /// # Errors
    /// `audience` is none of those that are offered.
    pub fn chosen(choice: &str) -> Result<Self> {
        let unknown = |_| Error::field("audience", "one of those that are offered");
        Ok(match choice.split_once(':') {
            None => Self::default(),
            Some(("list", id)) => Self { list: Some(id.parse().map_err(unknown)?), ..Self::default() },
            Some(("segment", id)) => Self { segment: Some(id.parse().map_err(unknown)?), ..Self::default() },
            Some((_, tag)) => Self { tag: Some(tag.to_owned()), ..Self::default() },
        })
    }
}
