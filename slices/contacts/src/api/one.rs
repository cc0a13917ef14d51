//! One contact: known, looked at, changed.

use crate::commands::{ChangeContact, ChangeContactOf, SaveContact};
use crate::{Contact, NewContact, lists, merge, queries, tags};
use axum::Json;
use axum::extract::State;
use facts::{ContactId, ListId};
use http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Path, Permission, Route};

pub(super) fn routes() -> Vec<Route> {
    const ONE: &str = "/api/v1/contacts/{id}";
    const SAVE: &str = "Whoever has the phone number, else the e-mail address, is that person, and what is said now replaces what was said before. \
                        An e-mail address that is another person's stays theirs. An Idempotency-Key is taken.";
    vec![
        Route::post("/api/v1/contacts", Permission::ContactsWrite, save).says("Save a contact", SAVE).takes::<Save>().gives::<Contact>(201),
        Route::get(ONE, Permission::ContactsRead, find).says("Look at a contact", "With their lists and tags.").gives::<Seen>(200),
        Route::put(ONE, Permission::ContactsWrite, change)
            .says("Change a contact", "What is not said stays; null takes away. `attributes` replaces all of them.")
            .takes::<Change>()
            .gives::<Contact>(200),
    ]
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SaveContact)]
struct Save {
    /// What they are called.
    name: Option<String>,
    /// Their number, in any writing; Indian where it names no country. A number or an address is needed.
    #[schema(example = "+91 98765 43210")]
    phone: Option<String>,
    /// Their e-mail address.
    email: Option<String>,
    /// The language that they are written to in (BCP 47).
    #[schema(example = "hi-IN")]
    locale: Option<String>,
    /// The time zone that they live by (IANA).
    #[schema(example = "Asia/Kolkata")]
    time_zone: Option<String>,
    /// What else is known of them: plain values by name.
    #[serde(default)]
    #[schema(value_type = Object)]
    attributes: Map<String, Value>,
}

async fn save(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<Save>) -> Answer<(StatusCode, Json<Contact>)> {
    let Save { name, phone, email, locale, time_zone, attributes } = body.value;
    let command = SaveContact { said: NewContact { name, phone, email, locale, time_zone, attributes } };
    let contact = match key.optional(&body.hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?.out,
        None => app.db.run(&caller.who, command).await?,
    };
    Ok((StatusCode::CREATED, Json(contact)))
}

/// A person, with what they are put together by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactSeen)]
struct Seen {
    #[serde(flatten)]
    contact: Contact,
    /// Their tags, in small letters.
    tags: Vec<String>,
    /// The lists that they are on.
    lists: Vec<On>,
}

/// A list that somebody is on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactOnList)]
struct On {
    #[schema(value_type = String, example = "lst_01h2xcejqtf2nbrexx3vqjhp41")]
    id: ListId,
    name: String,
}

async fn find(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>) -> Answer<Json<Seen>> {
    let mut read = caller.read(&app);
    let Some(contact) = queries::exactly(&mut read, id).await? else {
        return Err(merge::missing(&mut read, id).await?.into());
    };
    let tags = tags::of_contact(&mut read, id).await?;
    let lists = lists::of_contact(&mut read, id).await?.into_iter().map(|(id, name)| On { id, name }).collect();
    Ok(Json(Seen { contact, tags, lists }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeContact)]
struct Change {
    /// What they are called.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    name: Option<Option<String>>,
    /// Their number, in any writing.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    /// Their e-mail address.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    /// The language that they are written to in (BCP 47).
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    locale: Option<Option<String>>,
    /// The time zone that they live by (IANA).
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    time_zone: Option<Option<String>>,
    /// What else is known of them: plain values by name.
    #[schema(value_type = Option<Object>)]
    attributes: Option<Map<String, Value>>,
}

/// Tells a field that is null from one that is not there.
fn said<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(d).map(Some)
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, body: Body<Change>) -> Answer<Json<Contact>> {
    let Change { name, phone, email, locale, time_zone, attributes } = body.value;
    let change = ChangeContact { name, phone, email, locale, time_zone, attributes };
    Ok(Json(app.db.run(&caller.who, ChangeContactOf(id, change)).await?))
}
