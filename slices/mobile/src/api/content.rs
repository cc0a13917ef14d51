//! Saved prompts, and texts written from them.

use crate::change::Collection;
use crate::generator::{Generated, Wanted, not_configured};
use crate::{Mobile, queries};
use axum::Json;
use axum::extract::State;
use facts::{Id, RecordId, Time};
use serde::{Deserialize, Serialize};
use store::{Error, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Cursor, Listed, Paging, Permission, Query, Route};

/// The longest prompt and the longest input, in characters.
const LONGEST: usize = 8_000;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v2/content/prompts", Permission::ContentRead, prompts)
            .says("List saved prompts", "Newest first. Devices save and change them by /api/v2/sync/push.")
            .query::<Paging>()
            .gives::<Listed<Prompt>>(200),
        Route::post("/api/v2/content/generate", Permission::ContentWrite, generate)
            .says(
                "Have a text written",
                "From a saved prompt, or from one that comes along. 503 `ai_not_configured` says what to set where nobody writes.",
            )
            .takes::<Generate>()
            .gives::<Generated>(200),
    ]
}

/// A saved prompt.
#[derive(Debug, Serialize, ToSchema)]
struct Prompt {
    /// Its id.
    #[schema(value_type = String, example = "rec_01h2xcejqtf2nbrexx3vqjhp41")]
    id: RecordId,
    /// Its version.
    version: i64,
    /// What it is called.
    #[schema(example = "Diwali")]
    title: String,
    /// What is to be written.
    #[schema(example = "Write to our best customers.")]
    text: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    changed_at: Time,
}

async fn prompts(State(app): State<App>, caller: Caller, Query(paging): Query<Paging>) -> Answer<Json<Listed<Prompt>>> {
    let limit = paging.limit()?;
    let rows = queries::prompts(&mut caller.read(&app), paging.cursor()?, limit + 1).await?;
    let listed = Listed::new(rows, limit, |row| Cursor { at: row.created_at, id: row.id.uuid() });
    let text = |body: &serde_json::Value, field: &str| body[field].as_str().unwrap_or_default().to_owned();
    Ok(Json(listed.map(|row| Prompt {
        id: row.id,
        version: row.version,
        title: text(&row.body.0, "title"),
        text: text(&row.body.0, "text"),
        created_at: row.created_at,
        changed_at: row.changed_at,
    })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GenerateText)]
struct Generate {
    /// A saved prompt.
    #[schema(value_type = Option<String>, example = json!(null))]
    prompt_id: Option<RecordId>,
    /// What is to be written, where no saved prompt says it; up to 8000 characters.
    #[schema(example = "Write to our best customers.")]
    prompt: Option<String>,
    /// What to write it about or from; up to 8000 characters.
    input: Option<String>,
}

async fn generate(State(app): State<App>, caller: Caller, body: Body<Generate>) -> Answer<Json<Generated>> {
    let wanted = wanted(&app, &caller, body.value).await?;
    let mobile = app.extra::<Mobile>()?;
    let generator = mobile.generator.as_ref().ok_or_else(not_configured)?;
    Ok(Json(generator.generate(&app, &caller, wanted).await?))
}

async fn wanted(app: &App, caller: &Caller, said: Generate) -> Result<Wanted> {
    let Generate { prompt_id, prompt, input } = said;
    let prompt = match (prompt_id, prompt) {
        (Some(id), None) => {
            let record = queries::record(&mut caller.read(app), Collection::Prompts, id.uuid()).await?;
            let body = record.and_then(|record| record.body).ok_or_else(|| Error::field("prompt_id", "no such prompt"))?;
            body["text"].as_str().unwrap_or_default().to_owned()
        }
        (None, Some(prompt)) => prompt,
        _ => return Err(Error::field("prompt", "a prompt, or the id of a saved one as prompt_id")),
    };
    let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= LONGEST;
    if !fits(&prompt) {
        return Err(Error::field("prompt", format!("1 to {LONGEST} characters")));
    }
    if input.as_deref().is_some_and(|input| !fits(input)) {
        return Err(Error::field("input", format!("1 to {LONGEST} characters")));
    }
    Ok(Wanted { prompt, input })
}
