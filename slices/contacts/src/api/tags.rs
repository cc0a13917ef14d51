//! Tags, and who has them.

use crate::attributes::{self, Attribute};
use crate::tags::{self, Counted, TagContact};
use crate::{Contact, queries};
use axum::Json;
use axum::extract::State;
use facts::ContactId;
use http::StatusCode;
use serde::Serialize;
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Caller, Listed, Path2, Permission, Route};

async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<Counted>>> {
    Ok(Json(Listed { data: tags::tags(&mut caller.read(&app)).await?, next_cursor: None }))
}

async fn set(State(app): State<App>, caller: Caller, Path2(contact_id, tag): Path2<ContactId, String>) -> Answer<Json<Contact>> {
    app.db.run(&caller.who, TagContact { contact_id, tag, tagged: true }).await?;
    let found = queries::exactly(&mut app.db.read_main(caller.who.tenant), contact_id).await?;
    Ok(Json(found.ok_or_else(|| Error::not_found("contact"))?))
}

async fn unset(State(app): State<App>, caller: Caller, Path2(contact_id, tag): Path2<ContactId, String>) -> Answer<StatusCode> {
    app.db.run(&caller.who, TagContact { contact_id, tag, tagged: false }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An attribute that people have.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactAttribute)]
struct AttributeView {
    /// Its name.
    #[schema(example = "city")]
    name: String,
    /// `text`, `number`, `truth` or `date`: what its first value was.
    #[schema(value_type = String, example = "text")]
    kind: attributes::Kind,
}

async fn names(State(app): State<App>, caller: Caller) -> Answer<Json<Listed<AttributeView>>> {
    let view = |Attribute { name, kind }| AttributeView { name, kind };
    let data = attributes::attributes(&mut caller.read(&app)).await?.into_iter().map(view).collect();
    Ok(Json(Listed { data, next_cursor: None }))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{ContactsRead, ContactsWrite};
    const TAG: &str = "/api/v1/contacts/{id}/tags/{tag}";
    vec![
        Route::get("/api/v1/tags", ContactsRead, list)
            .says("List tags", "By name, the first 1,000, each with how many have it.")
            .gives::<Listed<Counted>>(200),
        Route::get("/api/v1/contact-attributes", ContactsRead, names)
            .says("List the attributes of contacts", "By name, the first 500, each with the kind of its first value.")
            .gives::<Listed<AttributeView>>(200),
        Route::put(TAG, ContactsWrite, set)
            .says("Give a contact a tag", "1 to 50 characters without a comma; it is kept in small letters.")
            .gives::<Contact>(200),
        Route::delete(TAG, ContactsWrite, unset).says("Take a tag from a contact", "Nothing happens where they do not have it."),
    ]
}
