//! Making an endpoint.

use crate::model::{Endpoint, Standing};
use crate::{deliver, kinds, queries, rows, rules, sign};
use facts::Change;
use facts::webhooks::EndpointStep;
use serde_json::json;
use std::collections::BTreeSet;
use store::secret::Vault;
use store::{Command, Error, Json, Result, Tx};
use url::Url;
use web::http::Outside;

/// The most letters of a description.
const LONGEST: usize = 200;

/// What was asked for, checked; what was not said stays as it is.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    url: Option<Url>,
    description: Option<String>,
    /// The kinds, or all of them.
    kinds: Option<Option<Vec<String>>>,
    per_second: Option<i64>,
    ordered: Option<bool>,
}

impl Wanted {
    /// Checks what a tenant typed.
    ///
    /// # Errors
    /// The field, with what is wrong.
    pub(crate) fn new(outside: &Outside, url: Option<&str>, description: Option<&str>, kinds: Option<Option<Vec<String>>>) -> Result<Self> {
        let url = url.map(|url| outside.check("url", url)).transpose()?;
        let description = description.map(str::trim);
        let fits = |text: &str| text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        if !description.is_none_or(fits) {
            return Err(Error::field("description", format!("one line of at most {LONGEST} characters")));
        }
        let kinds = kinds.map(|kinds| kinds.map(known).transpose()).transpose()?;
        Ok(Self { url, description: description.map(str::to_owned), kinds, per_second: None, ordered: None })
    }

    /// The same, with how events are to arrive: so many calls a second, and one after the other or as they come.
    ///
    /// # Errors
    /// The field, with what is wrong.
    pub(crate) fn arriving(self, per_second: Option<i64>, ordered: Option<bool>) -> Result<Self> {
        if per_second.is_some_and(|calls| !(1..=i64::from(rules::PER_SECOND)).contains(&calls)) {
            return Err(Error::field("per_second", format!("a whole number from 1 to {}", rules::PER_SECOND)));
        }
        Ok(Self { per_second, ordered, ..self })
    }

    /// Puts it into an endpoint.
    pub(super) fn fill(&self, endpoint: &mut Endpoint) {
        if let Some(url) = &self.url {
            endpoint.url = url.to_string();
        }
        if let Some(description) = &self.description {
            endpoint.description.clone_from(description);
        }
        if let Some(kinds) = &self.kinds {
            endpoint.kinds = kinds.clone().map(Json);
        }
        endpoint.per_second = self.per_second.unwrap_or(endpoint.per_second);
        endpoint.ordered = self.ordered.unwrap_or(endpoint.ordered);
    }
}

/// Kinds that there are, each once and in the order of the alphabet.
fn known(kinds: Vec<String>) -> Result<Vec<String>> {
    let each: BTreeSet<String> = kinds.into_iter().collect();
    if each.is_empty() {
        return Err(Error::field("kinds", "one kind at least, or null for all"));
    }
    match each.iter().find(|kind| kinds::published(kind).is_none()) {
        Some(_) => {
            let all: Vec<_> = kinds::PUBLISHED.iter().map(|kind| kind.name).collect();
            Err(Error::field("kinds", format!("each one of: {}", all.join(", "))))
        }
        None => Ok(each.into_iter().collect()),
    }
}

/// Makes an endpoint; hands back its secret, which is told this once.
pub(crate) struct MakeEndpoint {
    pub wanted: Wanted,
    pub vault: Vault,
}

impl Command for MakeEndpoint {
    const NAME: &'static str = "make_webhook_endpoint";
    type Out = (Endpoint, String);

    async fn run(&self, tx: &mut Tx) -> Result<(Endpoint, String)> {
        // One at a time, so that what is counted is true.
        identity::lock_plan(tx).await?;
        if queries::how_many(tx).await? >= rules::ENDPOINTS {
            let message = format!("There are {} endpoints already. Remove one first.", rules::ENDPOINTS);
            return Err(Error::conflict("too_many_endpoints", message));
        }
        let mut endpoint = Endpoint {
            id: tx.id(),
            url: String::new(),
            description: String::new(),
            kinds: None,
            per_second: i64::from(rules::PER_SECOND),
            ordered: false,
            state: Standing::Enabled,
            reason: None,
            before_until: None,
            failing_since: None,
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        self.wanted.fill(&mut endpoint);
        let secret = sign::secret(tx);
        let locked = self.vault.lock(&sign::place(tx.tenant(), endpoint.id), &secret)?;
        rows::insert_endpoint(tx, &endpoint, locked).await?;
        if endpoint.per_second < i64::from(rules::PER_SECOND) {
            deliver::keep_pace(tx, &endpoint).await?;
        }
        let told = json!({"kinds": endpoint.kinds(), "ordered": endpoint.ordered, "per_second": endpoint.per_second});
        let changes = Change::between(&json!(null), &told);
        rows::state_step(tx, &endpoint, EndpointStep::Made, None, changes).await?;
        Ok((endpoint, secret))
    }
}
