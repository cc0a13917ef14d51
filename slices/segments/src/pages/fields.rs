//! The rows of the form: what is asked, how, and for what.

use super::draft::{Draft, Line};
use crate::filter::{BUILT_IN, attribute_words, deeds};
use facts::messages::Channel;
use maud::{Markup, html};
use store::{Look, Result};
use web::Failure;
use web::page::field_error;
use web::ui::{self, Field};

/// How a condition may be asked, and what that is called.
const HOW: [(&str, &str); 12] = [
    ("is", "is, has or did"),
    ("is_not", "is not, has not or never"),
    ("at_least", "at least so many times"),
    ("fewer", "fewer times than"),
    ("contains", "contains"),
    ("begins_with", "begins with"),
    ("more_than", "is more than"),
    ("less_than", "is less than"),
    ("on_or_after", "is on or after the day"),
    ("before", "is before the day"),
    ("known", "is known"),
    ("unknown", "is not known"),
];

/// What may be asked for, and what that is called.
pub(super) type Choices = Vec<(String, String)>;

/// What may be asked for of this tenant's people.
///
/// # Errors
/// Whatever the database refuses.
pub(super) async fn choices(look: &mut impl Look) -> Result<Choices> {
    let mut all: Choices = vec![(String::new(), "—".to_owned())];
    let known = contacts::attributes(look).await?;
    let own = known.iter().map(|attribute| attribute.name.as_str()).filter(|name| !BUILT_IN.contains(name));
    all.extend(BUILT_IN.into_iter().chain(own).map(|name| (format!("attribute:{name}"), capital(&attribute_words(name)))));
    all.extend(deeds(look).await?.into_iter().map(|(name, words)| (format!("did:{name}"), capital(&words))));
    all.push(("tag".to_owned(), "Tag".to_owned()));
    all.extend(contacts::lists(look).await?.into_iter().map(|list| (format!("list:{}", list.id), format!("On the list {}", list.name))));
    for (class, words) in [("marketing", "offers"), ("service", "messages about orders")] {
        let channels = [Channel::Whatsapp, Channel::Email, Channel::Sms];
        all.extend(channels.map(|channel| (format!("may:{class}:{channel}"), format!("May get {words} by {}", channel.title()))));
    }
    Ok(all)
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The fields of a segment.
pub(super) fn fields(draft: &Draft, choices: &Choices, wrong: Option<&Failure>) -> Markup {
    html! {
        (Field::text("name", "Name").value(&draft.name).required().placeholder("Regulars of Pune").error(field_error(wrong, "name")))
        @if draft.lines.is_none() {
            (ui::hidden("keep", "on"))
            p { "A program has put these conditions into groups, which this form cannot show. They stay as they are." }
        } @else {
            (Field::select("join", "Who is in it", [("all", "Whoever fits all of these"), ("any", "Whoever fits one of these")])
                .value(if draft.any { "any" } else { "all" }))
            @for (at, line) in draft.shown().iter().enumerate() { (row(at + 1, line, choices, wrong)) }
        }
    }
}

fn row(at: usize, line: &Line, choices: &Choices, wrong: Option<&Failure>) -> Markup {
    let name = |part: &str| format!("{part}{at}");
    let known = choices.iter().any(|(value, _)| *value == line.what);
    let gone = (!known).then(|| (line.what.clone(), "Something that was deleted".to_owned()));
    let what = choices.iter().cloned().chain(gone);
    let how = if line.how.is_empty() { "is" } else { line.how.as_str() };
    let error = |part: &str| field_error(wrong, &name(part)).map(str::to_owned);
    ui::beside([
        Field::select(name("what"), format!("Condition {at}"), what).value(&line.what).error(error("what")),
        Field::select(name("how"), "How", HOW).value(how).error(error("how")),
        Field::text(name("value"), "What, or how often").value(&line.value).error(error("value")),
        Field::text(name("days"), "In how many days").value(&line.days).placeholder("ever").error(error("days")),
    ])
}
