//! `/admin/inbox` and `/admin/inbox/{id}`: the list, and beside it what is said with one customer.

use super::list::list;
use super::thread::Thread;
use super::{EVENTS, HERE, attachments, tabs};
use crate::api::{EXPORTS_A_MINUTE, ListQuery, export};
use crate::commands::{LONGEST, template};
use crate::fill::fill;
use crate::model::{Canned, Conversation};
use crate::queries;
use crate::rules::Window;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use facts::{ConversationId, FactId};
use maud::{Markup, html};
use store::Result;
use web::page::field_error;
use web::ui::{self, Alert, Button, Empty, Field, Meaning};
use web::{Answer, App, BackOffice, Caller, Failure, Paging, Path, Permission, Query, Route, back_office};

/// How often a part looks again by itself, in seconds: events are what it goes by.
const EVERY: u32 = 30;

async fn index(State(app): State<App>, caller: Caller, Query(query): Query<ListQuery>, RawQuery(raw): RawQuery) -> Answer<Html<String>> {
    let raw = raw.unwrap_or_default();
    let all = list(&app, &caller, &query, &raw).await?;
    let beside = Empty::new("No conversation chosen", "Choose one to read and answer it. j and k go down and up the list.");
    let body = ui::events(EVENTS, "inbox", html! { (part(&raw, all)) div { (beside) } });
    Ok(page(&app, &caller, "Inbox", html! { "What customers write, and what they are answered." }, body))
}

/// The list, which is told of whatever changes.
fn part(raw: &str, all: Markup) -> Markup {
    ui::told(&format!("{HERE}/list?{raw}"), "", EVERY, all)
}

fn page(app: &App, caller: &Caller, title: &str, lead: Markup, body: Markup) -> Html<String> {
    let body = html! { (tabs(HERE)) (body) };
    back_office(app, caller, BackOffice { title, lead, action: Markup::default(), place: HERE, crumbs: &[], body })
}

async fn one(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Query(query): Query<ListQuery>,
    RawQuery(raw): RawQuery,
) -> Answer<Html<String>> {
    show(&app, &caller, id, Asked { query, raw: raw.unwrap_or_default(), ..Asked::default() }).await
}

/// What the page of one conversation shows besides it.
#[derive(Default)]
pub(super) struct Asked<'a> {
    /// Which list stands beside it.
    pub query: ListQuery,
    /// The same, as the address has it.
    pub raw: String,
    /// The canned reply that was taken.
    pub ready: Option<Canned>,
    /// What was typed and not sent.
    pub typed: Option<&'a str>,
    /// What was wrong with what was just tried.
    pub wrong: Option<&'a Failure>,
}

/// The page of one conversation.
pub(super) async fn show(app: &App, caller: &Caller, id: ConversationId, asked: Asked<'_>) -> Answer<Html<String>> {
    // The cursor of such an address is the conversation's, not the list's.
    let paging = Paging { limit: None, cursor: asked.query.cursor.clone() };
    let beside = ListQuery { cursor: None, ..asked.query.clone() };
    let raw = ui::Query::parse("", &asked.raw).without("cursor").to_string();
    let raw = raw.trim_start_matches('?');
    let thread = Thread::of(app, caller, id, &paging).await?;
    let all = list(app, caller, &beside, raw).await?;
    let it = &thread.it;
    let reply = if thread.may && !it.address.is_empty() { reply(app, caller, &thread, &asked).await? } else { Markup::default() };
    // What lies further back does not change, and is not to be replaced by the newest.
    let back = asked.query.cursor.is_some();
    let said = if back { thread.show() } else { ui::told(&format!("{HERE}/{id}/thread"), &id.to_string(), EVERY, thread.show()) };
    let alert = asked.wrong.map(|wrong| Alert::new(Meaning::Bad, "That was not done").body(html! { p { (wrong.0.message()) } }));
    let body = ui::events(
        EVENTS,
        "inbox one",
        html! {
            (part(raw, all))
            div { @if let Some(alert) = alert { (alert) } (said) (reply) }
        },
    );
    let lead = html! {
        (it.channel.title()) ", " (ui::phone(&it.address))
        @if let Some(contact) = it.contact_id { ", " a href={ "/admin/contacts/" (contact) } { "contact" } }
        ". " a href=(HERE) { "All conversations" }
    };
    Ok(page(app, caller, &it.customer, lead, body))
}

