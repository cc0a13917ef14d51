//! What is done with people from the pages: several who are ticked, or one.

use super::{HERE, show, told};
use crate::lists::{PutOnList, TakeOffList};
use crate::tags::{TagContact, TagContacts};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use facts::{ContactId, ListId};
use serde::Deserialize;
use store::{Error, Result};
use web::problem::status;
use web::{Answer, App, Caller, Form, Path, Permission, Route};

/// What the ticks of a table send: the field `id` as often as rows are ticked, and what to do with them.
type Ticked = Form<Vec<(String, String)>>;

fn people(ticked: &[(String, String)]) -> Result<Vec<ContactId>> {
    let ids: Vec<ContactId> = ticked.iter().filter(|(name, _)| name == "id").filter_map(|(_, id)| id.parse().ok()).collect();
    if ids.is_empty() { Err(Error::field("id", "Tick somebody first.")) } else { Ok(ids) }
}

fn said<'a>(ticked: &'a [(String, String)], field: &str) -> &'a str {
    ticked.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value.as_str())
}

async fn bulk_list(State(app): State<App>, caller: Caller, Form(ticked): Ticked) -> Answer<Redirect> {
    let list_id: ListId = said(&ticked, "list").parse().map_err(|_| Error::field("list", "choose a list"))?;
    app.db.run(&caller.who, PutOnList { list_id, people: people(&ticked)? }).await?;
    Ok(Redirect::to(&format!("{HERE}?list={list_id}")))
}

async fn bulk_tag(State(app): State<App>, caller: Caller, Form(ticked): Ticked) -> Answer<Redirect> {
    let tagged = app.db.run(&caller.who, TagContacts { people: people(&ticked)?, tag: said(&ticked, "tag").to_owned() }).await?;
    Ok(Redirect::to(&format!("{HERE}?{}", web::query_string(&[("tag", &tagged.tag)]))))
}

/// What the forms of a person's page ask for.
#[derive(Debug, Deserialize)]
struct Group {
    #[serde(default)]
    tag: String,
    list: Option<ListId>,
}

/// Back to the person, or the page again with what was wrong.
async fn done<T>(app: &App, caller: &Caller, id: ContactId, outcome: Result<T>) -> Answer<Response> {
    match outcome {
        Ok(_) => Ok(Redirect::to(&format!("{HERE}/{id}")).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), show::page(app, caller, id, Some(&failure)).await?).into_response())
        }
    }
}

async fn tag(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, Form(group): Form<Group>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, TagContact { contact_id: id, tag: group.tag, tagged: true }).await;
    done(&app, &caller, id, outcome).await
}

async fn untag(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, Form(group): Form<Group>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, TagContact { contact_id: id, tag: group.tag, tagged: false }).await;
    done(&app, &caller, id, outcome).await
}

fn chosen(group: &Group) -> Result<ListId> {
    group.list.ok_or_else(|| Error::field("list", "choose a list"))
}

async fn put_on(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, Form(group): Form<Group>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, PutOnList { list_id: chosen(&group)?, people: vec![id] }).await;
    done(&app, &caller, id, outcome).await
}

async fn take_off(State(app): State<App>, caller: Caller, Path(id): Path<ContactId>, Form(group): Form<Group>) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, TakeOffList { list_id: chosen(&group)?, contact_id: id }).await;
    done(&app, &caller, id, outcome).await
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::ContactsWrite;
    vec![
        Route::post("/admin/contacts/bulk/list", ContactsWrite, bulk_list).page().says("Put on a list", "Those who are ticked."),
        Route::post("/admin/contacts/bulk/tag", ContactsWrite, bulk_tag).page().says("Give a tag", "To those who are ticked."),
        Route::post("/admin/contacts/{id}/tag", ContactsWrite, tag).page().says("Give a tag", ""),
        Route::post("/admin/contacts/{id}/untag", ContactsWrite, untag).page().says("Take a tag away", ""),
        Route::post("/admin/contacts/{id}/list", ContactsWrite, put_on).page().says("Put on a list", ""),
        Route::post("/admin/contacts/{id}/unlist", ContactsWrite, take_off).page().says("Take off a list", ""),
    ]
}
