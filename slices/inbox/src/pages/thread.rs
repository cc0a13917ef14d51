//! One conversation: what stands in it, and what can be done.

use super::HERE;
use super::attachments::attached;
use crate::model::{Conversation, Entry, Kind, Lead, Stage, State};
use crate::people::Colleagues;
use crate::queries;
use crate::rules::{Window, window};
use facts::{ConversationId, UserId};
use maud::{Markup, html};
use messages::State as Reached;
use store::{Actor, Error, Result};
use web::ui::{self, Badge, Button, Calendar, Dialog, Field, Meaning};
use web::{App, Caller, Paging, Permission};

/// A conversation with all that its page shows.
pub(super) struct Thread {
    pub it: Conversation,
    entries: Vec<Entry>,
    earlier: Option<String>,
    colleagues: Colleagues,
    calendar: Calendar,
    pub window: Window,
    me: Option<UserId>,
    pub may: bool,
    /// Whether something in it is unread and shown here.
    unseen: bool,
    csrf: String,
}

impl Thread {
    /// Looks at everything.
    ///
    /// # Errors
    /// `not_found`; whatever the engine refuses.
    pub async fn of(app: &App, caller: &Caller, id: ConversationId, paging: &Paging) -> Result<Self> {
        let look = &mut app.db.read_main(caller.tenant());
        let it = queries::conversation(look, id).await?.ok_or_else(|| Error::not_found("conversation"))?;
        let limit = paging.limit()?;
        let rows = queries::entries(look, &it, paging.cursor()?, limit + 1).await?;
        let page = web::Listed::new(rows, limit, Entry::place);
        let now = app.db.clock().now();
        Ok(Self {
            entries: page.data,
            earlier: page.next_cursor,
            colleagues: Colleagues::of(app, caller, it.assignee).await?,
            calendar: Calendar::new(&caller.time_zone, now),
            window: window(it.channel, it.last_in_at, now),
            me: if let Actor::Member(user) = &caller.who.actor { Some(*user) } else { None },
            may: caller.may(Permission::InboxWrite),
            // What lies further back was seen long ago.
            unseen: it.unread > 0 && paging.cursor.is_none() && caller.may(Permission::InboxWrite),
            csrf: caller.csrf().to_owned(),
            it,
        })
    }

    fn called(&self, user: UserId) -> &str {
        self.colleagues.name(&Actor::Member(user).to_string()).unwrap_or("a former member")
    }

    /// How it stands, what can be done, and what was said: the part that is told of.
    pub fn show(&self) -> Markup {
        let href = format!("{HERE}/{}", self.it.id);
        html! {
            p { (self.standing()) }
            @if self.may && !self.it.address.is_empty() { (self.deeds()) }
            @if let Some(cursor) = &self.earlier { p { a href={ (href) "?" (web::query_string(&[("cursor", cursor)])) } { "Earlier" } } }
            div.said { @for entry in self.entries.iter().rev() { (self.entry(entry)) } }
            p.none { (self.how_long()) }
            @if self.unseen { (ui::seen(&format!("{href}/seen"), &self.csrf)) }
        }
    }

    fn standing(&self) -> Markup {
        let it = &self.it;
        html! {
            (ui::badge(it.state.as_str())) " "
            @if let Some(until) = it.snoozed_until { "until " (self.calendar.time(until)) ". " }
            @match it.assignee {
                Some(user) => { "Answered by " bdi { (self.called(user)) } ". " },
                None => "Nobody in particular answers it. ",
            }
            @for label in it.labels() { (Badge::new(Meaning::Neutral, label)) " " }
            @if let Some(lead) = it.lead() { "Lead: " (ui::badge(lead.stage.as_str())) @if let Some(value) = lead.value { " " (ui::money(value)) } }
        }
    }

    fn how_long(&self) -> Markup {
        match self.window {
            _ if self.it.address.is_empty() => {
                html! { "Nobody is reached here any more: the person was erased, or somebody else has the number now." }
            }
            Window::Always => Markup::default(),
            Window::Until(end) => {
                html! { "WhatsApp takes free replies until " (self.calendar.time(end)) " (" (self.calendar.ago(end)) ")." }
            }
            Window::Closed => html! {
                "More than 24 hours have passed since the customer wrote: WhatsApp takes no free reply. An approved template still reaches them."
            },
        }
    }

    fn form(&self, act: &str, more: Markup, button: Markup) -> Markup {
        html! {
            form method="post" action={ (HERE) "/" (self.it.id) "/" (act) } {
                (ui::csrf(&self.csrf)) (ui::hidden("version", &self.it.version.to_string())) (more) (button)
            }
        }
    }

