//! Words for what happens to campaigns.

use super::{Words, words};
use facts::campaigns::CampaignMoved;
use maud::html;
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated; CampaignMoved => moved }
}

fn moved(fact: CampaignMoved) -> Words {
    let (meaning, said) = match fact.state.as_str() {
        "draft" => (Meaning::Neutral, "written or changed".to_owned()),
        "freezing" => (Meaning::Neutral, "its audience is counted".to_owned()),
        "ready" => (Meaning::Information, format!("its audience is known: {} messages", fact.messages)),
        "scheduled" => (Meaning::Information, "is to go out".to_owned()),
        "running" => (Meaning::Information, "goes out".to_owned()),
        "paused" => (Meaning::Attention, "paused".to_owned()),
        "done" => (Meaning::Good, format!("all {} messages are on their way", fact.messages)),
        other => (Meaning::Neutral, other.to_owned()),
    };
    Words::new(meaning, html! { a href={ "/admin/campaigns/" (fact.campaign_id) } { "Campaign " bdi { (fact.name) } } ": " (said) })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, says};
    use super::*;

    #[test]
    fn campaigns() {
        let moved = |state: &str| CampaignMoved { campaign_id: id(), name: "Mangoes".into(), state: state.into(), messages: 12 };
        says(moved("ready"), "Campaign Mangoes: its audience is known: 12 messages");
        says(moved("paused"), "Campaign Mangoes: paused");
        says(moved("done"), "Campaign Mangoes: all 12 messages are on their way");
    }
}
