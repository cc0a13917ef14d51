//! `/admin/contacts/imports/{id}`: what the columns of a file mean, what it would change, and how far it is.

use super::{HERE, IMPORTS, count, told};
use crate::api::refused_file;
use crate::import::{self, Act, Consent, Import, MoveImport, Says, StartImport, State as How, Wins};
use crate::lists::{self, List};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::ContactImportId;
use maud::{Markup, html};
use std::collections::HashMap;
use store::{Error, Result};
use web::page::field_error;
use web::problem::status;
use web::ui::{self, Alert, Button, Field, Meaning, Stat, Step};
use web::{Answer, App, BackOffice, Caller, Failure, Form, Path, Permission, Route, back_office};

mod found;

/// Lines that are left out which the page shows; the file has more.
const SHOWN: i64 = 20;
/// A form as it was sent, by the names of its fields.
type Typed = HashMap<String, String>;
/// How often progress is looked at, in seconds.
const EVERY: u32 = 2;

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Html<String>> {
    page(&app, &caller, id, None, &Typed::new()).await
}

/// The page; where a form was refused, with what is wrong, and all of it as it was sent.
async fn page(app: &App, caller: &Caller, id: ContactImportId, wrong: Option<&Failure>, typed: &Typed) -> Answer<Html<String>> {
    let mut read = app.db.read_main(caller.tenant());
    let import = import::import(&mut read, id).await?.ok_or_else(|| Error::not_found("import"))?;
    let lists = lists::lists(&mut read).await?;
    let may = caller.may(Permission::ContactsWrite);
    let found = found::found(&mut read, &import, SHOWN).await?;
    let open = matches!(import.state, How::Ready | How::Looked);
    let body = html! {
        (ui::stepper(&steps(import.state)))
        @if let Some(wrong) = wrong { (Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } })) }
        @if let Some(trouble) = &import.trouble { (Alert::new(Meaning::Attention, "It was stopped").body(html! { p { (trouble) " Upload the file again: whoever was taken in is not taken in twice." } })) }
        (ui::live(&format!("{IMPORTS}/{id}/progress"), EVERY, progress(&import)))
        (found)
        @if may && open { (ui::section(if import.state == How::Ready { "What its columns mean" } else { "Change your mind" }, "", form(&import, &lists, caller.csrf(), wrong, typed))) }
    };
    let lead = html! { (count(import.lines)) " lines. " (says(&import)) };
    let action = html! { @if may { (actions(&import, caller.csrf())) } };
    let crumbs = [("Contacts", HERE), ("Imports", IMPORTS)];
    Ok(back_office(app, caller, BackOffice { title: &import.name, lead, action, place: HERE, crumbs: &crumbs, body }))
}

fn says(import: &Import) -> &'static str {
    match import.state {
        How::Arriving => "It is still on its way.",
        How::Ready => "Say what its columns mean, and look at what it would change.",
        How::Looking => "It is looked at. Nobody is changed.",
        How::Looked => "Nobody was changed yet: this is what it would change.",
        How::Taking => "It is taken in.",
        How::Paused => "It is paused. What was taken in stays.",
        How::Done => "All of it is taken in.",
        How::Cancelled => "It was cancelled. What was taken in by then stays.",
        How::Stopped => "Nothing of it was taken in.",
    }
}

