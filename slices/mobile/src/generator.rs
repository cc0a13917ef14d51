//! Whoever writes texts: the assistant, seen from here.

use async_trait::async_trait;
use serde::Serialize;
use store::{Error, Kind, Result};
use utoipa::ToSchema;
use web::{App, Caller};

/// What is to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// What to do, in words.
    pub prompt: String,
    /// What to do it with, where that is not part of the prompt.
    pub input: Option<String>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = GeneratedText)]
pub struct Generated {
    /// The text.
    pub text: String,
    /// Which model wrote it.
    pub model: String,
}

/// Writes texts.
#[async_trait]
pub trait Generator: Send + Sync + 'static {
    /// Writes one.
    ///
    /// # Errors
    /// Whatever keeps it from being written, in words for the person who asked.
    async fn generate(&self, app: &App, caller: &Caller, wanted: Wanted) -> Result<Generated>;
}

/// The answer where nobody writes.
pub(crate) fn not_configured() -> Error {
    let message =
        "Nobody writes texts here yet: set AI_PROVIDER (google, groq, anthropic or openai) and its key, such as ANTHROPIC_API_KEY.";
    Error::new(Kind::Unavailable, "ai_not_configured", message)
}
