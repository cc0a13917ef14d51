//! Files in the thread: shown, asked for again, and sent.

use super::desk::{Asked, show};
use super::{ATTACHMENTS, HERE};
use crate::attachments::{NewFile, content, send};
use crate::commands::{LONGEST_CAPTION, TEXT_ONLY};
use crate::model::{Conversation, Entry};
use crate::rules::Window;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use facts::{ConversationId, FactId, FileId};
use http::HeaderMap;
use maud::{Markup, html};
use messages::{Attachment, FetchAgain, Fetched, LARGEST_ATTACHMENT};
use serde::Deserialize;
use store::{Error, Key, Kind, Look, Result};
use web::page::field_error;
use web::problem::status;
use web::ui::{self, Button, Field};
use web::{Answer, App, Caller, Failure, Form, Incoming, Path, Permission, Route};

/// What came with an entry, or goes with it. Whoever may write may ask again for what could not be had.
pub(super) fn attached(of: &Conversation, entry: &Entry, csrf: Option<&str>) -> Markup {
    if entry.attachments.is_empty() {
        // What came before files were fetched.
        return html! { @for (reference, kind) in &entry.files.0 { p { "File: " (kind) " " code { (reference) } } } };
    }
    html! { @for it in &entry.attachments { (one(of, entry, it, csrf)) } }
}

fn one(of: &Conversation, entry: &Entry, it: &Attachment, csrf: Option<&str>) -> Markup {
    let (href, title) = (format!("{ATTACHMENTS}/{}", it.id), it.title());
    match it.state {
        Fetched::Kept if it.is_shown() => {
            let alt = if entry.body.is_empty() { title.as_str() } else { entry.body.as_str() };
            html! { p { a href=(href) { img src=(href) alt=(alt) loading="lazy"; } } }
        }
        Fetched::Kept => html! { p { a href=(href) { bdi { (title) } } " (" (files::size(it.size)) ")" } },
        Fetched::Waiting => html! { p.none { bdi { (title) } ": it is being fetched." } },
        Fetched::Failed => html! {
            p { bdi { (title) } " could not be fetched" @if let Some(reason) = &it.reason { ": " bdi { (reason) } } "." }
            @if let Some(csrf) = csrf {
                form method="post" action={ (href) "/fetch" } {
                    (ui::csrf(csrf)) (ui::hidden("conversation", &of.id.to_string())) (Button::quiet("Fetch again").small())
                }
            }
        },
    }
}

/// Where a file is sent, as long as free words reach the customer.
pub(super) async fn form(
    app: &App,
    look: &mut impl Look,
    (it, window): (&Conversation, Window),
    csrf: &str,
    wrong: Option<&Failure>,
) -> Result<Markup> {
    if window == Window::Closed {
        return Ok(Markup::default());
    }
    if !messages::takes_files(look, (it.channel, &it.address)).await? {
        return Ok(html! { p.none { (TEXT_ONLY) } });
    }
    let once = app.db.dice().id::<FactId>(app.db.clock().now());
    let refused = field_error(wrong, "file").or_else(|| field_error(wrong, "name"));
    let caption = field_error(wrong, "caption");
    let field = Field::input("file", "file", "File").required().error(refused);
    Ok(html! {
        details open[refused.is_some() || caption.is_some()] {
            summary { "Send a file" }
            form method="post" action={ (HERE) "/" (it.id) "/files" } enctype="multipart/form-data" {
                // The token has to come before the file, which is read while it arrives, and so has what stands under it.
                (ui::csrf(csrf)) (ui::hidden("once", &once.to_string()))
                (Field::text("caption", "Words under it").error(caption).help(format!("May be left out. At most {LONGEST_CAPTION} characters.")))
                (field.help("JPEG or PNG up to 5 MB; PDF, text, Word, Excel or PowerPoint up to 16 MB."))
                (ui::actions(Button::primary("Send the file")))
            }
        }
    })
}

async fn add(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>, incoming: Incoming) -> Answer<Response> {
    let new = NewFile { to: id, caption: incoming.said("caption").to_owned(), name: None };
    let key = format!("inbox/{}", incoming.said("once"));
    let key = |hash: &str| Ok(Key { key, scope: "inbox file".to_owned(), body_hash: hash.to_owned() });
    match send(&app, &caller, new, incoming, key).await {
        Ok(_) => Ok(Redirect::to(&format!("{HERE}/{id}#reply")).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict | Kind::TooLarge) => {
            let failure = Failure::from(beside_the_file(error));
            let page = show(&app, &caller, id, Asked { wrong: Some(&failure), ..Asked::default() }).await?;
            Ok((status(&failure.0), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// A file that is too large is said so beside the field that it was chosen in.
fn beside_the_file(error: Error) -> Error {
    if error.kind() == Kind::TooLarge { Error::field("file", error.message()) } else { error }
}

async fn bytes(State(app): State<App>, caller: Caller, Path(id): Path<FileId>, headers: HeaderMap) -> Answer<Response> {
    Ok(content(&app, &caller, id, &headers).await?)
}

/// Where the form stood.
#[derive(Debug, Deserialize)]
struct Stood {
    conversation: ConversationId,
}

async fn again(State(app): State<App>, caller: Caller, Path(id): Path<FileId>, Form(at): Form<Stood>) -> Answer<Redirect> {
    app.db.run(&caller.who, FetchAgain(id)).await?;
    Ok(Redirect::to(&format!("{HERE}/{}", at.conversation)))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{InboxRead, InboxWrite};
    vec![
        Route::post("/admin/inbox/{id}/files", InboxWrite, add).page().says("Send a file", "").streamed(LARGEST_ATTACHMENT),
        Route::get("/admin/inbox/attachments/{id}", InboxRead, bytes).page().says("A file", "What came, or was sent."),
        Route::post("/admin/inbox/attachments/{id}/fetch", InboxWrite, again).page().says("Fetch a file", "Asks the provider again."),
    ]
}
