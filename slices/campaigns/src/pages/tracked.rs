//! What people did with a campaign's mails.

use crate::model::Campaign;
use facts::messages::Channel;
use maud::Markup;
use tracking::{Figures, Touched};

/// How many opened it and followed its links; nothing where none of it goes by e-mail, or nothing is sent yet.
pub(super) fn figures(campaign: &Campaign, figures: &Figures) -> Markup {
    let mails = campaign.contents.0.iter().any(|text| text.channel == Channel::Email);
    if mails && campaign.sent > 0 { tracking::section(figures) } else { Markup::default() }
}

/// What somebody did with their message.
pub(super) fn did(touched: Touched) -> &'static str {
    match touched {
        Touched { clicked: true, .. } => "Followed a link",
        Touched { opened: true, .. } => "Opened it",
        Touched { .. } => "",
    }
}
