//! Looking at experiments.

use crate::figures::Figures;
use crate::model::{Experiment, Exposure, State, Variant, Whole};
use facts::{ContactId, ExperimentId, ExposureId, Id, Time, VisitorId};
use serde::Deserialize;
use std::collections::HashMap;
use store::{Error, Look, Result, many, params, sql};
use web::Cursor;

/// A statement that gives whole [`Experiment`]s.
macro_rules! experiments {
    ($rest:literal) => {
        store::sql!(concat!(
            "SELECT id, name, subject, about, goal, within_days, minimum, matters_bps, prices, state, chosen, known, created_at, started_at,
                stopped_at, decided_at FROM experiments ",
            $rest
        ))
    };
}
pub(crate) use experiments;

/// An experiment that must be there.
pub(crate) async fn found(look: &mut impl Look, id: ExperimentId) -> Result<Experiment> {
    let found = look.maybe(experiments!("WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await?;
    found.ok_or_else(|| Error::not_found("experiment"))
}

/// An experiment that must be there, with its variants.
pub(crate) async fn whole(look: &mut impl Look, id: ExperimentId) -> Result<Whole> {
    let experiment = found(look, id).await?;
    Ok(Whole { experiment, variants: variants(look, id).await? })
}

/// How an experiment stands; nothing where there is none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn state(look: &mut impl Look, id: ExperimentId) -> Result<Option<State>> {
    look.maybe(sql!("SELECT state FROM experiments WHERE tenant_id = $1 AND id = $2"), params![look.tenant(), id]).await
}

/// What an experiment says by now.
pub struct Says {
    /// What it is called.
    pub name: String,
    /// Its verdict, as a sentence.
    pub says: String,
}

/// What an experiment says by now; nothing where there is none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn says(look: &mut impl Look, id: ExperimentId) -> Result<Option<Says>> {
    if state(look, id).await?.is_none() {
        return Ok(None);
    }
    let whole = whole(look, id).await?;
    Ok(Some(Says { says: Figures::of(&whole).says(&whole), name: whole.experiment.name }))
}

/// The newest experiments with their names, so many as may be chosen from: a hundred.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn newest(look: &mut impl Look) -> Result<Vec<(ExperimentId, String)>> {
    let all = page(look, None, Cursor::START, 100).await?;
    Ok(all.into_iter().map(|whole| (whole.experiment.id, whole.experiment.name)).collect())
}

/// The variants of an experiment, in their order, with what is counted of them; none where there is no such experiment.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn variants(look: &mut impl Look, id: ExperimentId) -> Result<Vec<Variant>> {
    Ok(variants_of(look, &[id]).await?.remove(&id).unwrap_or_default())
}

/// The variants of experiments.
async fn variants_of(look: &mut impl Look, ids: &[ExperimentId]) -> Result<HashMap<ExperimentId, Vec<Variant>>> {
    let mut found: HashMap<ExperimentId, Vec<Variant>> = HashMap::new();
    let all: Vec<Variant> = look
        .all_in(
            sql!(concat!(
                "SELECT v.experiment_id, v.place, v.name, v.weight, v.holdout, COALESCE(c.exposed, 0) AS exposed,
                    COALESCE(c.converted, 0) AS converted
                 FROM experiment_variants v
                 LEFT JOIN experiment_counts c ON c.tenant_id = $1 AND c.experiment_id = v.experiment_id AND c.place = v.place
                 WHERE v.tenant_id = $1 AND v.experiment_id IN (",
                many!(),
                ") ORDER BY v.experiment_id, v.place"
            )),
            ids,
            &[],
        )
        .await?;
    for variant in all {
        found.entry(variant.experiment_id).or_default().push(variant);
    }
    Ok(found)
}

/// Experiments after a place in the list, newest first, with their variants.
pub(crate) async fn page(look: &mut impl Look, state: Option<State>, after: Cursor, limit: i64) -> Result<Vec<Whole>> {
    let all: Vec<Experiment> = look
        .all(
            experiments!("WHERE tenant_id = $1 AND id < $2 AND (state = $3 OR $3 IS NULL) ORDER BY id DESC LIMIT $4"),
            params![look.tenant(), after.id, state.map(State::as_str), limit],
        )
        .await?;
    let ids: Vec<ExperimentId> = all.iter().map(|experiment| experiment.id).collect();
    let mut variants = variants_of(look, &ids).await?;
    let whole = |experiment: Experiment| Whole { variants: variants.remove(&experiment.id).unwrap_or_default(), experiment };
    Ok(all.into_iter().map(whole).collect())
}

/// Where an experiment stands in the list.
pub(crate) fn place(whole: &Whole) -> Cursor {
    Cursor { at: whole.experiment.created_at, id: whole.experiment.id.uuid() }
}

/// Who of an experiment's people.
#[derive(Debug, Clone, Default)]
pub(crate) struct Which {
    /// Those who met the variant of this name.
    pub variant: Option<String>,
    /// Those who did it, or those who did not.
    pub converted: Option<bool>,
}

/// Somebody who met a variant, for a list.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Met {
    pub id: ExposureId,
    /// Nobody where they were erased, or where it is a browser.
    pub contact_id: Option<ContactId>,
    /// The browser, where a price of the shop was met.
    pub visitor_id: Option<VisitorId>,
    /// The variant's name.
    pub variant: String,
    pub at: Time,
    pub counts_until: Time,
    pub converted: bool,
}

