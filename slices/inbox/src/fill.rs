//! Variables of canned replies: plain names in two pairs of braces, filled in before an agent looks the reply over and sends it.

use store::{Error, Result};

/// What a canned reply may use, and what each stands for.
pub const VARIABLES: &[(&str, &str)] = &[
    ("name", "what the customer is called"),
    ("first_name", "the first word of that"),
    ("phone", "their number"),
    ("agent", "who answers"),
    ("shop", "your shop's name"),
];

/// Fills a text; a variable that has no value becomes nothing.
pub fn fill(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = variable(rest) {
        filled.push_str(before);
        filled.push_str(&value(name));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// The first variable of a text: what is before it, its name, and what follows.
fn variable(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name.trim(), after))
}

/// Refuses a text with a variable that there is not.
///
/// # Errors
/// The field `text`.
pub fn check(text: &str) -> Result<()> {
    let mut rest = text;
    while let Some((_, name, after)) = variable(rest) {
        if !VARIABLES.iter().any(|(known, _)| *known == name) {
            let known = VARIABLES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            return Err(Error::field("text", format!("{{{{ {name} }}}} is no variable. There are: {known}.")));
        }
        rest = after;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_filled_in() {
        let value = |name: &str| if name == "name" { "Asha {{ phone }}".to_owned() } else { String::new() };
        assert_eq!(fill("Hello {{ name }}, {{agent}}!", value), "Hello Asha {{ phone }}, !", "what is filled in is not looked at again");
        assert!(check("Hello {{ name }}").is_ok() && check("{{ secret }}").is_err());
    }

    proptest! {
        #[test]
        fn without_variables_nothing_changes(text in "[^{}]{0,40}") {
            prop_assert_eq!(fill(&text, |_| "x".to_owned()), text);
        }
    }
}
