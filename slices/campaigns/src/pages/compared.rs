//! What a campaign says to whom, and what its experiment says by now.

use crate::variants;
use facts::CampaignId;
use maud::{Markup, html};
use store::{Look, Result};

/// The section of a campaign whose people are shared out by an experiment; nothing for others.
pub(super) async fn of(look: &mut impl Look, id: CampaignId) -> Result<Option<Markup>> {
    let Some(compared) = variants::of(look, id).await? else { return Ok(None) };
    let Some(said) = experiments::says(look, compared.experiment_id).await? else { return Ok(None) };
    Ok(Some(html! {
        p { "By the experiment " a href={ "/admin/experiments/" (compared.experiment_id) } { bdi { (said.name) } } ": " (said.says) }
        @for variation in &compared.variations.0 {
            h3 { bdi { (variation.name) } }
            @for text in &variation.contents {
                p { (text.channel.title()) ": " @if !text.content.subject.is_empty() { bdi { (text.content.subject) } ". " } bdi { (text.content.body) } }
            }
        }
    }))
}
