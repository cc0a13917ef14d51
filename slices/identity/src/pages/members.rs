//! The page of members: who is there, what each may do, and who is invited.

use crate::commands::{ChangeRole, RemoveMember};
use crate::model::Member;
use crate::tickets::{Invite, Ticket, Withdraw, invitations};
use crate::{gate, queries, rules};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use facts::{Id, TicketId, Time, UserId};
use http::{StatusCode, Uri};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Kind, Result};
use web::page::field_error;
use web::ui::{self, Button, Calendar, Column, Dialog, Empty, Field, Row, Table};
use web::{
    ACCOUNT, Answer, App, BackOffice, Caller, Cursor, Failure, Form, Listed, Paging, Path, Permission, Query, Role, Route, account_tabs,
    back_office,
};

const HERE: &str = "/admin/members";
/// Invitations that the page shows; the rest is in the API.
const INVITED: i64 = 100;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Permission::TenantRead, show).says("Members", "").page(),
        Route::post(HERE, Permission::MembersWrite, invite).says("Invite somebody", "").at_most("INVITE", 30).page(),
        Route::post("/admin/members/{id}/role", Permission::MembersWrite, change).says("Change a role", "").page(),
        Route::post("/admin/members/{id}/remove", Permission::MembersWrite, remove).says("Remove a member", "").page(),
        Route::post("/admin/members/invitations/{id}/withdraw", Permission::MembersWrite, withdraw)
            .says("Take an invitation back", "")
            .page(),
    ]
}

#[derive(Debug, Default, Deserialize)]
struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
}

async fn show(State(app): State<App>, caller: Caller, Query(paging): Query<Paging>, uri: Uri) -> Answer<Html<String>> {
    page(&app, &caller, &paging, uri.query(), &Typed::default(), None).await
}

