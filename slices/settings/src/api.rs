//! `/api/v1/settings`.

use crate::commands::{ChangeSettings, GiveCredentials};
use crate::providers::{self, PROVIDERS};
use crate::{Credentials, known, rows};
use axum::Json;
use axum::extract::State;
use facts::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Path, Permission, Route};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/settings", Permission::TenantRead, show)
            .says("Read the settings", "Every setting that there is, with the value that holds.")
            .gives::<Settings>(200),
        Route::put("/api/v1/settings", Permission::TenantWrite, change)
            .says("Change settings", "What is not named stays as it is; null goes back to the usual value.")
            .takes::<Settings>()
            .gives::<Settings>(200),
        Route::get("/api/v1/settings/credentials", Permission::TenantWrite, list)
            .says("See which credentials are set", "The credentials themselves are never shown.")
            .gives::<Vec<CredentialsSet>>(200),
        Route::put("/api/v1/settings/credentials/{provider}", Permission::TenantWrite, give)
            .says(
                "Give a provider's credentials",
                "They replace those given before, all fields at once, and are kept encrypted. Providers: razorpay, stripe, myoperator, smtp.",
            )
            .takes::<ProviderCredentials>()
            .gives::<CredentialsSet>(200),
    ]
}

/// Settings by name, such as `messages.retry_minutes`.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(value_type = Object)]
struct Settings(Map<String, Value>);

/// A provider's credentials by field, such as `key_id`.
#[derive(Deserialize, ToSchema)]
#[schema(value_type = Object)]
struct ProviderCredentials(Value);

/// What may be told of a provider's credentials.
#[derive(Debug, Serialize, ToSchema)]
struct CredentialsSet {
    /// The provider.
    #[schema(example = "razorpay")]
    provider: String,
    /// Whether calls can be made with what is set: the tenant's own, or the environment's for the first tenant.
    set: bool,
    /// Where they come from: `own`, `environment`, or nowhere.
    from: Option<&'static str>,
    /// The last four characters of what names the account.
    #[schema(example = "5678")]
    ends_with: Option<String>,
    /// When they were given.
    #[schema(value_type = Option<String>, format = DateTime)]
    set_at: Option<Time>,
}

async fn show(State(app): State<App>, caller: Caller) -> Answer<Json<Settings>> {
    let own = rows::all(&mut caller.read(&app)).await?;
    Ok(Json(Settings(known::in_force(own))))
}

async fn change(State(app): State<App>, caller: Caller, body: Body<Settings>) -> Answer<Json<Settings>> {
    let wanted = body.value.0;
    Ok(Json(Settings(app.db.run(&caller.who, ChangeSettings { wanted }).await?)))
}

async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Vec<CredentialsSet>>> {
    let credentials = app.extra::<Credentials>()?;
    let own = rows::hints(&mut caller.read(&app)).await?;
    let told = PROVIDERS.iter().map(|provider| tell(&credentials, &caller, provider.name, &own));
    Ok(Json(told.collect()))
}

async fn give(
    State(app): State<App>,
    caller: Caller,
    Path(provider): Path<String>,
    body: Body<ProviderCredentials>,
) -> Answer<Json<CredentialsSet>> {
    let name = providers::find(&provider).ok_or_else(|| Error::not_found("provider"))?.name;
    let credentials = app.extra::<Credentials>()?;
    let command = GiveCredentials { provider, value: body.value.0, vault: app.vault.clone() };
    app.db.run(&caller.who, command).await?;
    credentials.changed(caller.tenant(), name).await;
    let own = rows::hints(&mut app.db.read_main(caller.tenant())).await?;
    Ok(Json(tell(&credentials, &caller, name, &own)))
}

fn tell(credentials: &Credentials, caller: &Caller, provider: &str, own: &[rows::Hint]) -> CredentialsSet {
    let hint = own.iter().find(|hint| hint.name == provider);
    let env = credentials.of_environment(caller.tenant(), provider);
    let (from, ends_with) = match (hint, env) {
        (Some(hint), _) => (Some("own"), hint.hint.clone()),
        (None, Some(value)) => (Some("environment"), providers::hint(provider, value)),
        (None, None) => (None, None),
    };
    CredentialsSet { provider: provider.to_owned(), set: from.is_some(), from, ends_with, set_at: hint.map(|hint| hint.set_at) }
}
