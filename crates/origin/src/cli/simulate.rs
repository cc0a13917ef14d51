//! `origin simulate`: the providers, played, as a program of their own for several nodes of Origin.

use crate::demo;
use crate::play;
use crate::say::say;
use crate::serve::told_to_stop;
use clap::Args;
use std::net::SocketAddr;
use store::{Clock, Result};

/// Simulated providers for test data, reached by every node at ORIGIN_SIM_URL and ORIGIN_SIM_SMTP.
#[derive(Args)]
pub(super) struct Simulate {
    /// Where they listen, and show what test customers receive.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Where their mail server listens.
    #[arg(long, default_value = "127.0.0.1:8025")]
    smtp_listen: SocketAddr,
    /// Where Origin takes their webhooks.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    origin: String,
}

impl Simulate {
    /// Plays until told to stop. What was played is forgotten then.
    pub(super) async fn run(self) -> Result<()> {
        let sim = demo::simulate(&self.listen.to_string(), &self.smtp_listen.to_string(), Clock::system()).await?;
        play::report_to(&sim, self.origin.trim_end_matches('/'));
        say(&format!("simulated providers on {}, their mail server on {}", sim.http_url(), sim.smtp_addr()));
        told_to_stop().await;
        Ok(())
    }
}
