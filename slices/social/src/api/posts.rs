//! `/api/v1/social/posts`.

use super::view::PostView;
use crate::commands::{MovePost, SavePost};
use crate::model::{PostState, Whole};
use crate::queries::{self, Filter};
use crate::rules::Act;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use facts::{SocialPlaceId, SocialPostId, Time};
use http::HeaderMap;
use jiff::tz::TimeZone;
use serde::Deserialize;
use store::{Error, Result};
use utoipa::{IntoParams, ToSchema};
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Path, Permission, Query, Route, csv, filter_part, made, moment_part};

/// The columns of the file.
const COLUMNS: &str = "id,at,state,text,link,picture,places,created_at,ended_at";

/// Which posts, and which page of them.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
pub(crate) struct Narrow {
    /// `draft`, `planned`, `sending`, `sent`, `partly`, `failed` or `cancelled`.
    pub state: Option<String>,
    /// Those that go to one place, by its id.
    pub place: Option<String>,
    /// Those that go out at this time or later, or on this day or later.
    pub from: Option<String>,
    /// Those that go out before this time, or up to and with this day.
    pub to: Option<String>,
    /// `csv` for a file of all that match, whatever `limit` and `cursor` say.
    pub format: Option<String>,
    /// How many at the most, 1 to 200; 50 when not said.
    pub limit: Option<String>,
    /// Where to go on: the `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Narrow {
    /// Which posts it asks for; days are days of that zone.
    ///
    /// # Errors
    /// The field that cannot be read.
    pub(crate) fn filter(&self, zone: &TimeZone) -> Result<Filter> {
        let all = Filter::default();
        Ok(Filter {
            state: filter_part::<PostState>("state", self.state.as_deref(), "a state of posts, such as planned")?,
            place: filter_part::<SocialPlaceId>("place", self.place.as_deref(), "an id like spl_01j8…")?,
            from: moment_part("from", self.from.as_deref(), zone, false)?.unwrap_or(all.from),
            to: moment_part("to", self.to.as_deref(), zone, true)?.unwrap_or(all.to),
        })
    }

    /// Which page it asks for.
    pub(crate) fn paging(&self) -> Paging {
        Paging { limit: self.limit.clone(), cursor: self.cursor.clone() }
    }
}

async fn list(State(app): State<App>, caller: Caller, headers: HeaderMap, Query(narrow): Query<Narrow>) -> Answer<Response> {
    let filter = narrow.filter(&caller.zone())?;
    let mut read = caller.read(&app);
    if csv::wanted(&headers, narrow.format.as_deref())? {
        let page = move |after, limit| {
            let mut read = read.clone();
            async move { queries::page(&mut read, &filter, after, limit).await }
        };
        return Ok(csv::file("social-posts", COLUMNS, page, Whole::cursor, cells).await?);
    }
    let paging = narrow.paging();
    let limit = paging.limit()?;
    let rows = queries::page(&mut read, &filter, paging.cursor()?, limit + 1).await?;
    Ok(Json(Listed::new(rows, limit, Whole::cursor).map(PostView::from)).into_response())
}

fn cells(whole: &Whole) -> Vec<String> {
    let Whole { post, deliveries } = whole;
    let places: Vec<String> = deliveries.iter().map(|delivery| format!("{}: {}", delivery.name, delivery.state)).collect();
    vec![
        post.id.to_string(),
        post.at.to_string(),
        post.state.to_string(),
        post.body.clone(),
        post.link.clone().unwrap_or_default(),
        post.picture.clone().unwrap_or_default(),
        places.join("; "),
        post.created_at.to_string(),
        post.ended_at.map(|at| at.to_string()).unwrap_or_default(),
    ]
}

