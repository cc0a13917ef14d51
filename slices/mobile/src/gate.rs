//! Whose an access token is, for identity's gate.

use crate::commands::DeviceSeen;
use crate::tokens::{Claims, Tokens};
use crate::{queries, rules};
use async_trait::async_trait;
use identity::{Devices, Holder};
use std::sync::Arc;
use store::{Error, Kind, Result, Who};
use web::App;

/// Reads tokens, and looks whether their device is signed in.
pub(crate) struct Gate(pub Arc<Tokens>);

#[async_trait]
impl Devices for Gate {
    /// The device is looked up each time, where it was written: one that was signed out is out at once, on every node.
    async fn holder(&self, app: &App, token: &str) -> Result<Holder> {
        let now = app.db.clock().now();
        let Claims { sub: user, ten: tenant, dev: device, .. } = self.0.read(token, now)?;
        let standing = queries::standing(&mut app.db.read_main(tenant), device).await?;
        let standing = standing.filter(|device| device.user_id == user && device.ended_at.is_none()).ok_or_else(signed_out)?;
        if now.since(standing.last_seen_at) >= rules::SEEN_EVERY {
            app.db.run(&Who::member(tenant, user), DeviceSeen { id: device }).await?;
        }
        Ok(Holder { tenant, user, device })
    }
}

fn signed_out() -> Error {
    Error::new(Kind::Unauthenticated, "device_signed_out", "This device was signed out. Sign in again.")
}
