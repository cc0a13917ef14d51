//! The form of a brand.

use crate::commands::ChangeBrand;
use crate::model::{Brand, Mode, Theme};
use crate::rules::{CONTROL, Standing, TEXT, ground, shown};
use maud::{Markup, html};
use serde::Deserialize;
use store::Error;
use web::query_string;
use web::ui::{self, Button, Colour, Field};

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    display_name: String,
    tagline: String,
    primary_colour: String,
    accent_colour: String,
    theme: String,
    mode: String,
    sender_name: String,
    reply_to: String,
    footer: String,
    version: String,
}

impl Typed {
    /// What holds.
    pub(super) fn of(brand: &Brand) -> Self {
        Self {
            display_name: brand.display_name.clone(),
            tagline: brand.tagline.clone(),
            primary_colour: brand.primary_colour.to_string(),
            accent_colour: brand.accent_colour.to_string(),
            theme: brand.theme.to_string(),
            mode: brand.mode.to_string(),
            sender_name: brand.sender_name.clone(),
            reply_to: brand.reply_to.clone(),
            footer: brand.footer.clone(),
            version: brand.version.to_string(),
        }
    }

    /// The command that it asks for.
    pub(super) fn change(&self) -> ChangeBrand {
        let said = |text: &String| Some(text.clone());
        ChangeBrand {
            display_name: said(&self.display_name),
            tagline: said(&self.tagline),
            primary_colour: said(&self.primary_colour),
            accent_colour: said(&self.accent_colour),
            theme: said(&self.theme),
            mode: said(&self.mode),
            sender_name: said(&self.sender_name),
            reply_to: said(&self.reply_to),
            footer: said(&self.footer),
            on_version: self.version.parse().ok(),
        }
    }

    /// The same as a query.
    pub(super) fn query(&self) -> String {
        query_string(&[
            ("display_name", &self.display_name),
            ("tagline", &self.tagline),
            ("primary_colour", &self.primary_colour),
            ("accent_colour", &self.accent_colour),
            ("theme", &self.theme),
            ("mode", &self.mode),
            ("sender_name", &self.sender_name),
            ("reply_to", &self.reply_to),
            ("footer", &self.footer),
        ])
    }
}

/// Its fields; `may` tells whether they may be changed.
pub(super) fn form(typed: &Typed, csrf: &str, may: bool, error: Option<&Error>) -> Markup {
    let wrong = |field: &str| error?.fields().iter().find(|wrong| wrong.field == field).map(|wrong| wrong.message.clone());
    let field = |field: Field, name: &str| {
        let field = field.error(wrong(name));
        if may { field } else { field.off() }
    };
    let text = |name: &'static str, label: &str, value: &str, help: &str| field(Field::text(name, label).value(value).help(help), name);
    let colour = |name: &'static str, label: &str, value: &str, needs: f64, what: &str| {
        field(Field::input("color", name, label).value(value).required().help(ratio(value, &typed.mode, needs, what)), name)
    };
    let themes = Theme::ALL.iter().map(|theme| (theme.as_str(), theme_words(*theme)));
    let modes = Mode::ALL.iter().map(|mode| (mode.as_str(), mode_words(*mode)));
    html! {
        form method="post" action="/admin/branding" data-preview="/admin/branding/preview" data-preview-target="#as-it-looks" {
            (ui::csrf(csrf))
            (ui::hidden("version", &typed.version))
            (text("display_name", "Name over the door", &typed.display_name, "The account's name where this is empty."))
            (text("tagline", "Tagline", &typed.tagline, "A sentence on the first page of the shop."))
            (colour("primary_colour", "Colour of buttons", &typed.primary_colour, CONTROL, "Buttons"))
            (colour("accent_colour", "Colour of links", &typed.accent_colour, TEXT, "Links"))
            (field(Field::select("theme", "Theme", themes).required().value(&typed.theme), "theme"))
            (field(Field::select("mode", "Light or dark", modes).required().value(&typed.mode), "mode"))
            (text("sender_name", "Mail comes from", &typed.sender_name, "The name that people see in their inbox. The address stays that of your mail server."))
            (field(Field::input("email", "reply_to", "Answers go to").value(&typed.reply_to).help("An e-mail address that somebody reads."), "reply_to"))
            (field(Field::area("footer", "Address and legal line", 4).value(&typed.footer).help("Plain text, under every page of the shop and every mail."), "footer"))
            @if may { (ui::actions(Button::primary("Save"))) }
        }
    }
}

/// How a colour stands on the page that it is chosen for.
fn ratio(value: &str, mode: &str, needs: f64, what: &str) -> String {
    let mode = mode.parse().unwrap_or(Mode::Auto);
    match value.parse::<Colour>() {
        Ok(colour) => {
            let page = if mode == Mode::Dark { "dark" } else { "white" };
            format!("{what} have {} with the {page} page; {needs}:1 is needed.", shown(Standing::of(colour, ground(mode), needs).ratio))
        }
        Err(error) => error.to_string(),
    }
}

fn theme_words(theme: Theme) -> &'static str {
    match theme {
        Theme::Classic => "Classic: plain letters, slightly round",
        Theme::Soft => "Soft: round letters, very round",
        Theme::Sharp => "Sharp: plain letters, square",
        Theme::Editorial => "Editorial: letters with serifs",
    }
}

fn mode_words(mode: Mode) -> &'static str {
    match mode {
        Mode::Auto => "As the buyer's device likes it",
        Mode::Light => "Always light",
        Mode::Dark => "Always dark",
    }
}