fn steps(state: How) -> [(&'static str, Step); 4] {
    use Step::{Ahead, Current, Done, Failed};
    let at = match state {
        How::Arriving => [Current, Ahead, Ahead, Ahead],
        How::Ready => [Done, Current, Ahead, Ahead],
        How::Looking | How::Looked => [Done, Done, Current, Ahead],
        How::Taking | How::Paused => [Done, Done, Done, Current],
        How::Done => [Done; 4],
        How::Cancelled => [Done, Done, Done, Failed],
        How::Stopped => [Failed, Ahead, Ahead, Ahead],
    };
    [("Upload", at[0]), ("Columns", at[1]), ("Look", at[2]), ("Take in", at[3])]
}

/// How far it is, in figures; fetched anew while it goes on.
fn progress(import: &Import) -> Markup {
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    let would = |said: &'static str, dry: &'static str| if matches!(import.state, How::Looking | How::Looked) { dry } else { said };
    let stat = |name: &'static str, number: i64, note: &'static str| Stat::new(name, html! { (count(number)) }).note(note);
    html! {
        @if !matches!(import.state, How::Arriving | How::Ready | How::Stopped) {
            (ui::progress(would("Lines taken in", "Lines looked at"), number(import.seen), number(import.lines)))
            (ui::stats([
                stat(would("New", "Would be new"), import.new_contacts, "not known before"),
                stat(would("Changed", "Would be changed"), import.changed_contacts, "otherwise than known"),
                stat("Same", import.same(), "nothing new"),
                stat("Left out", import.refused_lines, "cannot be kept"),
            ]))
            @if matches!(import.state, How::Looked | How::Done) { p { a href={ (IMPORTS) "/" (import.id) } { "Show all that was found" } } }
        }
    }
}

fn actions(import: &Import, csrf: &str) -> Markup {
    let post = |act: &str, button: Button| ui::post(&format!("{IMPORTS}/{}/{act}", import.id), csrf, button);
    html! {
        @match import.state {
            How::Looked => { (post("take", Button::primary("Take these people in"))) (post("cancel", Button::quiet("Forget it"))) },
            How::Ready | How::Looking => (post("cancel", Button::quiet("Forget it"))),
            How::Taking => { (post("pause", Button::quiet("Pause"))) (post("cancel", Button::quiet("Cancel"))) },
            How::Paused => { (post("resume", Button::primary("Go on"))) (post("cancel", Button::quiet("Cancel"))) },
            _ => {},
        }
    }
}

/// What is to be said of a file before it is gone through.
fn form(import: &Import, lists: &[List], csrf: &str, wrong: Option<&Failure>, typed: &Typed) -> Markup {
    let kept = |field: &str, known: String| typed.get(field).cloned().unwrap_or(known);
    let column = |(at, column): (usize, &import::Column)| {
        let name = if column.name.is_empty() { format!("Column {}", at + 1) } else { column.name.clone() };
        let field = format!("column{at}");
        let says = kept(&field, column.says.to_string());
        Field::select(field, name, Says::ALL.iter().map(|says| (says.as_str(), says.title()))).value(says)
    };
    let choices =
        std::iter::once((String::new(), "No list".to_owned())).chain(lists.iter().map(|list| (list.id.to_string(), list.name.clone())));
    let consent = [("unsaid", "Choose one"), ("none", "They have not, or I do not know"), ("given", "They have")];
    html! {
        form method="post" action={ (IMPORTS) "/" (import.id) "/look" } {
            (ui::csrf(csrf))
            @if let Some(wrong) = field_error(wrong, "columns") { p.error { (wrong) } }
            (ui::beside(import.columns.0.iter().enumerate().map(column)))
            (Field::select("wins", "Where the file says something else than what is known",
                [("file", "the file is right"), ("known", "what is known stays, and the file adds what is missing")]).value(kept("wins", import.wins.to_string())))
            (ui::beside([
                Field::select("list_id", "Put everybody on a list", choices).value(kept("list_id", import.list_id.map(|id| id.to_string()).unwrap_or_default()))
                    .error(field_error(wrong, "list_id")),
                Field::text("tags", "Give everybody these tags").value(kept("tags", import.tags.0.join(", "))).placeholder("vip, fair-2026")
                    .error(field_error(wrong, "tag").or(field_error(wrong, "tags"))),
            ]))
            (Field::select("consent", "Have these people agreed to be written to?", consent).value(kept("consent", import.consent.to_string())).required()
                .error(field_error(wrong, "consent")).help("What you say here is kept as your word of it. It ends no stop."))
            (Field::text("consent_source", "Where and when they agreed").value(kept("consent_source", import.consent_source.clone().unwrap_or_default()))
                .placeholder("paper form at the counter, 2026").error(field_error(wrong, "consent_source")))
            (ui::actions(Button::primary("Look at it first")))
        }
    }
}

/// The form as it was sent: a field for each column, and what else was chosen.
fn asked(id: ContactImportId, dry: bool, typed: &Typed) -> Result<StartImport> {
    let says = |name: &str| typed.get(name).map_or("", |text| text.trim());
    let columns = (0..).map_while(|at| typed.get(&format!("column{at}"))).map(|text| text.parse()).collect::<Result<Vec<Says>, _>>();
    let word = |field: &'static str| move |message: String| Error::field(field, message);
    Ok(StartImport {
        id,
        dry,
        columns: Some(columns.map_err(word("columns"))?),
        wins: says("wins").parse::<Wins>().map_err(word("wins"))?,
        list_id: web::filter_part("list_id", Some(says("list_id")), "a list")?,
        tags: crate::tags::several(says("tags"))?,
        consent: says("consent").parse::<Consent>().map_err(word("consent"))?,
        consent_source: Some(says("consent_source").to_owned()),
    })
}

/// Back to the page, or the page again with what was wrong.
async fn done<T>(app: &App, caller: &Caller, id: ContactImportId, outcome: Result<T>, typed: &Typed) -> Answer<Response> {
    match outcome {
        Ok(_) => Ok(Redirect::to(&format!("{IMPORTS}/{id}")).into_response()),
        Err(error) => {
            let failure = told(error)?;
            Ok((status(&failure.0), page(app, caller, id, Some(&failure), typed).await?).into_response())
        }
    }
}

async fn look(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>, Form(typed): Form<Typed>) -> Answer<Response> {
    let outcome = match asked(id, true, &typed) {
        Ok(start) => app.db.run(&caller.who, start).await,
        Err(error) => Err(error),
    };
    done(&app, &caller, id, outcome, &typed).await
}

/// Takes in what was looked at, as it was looked at.
async fn take(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Response> {
    let import = import::import(&mut app.db.read_main(caller.tenant()), id).await?.ok_or_else(|| Error::not_found("import"))?;
    let Import { wins, list_id, tags, consent, consent_source, .. } = import;
    let start = StartImport { id, dry: false, columns: None, wins, list_id, tags: tags.0, consent, consent_source };
    let outcome = app.db.run(&caller.who, start).await;
    done(&app, &caller, id, outcome, &Typed::new()).await
}

async fn act(app: App, caller: Caller, id: ContactImportId, act: Act) -> Answer<Response> {
    let outcome = app.db.run(&caller.who, MoveImport { id, act }).await;
    done(&app, &caller, id, outcome, &Typed::new()).await
}

async fn pause(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Response> {
    act(app, caller, id, Act::Pause).await
}

async fn resume(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Response> {
    act(app, caller, id, Act::Resume).await
}

async fn cancel(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Response> {
    act(app, caller, id, Act::Cancel).await
}

async fn progressed(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Html<String>> {
    let found = import::import(&mut app.db.read_main(caller.tenant()), id).await?;
    Ok(Html(progress(&found.ok_or_else(|| Error::not_found("import"))?).into_string()))
}

async fn refused(State(app): State<App>, caller: Caller, Path(id): Path<ContactImportId>) -> Answer<Response> {
    Ok(refused_file(app.db.read_main(caller.tenant()), id).await?)
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{ContactsRead, ContactsWrite};
    vec![
        Route::get("/admin/contacts/imports/{id}", ContactsRead, show).page().says("An import of contacts", "How far it is."),
        Route::get("/admin/contacts/imports/{id}/progress", ContactsRead, progressed)
            .page()
            .says("How far it is", "For the page that shows it."),
        Route::get("/admin/contacts/imports/{id}/refused.csv", ContactsRead, refused).page().says("What is left out", "As a file."),
        Route::post("/admin/contacts/imports/{id}/look", ContactsWrite, look).page().says("Look at it", "What it would change."),
        Route::post("/admin/contacts/imports/{id}/take", ContactsWrite, take).page().says("Take it in", "What was looked at."),
        Route::post("/admin/contacts/imports/{id}/pause", ContactsWrite, pause).page().says("Pause", "For now."),
        Route::post("/admin/contacts/imports/{id}/resume", ContactsWrite, resume).page().says("Go on", "Where it was paused."),
        Route::post("/admin/contacts/imports/{id}/cancel", ContactsWrite, cancel).page().says("Cancel", "For good."),
    ]
}
