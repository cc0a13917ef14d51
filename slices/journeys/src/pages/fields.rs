//! The fields of a journey's form.

use super::draft::{Draft, KINDS, ORDER, asks, shown};
use super::lines;
use super::words::kind;
use crate::plan::{Again, LEAVE, Step, What};
use campaigns::Text;
use facts::messages::Channel;
use maud::{Markup, html};
use store::Look;
use web::Failure;
use web::page::field_error;
use web::ui::{self, Button, Field};

/// What may be chosen.
pub(super) struct Choices {
    /// Who enters.
    pub entries: Vec<(String, String)>,
    /// What people do.
    pub deeds: Vec<(String, String)>,
    /// What a fork may ask.
    pub asks: Vec<(String, String)>,
    /// What may share people out.
    pub experiments: Vec<(String, String)>,
    /// Which endpoints may be told.
    pub endpoints: Vec<(String, String)>,
}

impl Choices {
    /// Those of this tenant.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub(super) async fn of(look: &mut impl Look) -> store::Result<Self> {
        let deeds = segments::deeds(look).await?;
        let mut entries = vec![(String::new(), "Nobody by themselves: I lead people in".to_owned())];
        entries.extend(deeds.iter().map(|(name, words)| (format!("did:{name}"), format!("Whoever {words}"))));
        let segments = segments::segments(look).await?;
        entries.extend(
            segments.into_iter().map(|segment| (format!("segment:{}", segment.id), format!("Whoever comes into {}", segment.name))),
        );
        let mut asks: Vec<(String, String)> =
            deeds.iter().map(|(name, words)| (format!("did:{name}"), format!("Whether they ever {words}"))).collect();
        asks.extend(
            contacts::tags(look)
                .await?
                .into_iter()
                .map(|tag| (format!("tag:{}", tag.tag), format!("Whether they have the tag {}", tag.tag))),
        );
        let mut experiments = vec![(String::new(), "By chance, by the shares".to_owned())];
        let known = experiments::newest(look).await?;
        experiments
            .extend(known.into_iter().map(|(id, name)| (id.to_string(), format!("By the experiment {name}, a share for each variant"))));
        let mut endpoints = vec![(String::new(), "Choose an endpoint".to_owned())];
        endpoints.extend(webhooks::known(look).await?.into_iter().map(|(id, says)| (id.to_string(), says)));
        Ok(Self { entries, deeds, asks, experiments, endpoints })
    }
}

/// Who enters, and what it is for.
pub(super) fn whom(draft: &Draft, choices: &Choices, wrong: Option<&Failure>) -> Markup {
    let plan = &draft.plan;
    let entry = plan.entry.did.as_ref().map(|did| format!("did:{did}"));
    let entry = entry.or(plan.entry.segment.map(|segment| format!("segment:{segment}"))).unwrap_or_default();
    let (again, days) = match plan.again {
        Again::Never => ("never", String::new()),
        Again::Always => ("always", String::new()),
        Again::AfterDays(days) => ("after_days", days.to_string()),
    };
    let rules = [("never", "Once in a lifetime"), ("always", "As often as they like"), ("after_days", "Again after some days")];
    let goals = [(String::new(), "Nothing: it goes on to its end".to_owned())].into_iter();
    let goals = goals.chain(choices.deeds.iter().map(|(name, words)| (name.clone(), format!("That they {words}"))));
    html! {
        (Field::text("name", "Name").value(&draft.name).required().placeholder("Welcome").help("Nobody but you sees it.").error(field_error(wrong, "name")))
        (Field::select("entry", "Who enters", choices.entries.iter().cloned()).value(entry).error(field_error(wrong, "entry")))
        (ui::beside([
            Field::select("again", "How often", rules).value(again).error(field_error(wrong, "again")),
            Field::input("number", "again_days", "After how many days").value(days).error(field_error(wrong, "again_days")),
        ]))
        (Field::select("goal", "What ends it for somebody, wherever they are", goals).value(plan.goal.clone().unwrap_or_default()).error(field_error(wrong, "goal")))
    }
}

