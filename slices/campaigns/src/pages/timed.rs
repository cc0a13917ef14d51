//! When the messages of a campaign leave, and what its hours bring.

use crate::lift;
use crate::model::{Campaign, Recipient, Timing, WAITING};
use facts::Time;
use maud::{Markup, html};
use store::{Look, Result};
use web::ui::{self, Calendar};

/// What it brings to write to each at their hour, as a section; nothing of a campaign that does not, or has not begun.
pub(super) async fn section(look: &mut impl Look, campaign: &Campaign, now: Time) -> Result<Markup> {
    let Some(lift) = lift::of(look, campaign, now).await? else { return Ok(Markup::default()) };
    let body = html! {
        p { (lift.says()) }
        p { "One in five of those whose hour is known got it at the campaign's own time, by lot. Reading is seen on WhatsApp and in e-mails." }
    };
    Ok(ui::section("At the hour at which they read", "", body))
}

/// Until when somebody's message waits; nothing where it goes as soon as its turn comes.
pub(super) fn waits(one: &Recipient, campaign: &Campaign, calendar: &Calendar) -> Markup {
    let settled = one.leaves_at.filter(|at| one.timing.is_some() && *at == one.due_at);
    html! {
        @if one.state == WAITING && one.due_at > campaign.created_at {
            @match (settled, one.timing) {
                (Some(at), Some(Timing::Best)) => { "At their hour, " (calendar.time(at)) }
                (Some(_), _) => {}
                (None, _) => { "Quiet until " (calendar.time(one.due_at)) }
            }
        }
    }
}
