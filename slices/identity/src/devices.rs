//! Phones, as the gate sees them: whose a token is they know themselves, who that person is the gate knows.

use async_trait::async_trait;
use facts::{DeviceId, TenantId, UserId};
use store::Result;
use web::App;

/// Whose access token a request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// The tenant that the person signed in to.
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    /// Their device.
    pub device: DeviceId,
}

/// Knows the access tokens of devices: the mobile slice, seen from the gate. It is found among the app's extras as
/// [`KnownDevices`].
#[async_trait]
pub trait Devices: Send + Sync + 'static {
    /// Whose token this is, where its device is still signed in.
    ///
    /// # Errors
    /// The token is made up, over, or of a device that was signed out.
    async fn holder(&self, app: &App, token: &str) -> Result<Holder>;
}

/// The devices that the gate asks.
pub struct KnownDevices(pub Box<dyn Devices>);

/// Whether a text has the shape of an access token: three parts, and no key has any.
pub(crate) fn is_access_token(text: &str) -> bool {
    text.starts_with("eyJ") && text.bytes().filter(|byte| *byte == b'.').count() == 2
}
