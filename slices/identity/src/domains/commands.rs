//! Adding, looking now, removing.

use super::look_up::{CheckDomain, LookUpDomain};
use super::model::Domain;
use super::rules::{self, Event};
use super::{certificates, rows};
use crate::plans::{self, Limit};
use facts::domains::DomainMoved;
use store::{Command, Error, Result, Timer, Tx};

/// Adds a domain and looks for its record.
pub(crate) struct AddDomain {
    /// In its one spelling.
    pub domain: String,
}

impl Command for AddDomain {
    const NAME: &'static str = "add_domain";
    type Out = Domain;

    async fn run(&self, tx: &mut Tx) -> Result<Domain> {
        plans::lock_plan(tx).await?.room(Limit::Domains, plans::domains(tx).await?)?;
        let token = crate::token::secret(tx.dice());
        if !rows::insert(tx, &self.domain, &token).await? {
            return Err(Error::conflict("domain_exists", "You have added this domain already."));
        }
        tx.state(DomainMoved { domain: self.domain.clone(), state: "added".to_owned(), reason: None }).await?;
        tx.send(LookUpDomain { domain: self.domain.clone() }).await?;
        rows::one(tx, &self.domain).await?.ok_or_else(|| Error::internal("a domain was added and is not there"))
    }
}

/// Looks for a domain's record now; one that failed gets another week, and a certificate that failed another try.
pub(crate) struct CheckNow {
    pub domain: String,
}

impl Command for CheckNow {
    const NAME: &'static str = "check_domain";
    type Out = Domain;

    async fn run(&self, tx: &mut Tx) -> Result<Domain> {
        let before = rows::hold(tx, &self.domain).await?.ok_or_else(|| Error::not_found("domain"))?;
        let state = rules::next(before.state, Event::Asked);
        if state != before.state {
            rows::ask(tx, &self.domain, state, tx.now()).await?;
        }
        certificates::ask(tx, &self.domain).await?;
        tx.send(LookUpDomain { domain: self.domain.clone() }).await?;
        rows::one(tx, &self.domain).await?.ok_or_else(|| Error::not_found("domain"))
    }
}

/// Forgets a domain; from then on it leads nowhere.
pub(crate) struct RemoveDomain {
    pub domain: String,
}

impl Command for RemoveDomain {
    const NAME: &'static str = "remove_domain";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        rows::hold(tx, &self.domain).await?.ok_or_else(|| Error::not_found("domain"))?;
        rows::delete(tx, &self.domain).await?;
        certificates::forget(tx, &self.domain).await?;
        tx.stop(CheckDomain::NAME, &self.domain).await?;
        tx.state(DomainMoved { domain: self.domain.clone(), state: "removed".to_owned(), reason: None }).await?;
        Ok(())
    }
}