    fn deeds(&self) -> Markup {
        let settled = self.it.state == State::Resolved;
        let keyed = |key: &str, words: &str| html! { button.button.quiet.small data-key=(key) { (words) } };
        html! {
            (ui::actions(html! {
                a.button.quiet.small href="#f-text" data-key="r" { "Reply" }
                @if let Some(me) = self.me.filter(|me| self.it.assignee != Some(*me)) {
                    (self.form("assign", ui::hidden("assignee", &me.to_string()), keyed("a", "Assign to me")))
                }
                @if settled { (self.form("reopen", Markup::default(), keyed("e", "Reopen"))) }
                @else { (self.form("resolve", Markup::default(), keyed("e", "Resolve"))) }
                @if !settled { (Button::quiet("Snooze").small().opens("snooze")) }
                (Button::quiet("Assign").small().opens("assign"))
                (Button::quiet("Labels").small().opens("labels"))
                (Button::quiet("Lead").small().opens("lead"))
            }))
            (self.dialogs())
        }
    }

    fn dialog(&self, act: &str, title: &str, fields: Markup, button: &str) -> Markup {
        let action = format!("{HERE}/{}/{act}", self.it.id);
        let body = html! { (ui::hidden("version", &self.it.version.to_string())) (fields) };
        html! { (Dialog { id: act, title, body, action: &action, csrf: &self.csrf, button: Button::primary(button), typed: None }) }
    }

    fn dialogs(&self) -> Markup {
        let nobody = std::iter::once((String::new(), "Nobody in particular".to_owned()));
        let members = nobody.chain(self.colleagues.members.iter().map(|(user, name)| (user.to_string(), name.clone())));
        let assignee = self.it.assignee.map(|user| user.to_string()).unwrap_or_default();
        let lead = self.it.lead();
        let none = std::iter::once(("", "No lead"));
        let stages = none.chain(Stage::ALL.iter().map(|stage| (stage.as_str(), words(*stage))));
        let worth = lead.and_then(|lead: Lead| lead.value).map(facts::Money::decimal).unwrap_or_default();
        html! {
            (self.dialog("snooze", "Snooze it?", html! {
                (Field::input("date", "until", "Until the morning of").of_form("snooze").required()
                    .help("It comes back at nine on that day, or when the customer writes."))
            }, "Snooze it"))
            (self.dialog("assign", "Who answers it?", html! {
                (Field::select("assignee", "Member", members).of_form("assign").value(assignee))
            }, "Assign it"))
            (self.dialog("labels", "Labels", html! {
                (Field::text("labels", "Labels").of_form("labels").value(self.it.labels().join(", ")).help("Separated by commas."))
            }, "Save labels"))
            (self.dialog("lead", "May they buy?", html! {
                (Field::select("stage", "Stage", stages).of_form("lead").value(lead.map_or("", |lead| lead.stage.as_str())))
                (Field::text("value", "Worth").of_form("lead").value(worth).placeholder("4999.00"))
            }, "Save lead"))
        }
    }

    fn entry(&self, entry: &Entry) -> Markup {
        let unnamed = if entry.actor.starts_with("system:") { "Origin" } else { "A colleague" };
        let by = self.colleagues.name(&entry.actor).unwrap_or(unnamed);
        let when = self.calendar.time(entry.at);
        match entry.kind {
            Kind::Event => html! { p.none { bdi { (by) } " " (entry.body) ", " (when) } },
            Kind::Note => {
                html! { figure.bubble.note { blockquote dir="auto" { (entry.body) } figcaption { "Note by " bdi { (by) } ", never sent, " (when) } } }
            }
            Kind::Out => html! {
                figure.bubble.out {
                    blockquote dir="auto" { (entry.body) (attached(&self.it, entry, None)) }
                    figcaption {
                        bdi { (by) } ", " (when) @if let Some(reached) = entry.delivery { ", " (ticks(reached)) }
                        @if let Some(reason) = &entry.reason { ": " bdi { (messages::reason(reason)) } }
                    }
                }
            },
            Kind::In => html! {
                figure.bubble.in {
                    blockquote dir="auto" {
                        (entry.body)
                        (attached(&self.it, entry, self.may.then_some(self.csrf.as_str())))
                    }
                    figcaption { bdi { (self.it.customer) } ", " (when) }
                }
            },
        }
    }
}

/// A stage as people say it.
pub(super) fn words(stage: Stage) -> &'static str {
    match stage {
        Stage::New => "New",
        Stage::Contacted => "Contacted",
        Stage::Won => "Won",
        Stage::Lost => "Lost",
    }
}

/// How far a message is: drawn for those who see it, said for those who do not.
fn ticks(reached: Reached) -> Markup {
    match reached {
        Reached::Sent => html! { span aria-hidden="true" { "✓ " } "sent" },
        Reached::Delivered => html! { span aria-hidden="true" { "✓✓ " } "delivered" },
        Reached::Read => html! { span aria-hidden="true" { "✓✓ " } b { "read" } },
        other => ui::badge(other.as_str()),
    }
}