/// An experiment's people after a place in the list, newest first.
pub(crate) async fn people(look: &mut impl Look, id: ExperimentId, which: &Which, after: Cursor, limit: i64) -> Result<Vec<Met>> {
    look.all(
        sql!(
            "SELECT e.id, e.contact_id, e.visitor_id, v.name AS variant, e.at, e.counts_until, e.converted
             FROM exposures e JOIN experiment_variants v ON v.tenant_id = $1 AND v.experiment_id = e.experiment_id AND v.place = e.place
             WHERE e.tenant_id = $1 AND e.experiment_id = $2 AND e.id < $3 AND (v.name = $4 OR $4 IS NULL)
                AND (e.converted = $5 OR $5 IS NULL)
             ORDER BY e.id DESC LIMIT $6"
        ),
        params![look.tenant(), id, after.id, which.variant.as_deref(), which.converted, limit],
    )
    .await
}

/// What these people met of an experiment, by the variants' names; nothing of those who have met none.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn met(look: &mut impl Look, id: ExperimentId, people: &[ContactId]) -> Result<HashMap<ContactId, String>> {
    let found: Vec<(ContactId, String)> = look
        .all_in(
            sql!(concat!(
                "SELECT e.contact_id, v.name FROM exposures e
                     JOIN experiment_variants v ON v.tenant_id = $1 AND v.experiment_id = e.experiment_id AND v.place = e.place
                     WHERE e.tenant_id = $1 AND e.experiment_id = $34 AND e.contact_id IN (",
                many!(),
                ")"
            )),
            people,
            params![id],
        )
        .await?;
    Ok(found.into_iter().collect())
}

/// Where somebody stands in the list.
pub(crate) fn place_of_person(met: &Met) -> Cursor {
    Cursor { at: met.at, id: met.id.uuid() }
}

/// What these browsers met, and nobody bought by them yet.
pub(crate) async fn open_of_visitors(look: &mut impl Look, visitors: &[VisitorId]) -> Result<Vec<Exposure>> {
    look.all_in(
        sql!(concat!(
            "SELECT e.id, e.experiment_id, e.contact_id, e.visitor_id, e.place, e.goal, e.at, e.counts_until, e.converted, x.about
                     FROM exposures e JOIN experiments x ON x.tenant_id = $1 AND x.id = e.experiment_id
                     WHERE e.tenant_id = $1 AND e.visitor_id IS NOT NULL AND e.visitor_id IN (",
            many!(),
            ") AND e.converted = FALSE"
        )),
        visitors,
        &[],
    )
    .await
}

/// What these people met and have not done yet.
pub(crate) async fn open(look: &mut impl Look, people: &[ContactId]) -> Result<Vec<Exposure>> {
    look.all_in(
        sql!(concat!(
            "SELECT id, experiment_id, contact_id, visitor_id, place, goal, at, counts_until, converted FROM exposures
                     WHERE tenant_id = $1 AND contact_id IN (",
            many!(),
            ") AND converted = FALSE"
        )),
        people,
        &[],
    )
    .await
}
