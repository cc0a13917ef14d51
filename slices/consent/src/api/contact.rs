//! `/api/v1/contacts/{id}/consent`: what one person gets, channel by channel.

use crate::commands::ChooseFor;
use crate::model::{Choice, Class, Consent};
use crate::queries::{self, On};
use axum::Json;
use axum::extract::State;
use facts::consent::How;
use facts::messages::Channel;
use facts::{ContactId, Time};
use serde::{Deserialize, Serialize};
use store::{Error, Look, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

/// What somebody gets on a channel.
#[derive(Debug, Serialize, ToSchema)]
struct ChannelConsent {
    #[schema(value_type = String, example = "email")]
    channel: Channel,
    #[schema(example = "asha@example.com")]
    address: String,
    /// `everything`, `no_marketing` or `nothing`.
    #[schema(value_type = String, example = "everything")]
    choice: Choice,
    /// Why campaigns do not go there: the reason of a suppression, or `no_consent`.
    #[schema(example = "no_consent")]
    marketing_stopped_by: Option<&'static str>,
    /// Why confirmations and bills do not go there.
    service_stopped_by: Option<&'static str>,
    /// The last word on being sold to, `given` or `withdrawn`; nothing where none was said.
    #[schema(value_type = Option<String>)]
    said: Option<Consent>,
    /// When it was said.
    #[schema(value_type = Option<String>, format = DateTime)]
    said_at: Option<Time>,
}

impl From<&On> for ChannelConsent {
    fn from(on: &On) -> Self {
        Self {
            channel: on.to.channel,
            address: on.to.address.clone(),
            choice: on.choice(),
            marketing_stopped_by: on.why_not(Class::Marketing).map(|why| why.as_str()),
            service_stopped_by: on.why_not(Class::Service).map(|why| why.as_str()),
            said: on.word.as_ref().map(|word| word.said),
            said_at: on.word.as_ref().map(|word| word.at),
        }
    }
}

/// What somebody gets.
#[derive(Debug, Serialize, ToSchema)]
struct ContactConsent {
    #[schema(value_type = String, example = "con_01h2xcejqtf2nbrexx3vqjhp41")]
    contact_id: ContactId,
    /// One for each channel on which they have an address.
    channels: Vec<ChannelConsent>,
}

async fn view(look: &mut impl Look, id: ContactId) -> Result<ContactConsent> {
    let contact = contacts::find(look, id).await?.ok_or_else(|| Error::not_found("contact"))?;
    let on = queries::on(look, &queries::addresses(&contact)).await?;
    Ok(ContactConsent { contact_id: contact.id, channels: on.iter().map(ChannelConsent::from).collect() })
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>) -> Answer<Json<ContactConsent>> {
    Ok(Json(view(&mut caller.read(&app), id).await?))
}

/// What somebody is to get on a channel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewChoice {
    #[schema(value_type = String, example = "email")]
    channel: Channel,
    /// `everything`, which notes their consent; `no_marketing`; or `nothing` but what they ask for.
    #[schema(value_type = String, example = "everything")]
    choice: Choice,
    /// How that is known.
    #[schema(example = "Ticked the box at the till on 22 November")]
    evidence: String,
}

async fn put(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, body: Body<NewChoice>) -> Answer<Json<ContactConsent>> {
    let NewChoice { channel, choice, evidence } = body.value;
    app.db.run(&caller.who, ChooseFor { contact: id, channel, choice, evidence, how: How::Api }).await?;
    Ok(Json(view(&mut app.db.read_main(caller.tenant()), id).await?))
}

pub(super) fn routes() -> Vec<Route> {
    const ONE: &str = "/api/v1/contacts/{id}/consent";
    vec![
        Route::get(ONE, Permission::ContactsRead, show)
            .says("Show a contact's consent", "What they get on each channel, and what keeps the rest from them.")
            .gives::<ContactConsent>(200),
        Route::put(ONE, Permission::ContactsWrite, put)
            .says(
                "Note a contact's consent",
                "What they want on a channel, and how you know. 409 `withdrawn` where they wished otherwise before: lift that suppression first.",
            )
            .takes::<NewChoice>()
            .gives::<ContactConsent>(200),
    ]
}
