//! Two contacts who are one person: found, and made one.

use crate::Contact;
use crate::duplicates::{Pair, duplicates};
use crate::merge::MergeContacts;
use axum::Json;
use axum::extract::State;
use facts::ContactId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Path, Permission, Query, Route, filter_part};

/// Which page of the pairs.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct Which {
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Which {
    /// How many, and before whom.
    ///
    /// # Errors
    /// What cannot be read.
    pub(crate) fn read(&self) -> store::Result<(i64, Option<ContactId>)> {
        let limit = Paging { limit: self.limit.clone(), cursor: None }.limit()?;
        Ok((limit, filter_part("cursor", self.cursor.as_deref(), "the next_cursor of the page before")?))
    }
}

async fn list(State(app): State<App>, caller: Caller, Query(which): Query<Which>) -> Answer<Json<Listed<Pair>>> {
    let (limit, before) = which.read()?;
    let found = duplicates(&mut caller.read(&app), before, limit).await?;
    Ok(Json(Listed { data: found.pairs, next_cursor: found.next.map(|id| id.to_string()) }))
}

/// With whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MergeContacts)]
struct With {
    /// Who is the same person, and is found under this contact's id from then on.
    #[schema(value_type = String, example = "con_01h2xcejqtf2nbrexx3vqjhp41")]
    other: ContactId,
}

async fn merge(
    State(app): State<App>,
    caller: Caller,
    Path(keep): Path<ContactId>,
    key: IdempotencyKey,
    body: Body<With>,
) -> Answer<Json<Contact>> {
    let command = MergeContacts { keep, other: body.value.other };
    let contact = match key.optional(&body.hash) {
        Some(key) => app.db.run_once(&caller.who, key, command).await?.out,
        None => app.db.run(&caller.who, command).await?,
    };
    Ok(Json(contact))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/contacts/duplicates", Permission::ContactsRead, list)
            .says(
                "List probable duplicates",
                "Pairs with the same name of whom one has only a phone number and the other only an e-mail address, or who have the same \
                 language, time zone or attributes. A page looks at 20,000 contacts: it may be empty and yet have a next one.",
            )
            .query::<Which>()
            .gives::<Listed<Pair>>(200),
        Route::post("/api/v1/contacts/{id}/merge", Permission::ContactsErase, merge)
            .says(
                "Merge two contacts",
                "The contact stays; what it lacks comes from `other`, and what both say stays as it is. Orders, messages, invoices, \
                 subscriptions and all else of `other` are the contact's within moments, and `other` answers 404 `contact_merged` with \
                 `merged_into`. It cannot be undone. An Idempotency-Key is taken.",
            )
            .takes::<With>()
            .gives::<Contact>(200),
    ]
}
