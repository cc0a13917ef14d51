//! Places, as they are written.

use crate::model::{Place, PlaceState, Tested};
use crate::queries::place_rows;
use crate::secrets::vaulted;
use facts::social::{PlaceStep, SocialPlaceChanged};
use facts::{Change, Id, SocialPlaceId, TenantId, Time};
use store::secret::Column;
use store::{Error, Look, Result, Tx, params, sql};
use uuid::Uuid;

/// The secrets that sign, for whoever locks them with another master key.
pub(crate) static SECRETS: Column<(TenantId, SocialPlaceId)> = Column {
    name: "social_places.locked",
    page: sql!(global
        "SELECT tenant_id, id, locked FROM social_places WHERE (tenant_id, id) > ($1, $2) AND locked IS NOT NULL
         ORDER BY tenant_id, id LIMIT $3"
    ),
    put: sql!(global "UPDATE social_places SET locked = $3 WHERE tenant_id = $1 AND id = $2 AND locked = $4"),
    least: || (Id::from_uuid(Uuid::nil()), Id::from_uuid(Uuid::nil())),
    place: |(tenant, id)| vaulted(*tenant, *id),
};

/// Those that sign along for a while.
pub(crate) static SECRETS_BEFORE: Column<(TenantId, SocialPlaceId)> = Column {
    name: "social_places.locked_before",
    page: sql!(global
        "SELECT tenant_id, id, locked_before FROM social_places WHERE (tenant_id, id) > ($1, $2) AND locked_before IS NOT NULL
         ORDER BY tenant_id, id LIMIT $3"
    ),
    put: sql!(global "UPDATE social_places SET locked_before = $3 WHERE tenant_id = $1 AND id = $2 AND locked_before = $4"),
    least: || (Id::from_uuid(Uuid::nil()), Id::from_uuid(Uuid::nil())),
    place: |(tenant, id)| vaulted(*tenant, *id),
};

pub(crate) async fn insert_place(tx: &mut Tx, place: &Place, locked: Vec<u8>) -> Result<()> {
    tx.put(
        sql!(
            "INSERT INTO social_places (tenant_id, id, name, kind, address, state, locked, version, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        params![
            tx.tenant(),
            place.id,
            &place.name,
            place.kind.as_str(),
            &place.address,
            place.state.as_str(),
            locked,
            place.version,
            place.created_at
        ],
    )
    .await
}

/// A place that nobody else changes until the commit.
async fn lock_place(tx: &mut Tx, id: SocialPlaceId) -> Result<Option<Place>> {
    tx.maybe(place_rows!("WHERE tenant_id = $1 AND id = $2 AND state <> 'removed' FOR UPDATE"), params![tx.tenant(), id]).await
}

/// The same, where there must be one.
pub(crate) async fn held_place(tx: &mut Tx, id: SocialPlaceId) -> Result<Place> {
    lock_place(tx, id).await?.ok_or_else(|| Error::not_found("social place"))
}

/// Writes a held place anew.
pub(crate) async fn update_place(tx: &mut Tx, place: &Place) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE social_places SET name = $3, kind = $4, address = $5, state = $6, reason = $7, version = $8
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![
            tx.tenant(),
            place.id,
            &place.name,
            place.kind.as_str(),
            &place.address,
            place.state.as_str(),
            place.reason.as_deref(),
            place.version
        ],
    )
    .await
}

/// Takes a held place out, its address and its secrets with it; its row stays for the posts that name it.
pub(crate) async fn remove_place(tx: &mut Tx, place: &Place) -> Result<()> {
    tx.put(
        sql!(
            "UPDATE social_places SET state = 'removed', address = '', reason = NULL, locked = NULL, locked_before = NULL, before_until = NULL,
               version = version + 1
             WHERE tenant_id = $1 AND id = $2"
        ),
        params![tx.tenant(), place.id],
    )
    .await
}

/// Gives a held place a new secret; the one that it had signs along until then.
pub(crate) async fn rotate(tx: &mut Tx, place: SocialPlaceId, locked: Vec<u8>, until: Time) -> Result<()> {
    tx.put(
        sql!("UPDATE social_places SET locked_before = locked, before_until = $4, locked = $3 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), place, locked, until],
    )
    .await
}

/// The secret before the last is forgotten, where its time is over.
pub(crate) async fn end_before(tx: &mut Tx, place: SocialPlaceId) -> Result<()> {
    tx.put(
        sql!("UPDATE social_places SET locked_before = NULL, before_until = NULL WHERE tenant_id = $1 AND id = $2 AND before_until <= $3"),
        params![tx.tenant(), place, tx.now()],
    )
    .await
}

/// Nothing goes to a place any more that says it is gone. Whoever comes second changes nothing.
pub(crate) async fn pause_gone(tx: &mut Tx, id: SocialPlaceId) -> Result<()> {
    let Some(place) = lock_place(tx, id).await?.filter(|place| place.state == PlaceState::Active) else { return Ok(()) };
    let version = place.version + 1;
    let paused = Place { state: PlaceState::Paused, reason: Some("gone".to_owned()), version, ..place };
    update_place(tx, &paused).await?;
    state_place(tx, &paused, PlaceStep::Paused, Vec::new()).await
}

/// What came of a place's test.
pub(crate) async fn tested(tx: &mut Tx, id: SocialPlaceId, tested: Tested, said: &str) -> Result<()> {
    tx.put(
        sql!("UPDATE social_places SET tested = $3, tested_said = $4, tested_at = $5 WHERE tenant_id = $1 AND id = $2"),
        params![tx.tenant(), id, tested.as_str(), said, tx.now()],
    )
    .await
}

/// States a step of a place.
pub(crate) async fn state_place(tx: &mut Tx, place: &Place, step: PlaceStep, changes: Vec<Change>) -> Result<()> {
    let (name, reason) = (place.name.clone(), place.reason.clone().filter(|_| step == PlaceStep::Paused));
    tx.state(SocialPlaceChanged { place_id: place.id, name, step, reason, changes }).await?;
    Ok(())
}
