//! `/api/v1/lists`: lists, and who is on them.

use crate::lists::{self, DeleteList, List, PutOnList, SaveList, TakeOffList};
use crate::queries::{self, Filter};
use crate::{Contact, place};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use facts::{ContactId, ListId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Path, Path2, Permission, Query, Route, made};

/// A list, as it is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewContactList)]
struct NewList {
    /// What it is called, 1 to 80 characters.
    #[schema(example = "Diwali gifts")]
    name: String,
    /// What it is for, at most 500 characters.
    #[serde(default)]
    description: String,
}

/// What is to be changed of a list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeContactList)]
struct ChangeList {
    /// It stays where it is not said.
    name: Option<String>,
    /// It stays where it is not said.
    description: Option<String>,
}

async fn list(State(app): State<App>, caller: Caller, Query(paging): Query<Paging>) -> Answer<Json<Listed<List>>> {
    let limit = paging.limit()?;
    let rows = lists::page(&mut caller.read(&app), paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, lists::place)))
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<NewList>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let NewList { name, description } = body.value;
    let save = SaveList { id: None, name: Some(name), description: Some(description) };
    let once = app.db.run_once(&caller.who, key, save).await?;
    Ok(made(once.out, once.replayed))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ListId>) -> Answer<Json<List>> {
    let found = lists::list(&mut caller.read(&app), id).await?;
    Ok(Json(found.ok_or_else(|| Error::not_found("list"))?))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<ListId>, body: Body<ChangeList>) -> Answer<Json<List>> {
    let ChangeList { name, description } = body.value;
    Ok(Json(app.db.run(&caller.who, SaveList { id: Some(id), name, description }).await?))
}

async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<ListId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, DeleteList(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn people(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ListId>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Listed<Contact>>> {
    let limit = paging.limit()?;
    let mut read = caller.read(&app);
    lists::list(&mut read, id).await?.ok_or_else(|| Error::not_found("list"))?;
    let filter = Filter { list: Some(id), ..Filter::default() };
    let rows = queries::list(&mut read, &filter, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, place)))
}

/// Who is to be put on a list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ContactIds {
    /// 1 to 1,000 contacts.
    #[schema(value_type = Vec<String>)]
    contact_ids: Vec<ContactId>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
struct ContactsAdded {
    /// How many were not on it before.
    added: usize,
}

async fn add(State(app): State<App>, caller: Caller, Path(list_id): Path<ListId>, body: Body<ContactIds>) -> Answer<Json<ContactsAdded>> {
    let added = app.db.run(&caller.who, PutOnList { list_id, people: body.value.contact_ids }).await?;
    Ok(Json(ContactsAdded { added }))
}

async fn remove(State(app): State<App>, caller: Caller, Path2(list_id, contact_id): Path2<ListId, ContactId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, TakeOffList { list_id, contact_id }).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{ContactsRead, ContactsWrite};
    const ONE: &str = "/api/v1/lists/{id}";
    const PEOPLE: &str = "/api/v1/lists/{id}/contacts";
    vec![
        Route::get("/api/v1/lists", ContactsRead, list)
            .says("List lists", "Newest first, each with how many are on it.")
            .query::<Paging>()
            .gives::<Listed<List>>(200),
        Route::post("/api/v1/lists", ContactsWrite, create)
            .says("Make a list", "For people who are put together by hand, or by a file. No two have the same name, however it is written.")
            .keyed()
            .takes::<NewList>()
            .gives::<List>(201),
        Route::get(ONE, ContactsRead, show).says("Look at a list", "").gives::<List>(200),
        Route::put(ONE, ContactsWrite, change).says("Change a list", "What is not said stays.").takes::<ChangeList>().gives::<List>(200),
        Route::delete(ONE, ContactsWrite, delete).says("Delete a list", "Who was on it stays known."),
        Route::get(PEOPLE, ContactsRead, people).says("Who is on a list", "Newest first.").query::<Paging>().gives::<Listed<Contact>>(200),
        Route::post(PEOPLE, ContactsWrite, add)
            .says("Put contacts on a list", "Up to 1,000 by id. Whoever is on it stays, so it can be sent again.")
            .takes::<ContactIds>()
            .gives::<ContactsAdded>(200),
        Route::delete("/api/v1/lists/{id}/contacts/{contact_id}", ContactsWrite, remove)
            .says("Take a contact off a list", "Nothing happens where they are not on it."),
    ]
}