/// When nothing is sent.
pub(super) fn when(draft: &Draft, wrong: Option<&Failure>) -> Markup {
    let plan = &draft.plan;
    html! {
        (ui::beside([
            Field::input("time", "quiet_from", "Quiet from").value(&plan.quiet_from).required().error(field_error(wrong, "quiet_from")),
            Field::input("time", "quiet_to", "Quiet until").value(&plan.quiet_to).required().error(field_error(wrong, "quiet_to")),
        ]))
        (Field::checkbox("local", "By each person's own clock, where their time zone is known", plan.local))
        (Field::checkbox("service", "It sells nothing: it is about what they ordered or have", plan.service)
            .help("Then it needs no consent to offers, and goes out at any hour."))
    }
}

/// The steps one below the other, and a button for one more.
pub(super) fn steps(draft: &Draft, choices: &Choices, wrong: Option<&Failure>) -> Markup {
    let all = &draft.plan.steps;
    html! {
        @if let Some(says) = field_error(wrong, "steps") { p role="alert" { (says) } }
        @for (at, step) in all.iter().enumerate() { (one(at + 1, step, all, choices, wrong)) }
        (ui::beside([Field::select("add", "One more step", KINDS)]))
        (ui::actions(html! { (Button::quiet("Add it").value("do", "add").to("/admin/journeys/form")) }))
    }
}

fn one(at: usize, step: &Step, all: &[Step], choices: &Choices, wrong: Option<&Failure>) -> Markup {
    let kept = serde_json::to_string(step).unwrap_or_default();
    let later: Vec<(String, String)> = [(String::new(), "The next step".to_owned())]
        .into_iter()
        .chain(all.iter().skip(at).map(|step| (step.id.clone(), format!("To {}", step.id))))
        .chain([(LEAVE.to_owned(), "Out of the journey".to_owned())])
        .collect();
    let error = |field: &str| field_error(wrong, &format!("steps.{}.{field}", step.id)).map(str::to_owned);
    let to = |name: &str, label: &str, chosen: &Option<String>| {
        Field::select(format!("{name}{at}"), label, later.iter().cloned()).value(chosen.clone().unwrap_or_default()).error(error("next"))
    };
    html! {
        fieldset.step {
            legend { (at) ". " (kind(&step.what)) }
            (ui::hidden(&format!("step{at}"), &kept))
            (Field::text(format!("id{at}"), "Called").value(&step.id).required().error(error("id").or(field_error(wrong, &format!("steps.{at}")).map(str::to_owned))))
            @match &step.what {
                What::Send { texts, next, .. } => { (says(at, texts, &error)) (to("next", "Then", next)) }
                What::Wait { minutes, next } | What::Digest { minutes, next } => { (long(at, *minutes, &error)) (to("next", "Then", next)) }
                What::WaitFor { did, minutes, then, otherwise } => {
                    (Field::select(format!("did{at}"), "Until they", choices.deeds.iter().cloned()).value(did).error(error("did")))
                    (long(at, *minutes, &error))
                    (ui::beside([to("then", "When they did", then), to("otherwise", "When they did not", otherwise)]))
                }
                What::Branch { filter, then, otherwise } => {
                    @match asks(filter) {
                        Some(asks) => { (Field::select(format!("asks{at}"), "Asks", choices.asks.iter().cloned()).value(asks).error(error("filter"))) }
                        None => { p { "It asks for more than a field here can say: " (segments::filter_words(filter)) ". It stays as it is." } }
                    }
                    (ui::beside([to("then", "If so", then), to("otherwise", "If not", otherwise)]))
                }
                What::Split { parts, experiment } => {
                    (Field::select(format!("experiment{at}"), "Who goes which way", choices.experiments.iter().cloned())
                        .value(experiment.map(|id| id.to_string()).unwrap_or_default()).error(error("experiment")))
                    @for (number, part) in parts.iter().enumerate() {
                        (ui::beside([
                            Field::input("number", format!("weight{at}_{number}"), format!("Share {}", number + 1)).value(part.weight.to_string()).required().error(error("parts")),
                            to(&format!("part{number}_"), "Then", &part.next),
                        ]))
                    }
                }
                What::Throttle { people, minutes, next } => {
                    (Field::input("number", format!("people{at}"), "How many people").value(people.to_string()).required().error(error("people")))
                    (long(at, *minutes, &error))
                    (to("next", "Then", next))
                }
                What::Update { set, next } => {
                    (Field::area(format!("set{at}"), "What is known of them from then on", 3).value(lines::written(set)).required().placeholder("tier: gold").error(error("set"))
                        .help("One on each line, its name before a colon: a number, true, false, or a text. Nothing after the colon takes it away."))
                    (to("next", "Then", next))
                }
                What::Tag { tag, off, next } => {
                    (Field::text(format!("tag{at}"), "Tag").value(tag).required().error(error("tag")))
                    (Field::checkbox(format!("off{at}"), "Take it away from them", *off))
                    (to("next", "Then", next))
                }
                What::List { off, next, .. } => {
                    p { "It is the list that a program has named." }
                    (Field::checkbox(format!("off{at}"), "Take them off it", *off))
                    (to("next", "Then", next))
                }
                What::Call { endpoint, next } => {
                    (Field::select(format!("endpoint{at}"), "Which webhook endpoint", choices.endpoints.iter().cloned()).value(endpoint.to_string()).error(error("endpoint"))
                        .help("It is sent journey.called with the person's id. Endpoints are added under Webhooks."))
                    (to("next", "Then", next))
                }
                What::Leave { goal } => { (Field::checkbox(format!("goal{at}"), "What the journey was for is reached here", *goal)) }
            }
            (ui::actions(html! {
                @if at > 1 { (Button::bare("Move up").small().value("do", format!("up:{at}")).to("/admin/journeys/form")) }
                (Button::bare("Take it out").small().value("do", format!("remove:{at}")).to("/admin/journeys/form"))
            }))
        }
    }
}

