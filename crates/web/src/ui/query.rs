//! The address of the page being shown, from which its sorting, filter and paging links are made.

use std::fmt;
use url::form_urlencoded;

/// A path with its query. Each change makes a new address and leaves the rest of the query as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Reads a path and the text after its question mark; pairs without a value are dropped.
    pub fn parse(path: &str, query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes())
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect();
        Self { path: path.to_owned(), pairs }
    }

    /// The path alone.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The first value under that key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.all(key).next()
    }

    /// Every value under that key.
    pub fn all(&self, key: &str) -> impl Iterator<Item = &str> {
        self.pairs.iter().filter(move |(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    /// The address with this one value under that key.
    pub fn with(&self, key: &str, value: &str) -> Self {
        let mut next = self.without(key);
        next.pairs.push((key.to_owned(), value.to_owned()));
        next
    }

    /// The address with nothing under that key.
    pub fn without(&self, key: &str) -> Self {
        let pairs = self.pairs.iter().filter(|(known, _)| known != key).cloned().collect();
        Self { path: self.path.clone(), pairs }
    }

    /// What a form must send along so that only `keys` change.
    pub(super) fn others<'a>(&'a self, keys: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.pairs.iter().filter(move |(key, _)| !keys.contains(&key.as_str())).map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// As a link carries it.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.path)?;
        if self.pairs.is_empty() {
            return Ok(());
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.pairs).finish();
        write!(f, "?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn one_change_leaves_the_rest() {
        let here = Query::parse("/admin/orders", "state=paid&q=M%C3%BCller+%26+Co&cursor=abc&empty=");
        let next = here.without("cursor").with("sort", "-placed");
        assert_eq!(next.to_string(), "/admin/orders?state=paid&q=M%C3%BCller+%26+Co&sort=-placed");
        assert_eq!(here.get("q"), Some("Müller & Co"));
        assert_eq!(Query::parse("/x", "").to_string(), "/x");
    }
}
