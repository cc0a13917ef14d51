//! Segments, made, counted, changed and taken away.

use crate::commands::{DeleteSegment, SaveSegment};
use crate::count::{self, COUNTS_A_MINUTE, SegmentCount};
use crate::filter::{self, Lists, Needs};
use crate::model::{Segment, State};
use crate::queries;
use axum::Json;
use axum::extract::State as Of;
use axum::response::Response;
use facts::{SegmentId, Time};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Error, Look, Result};
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, IdempotencyKey, Listed, Paging, Path, Permission, Query, Route, made};

/// A set of contacts that follows from a filter.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Segment)]
struct Shown {
    /// Its id.
    #[schema(value_type = String, example = "seg_01h2xcejqtf2nbrexx3vqjhp41")]
    id: SegmentId,
    /// What it is called.
    #[schema(example = "Regulars of Pune")]
    name: String,
    /// Who is in it.
    #[schema(value_type = Object)]
    filter: Value,
    /// The same in words.
    #[schema(example = "city is Pune and paid an order at least 2 times in 30 days")]
    says: String,
    /// `building` while everybody is held against a filter that is new, `ready` from then on.
    #[schema(value_type = String, example = "ready")]
    state: State,
    /// How many are in it.
    contacts: i64,
    /// How many a build has looked at so far.
    looked_at: i64,
    /// How many there were when it began.
    of_contacts: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// Since when it is whole; null while it is built.
    #[schema(value_type = Option<String>, format = DateTime)]
    built_at: Option<Time>,
}

impl Shown {
    fn of(segment: Segment, lists: &Lists) -> Self {
        let Segment { id, name, filter, state, contacts, looked_at, of_contacts, created_at, built_at, .. } = segment;
        let (says, filter) = (filter::words(&filter, lists), filter::write(&filter));
        Self { id, name, filter, says, state, contacts, looked_at, of_contacts, created_at, built_at }
    }

    async fn one(look: &mut impl Look, segment: Segment) -> Result<Self> {
        let lists = lists(look, std::slice::from_ref(&segment)).await?;
        Ok(Self::of(segment, &lists))
    }
}

/// What the lists are called that these segments ask about.
pub(crate) async fn lists(look: &mut impl Look, all: &[Segment]) -> Result<Lists> {
    let needs: Vec<Needs> = all.iter().map(Segment::needs).collect();
    let wanted: Vec<_> = Needs::together(&needs).lists.into_iter().collect();
    contacts::lists_named(look, &wanted).await
}

/// A segment, as it is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSegment {
    /// What it is called, 1 to 80 characters.
    #[schema(example = "Regulars of Pune")]
    name: String,
    /// Who is in it: a tree of `all`, `any`, `not`, `attribute`, `did`, `list`, `tag` and `may`.
    #[schema(value_type = Object, example = json!({"all": [{"attribute": "city", "is": "Pune"}, {"did": "order.paid", "at_least": 2, "days": 30}]}))]
    filter: Value,
}

/// What is to be changed of a segment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeSegment {
    /// It stays where it is not said.
    name: Option<String>,
    /// It stays where it is not said. Another one is built anew.
    #[schema(value_type = Option<Object>)]
    filter: Option<Value>,
}

/// A filter alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SegmentFilter {
    /// Who is meant.
    #[schema(value_type = Object, example = json!({"tag": "vip"}))]
    filter: Value,
}

async fn list(Of(app): Of<App>, caller: Caller, Query(paging): Query<Paging>) -> Answer<Json<Listed<Shown>>> {
    let limit = paging.limit()?;
    let mut read = caller.read(&app);
    let rows = queries::page(&mut read, paging.cursor()?, limit + 1).await?;
    let lists = lists(&mut read, &rows).await?;
    Ok(Json(Listed::new(rows, limit, queries::place).map(|segment| Shown::of(segment, &lists))))
}

async fn create(Of(app): Of<App>, caller: Caller, key: IdempotencyKey, body: Body<NewSegment>) -> Answer<Response> {
    let key = key.required(&body.hash)?;
    let NewSegment { name, filter } = body.value;
    let once = app.db.run_once(&caller.who, key, Made(SaveSegment { id: None, name: Some(name), filter: Some(filter) })).await?;
    Ok(made(once.out, once.replayed))
}

/// Makes a segment and shows it, so that the same answer can be given again.
struct Made(SaveSegment);

impl store::Command for Made {
    const NAME: &'static str = "make_segment";
    type Out = Shown;

    async fn run(&self, tx: &mut store::Tx) -> Result<Shown> {
        let segment = self.0.run(tx).await?;
        Shown::one(tx, segment).await
    }
}

async fn show(Of(app): Of<App>, caller: Caller, Path(id): Path<SegmentId>) -> Answer<Json<Shown>> {
    let mut read = caller.read(&app);
    let found = queries::segment(&mut read, id).await?.ok_or_else(|| Error::not_found("segment"))?;
    Ok(Json(Shown::one(&mut read, found).await?))
}

async fn change(Of(app): Of<App>, caller: Caller, Path(id): Path<SegmentId>, body: Body<ChangeSegment>) -> Answer<Json<Shown>> {
    let ChangeSegment { name, filter } = body.value;
    Ok(Json(app.db.run(&caller.who, Made(SaveSegment { id: Some(id), name, filter })).await?))
}

async fn delete(Of(app): Of<App>, caller: Caller, Path(id): Path<SegmentId>) -> Answer<StatusCode> {
    app.db.run(&caller.who, DeleteSegment(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn counted(Of(app): Of<App>, caller: Caller, body: Body<SegmentFilter>) -> Answer<Json<SegmentCount>> {
    let filter = filter::read("filter", &body.value.filter)?;
    Ok(Json(count::count(&mut caller.read(&app), &filter, app.db.clock().now()).await?))
}

pub(super) fn routes() -> Vec<Route> {
    use Permission::{ContactsRead, ContactsWrite};
    const ALL: &str = "/api/v1/segments";
    const ONE: &str = "/api/v1/segments/{id}";
    vec![
        Route::get(ALL, ContactsRead, list)
            .says("List segments", "Newest first, each with how many are in it.")
            .query::<Paging>()
            .gives::<Listed<Shown>>(200),
        Route::post(ALL, ContactsWrite, create)
            .says("Make a segment", "Whoever fits its filter is in it. It is built page by page, and kept true from then on.")
            .keyed()
            .takes::<NewSegment>()
            .gives::<Shown>(201),
        Route::post("/api/v1/segments/count", ContactsRead, counted)
            .says("Count who fits a filter", "Nothing is kept. Up to 50,000 contacts exactly; of more the newest 50,000, as a sample.")
            .at_most("COUNT", COUNTS_A_MINUTE)
            .takes::<SegmentFilter>()
            .gives::<SegmentCount>(200),
        Route::get(ONE, ContactsRead, show).says("Look at a segment", "").gives::<Shown>(200),
        Route::put(ONE, ContactsWrite, change)
            .says("Change a segment", "What is not said stays. Another filter is built anew.")
            .takes::<ChangeSegment>()
            .gives::<Shown>(200),
        Route::delete(ONE, ContactsWrite, delete).says("Delete a segment", "Who was in it stays known."),
    ]
}
