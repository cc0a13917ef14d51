//! What this slice needs out there, and what it is started with.

use crate::line::Line;
use crate::mandates::{self, ProviderCustomer};
use crate::model::{Intent, Payment};
use crate::provider::{Provider, choose};
use crate::queries;
use crate::razorpay::{Razorpay, RazorpayKeys};
use crate::stripe::{Stripe, StripeKeys};
use crate::trouble::Trouble;
use facts::{Currency, Money, TenantId};
use futures::future::BoxFuture;
use std::sync::Arc;
use store::{Db, Error, Read, Result};

/// Where [`RazorpayKeys`] are kept in the settings.
const RAZORPAY: &str = "razorpay";

/// Asks the books what they say was received from buyers, by currency: the ledger, which stands beside this slice.
pub type Booked = fn(Read) -> BoxFuture<'static, Result<Vec<Money>>>;

/// What the slice is started with.
#[derive(Clone)]
pub struct Config {
    /// The client for calls, bounded in time.
    pub http: reqwest::Client,
    /// Whose keys are which, and where the providers are.
    pub credentials: Arc<settings::Credentials>,
    /// The database, for errands to look into before they leave.
    pub db: Db,
    /// What the books say was received.
    pub booked: Booked,
    /// Where the world reaches this.
    pub public_url: String,
}

/// What errands go out into.
pub struct World {
    /// The client for calls.
    pub http: reqwest::Client,
    /// Whose keys are which, and where the providers are.
    pub credentials: Arc<settings::Credentials>,
    /// The database.
    pub db: Db,
    /// What the books say was received.
    pub booked: Booked,
    /// Where the world reaches this.
    pub public_url: String,
}

impl From<Config> for World {
    fn from(config: Config) -> Self {
        Self { http: config.http, credentials: config.credentials, db: config.db, booked: config.booked, public_url: config.public_url }
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

    /// A tenant's keys at Stripe.
    ///
    /// # Errors
    /// Keys that cannot be opened or are malformed.
    pub async fn stripe_keys(&self, tenant: TenantId) -> Result<Option<StripeKeys>> {
        self.credentials.find(tenant, Provider::Stripe.as_str()).await
    }

    /// Who takes a tenant's payments in a currency; nobody where they have an account with none.
    ///
    /// # Errors
    /// Keys that cannot be opened or are malformed.
    pub async fn provider(&self, tenant: TenantId, currency: Currency) -> Result<Option<Provider>> {
        let (razorpay, stripe) = self.accounts(tenant).await?;
        Ok(choose(razorpay, stripe, currency))
    }

    /// The line by which an intent is paid: to whom it went already, else to whom it would go now.
    pub(crate) async fn line(&self, tenant: TenantId, intent: &Intent) -> Result<Line<'_>, Trouble> {
        if let Some(provider) = intent.provider {
            return self.line_to(tenant, provider).await;
        }
        let (razorpay, stripe) = self.accounts(tenant).await.map_err(signed_out)?;
        // Whoever pays stays with one, where there are two. Razorpay keeps them for rupees alone.
        let known = if razorpay && stripe { self.customer(tenant, intent).await?.map(|known| known.provider) } else { None };
        let known = known.filter(|known| *known == Provider::Stripe || intent.currency == Currency::INR);
        let provider = known.or_else(|| choose(razorpay, stripe, intent.currency));
        self.line_to(tenant, provider.unwrap_or(Provider::Razorpay)).await
    }

    /// A tenant's line to a provider.
    pub(crate) async fn line_to(&self, tenant: TenantId, provider: Provider) -> Result<Line<'_>, Trouble> {
        Ok(match provider {
            Provider::Stripe => Line::Stripe(self.stripe(tenant).await?.0),
            Provider::Razorpay => Line::Razorpay(self.razorpay(tenant).await?),
        })
    }

    /// The shop's own address, to which buyers come back.
    pub(crate) async fn home(&self, tenant: TenantId) -> Result<String> {
        identity::shop_url(&mut self.db.read(tenant), &self.public_url).await
    }

    /// Who pays an intent, as the provider knows them that they stay with.
    pub(crate) async fn customer(&self, tenant: TenantId, intent: &Intent) -> Result<Option<ProviderCustomer>> {
        match intent.contact_id {
            Some(contact) => {
                let mut read = self.db.read_main(tenant);
                let contact = contacts::now_known_as(&mut read, contact).await?;
                mandates::customer(&mut read, contact).await
            }
            None => Ok(None),
        }
    }

    /// Whether a tenant has an account with Razorpay, and with Stripe.
    async fn accounts(&self, tenant: TenantId) -> Result<(bool, bool)> {
        Ok((self.keys(tenant).await?.is_some(), self.stripe_keys(tenant).await?.is_some()))
    }

    /// The line by which a payment came.
    pub(crate) async fn line_of(&self, tenant: TenantId, payment: &Payment) -> Result<Line<'_>, Trouble> {
        let intent = queries::intent_by_id(&mut self.db.read_main(tenant), payment.came_by.unwrap_or(payment.intent_id)).await?;
        let intent = intent.ok_or_else(|| Trouble::Refused(404, "It was paid for nothing that is known.".to_owned()))?;
        self.line(tenant, &intent).await
    }

    /// A tenant's line to Razorpay.
    pub(crate) async fn razorpay(&self, tenant: TenantId) -> Result<Razorpay<'_>, Trouble> {
        let keys = self.keys(tenant).await.map_err(signed_out)?.ok_or_else(|| no_keys(Provider::Razorpay))?;
        Ok(Razorpay::new(&self.http, self.db.clock(), self.address(tenant).await.map_err(signed_out)?, keys))
    }

    /// A tenant's line to Stripe, and whether it moves real money.
    pub(crate) async fn stripe(&self, tenant: TenantId) -> Result<(Stripe<'_>, bool), Trouble> {
        let keys = self.stripe_keys(tenant).await.map_err(signed_out)?.ok_or_else(|| no_keys(Provider::Stripe))?;
        let address = self.credentials.address(tenant, Provider::Stripe.as_str()).await.map_err(signed_out)?;
        let live = keys.live();
        Ok((Stripe::new(&self.http, self.db.clock(), address, keys), live))
    }
}

fn signed_out(error: Error) -> Trouble {
    Trouble::SignedOut(error.to_string())
}

fn no_keys(provider: Provider) -> Trouble {
    Trouble::SignedOut(format!("No {} keys are set for this shop.", provider.title()))
}
