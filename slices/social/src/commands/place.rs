//! Places: added, changed, tested, taken out.

use super::same;
use crate::model::{Place, PlaceKind, PlaceState, Tested};
use crate::secrets::vaulted;
use crate::trial::TryPlace;
use crate::{queries, rows, rules};
use facts::social::PlaceStep;
use facts::{Change, SocialPlaceId};
use serde_json::{Value, json};
use store::secret::Vault;
use store::{Command, Error, Result, Tx};
use url::Url;
use web::http::Outside;

/// The longest name, in characters.
const NAME: usize = 60;

/// What was asked for, checked; what was not said stays as it is.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    name: Option<String>,
    kind: Option<PlaceKind>,
    address: Option<Url>,
}

impl Wanted {
    /// Checks what a tenant typed.
    ///
    /// # Errors
    /// The field, with what is wrong.
    pub(crate) fn new(outside: &Outside, name: Option<&str>, kind: Option<PlaceKind>, address: Option<&str>) -> Result<Self> {
        let name = name.map(|name| web::text("name", name, NAME)).transpose()?;
        if name.as_deref().is_some_and(|name| name.is_empty() || name.contains('\n')) {
            return Err(Error::field("name", "what you call it, in one line"));
        }
        Ok(Self { name, kind, address: address.map(|address| outside.check("address", address)).transpose()? })
    }

    fn fill(&self, place: Place) -> Place {
        Place {
            name: self.name.clone().unwrap_or(place.name),
            kind: self.kind.unwrap_or(place.kind),
            address: self.address.as_ref().map_or(place.address, Url::to_string),
            ..place
        }
    }
}

/// What facts tell of a place: of its address the host alone.
fn told(place: &Place) -> Value {
    json!({"name": place.name, "kind": place.kind, "host": place.host()})
}

/// Adds a place; hands back its secret, which is told this once.
pub(crate) struct MakePlace {
    pub wanted: Wanted,
    pub vault: Vault,
}

impl Command for MakePlace {
    const NAME: &'static str = "make_social_place";
    type Out = (Place, String);

    async fn run(&self, tx: &mut Tx) -> Result<(Place, String)> {
        // One at a time, so that what is counted is true.
        identity::lock_plan(tx).await?;
        if queries::places(tx).await?.len() >= rules::PLACES {
            return Err(Error::conflict("too_many_places", format!("There are {} places already. Remove one first.", rules::PLACES)));
        }
        let blank = Place {
            id: tx.id(),
            name: String::new(),
            kind: PlaceKind::Other,
            address: String::new(),
            state: PlaceState::Active,
            reason: None,
            tested: None,
            tested_said: None,
            tested_at: None,
            before_until: None,
            version: 1,
            created_at: tx.now(),
        };
        let place = self.wanted.fill(blank);
        let secret = webhooks::secret(tx);
        let locked = self.vault.lock(&vaulted(tx.tenant(), place.id), &secret)?;
        rows::insert_place(tx, &place, locked).await?;
        rows::state_place(tx, &place, PlaceStep::Made, Change::between(&Value::Null, &told(&place))).await?;
        Ok((place, secret))
    }
}

/// Changes what is said of a place.
pub(crate) struct ChangePlace {
    pub id: SocialPlaceId,
    /// The version that is changed, where whoever changes it says so.
    pub version: Option<i64>,
    pub wanted: Wanted,
    /// Whether posts go there.
    pub active: Option<bool>,
}

impl Command for ChangePlace {
    const NAME: &'static str = "change_social_place";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let before = rows::held_place(tx, self.id).await?;
        same(self.version, before.version)?;
        let mut after = Place { version: before.version + 1, ..self.wanted.fill(before.clone()) };
        let mut changes = Change::between(&told(&before), &told(&after));
        if before.address != after.address && before.host() == after.host() {
            changes.push(Change::secret("address", true));
        }
        let step = match (self.active, before.state) {
            (Some(true), PlaceState::Paused) => Some((PlaceStep::Resumed, PlaceState::Active)),
            (Some(false), PlaceState::Active) => Some((PlaceStep::Paused, PlaceState::Paused)),
            _ => None,
        };
        if let Some((_, state)) = step {
            (after.state, after.reason) = (state, None);
        }
        if changes.is_empty() && step.is_none() {
            return Ok(());
        }
        rows::update_place(tx, &after).await?;
        if !changes.is_empty() {
            rows::state_place(tx, &after, PlaceStep::Changed, changes).await?;
        }
        match step {
            Some((step, _)) => rows::state_place(tx, &after, step, Vec::new()).await,
            None => Ok(()),
        }
    }
}

/// Takes a place out; what went there stays on its posts.
pub(crate) struct RemovePlace(pub SocialPlaceId);

impl Command for RemovePlace {
    const NAME: &'static str = "remove_social_place";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let place = rows::held_place(tx, self.0).await?;
        rows::remove_place(tx, &place).await?;
        rows::state_place(tx, &place, PlaceStep::Removed, Vec::new()).await
    }
}

/// Sends a test to a place.
pub(crate) struct TestPlace(pub SocialPlaceId);

impl Command for TestPlace {
    const NAME: &'static str = "test_social_place";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let place = rows::held_place(tx, self.0).await?;
        rows::tested(tx, place.id, Tested::Waiting, "").await?;
        tx.send(TryPlace { place_id: place.id }).await?;
        rows::state_place(tx, &place, PlaceStep::Tested, Vec::new()).await
    }
}