/// Where an answer or a note is written.
async fn reply(app: &App, caller: &Caller, thread: &Thread, asked: &Asked<'_>) -> Result<Markup> {
    let look = &mut app.db.read_main(caller.tenant());
    let (it, canned) = (&thread.it, queries::canned(look).await?);
    let wrapped = template(look, it.channel).await?;
    let ready = asked.ready.as_ref().map(|ready| filled(ready, it, caller));
    let text = asked.typed.map(str::trim_end).into_iter().chain(ready.as_deref()).filter(|text| !text.is_empty());
    let text = text.collect::<Vec<_>>().join("\n");
    let here = format!("{HERE}/{}", it.id);
    let once = app.db.dice().id::<FactId>(app.db.clock().now());
    let sending = attachments::form(app, look, (it, thread.window), caller.csrf(), asked.wrong).await?;
    let area = Field::area("text", "Reply", 4).value(text).required().error(field_error(asked.wrong, "text"));
    Ok(html! {
        form id="reply" method="post" action={ (here) "/reply" } {
            (ui::csrf(caller.csrf())) (ui::hidden("once", &once.to_string()))
            (area.help(format!("At most {LONGEST} bytes. A note is for colleagues and never sent.")))
            (ui::actions(html! {
                @match (thread.window, wrapped.is_some()) {
                    (Window::Closed, true) => (Button::primary("Send in the template").value("as_template", "on")),
                    (Window::Closed, false) => a.button.quiet href="/admin/templates/direct_message/whatsapp" { "Name an approved template first" },
                    _ => (Button::primary("Send")),
                }
                (Button::quiet("Note it").to(format!("{here}/note")))
            }))
            @if !canned.is_empty() {
                // What was typed so far goes along, and stands before the canned reply.
                details { summary { "Canned replies" } ul {
                    @for one in &canned {
                        li { (Button::bare(&one.shortcut).value("canned", one.id.to_string()).to(format!("{here}/canned#reply")).unfinished()) }
                    }
                } }
            }
        }
        (sending)
    })
}

/// A canned reply for this customer.
fn filled(canned: &Canned, it: &Conversation, caller: &Caller) -> String {
    fill(&canned.body, |name| match name {
        "name" => it.customer.clone(),
        "first_name" => it.customer.split_whitespace().next().unwrap_or_default().to_owned(),
        "phone" => ui::phone_text(&it.address),
        "agent" => caller.name.clone(),
        "shop" => caller.tenant_name.clone(),
        _ => String::new(),
    })
}

async fn list_part(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListQuery>,
    RawQuery(raw): RawQuery,
) -> Answer<Html<String>> {
    Ok(Html(list(&app, &caller, &query, &raw.unwrap_or_default()).await?.into_string()))
}

async fn thread_part(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Query(paging): Query<Paging>,
) -> Answer<Html<String>> {
    Ok(Html(Thread::of(&app, &caller, id, &paging).await?.show().into_string()))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::InboxRead;
    vec![
        Route::get(HERE, InboxRead, index).page().says("Inbox", "Every conversation."),
        Route::get("/admin/inbox.csv", InboxRead, export).page().at_most("EXPORT", EXPORTS_A_MINUTE).says("Inbox", "As a file."),
        Route::get("/admin/inbox/list", InboxRead, list_part).page().says("Inbox", "The list alone."),
        Route::get("/admin/inbox/{id}", InboxRead, one).page().says("A conversation", "What was said, and what can be done."),
        Route::get("/admin/inbox/{id}/thread", InboxRead, thread_part).page().says("A conversation", "What was said alone."),
    ]
}
