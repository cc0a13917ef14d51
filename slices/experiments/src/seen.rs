//! `/seen/{product}.gif`: a page of the shop on which a price is on trial is looked at. The browser that asks for it brings the id along that it was
//! asked that price by; a program that loads no images, or keeps no cookies, is nobody.

use crate::expose;
use axum::extract::State;
use axum::response::Response;
use facts::{ExperimentId, VisitorId};
use http::{HeaderMap, Method};
use orders::Visitor;
use store::{Command, Result, Tx, Who};
use web::{Access, Answer, App, Asked, Path, Route, Shop, is_person, point};

/// How often one address may call, a minute: a shop's page asks once for each price on trial.
const CALLS_A_MINUTE: u32 = 300;

/// Notes that a browser was asked a price.
struct Meet {
    experiment: ExperimentId,
    visitor: VisitorId,
}

impl Command for Meet {
    const NAME: &'static str = "meet_price";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        expose::expose_visitor(tx, self.experiment, self.visitor).await
    }
}

async fn seen(
    State(app): State<App>,
    shop: Shop,
    asked: Asked,
    visitor: Visitor,
    method: Method,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Answer<Response> {
    let slug = name.strip_suffix(".gif").unwrap_or(&name);
    let Some(visitor) = visitor.0.filter(|_| is_person(&method, &headers)) else { return Ok(point()) };
    let look = &mut app.db.read(shop.tenant);
    let Some(mut product) = catalogue::product(look, slug).await? else { return Ok(point()) };
    catalogue::on_trial(look, Some(visitor), std::slice::from_mut(&mut product)).await?;
    if let Some(experiment) = product.trial {
        app.db.run(&asked.by(Who::visitor(shop.tenant)), Meet { experiment, visitor }).await?;
    }
    Ok(point())
}

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/seen/{product}", Access::Public, seen)
            .page()
            .at_most("SEEN", CALLS_A_MINUTE)
            .says("A price is looked at", "An image of one point."),
    ]
}
