//! What the buttons of `/admin/reconcile` do.

use super::reconcile;
use crate::api::read_payable;
use crate::commands::{AskAll, AskNow, Asking, DropWebhook, MatchPayment, RequestRefund};
use crate::model::LearntBy;
use crate::queries;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use facts::{ErrandId, Id, InboundId, IntentId, PaymentId, RefundId};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use std::fmt::Display;
use std::str::FromStr;
use store::errand::{Drop, Redrive};
use store::{Error, Key, Kind, Result, inbound};
use web::page::refused;
use web::problem::status;
use web::{Answer, App, Caller, Permission, Raw};

/// Which button, and of which row.
#[derive(Debug, Deserialize)]
pub(super) struct Act {
    action: String,
    #[serde(default)]
    id: String,
    /// What a payment is matched with.
    #[serde(default)]
    to: String,
}

/// A button of the page, or the same as JSON from a program; a program is answered in JSON.
pub(super) async fn act(State(app): State<App>, caller: Caller, headers: HeaderMap, Raw(body): Raw) -> Answer<Response> {
    let kind = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    let json = kind.starts_with(b"application/json");
    let act: Act = if json {
        serde_json::from_slice(&body).map_err(|error| unread(&error))?
    } else {
        serde_urlencoded::from_bytes(&body).map_err(|error| unread(&error))?
    };
    if act.action == "match" && !json {
        return Ok(match refused(match_by_hand(&app, &caller, &act).await)? {
            Ok(()) => Redirect::to(&format!("/admin/payments/{}", act.id)).into_response(),
            Err(wrong) => (status(&wrong.0), reconcile::page(&app, &caller, act.id.parse().ok(), Some(&wrong)).await?).into_response(),
        });
    }
    let asking = done(&app, &caller, act).await?;
    Ok(match asking {
        Some(asking) if json => Json(asking).into_response(),
        None if json => StatusCode::NO_CONTENT.into_response(),
        _ => Redirect::to("/admin/reconcile").into_response(),
    })
}

fn unread(error: &dyn Display) -> Error {
    Error::field("action", format!("apply, ask, match, refund, refund_again, redrive or drop, and the id of what it is about: {error}"))
}

/// Does it; tells what is asked, where that is what was wanted.
async fn done(app: &App, caller: &Caller, act: Act) -> Result<Option<Asking>> {
    match act.action.as_str() {
        "apply" => return app.db.run(&caller.who, AskAll).await.map(Some),
        "ask" => {
            let ask = AskNow { intent_id: read::<IntentId>(&act.id)?, learnt_by: LearntBy::Janitor };
            app.db.run(&caller.who, ask).await?;
        }
        "refund" => {
            let payment_id = read::<PaymentId>(&act.id)?;
            refund(app, caller, payment_id, payment_id.to_string(), "It fits nothing that is to be paid.").await?;
        }
        "match" => match_by_hand(app, caller, &act).await?,
        "refund_again" => refund_again(app, caller, read(&act.id)?).await?,
        "redrive" => {
            operator(caller)?;
            app.db.run(&caller.who, Redrive(read(&act.id)?)).await?;
        }
        "drop" => {
            operator(caller)?;
            drop_errand(app, caller, read(&act.id)?).await?;
        }
        _ => return Err(Error::field("action", "apply, ask, match, refund, refund_again, redrive or drop")),
    }
    Ok(None)
}

fn read<T: FromStr>(id: &str) -> Result<T> {
    id.parse().map_err(|_| Error::field("id", "the id of a row of this page"))
}

fn operator(caller: &Caller) -> Result<()> {
    if caller.may(Permission::OperationsWrite) {
        return Ok(());
    }
    Err(Error::new(Kind::Forbidden, "forbidden", "Ask an owner or admin to try this again or to drop it."))
}

/// Matches money that fits nothing; the same button pressed twice is one match.
async fn match_by_hand(app: &App, caller: &Caller, act: &Act) -> Result<()> {
    let (payment_id, to): (PaymentId, _) = (read(&act.id)?, read_payable(&act.to)?);
    let key =
        Key { key: format!("reconcile/{payment_id}/{}", act.to), scope: "POST /admin/reconcile".to_owned(), body_hash: act.to.clone() };
    app.db.run_once(&caller.who, key, MatchPayment { payment_id, to }).await?;
    Ok(())
}

/// Gives all that is left back; the same button pressed twice is one refund.
async fn refund(app: &App, caller: &Caller, payment_id: PaymentId, cause: String, reason: &str) -> Result<()> {
    let key = Key { key: format!("reconcile/{cause}"), scope: "POST /admin/reconcile".to_owned(), body_hash: payment_id.to_string() };
    let command = RequestRefund { payment_id, amount: None, reason: reason.to_owned() };
    app.db.run_once(&caller.who, key, command).await?;
    Ok(())
}

/// Asks anew for a refund that failed: a refund of its own, of the same amount. One that was asked for anew is not asked for once more,
/// however long ago that was: its key is forgotten after some days, its successor never.
async fn refund_again(app: &App, caller: &Caller, id: RefundId) -> Result<()> {
    let failed = queries::refund(&mut caller.read(app), id).await?.ok_or_else(|| Error::not_found("refund"))?;
    let others = queries::refunds_of_payment(&mut app.db.read_main(caller.tenant()), failed.payment_id).await?;
    if others.iter().any(|other| other.created_at > failed.created_at) {
        return Ok(());
    }
    let key = Key { key: format!("reconcile/{id}"), scope: "POST /admin/reconcile".to_owned(), body_hash: id.to_string() };
    let command = RequestRefund { payment_id: failed.payment_id, amount: Some(failed.amount()), reason: failed.reason };
    app.db.run_once(&caller.who, key, command).await?;
    Ok(())
}

/// A webhook's errand shares its id: dropping one closes the other.
async fn drop_errand(app: &App, caller: &Caller, id: ErrandId) -> Result<()> {
    let event = InboundId::from_uuid(id.uuid());
    match inbound::find(&mut caller.read(app), event).await? {
        Some(_) => app.db.run(&caller.who, DropWebhook(event)).await,
        None => app.db.run(&caller.who, Drop(id)).await,
    }
}
