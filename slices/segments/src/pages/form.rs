//! `/admin/contacts/segments/new` and `…/{id}/change`: the form of a segment.

use super::draft::{Draft, Typed};
use super::fields::{choices, fields};
use super::{HERE, PLACE, count};
use crate::commands::SaveSegment;
use crate::count::{self, COUNTS_A_MINUTE, SegmentCount};
use crate::filter;
use crate::queries;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::SegmentId;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use store::{Command, Error, Result, Tx};
use web::page::refused;
use web::problem::status;
use web::ui::{self, Alert, Button, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office, form_key, sent_form};

/// Which segment a form is of, and what makes the same form sent twice one segment.
struct Of {
    id: Option<SegmentId>,
    key: String,
}

/// What the page says beside the form.
#[derive(Default)]
struct Said {
    wrong: Option<Failure>,
    counted: Option<SegmentCount>,
}

async fn new(State(app): State<App>, caller: Caller) -> Answer<Html<String>> {
    let of = Of { id: None, key: form_key(&app) };
    let draft = Draft { lines: Some(Vec::new()), ..Draft::default() };
    Ok(page(&app, &caller, &of, &draft, &Said::default()).await?)
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<SegmentId>) -> Answer<Html<String>> {
    let found = queries::segment(&mut app.db.read_main(caller.tenant()), id).await?;
    let segment = found.ok_or_else(|| Error::not_found("segment"))?;
    let of = Of { id: Some(id), key: String::new() };
    Ok(page(&app, &caller, &of, &Draft::of(&segment.name, &segment.filter), &Said::default()).await?)
}

async fn page(app: &App, caller: &Caller, of: &Of, draft: &Draft, said: &Said) -> Result<Html<String>> {
    let choices = choices(&mut app.db.read_main(caller.tenant())).await?;
    let action = of.id.map_or_else(|| format!("{HERE}/new"), |id| format!("{HERE}/{id}/change"));
    let (title, button) = if of.id.is_some() { ("Change the segment", "Save") } else { ("New segment", "Make the segment") };
    let body = html! {
        @if let Some(wrong) = &said.wrong { (Alert::new(Meaning::Bad, "It was not saved").body(html! { p { (wrong.0.message()) } })) }
        @if let Some(counted) = &said.counted { (Alert::new(Meaning::Information, how_many(counted))) }
        form method="post" action=(action) {
            (ui::csrf(caller.csrf()))
            (ui::hidden("key", &of.key))
            @if let Some(id) = of.id { (ui::hidden("id", &id.to_string())) }
            (fields(draft, &choices, said.wrong.as_ref()))
            (ui::actions(html! {
                (Button::primary(button))
                @if draft.lines.is_some() { (Button::quiet("Count who fits").to(format!("{HERE}/count"))) }
            }))
        }
    };
    let lead = html! { "Rows without a condition are left out. Days are looked back from today." };
    let crumbs = [("Contacts", PLACE), ("Segments", HERE)];
    Ok(back_office(app, caller, BackOffice { title, lead, action: Markup::default(), place: PLACE, crumbs: &crumbs, body }))
}

fn how_many(counted: &SegmentCount) -> String {
    let (contacts, of) = (count(counted.contacts), count(counted.of));
    if counted.exact { format!("{contacts} of your {of} contacts fit") } else { format!("{contacts} of the newest {of} contacts fit") }
}

/// Makes or changes a segment; gives its id, so that the same form sent twice leads to the same page.
struct Save(SaveSegment);

/// Which segment it was.
#[derive(Serialize, Deserialize)]
struct Saved {
    id: SegmentId,
}

impl Command for Save {
    const NAME: &'static str = "save_segment_form";
    type Out = Saved;

    async fn run(&self, tx: &mut Tx) -> Result<Saved> {
        Ok(Saved { id: self.0.run(tx).await?.id })
    }
}

async fn saved(app: &App, caller: &Caller, of: &Of, draft: &Draft) -> Result<SegmentId> {
    let filter = draft.filter()?.map(|filter| filter::write(&filter));
    let save = SaveSegment { id: of.id, name: Some(draft.name.clone()), filter };
    if of.id.is_some() {
        return Ok(app.db.run(&caller.who, Save(save)).await?.id);
    }
    let key = sent_form(&of.key, &format!("POST {HERE}/new"), &save)?;
    Ok(app.db.run_once(&caller.who, key, Save(save)).await?.out.id)
}

async fn save(app: &App, caller: &Caller, of: &Of, typed: &Typed) -> Answer<Response> {
    let draft = Draft::typed(typed);
    match refused(saved(app, caller, of, &draft).await)? {
        Ok(id) => Ok(Redirect::to(&format!("{HERE}/{id}")).into_response()),
        Err(failure) => {
            let code = status(&failure.0);
            let said = Said { wrong: Some(failure), ..Said::default() };
            Ok((code, page(app, caller, of, &draft, &said).await?).into_response())
        }
    }
}

fn key(typed: &Typed) -> String {
    typed.get("key").cloned().unwrap_or_default()
}

async fn create(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    save(&app, &caller, &Of { id: None, key: key(&typed) }, &typed).await
}

async fn put(State(app): State<App>, caller: Caller, Path(id): Path<SegmentId>, Form(typed): Form<Typed>) -> Answer<Response> {
    save(&app, &caller, &Of { id: Some(id), key: String::new() }, &typed).await
}

/// The form again, with how many fit.
async fn counted(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    let of = Of { id: typed.get("id").and_then(|id| id.parse().ok()), key: key(&typed) };
    let draft = Draft::typed(&typed);
    let (code, said) = match refused(draft.filter())? {
        Ok(Some(filter)) => {
            let mut read = app.db.read_main(caller.tenant());
            let counted = count::count(&mut read, &filter, app.db.clock().now()).await?;
            (http::StatusCode::OK, Said { counted: Some(counted), ..Said::default() })
        }
        Ok(None) => (http::StatusCode::OK, Said::default()),
        Err(failure) => (status(&failure.0), Said { wrong: Some(failure), ..Said::default() }),
    };
    Ok((code, page(&app, &caller, &of, &draft, &said).await?).into_response())
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::ContactsWrite;
    const CHANGE: &str = "/admin/contacts/segments/{id}/change";
    vec![
        Route::get("/admin/contacts/segments/new", ContactsWrite, new).page().says("New segment", "The form."),
        Route::post("/admin/contacts/segments/new", ContactsWrite, create).page().says("Make a segment", ""),
        Route::post("/admin/contacts/segments/count", ContactsWrite, counted)
            .page()
            .at_most("COUNT", COUNTS_A_MINUTE)
            .says("Count who fits", "The form again, with how many."),
        Route::get(CHANGE, ContactsWrite, change).page().says("Change a segment", "The form."),
        Route::post(CHANGE, ContactsWrite, put).page().says("Change a segment", ""),
    ]
}
