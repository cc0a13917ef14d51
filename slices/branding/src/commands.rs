//! Changing a brand, and its logo.

use crate::image::Image;
use crate::model::{Brand, Mode, Theme};
use crate::{queries, rows, rules};
use facts::Change;
use facts::branding::BrandingChanged;
use serde_json::{Value, json};
use store::{Command, Error, Result, Tx};

/// What is to be different; what is not said stays, and an empty text is the usual.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChangeBrand {
    pub display_name: Option<String>,
    pub tagline: Option<String>,
    pub primary_colour: Option<String>,
    pub accent_colour: Option<String>,
    pub theme: Option<String>,
    pub mode: Option<String>,
    pub sender_name: Option<String>,
    pub reply_to: Option<String>,
    pub footer: Option<String>,
    /// The version that was looked at, where a change made since must not be lost.
    pub on_version: Option<i64>,
}

impl ChangeBrand {
    /// The brand as it would be.
    ///
    /// # Errors
    /// The fields that cannot be so.
    pub(crate) fn applied(&self, before: &Brand) -> Result<Brand> {
        let mut brand = before.clone();
        let lines = [
            ("display_name", &self.display_name, &mut brand.display_name),
            ("tagline", &self.tagline, &mut brand.tagline),
            ("sender_name", &self.sender_name, &mut brand.sender_name),
        ];
        for (field, wanted, place) in lines {
            if let Some(text) = wanted {
                *place = rules::line(field, text)?;
            }
        }
        if let Some(text) = &self.reply_to {
            brand.reply_to = rules::reply_to(text)?;
        }
        if let Some(text) = &self.footer {
            brand.footer = rules::footer(text)?;
        }
        if let Some(text) = &self.theme {
            brand.theme = word("theme", text, Theme::Classic)?;
        }
        if let Some(text) = &self.mode {
            brand.mode = word("mode", text, Mode::Auto)?;
        }
        let usual = Brand::usual();
        if let Some(text) = &self.primary_colour {
            brand.primary_colour = rules::colour("primary_colour", text, usual.primary_colour)?;
        }
        if let Some(text) = &self.accent_colour {
            brand.accent_colour = rules::colour("accent_colour", text, usual.accent_colour)?;
        }
        rules::readable(brand.primary_colour, brand.accent_colour, brand.mode)?;
        Ok(brand)
    }
}

/// One of several words; nothing is the usual one.
fn word<T: std::str::FromStr>(field: &str, text: &str, usual: T) -> Result<T> {
    if text.is_empty() {
        return Ok(usual);
    }
    let known = if field == "theme" {
        Theme::ALL.iter().map(|theme| theme.as_str()).collect::<Vec<_>>()
    } else {
        Mode::ALL.iter().map(|mode| mode.as_str()).collect()
    };
    text.parse().map_err(|_| Error::field(field, format!("One of: {}.", known.join(", "))))
}

/// What is told of a brand: all of it, its logo by name.
fn told(brand: &Brand) -> Value {
    json!({
        "display_name": brand.display_name,
        "tagline": brand.tagline,
        "primary_colour": brand.primary_colour,
        "accent_colour": brand.accent_colour,
        "theme": brand.theme.as_str(),
        "mode": brand.mode.as_str(),
        "sender_name": brand.sender_name,
        "reply_to": brand.reply_to,
        "footer": brand.footer,
        "logo": brand.logo.as_ref().map(|logo| &logo.sha256),
    })
}

/// The fields in which two brands differ.
fn changed(before: &Brand, after: &Brand) -> Vec<Change> {
    Change::between(&told(before), &told(after))
}

/// States what changed, and answers the brand as it is now.
async fn state(tx: &mut Tx, before: &Brand) -> Result<Brand> {
    let after = queries::of(tx).await?;
    tx.state(BrandingChanged { changes: changed(before, &after) }).await?;
    Ok(after)
}

impl Command for ChangeBrand {
    const NAME: &'static str = "change_brand";
    type Out = Brand;

    async fn run(&self, tx: &mut Tx) -> Result<Brand> {
        rows::hold(tx).await?;
        let before = queries::of(tx).await?;
        if self.on_version.is_some_and(|version| version != before.version) {
            return Err(Error::conflict("branding_changed", "Somebody else has changed the branding. Load it again."));
        }
        let after = self.applied(&before)?;
        if after == before {
            return Ok(before);
        }
        rows::save(tx, &after).await?;
        state(tx, &before).await
    }
}

/// Shows a logo in the place of the name.
pub(crate) struct PutLogo(pub Image);

impl Command for PutLogo {
    const NAME: &'static str = "put_logo";
    type Out = Brand;

    async fn run(&self, tx: &mut Tx) -> Result<Brand> {
        rows::hold(tx).await?;
        let before = queries::of(tx).await?;
        if before.logo.as_ref().is_some_and(|logo| logo.sha256 == self.0.sha256) {
            return Ok(before);
        }
        let id = rows::keep(tx, &self.0).await?;
        rows::set_logo(tx, Some(id)).await?;
        state(tx, &before).await
    }
}

/// Takes the logo off the pages, and forgets it.
pub(crate) struct RemoveLogo;

impl Command for RemoveLogo {
    const NAME: &'static str = "remove_logo";
    type Out = Brand;

    async fn run(&self, tx: &mut Tx) -> Result<Brand> {
        rows::hold(tx).await?;
        let before = queries::of(tx).await?;
        let Some(logo) = &before.logo else { return Ok(before) };
        rows::set_logo(tx, None).await?;
        rows::drop_file(tx, &logo.sha256).await?;
        state(tx, &before).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_stays_and_nothing_is_the_usual() {
        let said = |text: &str| Some(text.to_owned());
        let before = Brand { tagline: "Since 1962".into(), theme: Theme::Soft, version: 4, ..Brand::usual() };
        let change =
            ChangeBrand { display_name: said(" Asha "), theme: said(""), primary_colour: said("#B45309"), ..ChangeBrand::default() };
        let after = change.applied(&before).unwrap();
        assert_eq!((after.display_name.as_str(), after.tagline.as_str(), after.theme), ("Asha", "Since 1962", Theme::Classic));
        let mut fields: Vec<String> = changed(&before, &after).into_iter().map(|change| change.field).collect();
        fields.sort();
        assert_eq!(fields, ["display_name", "primary_colour", "theme"]);
        assert_eq!(after, ChangeBrand::default().applied(&after).unwrap());
        let wrong = ChangeBrand { theme: said("baroque"), ..ChangeBrand::default() }.applied(&before).unwrap_err();
        assert_eq!(wrong.fields()[0].field, "theme");
        assert!(wrong.fields()[0].message.contains("classic, soft, sharp, editorial"));
    }
}
