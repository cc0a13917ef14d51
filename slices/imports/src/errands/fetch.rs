//! Asks a shop for a page of its orders; the outcome takes them in and sends the next.

use crate::commands::{end, stop};
use crate::connections;
use crate::model::{Import, State};
use crate::shop::{Page, Trouble, World};
use crate::{queries, rows};
use facts::{ImportId, TenantId};
use orders::Seen;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Ended, Errand, Json, Lane, Next, Result, Trip, Tx};

/// Failed tries after which an import stops.
const MOST_TRIES: i64 = 8;
/// The shop's clock and ours may differ by so much: what changed meanwhile is asked for again.
const OVERLAP: Duration = Duration::from_secs(600);
/// How long a failed try is left alone, doubled with each.
const PAUSE: Duration = Duration::from_secs(5);

/// Asks for a page. Killed anywhere, it asks for the same page again: what is known already is not written twice.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FetchPage {
    pub import_id: ImportId,
    pub page: i64,
}

/// What a trip brings back: nothing where there is nothing left to do.
type Brought = Result<Option<Page>, Trouble>;

impl Errand for FetchPage {
    const NAME: &'static str = "fetch_shop_orders";
    /// Anybody may name a shop that hangs.
    const PLACES: usize = 64;
    type World = World;
    type Back = Brought;

    fn lane(&self, tenant: TenantId) -> Lane {
        Lane { name: format!("shops/{tenant}"), per_second: Some(2) }
    }

    fn priority(&self) -> i64 {
        7
    }

    async fn go(&self, world: &World, trip: &Trip) -> Brought {
        let mut read = world.db.read_main(trip.tenant);
        let away = |error: store::Error| Trouble::Away(error.message().to_owned());
        let import = queries::import(&mut read, self.import_id).await.map_err(away)?;
        let Some(import) = import.filter(|import| self.is_next(import)) else { return Ok(None) };
        let shop = connections::shop(&mut read, &world.vault, import.origin).await.map_err(away)?;
        let shop = shop.ok_or_else(|| Trouble::Refused("The shop is no longer connected.".to_owned()))?;
        let place = import.cursor.map(|place| place.0).ok_or_else(|| Trouble::Refused("It is not known where to go on.".to_owned()))?;
        world.page(&shop, &place).await.map(Some)
    }

    async fn back(&self, _: &World, tx: &mut Tx, trip: &Trip, brought: &Brought) -> Result<Ended> {
        let found = rows::lock(tx, self.import_id).await?;
        let Some(mut import) = found.filter(|import| self.is_next(import)) else { return Ok(Ended::done("nothing was left to do")) };
        let page = match brought {
            Ok(Some(page)) => page,
            Ok(None) => return Ok(Ended::done("nothing was left to do")),
            Err(trouble) => return self.later(tx, trip, import, trouble).await,
        };
        let taken = match import.dry {
            true => orders::compare(tx, &page.orders, Seen::Read).await?,
            false => orders::take_in(tx, &page.orders, Seen::Read).await?,
        };
        rows::note(tx, &mut import, &page.orders, &taken).await?;
        rows::insert_mistakes(tx, import.id, import.wrong_orders, &page.mistakes).await?;
        import.wrong_orders += i64::try_from(page.mistakes.len()).unwrap_or(0);
        import.pages += 1;
        import.cursor = page.next.clone().map(Json);
        match page.next {
            Some(_) => {
                rows::update(tx, &import).await?;
                tx.send(FetchPage { import_id: import.id, page: import.pages }).await?;
            }
            None => self.done(tx, import).await?,
        }
        Ok(Ended::done(format!("{} orders", page.orders.len())))
    }
}

impl FetchPage {
    /// Whether this page is the one that an import waits for.
    fn is_next(&self, import: &Import) -> bool {
        import.state == State::Running && import.pages == self.page
    }

    async fn done(&self, tx: &mut Tx, mut import: Import) -> Result<()> {
        import.state = State::Done;
        if !import.dry {
            connections::asked(tx, import.origin, Some(import.created_at.before(OVERLAP)), None).await?;
        }
        if import.polled && import.new_orders + import.changed_orders + import.wrong_orders == 0 {
            return rows::delete(tx, import.id).await;
        }
        end(tx, &mut import).await
    }

    async fn later(&self, tx: &mut Tx, trip: &Trip, import: Import, trouble: &Trouble) -> Result<Ended> {
        match trouble {
            Trouble::Busy(wait) => Ok(Ended::new(Next::Pause(tx.now().after(*wait)), "rate_limited", "the shop is asked too fast")),
            Trouble::Away(words) if trip.failures + 1 < MOST_TRIES => {
                let wait = PAUSE * 2u32.pow(u32::try_from(trip.failures).unwrap_or(0).min(MOST_TRIES as u32));
                Ok(Ended::new(Next::Again(tx.now().after(wait)), "transient", words.clone()))
            }
            Trouble::Away(words) | Trouble::Refused(words) => {
                connections::asked(tx, import.origin, None, Some(words)).await?;
                stop(tx, import, words).await?;
                Ok(Ended::new(Next::Done, "refused", words.clone()))
            }
        }
    }
}