/// A post as it is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSocialPost)]
struct Asked {
    /// What it says, up to 5,000 characters.
    #[schema(example = "The first mangoes of the year are in.")]
    text: String,
    /// An address that it leads to.
    #[schema(example = "https://shop.example/mangoes")]
    link: Option<String>,
    /// The address of a picture, which the place fetches itself.
    picture: Option<String>,
    /// When it goes out, once it is planned: a time to come, within a year.
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// The places that it goes to.
    #[schema(value_type = Vec<String>, example = json!(["spl_01h2xcejqtf2nbrexx3vqjhp41"]))]
    places: Vec<SocialPlaceId>,
    /// Whether it is planned by this, or a draft. A new one is a draft, another stays as it is, where it is not said.
    plan: Option<bool>,
    /// The version that is changed; a change of another one is refused. Left out for a new one.
    version: Option<i64>,
}

impl Asked {
    fn save(self, id: Option<SocialPostId>) -> Result<SavePost> {
        if id.is_none() && self.version.is_some() {
            return Err(Error::field("version", "nothing, of a new post"));
        }
        let Self { text: body, link, picture, at, places, plan, version } = self;
        Ok(SavePost { id, version, body, link, picture, at, places, plan })
    }
}

async fn found(app: &App, caller: &Caller, id: SocialPostId) -> Result<PostView> {
    Ok(queries::whole(&mut app.db.read_main(caller.tenant()), id).await?.into())
}

async fn create(State(app): State<App>, caller: Caller, key: IdempotencyKey, body: Body<Asked>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let once = app.db.run_once(&caller.who, key, body.value.save(None)?).await?;
    Ok(made(found(&app, &caller, once.out.id).await?, once.replayed))
}

async fn show(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>) -> Answer<Json<PostView>> {
    Ok(Json(found(&app, &caller, id).await?))
}

async fn change(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>, body: Body<Asked>) -> Answer<Json<PostView>> {
    app.db.run(&caller.who, body.value.save(Some(id))?).await?;
    Ok(Json(found(&app, &caller, id).await?))
}

async fn moved(app: &App, caller: &Caller, id: SocialPostId, act: Act) -> Answer<Json<PostView>> {
    app.db.run(&caller.who, MovePost { id, act }).await?;
    Ok(Json(found(app, caller, id).await?))
}

async fn plan(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>) -> Answer<Json<PostView>> {
    moved(&app, &caller, id, Act::Plan).await
}

async fn cancel(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>) -> Answer<Json<PostView>> {
    moved(&app, &caller, id, Act::Cancel).await
}

async fn retry(State(app): State<App>, caller: Caller, Path(id): Path<SocialPostId>) -> Answer<Json<PostView>> {
    moved(&app, &caller, id, Act::Retry).await
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{MessagesRead, MessagesWrite};
    const ALL: &str = "/api/v1/social/posts";
    const ONE: &str = "/api/v1/social/posts/{id}";
    vec![
        Route::get(ALL, MessagesRead, list)
            .says("List posts", "The last to go out first. With `format=csv` or `Accept: text/csv` a file of all that match.")
            .query::<Narrow>()
            .gives::<Listed<PostView>>(200),
        Route::post(ALL, MessagesWrite, create)
            .says("Write a post", "A draft, or with `plan` one that goes out at its time.")
            .keyed()
            .takes::<Asked>()
            .gives::<PostView>(201),
        Route::get(ONE, MessagesRead, show).says("Show a post", "With what each of its places said.").gives::<PostView>(200),
        Route::put(ONE, MessagesWrite, change)
            .says("Change a post", "All of it, until its time comes.")
            .takes::<Asked>()
            .gives::<PostView>(200),
        Route::post("/api/v1/social/posts/{id}/plan", MessagesWrite, plan)
            .says("Plan a post", "At its time it goes to each of its places, once, whatever crashes.")
            .gives::<PostView>(200),
        Route::post("/api/v1/social/posts/{id}/cancel", MessagesWrite, cancel)
            .says("Cancel a post", "Before its time. Nothing of it goes anywhere.")
            .gives::<PostView>(200),
        Route::post("/api/v1/social/posts/{id}/retry", MessagesWrite, retry)
            .says("Send a post once more", "To those of its places that did not take it, under the same `webhook-id`.")
            .gives::<PostView>(200),
    ]
}
