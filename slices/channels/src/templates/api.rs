//! `/api/v1/whatsapp-templates`: what may be said on WhatsApp, as pages of JSON or as one file, and asking the provider anew.

use super::ask::AskNow;
use super::look::{self, Filter};
use super::{Category, Quality, Status, Template};
use crate::world::Channels;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{Time, WhatsappTemplateId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use store::{Error, Read, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Caller, Listed, Paging, Permission, Query, Route, csv, filter_part};

/// How many files one caller may have in a minute.
pub(super) const EXPORTS_A_MINUTE: u32 = 15;
/// The columns of the file.
const COLUMNS: &str = "id,name,language,category,status,quality,variables,body,reason,seen_at";

/// Which templates, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(super) struct ListQuery {
    /// `approved`, `pending`, `rejected`, `paused`, `disabled`, `gone` or `other`.
    status: Option<String>,
    /// `marketing`, `utility`, `authentication` or `other`.
    category: Option<String>,
    /// A part of the name or of what it says.
    q: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    cursor: Option<String>,
}

impl ListQuery {
    /// What it asks for.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub(super) fn filter(&self) -> Result<Filter> {
        if self.q.as_deref().is_some_and(|q| q.chars().count() > 200) {
            return Err(Error::field("q", "at most 200 characters"));
        }
        Ok(Filter {
            status: filter_part("status", self.status.as_deref(), "approved, pending, rejected, paused, disabled, gone or other")?,
            category: filter_part("category", self.category.as_deref(), "marketing, utility, authentication or other")?,
            q: self.q.clone(),
        })
    }

    /// Which page it asks for.
    pub(super) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

/// A template of WhatsApp's, as its provider last told of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhatsappTemplate)]
struct TemplateView {
    #[schema(value_type = String, example = "wat_01h2xcejqtf2nbrexx3vqjhp41")]
    id: WhatsappTemplateId,
    #[schema(example = "mangoes_are_in")]
    name: String,
    #[schema(example = "en")]
    language: String,
    /// `marketing`, `utility`, `authentication` or `other`.
    #[schema(value_type = String, example = "marketing")]
    category: Category,
    /// `approved`, `pending`, `rejected`, `paused`, `disabled`, `gone`, or `other` for a word of the provider's that is new.
    #[schema(value_type = String, example = "approved")]
    status: Status,
    /// How people take it: `green`, `yellow`, `red` or `unknown`.
    #[schema(value_type = String, example = "green")]
    quality: Quality,
    /// What it says.
    #[schema(example = "{{name}}, mangoes are in.")]
    body: String,
    /// The names of its variables, in their order; numbers where it has no names for them.
    variables: Vec<String>,
    /// What it needs beside them, in words.
    also_needs: Option<String>,
    /// Why it stands so, in the provider's words.
    reason: Option<String>,
    /// When it was last seen at the provider.
    #[schema(value_type = String, format = DateTime)]
    seen_at: Time,
}

impl From<Template> for TemplateView {
    fn from(template: Template) -> Self {
        let Template { id, name, language, category, status, quality, body, variables, also_needs, reason, seen_at, .. } = template;
        Self { id, name, language, category, status, quality, body, variables: variables.0, also_needs, reason, seen_at }
    }
}

/// How the provider was asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhatsappTemplateLook)]
struct LookView {
    /// When it was last begun to ask.
    #[schema(value_type = String, format = DateTime)]
    begun_at: Time,
    /// When all was last there.
    #[schema(value_type = Option<String>, format = DateTime)]
    done_at: Option<Time>,
    /// What went wrong since then.
    trouble: Option<String>,
}

async fn list(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Json<Listed<TemplateView>>> {
    let paging = query.paging();
    let limit = paging.limit()?;
    let rows = look::page(&mut caller.read(&app), &query.filter()?, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, look::place).map(TemplateView::from)))
}

async fn export(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>) -> Answer<Response> {
    Ok(as_file(caller.read(&app), query.filter()?).await?)
}

/// Every template that the filter lets through, as a file.
///
/// # Errors
/// Whatever the database refuses.
pub(super) async fn as_file(read: Read, filter: Filter) -> Result<Response> {
    let page = move |after, limit| {
        let (mut read, filter) = (read.clone(), filter.clone());
        async move { look::page(&mut read, &filter, after, limit).await }
    };
    csv::file("whatsapp-templates", COLUMNS, page, look::place, cells).await
}

fn cells(template: &Template) -> Vec<String> {
    vec![
        template.id.to_string(),
        template.name.clone(),
        template.language.clone(),
        template.category.to_string(),
        template.status.to_string(),
        template.quality.to_string(),
        template.variables.0.join(" "),
        template.body.clone(),
        template.reason.clone().unwrap_or_default(),
        template.seen_at.to_string(),
    ]
}

async fn sync(State(app): State<App>, caller: Caller) -> Answer<(StatusCode, Json<LookView>)> {
    ask(&app, &caller).await?;
    let looks =
        look::looks(&mut app.db.read_main(caller.tenant())).await?.ok_or_else(|| Error::internal("a look was begun and is not there"))?;
    Ok((StatusCode::ACCEPTED, Json(LookView { begun_at: looks.begun_at, done_at: looks.done_at, trouble: looks.trouble })))
}

/// Has the provider asked.
///
/// # Errors
/// `no_business_account`.
pub(super) async fn ask(app: &App, caller: &Caller) -> Result<()> {
    let known = app.extra::<Channels>()?.has_business_account(caller.tenant()).await?;
    app.db.run(&caller.who, AskNow { known }).await
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/whatsapp-templates", Permission::MessagesRead, list)
            .says("List WhatsApp's templates", "Newest first, as Meta last told of them. One that Meta does not have any more is `gone`.")
            .query::<ListQuery>()
            .gives::<Listed<TemplateView>>(200),
        Route::get("/api/v1/whatsapp-templates/export", Permission::MessagesRead, export)
            .says("Export WhatsApp's templates", "Every one that the filters let through, as CSV.")
            .at_most("EXPORT", EXPORTS_A_MINUTE)
            .query::<ListQuery>(),
        Route::post("/api/v1/whatsapp-templates/sync", Permission::MessagesWrite, sync)
            .says("Ask Meta for the templates", "Now, and not at the usual hour. They are here in a few seconds.")
            .gives::<LookView>(202),
    ]
}
