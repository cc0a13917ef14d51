//! `origin tenant`.

use super::Json;
use crate::config::Config;
use crate::{house, people};
use clap::Subcommand;
use secrecy::SecretString;
use serde_json::json;
use std::io::Read;
use store::{Clock, Db, Dice, Error};

#[derive(Subcommand)]
pub(super) enum Tenant {
    /// Make a tenant with its owner and a first API key, which is shown once.
    Create {
        /// The tenant's name.
        #[arg(long)]
        name: String,
        /// The owner's e-mail address, which signs in.
        #[arg(long)]
        owner_email: String,
        /// Read the owner's password from standard input.
        #[arg(long, required = true)]
        owner_password_stdin: bool,
        #[command(flatten)]
        json: Json,
    },
    /// Let a tenant's members, phones and keys come from any address again, where a list has locked its owner out.
    AllowAnywhere {
        /// The name in its shop's address, `/s/{slug}`.
        #[arg(long)]
        slug: String,
        #[command(flatten)]
        json: Json,
    },
}

impl Tenant {
    pub(super) async fn run(self, config: &Config) -> store::Result<()> {
        let db = house::open(config, Clock::system(), Dice::fair()).await?;
        store::migrate(&db, &house::migrations()).await?;
        match self {
            Tenant::Create { name, owner_email, json, .. } => create(&db, &name, &owner_email, json).await,
            Tenant::AllowAnywhere { slug, json } => allow_anywhere(&db, &slug, json).await,
        }
    }
}

async fn create(db: &Db, name: &str, owner_email: &str, json: Json) -> store::Result<()> {
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).map_err(Error::internal)?;
    let password = SecretString::from(password.trim_end_matches(['\r', '\n']));
    let made = people::open_tenant(db, name, owner_email, password).await?;
    let answer = json!({
        "tenant_id": made.tenant_id, "slug": made.slug, "user_id": made.owner_id, "api_key_id": made.api_key_id, "api_key": made.api_key,
    });
    json.print(&answer, || {
        format!("tenant {} ({name}), shop at /s/{}\nAPI key, shown this once: {}", made.tenant_id, made.slug, made.api_key)
    });
    Ok(())
}

async fn allow_anywhere(db: &Db, slug: &str, json: Json) -> store::Result<()> {
    let tenant = identity::tenant_by_slug(db, slug).await?.ok_or_else(|| Error::not_found("tenant"))?;
    identity::lift_addresses(db, tenant).await?;
    json.print(&json!({"tenant_id": tenant, "networks": []}), || {
        format!("{slug} may be used from any address again, within five seconds on nodes that serve.")
    });
    Ok(())
}
