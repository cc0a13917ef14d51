//! Whether somebody carries what a campaign says: on a channel without an account nobody would be reached, and no other would be tried; nor by
//! a template that WhatsApp does not take.

use crate::model::Text;
use crate::{queries, variants};
use channels::{Approval, Channels};
use facts::CampaignId;
use store::{Error, Result};
use web::{App, Caller};

/// Checks a campaign's channels.
///
/// # Errors
/// As [`all`]; `campaign_not_found`.
pub(crate) async fn of(app: &App, caller: &Caller, id: CampaignId) -> Result<()> {
    let look = &mut app.db.read_main(caller.tenant());
    let campaign = queries::found(look, id).await?;
    all(app, caller, &campaign.contents.0).await?;
    // Those of a variant are on the same channels, by a template of their own.
    for variation in variants::of(look, id).await?.into_iter().flat_map(|compared| compared.variations.0) {
        approval(app, caller, &variation.contents).await?;
    }
    Ok(())
}

/// The same of texts that are no campaign yet.
///
/// # Errors
/// `channel_not_set_up`, `template_not_approved`, `template_variables`.
pub(crate) async fn all(app: &App, caller: &Caller, texts: &[Text]) -> Result<()> {
    let channels = app.extra::<Channels>()?;
    // Four at the most, and each is looked up once in a few seconds.
    for text in texts {
        if channels.set_up(caller.tenant(), text.channel).await?.is_empty() {
            let says =
                format!("No account is set up that carries {}. Set one up, or take its text out of the campaign.", text.channel.title());
            return Err(Error::conflict("channel_not_set_up", says));
        }
    }
    approval(app, caller, texts).await.map(drop)
}

/// What is known of the template that a text goes by; nothing where none goes by one.
///
/// # Errors
/// `template_not_approved`, `template_variables`.
pub(crate) async fn approval(app: &App, caller: &Caller, texts: &[Text]) -> Result<Option<Approval>> {
    let Some((text, template)) = texts.iter().find_map(|text| Some((text, text.content.provider_template.as_deref()?))) else {
        return Ok(None);
    };
    // What is wrong with the text itself is said where it is saved.
    let Ok(used) = text.content.check(text.channel) else { return Ok(None) };
    app.extra::<Channels>()?.template_fits(caller.tenant(), template, &used).await.map(Some)
}