fn long(at: usize, minutes: i64, error: &impl Fn(&str) -> Option<String>) -> Markup {
    let (number, unit) = shown(minutes);
    let units = [("minutes", "minutes"), ("hours", "hours"), ("days", "days")];
    ui::beside([
        Field::input("number", format!("long{at}"), "How long").value(number).required().error(error("minutes")),
        Field::select(format!("unit{at}"), "In", units).value(unit),
    ])
}

fn says(at: usize, texts: &[Text], error: &impl Fn(&str) -> Option<String>) -> Markup {
    let content = |channel: Channel| texts.iter().find(|text| text.channel == channel).map(|text| text.content.clone()).unwrap_or_default();
    html! {
        @if let Some(says) = error("texts") { p role="alert" { (says) } }
        @for channel in ORDER {
            @let content = content(channel);
            @if matches!(channel, Channel::Email | Channel::Push) {
                (Field::text(format!("subject_{channel}{at}"), format!("{}: {}", channel.title(), if channel == Channel::Push { "title" } else { "subject" }))
                    .value(&content.subject).error(error(&format!("{channel}.subject"))))
            }
            (Field::area(format!("text_{channel}{at}"), if matches!(channel, Channel::Email | Channel::Push) { format!("{}: text", channel.title()) } else { channel.title().to_owned() }, 3)
                .value(&content.body).error(error(&format!("{channel}.body"))))
            @if channel == Channel::Whatsapp {
                (Field::text(format!("template{at}"), "Approved WhatsApp template").value(content.provider_template.unwrap_or_default()).error(error("whatsapp.provider_template")))
            }
        }
    }
}
