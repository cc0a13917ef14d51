//! Going to see: the answer is fetched from the name itself, wherever the table of names says that it leads.

use super::Acme;
use super::books::{Status, Visit};
use super::wire::Problem;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(5);

impl Acme {
    /// Visits the name of an order, and writes down what was seen there.
    pub(super) async fn visit(&self, number: usize) {
        let (domain, token, expected) = {
            let books = self.0.books.lock();
            let order = &books.orders[number];
            let thumbprint = &books.accounts[order.account].thumbprint;
            (order.domain.clone(), order.token.clone(), format!("{}.{thumbprint}", order.token))
        };
        let seen = self.fetch(&domain, &token, &expected).await;
        let at = (self.0.clock)();
        let mut books = self.0.books.lock();
        books.visits.push(Visit { domain, at, found: seen.is_ok() });
        let order = &mut books.orders[number];
        order.status = if seen.is_ok() { Status::Ready } else { Status::Invalid };
        order.error = seen.err();
    }

    async fn fetch(&self, domain: &str, token: &str, expected: &str) -> Result<(), Problem> {
        let nowhere = || Problem::new(400, "dns", format!("DNS problem: NXDOMAIN looking up A for {domain}"));
        let address = self.0.dns.leads_to(domain).ok_or_else(nowhere)?;
        let away = |error: reqwest::Error| Problem::new(400, "connection", format!("{}: Fetching {}", address.ip(), error.without_url()));
        let client = reqwest::Client::builder()
            .resolve(domain, address)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .no_proxy()
            .build()
            .map_err(away)?;
        let url = format!("http://{domain}:{}/.well-known/acme-challenge/{token}", address.port());
        let answer = client.get(url).send().await.map_err(away)?;
        let status = answer.status();
        let body = answer.text().await.map_err(away)?;
        if !status.is_success() {
            return Err(Problem::new(403, "unauthorized", format!("{}: Invalid response: {}", address.ip(), status.as_u16())));
        }
        if body.trim_end() != expected {
            return Err(Problem::new(403, "unauthorized", format!("{}: The key authorization file is not the right one", address.ip())));
        }
        Ok(())
    }
}
