//! `GET /api/v1/notifications/templates`, `GET` and `PUT …/templates/{type}`.

use crate::commands::SaveTemplate;
use crate::queries;
use crate::template::Template;
use crate::types::{MessageType, Variable};
use axum::extract::State;
use axum::response::Json;
use facts::Time;
use facts::messages::Channel;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Listed, Path, Permission, Route};

/// A variable that the texts of a type may use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateVariable)]
struct VariableView {
    #[schema(example = "amount")]
    name: &'static str,
    /// Whether a message cannot be sent without it.
    required: bool,
    #[schema(example = "₹99.00")]
    sample: &'static str,
}

impl From<&Variable> for VariableView {
    fn from(variable: &Variable) -> Self {
        Self { name: variable.name, required: variable.required, sample: variable.sample }
    }
}

/// The text of one type on one channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Template)]
struct TemplateView {
    #[schema(value_type = String, example = "payment_confirmation")]
    r#type: MessageType,
    #[schema(value_type = String, example = "whatsapp")]
    channel: Channel,
    /// 0 for the one that Origin came with, then one more for each change.
    version: i64,
    /// Whether it is sent at all.
    active: bool,
    /// The e-mail's subject; empty for WhatsApp.
    subject: String,
    #[schema(example = "✓ We received your payment of {{ amount }}.")]
    body: String,
    /// The e-mail's HTML; empty for WhatsApp.
    html: String,
    /// The approved WhatsApp template that is sent in place of the text: its name, its language after a slash where that is not `en`, and where it
    /// numbers its variables those of the text in brackets, in that order, such as `paid/en_US(amount, month)`.
    provider_template: Option<String>,
    variables: Vec<VariableView>,
    #[schema(value_type = Option<String>)]
    updated_at: Option<Time>,
}

impl From<Template> for TemplateView {
    fn from(template: Template) -> Self {
        Self {
            r#type: template.kind,
            channel: template.channel,
            version: template.version,
            active: template.active,
            subject: template.subject,
            body: template.body,
            html: template.html,
            provider_template: template.provider_template,
            variables: template.kind.variables().iter().map(VariableView::from).collect(),
            updated_at: (template.version > 0).then_some(template.updated_at),
        }
    }
}

/// What to change about a template; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TemplateChange {
    /// `whatsapp`, where nothing is said.
    #[schema(value_type = Option<String>)]
    channel: Option<Channel>,
    /// The version that the change was made on: refused when there is a later one.
    version: Option<i64>,
    active: Option<bool>,
    subject: Option<String>,
    #[schema(example = "✓ We received {{ amount }} for {{ month }} by {{ payment_method }}.")]
    body: Option<String>,
    html: Option<String>,
    /// Empty takes it away.
    provider_template: Option<String>,
}

async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<TemplateView>>> {
    let all = queries::templates(&mut caller.read(&app)).await?;
    Ok(Json(Listed { data: all.into_iter().map(TemplateView::from).collect(), next_cursor: None }))
}

async fn of_type(State(app): State<App>, caller: Caller, Path(kind): Path<MessageType>) -> Answer<Json<Listed<TemplateView>>> {
    let mut read = caller.read(&app);
    let mut data = Vec::new();
    for channel in Channel::ALL {
        data.push(queries::template(&mut read, kind, *channel).await?.into());
    }
    Ok(Json(Listed { data, next_cursor: None }))
}

async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(kind): Path<MessageType>,
    body: Body<TemplateChange>,
) -> Answer<Json<TemplateView>> {
    let change = body.value;
    let command = SaveTemplate {
        kind,
        channel: change.channel.unwrap_or(Channel::Whatsapp),
        on_version: change.version,
        active: change.active,
        subject: change.subject,
        body: change.body,
        html: change.html,
        provider_template: change.provider_template,
    };
    Ok(Json(app.db.run(&caller.who, command).await?.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/notifications/templates", Permission::MessagesRead, list)
            .says("The templates in use", "Ten types on two channels. Published as GET /api/notifications/templates.")
            .gives::<Listed<TemplateView>>(200),
        Route::get("/api/v1/notifications/templates/{type}", Permission::MessagesRead, of_type)
            .says("The templates of one type", "One for each channel.")
            .gives::<Listed<TemplateView>>(200),
        Route::put("/api/v1/notifications/templates/{type}", Permission::MessagesWrite, change)
            .says(
                "Change a template",
                "Makes a further version, which holds from the next message on. A mistake in it is refused with its line, \
                 and so is a variable that the type does not have.",
            )
            .takes::<TemplateChange>()
            .gives::<TemplateView>(200),
    ]
}
