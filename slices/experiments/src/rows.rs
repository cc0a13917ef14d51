//! What writes this slice's tables.

use crate::model::{Experiment, Exposure, Variant};
use crate::queries::experiments;
use facts::{ExperimentId, ExposureId};
use serde_json::json;
use std::collections::BTreeMap;
use store::{Error, Look, Result, Tx, Value, many, params, rows, sql};

/// An experiment that must be there, its row held until the commit.
pub(crate) async fn held(tx: &mut Tx, id: ExperimentId) -> Result<Experiment> {
    let found = tx.maybe(experiments!("WHERE tenant_id = $1 AND id = $2 FOR UPDATE"), params![tx.tenant(), id]).await?;
    found.ok_or_else(|| Error::not_found("experiment"))
}

/// Writes an experiment: a new one, or one that is held.
pub(crate) async fn put(tx: &mut Tx, experiment: &Experiment) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO experiments (tenant_id, id, name, subject, about, goal, within_days, minimum, matters_bps, state, chosen, known,
                created_at, started_at, stopped_at, decided_at, prices)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
             ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, subject = excluded.subject, about = excluded.about,
                goal = excluded.goal, within_days = excluded.within_days, minimum = excluded.minimum, matters_bps = excluded.matters_bps,
                state = excluded.state, chosen = excluded.chosen, known = excluded.known, started_at = excluded.started_at,
                stopped_at = excluded.stopped_at, decided_at = excluded.decided_at, prices = excluded.prices"
        ),
        params![
            tx.tenant(),
            experiment.id,
            &experiment.name,
            experiment.subject.as_str(),
            experiment.about.as_deref(),
            &experiment.goal,
            experiment.within_days,
            experiment.minimum,
            experiment.matters_bps,
            experiment.state.as_str(),
            experiment.chosen,
            experiment.known.as_ref().map(|known| json!(known.0)),
            experiment.created_at,
            experiment.started_at,
            experiment.stopped_at,
            experiment.decided_at,
            experiment.prices.as_ref().map(|prices| json!(prices.0))
        ],
    )
    .await
}

/// Writes the variants of a draft, in place of those that it had.
pub(crate) async fn put_variants(tx: &mut Tx, id: ExperimentId, variants: &[Variant]) -> Result<()> {
    delete_variants(tx, id).await?;
    let into = rows!("INSERT INTO experiment_variants (tenant_id, experiment_id, place, name, weight, holdout) VALUES ", 6, "");
    let mut values = Vec::new();
    for variant in variants {
        let weight = i64::from(variant.weight);
        values.extend_from_slice(params![tx.tenant(), id, variant.place, &variant.name, weight, variant.holdout]);
    }
    tx.put_rows(into, &values).await
}

async fn delete_variants(tx: &mut Tx, id: ExperimentId) -> Result<()> {
    tx.put(sql!("DELETE FROM experiment_variants WHERE tenant_id = $1 AND experiment_id = $2"), params![tx.tenant(), id]).await
}

/// Takes a draft away.
pub(crate) async fn delete(tx: &mut Tx, id: ExperimentId) -> Result<()> {
    delete_variants(tx, id).await?;
    tx.put(sql!("DELETE FROM experiments WHERE tenant_id = $1 AND id = $2"), params![tx.tenant(), id]).await
}

/// Notes who met which variant, those left out who have met one before; gives the places of those who are noted.
pub(crate) async fn note(tx: &mut Tx, exposures: &[Exposure]) -> Result<Vec<i64>> {
    let into = rows!(
        "INSERT INTO exposures (tenant_id, id, experiment_id, contact_id, place, goal, at, counts_until, converted) VALUES ",
        9,
        " ON CONFLICT (tenant_id, contact_id, experiment_id) DO NOTHING RETURNING place"
    );
    let mut values: Vec<Value> = Vec::new();
    for one in exposures {
        values.extend_from_slice(params![
            tx.tenant(),
            one.id,
            one.experiment_id,
            one.contact_id,
            one.place,
            &one.goal,
            one.at,
            one.counts_until,
            one.converted
        ]);
    }
    tx.all_rows(into, &values).await
}

/// Notes that a browser met a variant; whether it is the first time.
pub(crate) async fn note_visitor(tx: &mut Tx, one: &Exposure) -> Result<bool> {
    let noted = tx
        .exec(
            sql!(
                "INSERT INTO exposures (tenant_id, id, experiment_id, visitor_id, place, goal, at, counts_until, converted)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (tenant_id, visitor_id, experiment_id) WHERE visitor_id IS NOT NULL DO NOTHING"
            ),
            params![tx.tenant(), one.id, one.experiment_id, one.visitor_id, one.place, &one.goal, one.at, one.counts_until, one.converted],
        )
        .await?;
    Ok(noted == 1)
}

/// Notes that people did what the variants that they met are for.
pub(crate) async fn convert(tx: &mut Tx, ids: &[ExposureId]) -> Result<()> {
    let sql = sql!(concat!("UPDATE exposures SET converted = TRUE WHERE tenant_id = $1 AND id IN (", many!(), ")"));
    tx.put_in(sql, ids, &[]).await
}

/// By how much the counts of variants grow: how many met them, and how many of those did it.
pub(crate) type Growth = BTreeMap<(ExperimentId, i64), (i64, i64)>;

/// Adds to the counts. Rows are taken in one order, so two who count at once wait for each other and never both.
pub(crate) async fn count(tx: &mut Tx, growth: &Growth) -> Result<()> {
    let into = rows!(
        "INSERT INTO experiment_counts (tenant_id, experiment_id, place, exposed, converted) VALUES ",
        5,
        " ON CONFLICT (tenant_id, experiment_id, place) DO UPDATE SET exposed = experiment_counts.exposed + excluded.exposed,
            converted = experiment_counts.converted + excluded.converted"
    );
    let mut values: Vec<Value> = Vec::new();
    for ((id, place), (exposed, converted)) in growth {
        values.extend_from_slice(params![tx.tenant(), *id, *place, *exposed, *converted]);
    }
    tx.put_rows(into, &values).await
}
