//! What writes the tables of templates.

use super::look::templates;
use super::{Status, Template};
use crate::provider::Provider;
use crate::whatsapp::templates::Seen;
use facts::whatsapp::WhatsappTemplateMoved;
use facts::{Time, WhatsappTemplateId};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use store::{Look, Result, Tx, params, rows, sql, texts};

/// Notes that the provider is asked from now on.
pub(super) async fn begin(tx: &mut Tx) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO whatsapp_template_looks (tenant_id, provider, begun_at) VALUES ($1, $2, $3)
             ON CONFLICT (tenant_id, provider) DO UPDATE SET begun_at = excluded.begun_at"
        ),
        params![tx.tenant(), Provider::Meta.as_str(), tx.now()],
    )
    .await
}

/// Notes why a look came to nothing.
pub(super) async fn fail(tx: &mut Tx, trouble: &str) -> Result<()> {
    tx.put(
        sql!("UPDATE whatsapp_template_looks SET trouble = $3 WHERE tenant_id = $1 AND provider = $2"),
        params![tx.tenant(), Provider::Meta.as_str(), trouble],
    )
    .await
}

/// Keeps a page of what was asked for at a moment, in a look that began earlier. What a call has said since then stays.
pub(super) async fn keep(tx: &mut Tx, seen: &[Seen], begun: Time, asked: Time) -> Result<()> {
    let mut unlike: BTreeMap<(&str, &str), &Seen> = BTreeMap::new();
    unlike.extend(seen.iter().map(|one| ((one.name.as_str(), one.language.as_str()), one)));
    let known: Vec<Template> = tx
        .all(
            templates!(
                "WHERE tenant_id = $1 AND provider = $2 AND name IN (SELECT key FROM json_each($3)) AND as_of <= $4 ORDER BY id FOR UPDATE"
            ),
            params![tx.tenant(), Provider::Meta.as_str(), texts(seen.iter().map(|one| one.name.as_str())), asked],
        )
        .await?;
    let known: HashMap<(&str, &str), &Template> = known.iter().map(|one| ((one.name.as_str(), one.language.as_str()), one)).collect();
    let mut values = Vec::with_capacity(unlike.len() * 16);
    for (place, one) in &unlike {
        let id: WhatsappTemplateId = known.get(place).map_or_else(|| tx.id(), |known| known.id);
        values.extend_from_slice(params![
            tx.tenant(),
            id,
            Provider::Meta.as_str(),
            one.name.as_str(),
            one.language.as_str(),
            one.category.as_str(),
            one.status.as_str(),
            one.quality.as_str(),
            one.body.as_str(),
            json!(one.variables),
            one.numbered,
            one.also_needs.as_deref(),
            one.reason.as_deref(),
            begun,
            asked,
            tx.now()
        ]);
    }
    let kept = rows!(
        "INSERT INTO whatsapp_templates (tenant_id, id, provider, name, language, category, status, quality, body, variables, numbered, \
         also_needs, reason, seen_at, as_of, created_at) VALUES ",
        16,
        " ON CONFLICT (tenant_id, provider, name, language) DO UPDATE SET category = excluded.category, status = excluded.status, \
         quality = excluded.quality, body = excluded.body, variables = excluded.variables, numbered = excluded.numbered, \
         also_needs = excluded.also_needs, reason = excluded.reason, seen_at = excluded.seen_at, as_of = excluded.as_of \
         WHERE whatsapp_templates.as_of <= excluded.as_of"
    );
    tx.put_rows(kept, &values).await?;
    let moved = unlike.iter().filter_map(|(place, one)| {
        let known = known.get(place).filter(|known| known.status != one.status)?;
        Some(moved(known, one.status, one.reason.clone()))
    });
    let moved: Vec<WhatsappTemplateMoved> = moved.collect();
    tx.state_all(moved).await?;
    Ok(())
}

/// A look came to its end: what it did not see is gone, where nothing newer is known of it.
pub(super) async fn end(tx: &mut Tx, begun: Time) -> Result<()> {
    let lost: Vec<Template> = tx
        .all(
            templates!(
                "WHERE tenant_id = $1 AND provider = $2 AND seen_at < $3 AND as_of < $3 AND status <> 'gone' ORDER BY id FOR UPDATE"
            ),
            params![tx.tenant(), Provider::Meta.as_str(), begun],
        )
        .await?;
    if !lost.is_empty() {
        tx.put(
            sql!(
                "UPDATE whatsapp_templates SET status = 'gone', reason = NULL, as_of = $3
                 WHERE tenant_id = $1 AND provider = $2 AND seen_at < $3 AND as_of < $3 AND status <> 'gone'"
            ),
            params![tx.tenant(), Provider::Meta.as_str(), begun],
        )
        .await?;
    }
    tx.state_all(lost.iter().map(|one| moved(one, Status::Gone, None)).collect::<Vec<_>>()).await?;
    tx.put(
        sql!("UPDATE whatsapp_template_looks SET done_at = $3, trouble = NULL WHERE tenant_id = $1 AND provider = $2"),
        params![tx.tenant(), Provider::Meta.as_str(), tx.now()],
    )
    .await
}

/// A template whose row is held until the commit.
pub(super) async fn held(tx: &mut Tx, name: &str, language: &str) -> Result<Option<Template>> {
    tx.maybe(
        templates!("WHERE tenant_id = $1 AND provider = $2 AND name = $3 AND language = $4 FOR UPDATE"),
        params![tx.tenant(), Provider::Meta.as_str(), name, language],
    )
    .await
}

/// Writes what a call says of a held template.
pub(super) async fn note(tx: &mut Tx, before: &Template, now: &Template) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE whatsapp_templates SET category = $3, status = $4, quality = $5, reason = $6, as_of = $7 WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            before.id,
            now.category.as_str(),
            now.status.as_str(),
            now.quality.as_str(),
            now.reason.as_deref(),
            tx.now()
        ],
    )
    .await?;
    if before.status != now.status {
        tx.state(moved(before, now.status, now.reason.clone())).await?;
    }
    Ok(())
}

fn moved(before: &Template, to: Status, reason: Option<String>) -> WhatsappTemplateMoved {
    WhatsappTemplateMoved {
        whatsapp_template_id: before.id,
        name: before.name.clone(),
        language: before.language.clone(),
        from: before.status.to_string(),
        to: to.to_string(),
        reason,
    }
}