async fn invite(State(app): State<App>, caller: Caller, Form(typed): Form<Typed>) -> Answer<Response> {
    match send(&app, &caller, &typed).await {
        Ok(()) => Ok(Redirect::to(HERE).into_response()),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let wrong = Failure::from(error);
            let page = page(&app, &caller, &Paging::default(), None, &typed, Some(&wrong)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn send(app: &App, caller: &Caller, typed: &Typed) -> Result<()> {
    let role = role(&typed.role)?;
    let invite = Invite { email: typed.email.clone(), role, by: caller.reach.clone(), name: caller.name.clone(), vault: app.vault.clone() };
    app.db.run(&caller.who, invite).await.map(drop)
}

fn role(text: &str) -> Result<Role> {
    text.parse().map_err(|why: String| Error::field("role", why))
}

async fn change(State(app): State<App>, caller: Caller, Path(user_id): Path<UserId>, Form(typed): Form<Typed>) -> Answer<Redirect> {
    let role = role(&typed.role)?;
    let (_, sessions) = app.db.run(&caller.who, ChangeRole { user_id, role, by: caller.reach.clone() }).await?;
    gate::forget_member(&app, caller.tenant(), user_id, &sessions).await;
    Ok(Redirect::to(HERE))
}

async fn remove(State(app): State<App>, caller: Caller, Path(user_id): Path<UserId>) -> Answer<Redirect> {
    let sessions = app.db.run(&caller.who, RemoveMember { user_id, by: caller.reach.clone() }).await?;
    gate::forget_member(&app, caller.tenant(), user_id, &sessions).await;
    Ok(Redirect::to(HERE))
}

async fn withdraw(State(app): State<App>, caller: Caller, Path(id): Path<TicketId>) -> Answer<Redirect> {
    app.db.run(&caller.who, Withdraw(id)).await?;
    Ok(Redirect::to(HERE))
}

async fn page(
    app: &App,
    caller: &Caller,
    paging: &Paging,
    query: Option<&str>,
    typed: &Typed,
    wrong: Option<&Failure>,
) -> Answer<Html<String>> {
    let limit = paging.limit()?;
    let now = app.db.clock().now();
    // What was just changed must be seen, so this does not look at a replica.
    let mut look = app.db.read_main(caller.tenant());
    let members = queries::members(&mut look, paging.cursor()?, limit + 1).await?;
    let members = Listed::new(members, limit, |member| Cursor { at: member.created_at, id: member.id.uuid() });
    let invited = invitations(&mut look, Paging::default().cursor()?, INVITED, now).await?;
    let here = ui::Query::parse(HERE, query.unwrap_or_default());
    let calendar = Calendar::new(&caller.time_zone, now);
    let may = caller.may(Permission::MembersWrite);
    let body = html! {
        (account_tabs(HERE))
        (table(caller, &here, &calendar, &members, may))
        @if may {
            @for member in members.data.iter().filter(|member| in_reach(caller, member.role)) { (questions(caller, member)) }
        }
        @if !invited.is_empty() { (ui::section("Invited", Markup::default(), waiting(caller, &calendar, &invited, may))) }
        @if may { (ui::section("Invite somebody", Markup::default(), form(caller, typed, wrong))) }
    };
    let count = members.data.len();
    let lead = html! {
        (count) @if members.next_cursor.is_some() { "+" } @if count == 1 { " person works" } @else { " people work" } " here."
    };
    Ok(back_office(app, caller, BackOffice { title: "Members", lead, action: Markup::default(), place: ACCOUNT, crumbs: &[], body }))
}

fn in_reach(caller: &Caller, role: Role) -> bool {
    rules::may_grant(&caller.reach, role).is_ok()
}

fn table(caller: &Caller, here: &ui::Query, calendar: &Calendar, members: &Listed<Member>, may: bool) -> Markup {
    let mut columns = vec![
        Column::text("name", "Name"),
        Column::text("email", "E-mail"),
        Column::text("role", "Role").matters(),
        Column::text("since", "Since"),
    ];
    if may {
        columns.push(Column::text("do", "Action").matters());
    }
    let rows = members.data.iter().map(|member| {
        let mut cells = vec![
            html! { bdi { (member.name) } },
            html! { bdi { (member.email.as_deref().unwrap_or(&member.username)) } },
            html! { (member.role) },
            calendar.day(member.created_at),
        ];
        if may {
            let id = member.id;
            cells.push(html! {
                @if in_reach(caller, member.role) {
                    (Button::quiet("Role").small().opens(format!("role-{id}"))) " "
                    (Button::quiet("Remove").small().opens(format!("remove-{id}")))
                }
            });
        }
        Row::new(member.id, cells)
    });
    let empty = Empty::new("Nobody yet", "Invite those who work with you.");
    html! { (Table::new("Members", here, columns).rows(rows).next(members.next_cursor.as_deref()).empty(empty)) }
}

fn questions(caller: &Caller, member: &Member) -> Markup {
    let (id, name) = (member.id, &member.name);
    let choice = html! { (Field::select("role", "Role", roles(caller)).value(member.role.as_str())) };
    let gone = html! { p { "They are signed out at once. What they did stays." } };
    html! {
        (Dialog {
            id: &format!("role-{id}"),
            title: &format!("What may {name} do?"),
            body: choice,
            action: &format!("/admin/members/{id}/role"),
            csrf: caller.csrf(),
            button: Button::primary("Change the role"),
            typed: None,
        })
        (Dialog {
            id: &format!("remove-{id}"),
            title: &format!("Remove {name}?"),
            body: gone,
            action: &format!("/admin/members/{id}/remove"),
            csrf: caller.csrf(),
            button: Button::danger("Remove"),
            typed: None,
        })
    }
}

fn roles(caller: &Caller) -> impl Iterator<Item = (&'static str, &'static str)> {
    Role::ALL.iter().filter(|role| in_reach(caller, **role)).map(|role| (role.as_str(), role.as_str()))
}

fn waiting(caller: &Caller, calendar: &Calendar, invited: &[Ticket], may: bool) -> Markup {
    let here = ui::Query::parse(HERE, "");
    let mut columns =
        vec![Column::text("email", "E-mail"), Column::text("role", "Role"), Column::text("sent", "Sent"), Column::text("until", "Until")];
    if may {
        columns.push(Column::text("do", "Action").matters());
    }
    let day = |at: Time| calendar.day(at);
    let rows = invited.iter().map(|ticket| {
        let mut cells = vec![
            html! { bdi { (ticket.email) } },
            html! { @if let Some(role) = ticket.role { (role) } },
            day(ticket.created_at),
            day(ticket.expires_at),
        ];
        if may {
            cells.push(html! {
                form method="post" action={ "/admin/members/invitations/" (ticket.id) "/withdraw" } {
                    (ui::csrf(caller.csrf()))
                    (Button::quiet("Take back").small())
                }
            });
        }
        Row::new(ticket.id, cells)
    });
    html! { (Table::new("Invited", &here, columns).rows(rows)) }
}

fn form(caller: &Caller, typed: &Typed, wrong: Option<&Failure>) -> Markup {
    let role = if typed.role.is_empty() { Role::User.as_str() } else { &typed.role };
    let said = wrong.filter(|wrong| wrong.0.fields().is_empty()).map(|wrong| wrong.0.message());
    html! {
        form method="post" action=(HERE) {
            (ui::csrf(caller.csrf()))
            (Field::input("email", "email", "E-mail address").value(&typed.email).required().placeholder("asha@example.com")
                .error(field_error(wrong, "email").or(said)))
            (Field::select("role", "What they may do", roles(caller)).value(role).required().error(field_error(wrong, "role")))
            (ui::actions(html! { (Button::primary("Send the invitation")) }))
        }
    }
}
