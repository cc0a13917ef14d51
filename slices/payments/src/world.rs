//! What this slice needs out there, and what it is started with.

use crate::razorpay::{Razorpay, RazorpayKeys, Trouble};
use facts::{Money, TenantId};
use futures::future::BoxFuture;
use std::sync::Arc;
use store::{Db, Error, Read, Result};

/// Where [`RazorpayKeys`] are kept in the settings.
pub(crate) const RAZORPAY: &str = "razorpay";

/// Asks the books what they say was received from buyers, by currency: the ledger, which stands beside this slice.
pub type Booked = fn(Read) -> BoxFuture<'static, Result<Vec<Money>>>;

/// What the slice is started with.
#[derive(Clone)]
pub struct Config {
    /// The client for calls, bounded in time.
    pub http: reqwest::Client,
    /// Whose keys are which, and where Razorpay is.
    pub credentials: Arc<settings::Credentials>,
    /// The database, for errands to look into before they leave.
    pub db: Db,
    /// What the books say was received.
    pub booked: Booked,
}

/// What errands go out into.
pub struct World {
    /// The client for calls.
    pub http: reqwest::Client,
    /// Whose keys are which, and where Razorpay is.
    pub credentials: Arc<settings::Credentials>,
    /// The database.
    pub db: Db,
    /// What the books say was received.
    pub booked: Booked,
}

impl From<Config> for World {
    fn from(config: Config) -> Self {
        Self { http: config.http, credentials: config.credentials, db: config.db, booked: config.booked }
    }
}

impl World {
    /// A tenant's keys at Razorpay.
    ///
    /// # Errors
    /// Keys that cannot be opened or are malformed.
    pub async fn keys(&self, tenant: TenantId) -> Result<Option<RazorpayKeys>> {
        self.credentials.find(tenant, RAZORPAY).await
    }

    /// Where Razorpay is for a tenant, such as `https://api.razorpay.com/v1`.
    ///
    /// # Errors
    /// Nobody plays it for test data.
    pub async fn address(&self, tenant: TenantId) -> Result<String> {
        self.credentials.address(tenant, RAZORPAY).await
    }

    /// A tenant's line to Razorpay.
    pub(crate) async fn razorpay(&self, tenant: TenantId) -> Result<Razorpay<'_>, Trouble> {
        let signed_out = |error: Error| Trouble::SignedOut(error.to_string());
        let keys = self.keys(tenant).await.map_err(signed_out)?;
        let keys = keys.ok_or_else(|| Trouble::SignedOut("No Razorpay keys are set for this shop.".to_owned()))?;
        Ok(Razorpay::new(&self.http, self.address(tenant).await.map_err(signed_out)?, keys))
    }
}
