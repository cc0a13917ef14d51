//! Which slices are on: the list.

use crate::config::Config;
use std::sync::Arc;
use store::secret::Vault;
use store::{Db, Result};
use web::Slice;
use web::http::Outside;

/// What the slices are built with.
pub struct Ground<'a> {
    /// What was configured.
    pub config: &'a Config,
    /// The database.
    pub db: Db,
    /// Derives the keys that are not set.
    pub vault: &'a Vault,
    /// Finds a tenant's accounts with providers.
    pub credentials: Arc<settings::Credentials>,
    /// Where the world reaches this.
    pub public_url: &'a str,
}

/// Every slice that is on, from the lowest level up.
///
/// # Errors
/// When this machine has no usable TLS set-up.
pub fn slices(ground: &Ground) -> Result<Vec<Slice>> {
    let Ground { config, db, vault, credentials, public_url } = ground;
    let http = web::http::client()?;
    let paying = payments::Config {
        http: http.clone(),
        credentials: credentials.clone(),
        db: db.clone(),
        booked: |read| Box::pin(ledger::received(read)),
        public_url: (*public_url).to_owned(),
    };
    let ways = Arc::new(channels::Channels::new(channels::Config {
        http: http.clone(),
        outside: Outside::new(config.env, config.allow_loopback)?,
        credentials: credentials.clone(),
        db: db.clone(),
        vault: (*vault).clone(),
        public_url: (*public_url).to_owned(),
    }));
    let depot = Arc::new(files::Depot::new(config.files.place.clone()));
    let calling = webhooks::Config { db: db.clone(), vault: (*vault).clone(), outside: Outside::new(config.env, config.allow_loopback)? };
    Ok(vec![
        identity::slice(identity::Ground {
            dns: identity::Dns { server: config.dns },
            http: http.clone(),
            breached_url: config.breached_url.clone(),
            sign_up: config.sign_up,
            acme: config.tls.as_ref().map(|tls| identity::Acme { directory: tls.directory.clone(), email: tls.email.clone() }),
            db: db.clone(),
            vault: (*vault).clone(),
            test_mode: config.played.is_some(),
        }),
        settings::slice(credentials.clone()),
        audit::slice(vault),
        files::slice(files::Config {
            depot: depot.clone(),
            largest: config.files.largest,
            uses: config.files.uses,
            bind_ip: config.files.bind_ip,
            products: |mut read| {
                Box::pin(async move {
                    let products = catalogue::products(&mut read).await?;
                    let sold = |product: catalogue::Product| files::Sold { id: product.id, slug: product.slug, name: product.name };
                    Ok(products.into_iter().map(sold).collect())
                })
            },
        }),
        contacts::slice(),
        catalogue::slice(),
        branding::slice(),
        ledger::slice(),
        payments::slice(paying.clone()),
        consent::slice(),
        events::slice(),
        usage::slice(usage::Config { devices: |mut read, now| Box::pin(async move { mobile::signed_in(&mut read, now).await }) }),
        orders::slice(orders::Config { enforce_idempotency: config.enforce_idempotency }),
        settlements::slice(paying),
        segments::slice(),
        invoices::slice(),
        subscriptions::slice(),
        rounds::slice(),
        entitlements::slice(entitlements::Config {
            grace_percent: config.attribution_grace,
            flags: config.flags.clone(),
            public_url: (*public_url).to_owned(),
        }),
        channels::slice(ways.clone()),
        messages::slice(messages::Config {
            channels: ways,
            credentials: credentials.clone(),
            db: db.clone(),
            depot,
            vault: (*vault).clone(),
            public_url: (*public_url).to_owned(),
        }),
        tracking::slice(),
        sendtime::slice(),
        otp::slice((*vault).clone()),
        campaigns::slice(),
        journeys::slice(),
        experiments::slice(),
        imports::slice(imports::Config {
            db: db.clone(),
            vault: (*vault).clone(),
            outside: Outside::new(config.env, config.allow_loopback)?,
        }),
        webhooks::slice(calling.clone()),
        social::slice(calling),
        recovery::slice(),
        referrals::slice(),
        mobile::slice(mobile::Config { signing: config.signing.clone(), vault, public_url, generator: None })?,
        inbox::slice(db.clone()),
        overview::slice(),
    ])
}

/// What the identity slice is built with.
pub fn identity_config(config: &Config) -> identity::Config {
    identity::Config { admin_token: config.admin_token.clone(), session_minutes: config.session_minutes }
}
