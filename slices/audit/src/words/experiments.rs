//! Words for what happens to experiments.

use super::{Words, words};
use facts::ExperimentId;
use facts::experiments::{ExperimentDecided, ExperimentMoved};
use maud::{Markup, html};
use store::Stated;
use web::ui::Meaning;

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        ExperimentMoved => moved,
        ExperimentDecided => decided,
    }
}

fn experiment(id: ExperimentId, name: &str) -> Markup {
    html! { a href={ "/admin/experiments/" (id) } { "Experiment " bdi { (name) } } }
}

fn moved(fact: ExperimentMoved) -> Words {
    let (meaning, said) = match fact.state.as_str() {
        "draft" => (Meaning::Neutral, "written or changed"),
        "running" => (Meaning::Good, "people meet its variants"),
        other => (Meaning::Neutral, other),
    };
    Words::new(meaning, html! { (experiment(fact.experiment_id, &fact.name)) ": " (said) })
}

fn decided(fact: ExperimentDecided) -> Words {
    let known = fact.verdict.replace('_', " ");
    let title =
        html! { (experiment(fact.experiment_id, &fact.name)) ": everybody gets " bdi { (fact.variant) } " (known then: " (known) ")" };
    Words::new(Meaning::Good, title)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{id, says};
    use super::*;

    #[test]
    fn experiments() {
        let moved = |state: &str| ExperimentMoved { experiment_id: id(), name: "Price".into(), state: state.into() };
        says(moved("running"), "Experiment Price: people meet its variants");
        says(moved("stopped"), "Experiment Price: stopped");
        let decided = ExperimentDecided { experiment_id: id(), name: "Price".into(), variant: "B".into(), verdict: "no_winner_yet".into() };
        says(decided, "Experiment Price: everybody gets B (known then: no winner yet)");
    }
}
