//! Routes: made, named and put in order.

use super::rows;
use crate::model::Route;
use facts::rounds::RouteSaved;
use facts::{Change, RouteId};
use serde_json::{Value, json};
use store::{Command, Error, Result, Tx};

/// Makes a route, or changes one.
#[derive(Debug, Clone)]
pub(crate) struct SaveRoute {
    /// Which; a new one where it is none.
    pub id: Option<RouteId>,
    pub name: String,
    /// Its place among the routes; it stays where nothing is said.
    pub position: Option<i64>,
}

impl Command for SaveRoute {
    const NAME: &'static str = "save_route";
    type Out = Route;

    async fn run(&self, tx: &mut Tx) -> Result<Route> {
        let name = web::text("name", &self.name, 60)?.replace('\n', " ");
        if name.is_empty() {
            return Err(Error::field("name", "what the route is called, such as North"));
        }
        if self.position.is_some_and(|position| !(0..=9_999).contains(&position)) {
            return Err(Error::field("position", "0 to 9999"));
        }
        let before = match self.id {
            Some(id) => Some(rows::lock_route(tx, id).await?.ok_or_else(|| Error::not_found("route"))?),
            None => None,
        };
        let position = self.position.or(before.as_ref().map(|route| route.position)).unwrap_or(0);
        let route = Route { id: before.as_ref().map_or_else(|| tx.id(), |route| route.id), name, position };
        let saved = match before {
            Some(_) => rows::set_route(tx, route.id, &route.name, position).await?,
            None => rows::insert_route(tx, route.id, &route.name, position).await?,
        };
        if !saved {
            return Err(Error::conflict("route_exists", format!("Another route is called {}.", route.name)));
        }
        let told = |route: &Route| json!({"name": route.name, "position": route.position});
        let changes = Change::between(&before.as_ref().map_or(Value::Null, told), &told(&route));
        if !changes.is_empty() {
            tx.state(RouteSaved { route_id: route.id, name: route.name.clone(), changes }).await?;
        }
        Ok(route)
    }
}
