//! By which approved template a text goes, as a person writes it down.

use super::Template;
use serde_json::{Map, Value};
use std::fmt;
use std::str::FromStr;

/// The language of a template where none is said.
const LANGUAGE: &str = "en";
/// The longest name that WhatsApp gives, in characters.
const LONGEST: usize = 512;

/// An approved template as a text names it: `mangoes`, or `mangoes/en_US` where it is in another language than `en`, or
/// `mangoes/en_US(name, city)` where it numbers its variables, with those of the text in the order of the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Its name at the provider; at Twilio, the id of its content.
    pub name: String,
    /// The language that it was approved in, such as `en` or `en_US`.
    pub language: String,
    /// Which variable of the text stands for each number, from 1 on; none where the template has names for its variables.
    pub numbered: Vec<String>,
}

impl Chosen {
    /// The template that a text names. What was written down before it was judged is a name, whatever it looks like.
    pub(crate) fn of(said: &str) -> Self {
        said.parse().unwrap_or_else(|_| Self { name: said.to_owned(), language: LANGUAGE.to_owned(), numbered: Vec::new() })
    }

    /// What it is filled in with, of what is known: by number where it numbers its variables, else all of it by name.
    pub(crate) fn filled(&self, known: &Map<String, Value>) -> Map<String, Value> {
        if self.numbered.is_empty() {
            return known.clone();
        }
        let values = self.numbered.iter().map(|name| known.get(name).cloned().unwrap_or_else(|| Value::from("")));
        (1_u32..).map(|number| number.to_string()).zip(values).collect()
    }
}

impl From<&Template> for Chosen {
    /// As a text names it that is still to say what stands for its numbers.
    fn from(template: &Template) -> Self {
        Self { name: template.name.clone(), language: template.language.clone(), numbered: Vec::new() }
    }
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.language != LANGUAGE {
            write!(f, "/{}", self.language)?;
        }
        if !self.numbered.is_empty() {
            write!(f, "({})", self.numbered.join(", "))?;
        }
        Ok(())
    }
}

impl FromStr for Chosen {
    type Err = &'static str;

    fn from_str(said: &str) -> Result<Self, &'static str> {
        const HOW: &str = "Lower-case letters, digits and underscores, as WhatsApp names it. Its language after a slash where that is not \
                           en (mangoes/en_US), and where it numbers its variables those of the text in brackets, in that order \
                           (mangoes/en_US(name, city)).";
        let (place, numbered) = match said.trim().split_once('(') {
            None => (said.trim(), Vec::new()),
            Some((place, rest)) => {
                let names = rest.strip_suffix(')').ok_or(HOW)?;
                (place.trim_end(), names.split(',').map(|name| name.trim().to_owned()).collect())
            }
        };
        let (name, language) = place.split_once('/').unwrap_or((place, LANGUAGE));
        if !is_name(name) || !is_language(language) || !numbered.iter().all(|name| is_variable(name)) {
            return Err(HOW);
        }
        Ok(Self { name: name.to_owned(), language: language.replace('-', "_"), numbered })
    }
}

/// The names that WhatsApp gives, and the ids that Twilio gives to contents.
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let is_content = name.strip_prefix("HX").is_some_and(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_content || ((1..=LONGEST).contains(&name.len()) && name.bytes().all(plain))
}

fn is_language(language: &str) -> bool {
    (2..=15).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn is_variable(name: &str) -> bool {
    (1..=64).contains(&name.chars().count()) && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_languages_and_numbers() {
        for (said, name, language, numbered) in [
            ("mangoes", "mangoes", "en", vec![]),
            (" mangoes/en_US ", "mangoes", "en_US", vec![]),
            ("mangoes/pt-BR", "mangoes", "pt_BR", vec![]),
            ("mangoes(name)", "mangoes", "en", vec!["name"]),
            ("mangoes/hi (name,city, name)", "mangoes", "hi", vec!["name", "city", "name"]),
            ("HXb5b62575e6e4ff6129ad7c8efe1f983e(name)", "HXb5b62575e6e4ff6129ad7c8efe1f983e", "en", vec!["name"]),
        ] {
            let chosen: Chosen = said.parse().unwrap();
            assert_eq!((chosen.name.as_str(), chosen.language.as_str()), (name, language), "{said}");
            assert_eq!(chosen.numbered, numbered, "{said}");
            assert_eq!(chosen.to_string().parse(), Ok(chosen), "{said}: what is shown is read as the same");
        }
        for wrong in [
            "",
            "Mangoes",
            "man goes",
            "mangoes/",
            "mangoes/e",
            "mangoes/en/US",
            "mangoes()",
            "mangoes(name",
            "mangoes(name,)",
            "HX1",
            "/en",
            "mangoes(a b)",
            "mangoes(a))",
        ] {
            assert!(wrong.parse::<Chosen>().is_err(), "{wrong}");
            assert_eq!(Chosen::of(wrong).name, wrong);
        }
    }

    #[test]
    fn what_it_is_filled_in_with() {
        let known = json!({"name": "Asha", "city": "Pune"}).as_object().cloned().unwrap();
        let filled = |said: &str| Value::Object(Chosen::of(said).filled(&known));
        assert_eq!(filled("mangoes/hi"), json!({"name": "Asha", "city": "Pune"}));
        assert_eq!(filled("mangoes(city, name, city)"), json!({"1": "Pune", "2": "Asha", "3": "Pune"}));
        assert_eq!(filled("mangoes(name, phone)"), json!({"1": "Asha", "2": ""}), "a number that is left out would move the others");
    }
}
