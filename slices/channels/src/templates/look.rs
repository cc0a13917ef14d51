//! Looking at templates.

use super::{Category, Status, Template};
use crate::provider::Provider;
use facts::Time;
use serde::Deserialize;
use store::{Look, Result, params, sql, texts};
use web::{Cursor, like};

/// A statement that gives whole [`Template`]s.
macro_rules! templates {
    ($rest:expr) => {
        store::sql!(concat!(
            "SELECT id, name, language, category, status, quality, body, variables, numbered, also_needs, reason, seen_at, created_at
             FROM whatsapp_templates ",
            $rest
        ))
    };
}
pub(super) use templates;

/// Which templates.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    pub status: Option<Status>,
    pub category: Option<Category>,
    /// A part of the name or of what it says.
    pub q: Option<String>,
}

/// Templates after a place in the list, newest first.
pub(super) async fn page(look: &mut impl Look, filter: &Filter, after: Cursor, limit: i64) -> Result<Vec<Template>> {
    let pattern = filter.q.as_deref().map(str::trim).filter(|words| !words.is_empty()).map(like);
    look.all(
        templates!(
            "WHERE tenant_id = $1 AND (created_at, id) < ($2, $3) AND (status = $4 OR $4 IS NULL) AND (category = $5 OR $5 IS NULL)
               AND (LOWER(name) LIKE $6 ESCAPE '\\' OR LOWER(body) LIKE $6 ESCAPE '\\' OR $6 IS NULL)
             ORDER BY created_at DESC, id DESC LIMIT $7"
        ),
        params![
            look.tenant(),
            after.at,
            after.id,
            filter.status.map(Status::as_str),
            filter.category.map(Category::as_str),
            pattern.as_deref(),
            limit
        ],
    )
    .await
}

/// Where a template stands in the list.
pub(super) fn place(template: &Template) -> Cursor {
    use facts::Id;
    Cursor { at: template.created_at, id: template.id.uuid() }
}

/// A provider's templates of these names, in every language.
pub(super) async fn named(look: &mut impl Look, names: &[&str]) -> Result<Vec<Template>> {
    look.all(
        templates!("WHERE tenant_id = $1 AND provider = $2 AND name IN (SELECT key FROM json_each($3)) ORDER BY name, language"),
        params![look.tenant(), Provider::Meta.as_str(), texts(names.iter().copied())],
    )
    .await
}

/// The template of a name in a language, where it is known.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn template(look: &mut impl Look, name: &str, language: &str) -> Result<Option<Template>> {
    look.maybe(
        templates!("WHERE tenant_id = $1 AND provider = $2 AND name = $3 AND language = $4"),
        params![look.tenant(), Provider::Meta.as_str(), name, language],
    )
    .await
}

/// Templates that may be sent, in whatever language, the newest first: two hundred at the most.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn approved(look: &mut impl Look) -> Result<Vec<Template>> {
    look.all(
        templates!("WHERE tenant_id = $1 AND provider = $2 AND status = 'approved' ORDER BY created_at DESC, id DESC LIMIT 200"),
        params![look.tenant(), Provider::Meta.as_str()],
    )
    .await
}

/// How the looks at the provider's templates went.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Looks {
    /// When the last one began.
    pub begun_at: Time,
    /// When one last came to its end.
    pub done_at: Option<Time>,
    /// What went wrong since then.
    pub trouble: Option<String>,
}

/// How they went; nothing where nobody ever asked.
pub(super) async fn looks(look: &mut impl Look) -> Result<Option<Looks>> {
    look.maybe(
        sql!("SELECT begun_at, done_at, trouble FROM whatsapp_template_looks WHERE tenant_id = $1 AND provider = $2"),
        params![look.tenant(), Provider::Meta.as_str()],
    )
    .await
}
