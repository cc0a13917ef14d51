//! `POST /api/v1/otp/verify`.

use super::{address, purpose};
use crate::Deriver;
use crate::commands::{Verdict, VerifyCode};
use axum::Json;
use axum::extract::State;
use facts::OtpId;
use serde::{Deserialize, Serialize};
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Permission, Route};

/// What somebody says the code was.
#[derive(Deserialize, ToSchema)]
#[schema(as = VerifyCode)]
#[serde(deny_unknown_fields)]
struct Said {
    #[schema(example = "+91 98765 43210")]
    phone: Option<String>,
    email: Option<String>,
    /// What it was sent for.
    #[schema(example = "login")]
    purpose: String,
    /// Six digits.
    #[schema(example = "012345")]
    code: String,
}

/// The code was right, and is used.
#[derive(Serialize, ToSchema)]
#[schema(as = CodeVerified)]
struct Verified {
    verified: bool,
    #[schema(value_type = String)]
    id: OtpId,
}

async fn verify(State(app): State<App>, caller: Caller, body: Body<Said>) -> Answer<Json<Verified>> {
    let Said { phone, email, purpose: what, code } = body.value;
    let (address, _) = address(phone.as_deref(), email.as_deref())?;
    let deriver = app.extra::<Deriver>()?;
    let command = VerifyCode { vault: deriver.0.clone(), address, purpose: purpose(&what)?, said: code.trim().to_owned() };
    match app.db.run(&caller.who, command).await? {
        Verdict::Right(id) => Ok(Json(Verified { verified: true, id })),
        Verdict::Wrong(0) => Err(Error::invalid("code_spent", "The code was wrong too often: ask for another.").into()),
        Verdict::Wrong(left) => Err(Error::invalid("code_wrong", format!("This is not the code. {left} tries are left.")).into()),
        Verdict::None => Err(Error::invalid("code_expired", "There is no code that is still good: ask for another.").into()),
    }
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/api/v1/otp/verify", Permission::MessagesWrite, verify)
            .says("Check a one-time code", "Right once. `code_wrong`, `code_spent` or `code_expired` otherwise.")
            .takes::<Said>()
            .gives::<Verified>(200),
    ]
}
