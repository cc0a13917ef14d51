//! `origin tenant`.

use super::Json;
use crate::config::Config;
use crate::{house, people};
use clap::Subcommand;
use secrecy::SecretString;
use serde_json::json;
use std::io::Read;
use store::{Clock, Dice, Error};

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
}

impl Tenant {
    pub(super) async fn run(self, config: &Config) -> store::Result<()> {
        let Tenant::Create { name, owner_email, json, .. } = self;
        let mut password = String::new();
        std::io::stdin().read_to_string(&mut password).map_err(Error::internal)?;
        let db = house::open(config, Clock::system(), Dice::fair()).await?;
        store::migrate(&db, &house::migrations()).await?;
        let password = SecretString::from(password.trim_end_matches(['\r', '\n']));
        let made = people::open_tenant(&db, &name, &owner_email, password).await?;
        let answer = json!({
            "tenant_id": made.tenant_id, "slug": made.slug, "user_id": made.owner_id, "api_key_id": made.api_key_id, "api_key": made.api_key,
        });
        json.print(&answer, || {
            format!("tenant {} ({name}), shop at /s/{}\nAPI key, shown this once: {}", made.tenant_id, made.slug, made.api_key)
        });
        Ok(())
    }
}
