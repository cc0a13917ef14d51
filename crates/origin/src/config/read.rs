//! Reads settings from the environment and `origin.toml`, and gathers every mistake before it complains.

use secrecy::SecretString;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

/// Named texts: the environment over `origin.toml`.
#[derive(Debug, Clone, Default)]
pub struct Texts(BTreeMap<String, String>);

impl Texts {
    /// The environment of this process over a file, where there is one. The file uses the same names, in any case.
    ///
    /// # Errors
    /// A file that is there and is not TOML.
    pub fn load(file: &Path) -> Result<Self, String> {
        let mut texts = BTreeMap::new();
        if let Ok(text) = std::fs::read_to_string(file) {
            let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", file.display()))?;
            for (name, value) in table {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                texts.insert(name.to_ascii_uppercase(), text);
            }
        }
        texts.extend(std::env::vars());
        Ok(Self(texts))
    }

    /// Texts given one by one.
    pub fn of<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// Sets one, in place of what was there.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    pub(super) fn starting_with<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.as_str())))
    }
}

/// Reads typed values and remembers what was wrong with each.
pub(super) struct Reader<'a> {
    texts: &'a Texts,
    mistakes: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(texts: &'a Texts) -> Self {
        Self { texts, mistakes: Vec::new() }
    }

    pub(super) fn texts(&self) -> &'a Texts {
        self.texts
    }

    /// Notes a mistake.
    pub(super) fn wrong(&mut self, mistake: impl Into<String>) {
        self.mistakes.push(mistake.into());
    }

    /// A value that may be absent.
    pub(super) fn maybe<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        let text = self.texts.get(name)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.wrong(format!("{name}: {error}"));
                None
            }
        }
    }

    /// A value, or the usual one.
    pub(super) fn or<T: FromStr<Err: Display>>(&mut self, name: &str, usual: T) -> T {
        self.maybe(name).unwrap_or(usual)
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.texts.get(name).map(str::to_owned)
    }

    pub(super) fn secret(&mut self, name: &str) -> Option<SecretString> {
        self.texts.get(name).map(SecretString::from)
    }

    /// `true` or `false`, and the words that people use for them.
    pub(super) fn flag(&mut self, name: &str, usual: bool) -> bool {
        match self.texts.get(name).map(str::to_ascii_lowercase).as_deref() {
            None => usual,
            Some("true" | "1" | "yes" | "on") => true,
            Some("false" | "0" | "no" | "off") => false,
            Some(other) => {
                self.wrong(format!("{name}: expected true or false, not {other:?}"));
                usual
            }
        }
    }

    /// Nothing was wrong, or all that was.
    pub(super) fn finish<T>(self, value: T) -> Result<T, Vec<String>> {
        if self.mistakes.is_empty() { Ok(value) } else { Err(self.mistakes) }
    }
}
