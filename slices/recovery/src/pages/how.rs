//! The form of how a shop reminds.

use super::HERE;
use crate::model::{RecoverySettings, Step};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Error, Result};
use web::Failure;
use web::page::field_error;
use web::ui::{self, Button, Field};

/// Reminders that the form has fields for.
const FIELDS: usize = 3;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    on: Option<String>,
    hours_1: String,
    hours_2: String,
    hours_3: String,
    off_1: String,
    off_2: String,
    off_3: String,
    quiet_from: String,
    quiet_to: String,
}

impl Typed {
    /// The settings, as the form shows them. More reminders than it has fields for are set by the API.
    pub(super) fn of(settings: &RecoverySettings) -> Self {
        let hours = |at: i64| settings.step(at).map(|step| step.hours.to_string()).unwrap_or_default();
        let off = |at: i64| settings.step(at).map(|step| percent(step.discount_bps)).unwrap_or_default();
        Self {
            on: settings.on.then(|| "on".to_owned()),
            hours_1: hours(1),
            hours_2: hours(2),
            hours_3: hours(3),
            off_1: off(1),
            off_2: off(2),
            off_3: off(3),
            quiet_from: settings.quiet_from.clone(),
            quiet_to: settings.quiet_to.clone(),
        }
    }

    fn rows(&self) -> [(&str, &str); FIELDS] {
        [(&self.hours_1, &self.off_1), (&self.hours_2, &self.off_2), (&self.hours_3, &self.off_3)]
    }

    /// What it asks for; a reminder without hours is none.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub(super) fn settings(&self) -> Result<RecoverySettings> {
        let mut steps = Vec::new();
        for (at, (hours, off)) in self.rows().into_iter().enumerate().filter(|(_, (hours, _))| !hours.trim().is_empty()) {
            let wrong = |field: &str, what: &str| Error::field(format!("{field}_{}", at + 1), what);
            let hours = hours.trim().parse().map_err(|_| wrong("hours", "a whole number of hours"))?;
            let off: i64 = match off.trim() {
                "" => 0,
                off => off.parse().map_err(|_| wrong("off", "a whole percentage"))?,
            };
            let discount_bps = off.checked_mul(100).ok_or_else(|| wrong("off", "0 to 90 percent"))?;
            steps.push(Step { hours, discount_bps });
        }
        Ok(RecoverySettings { on: self.on.is_some(), steps, quiet_from: self.quiet_from.clone(), quiet_to: self.quiet_to.clone() })
    }
}

fn percent(bps: i64) -> String {
    if bps == 0 { String::new() } else { (bps / 100).to_string() }
}

/// The form.
pub(super) fn form(typed: &Typed, csrf: &str, wrong: Option<&Failure>) -> Markup {
    html! {
        form id="how" method="post" action={ (HERE) "/settings" } {
            (ui::csrf(csrf))
            (Field::checkbox("on", "Remind customers of orders that they left", typed.on.is_some()))
            @for (at, (hours, off)) in typed.rows().into_iter().enumerate() {
                @let number = at + 1;
                (ui::beside([
                    Field::input("number", format!("hours_{number}"), format!("Reminder {number}, hours after")).value(hours)
                        .error(of(wrong, "hours", at)),
                    Field::input("number", format!("off_{number}"), format!("Reminder {number}, discount in %")).value(off)
                        .help("A code for one use, good for a week. Empty for none.").error(of(wrong, "discount_bps", at)),
                ]))
            }
            (ui::beside([
                Field::input("time", "quiet_from", "Quiet from").value(&typed.quiet_from).required().error(field_error(wrong, "quiet_from"))
                    .help("On the customer's own clock: reminders wait until the morning."),
                Field::input("time", "quiet_to", "Quiet until").value(&typed.quiet_to).required().error(field_error(wrong, "quiet_to")),
            ]))
            @if let Some(words) = field_error(wrong, "steps") { p.error { (words) } }
            (ui::actions(Button::primary("Save")))
        }
    }
}

/// What is wrong with a field of a reminder, under the form's name or the setting's.
fn of<'a>(wrong: Option<&'a Failure>, what: &str, at: usize) -> Option<&'a str> {
    let typed = if what == "hours" { "hours" } else { "off" };
    field_error(wrong, &format!("{typed}_{}", at + 1)).or_else(|| field_error(wrong, &format!("steps[{at}].{what}")))
}
