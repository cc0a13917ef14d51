//! `origin serve`.

use crate::config::Config;
use crate::say::say;
use crate::{demo, play, serve};
use store::Clock;

/// Serves until told to stop, with providers played beside it for test data where that is asked for.
pub(super) async fn run(mut config: Config) -> store::Result<()> {
    let sim = match config.sim_listen {
        Some(listen) => Some(demo::simulate(&listen.to_string(), play::FREE_PORT, Clock::system()).await?),
        None => None,
    };
    if let Some(sim) = &sim {
        config.played.get_or_insert(play::at(sim));
    }
    // The providers stay up for as long as this clone does, which is longer than the one that the start-up uses.
    let _providers = sim.clone();
    let username = config.admin.username.clone();
    let ready = move |ready: serve::Ready| {
        if let Some(password) = &ready.made_up_password {
            say(&format!("first administrator: {username}, password {password} (set ADMIN_PASSWORD to choose your own)"));
        }
        if let Some(sim) = &sim {
            play::report_to(sim, &ready.url);
            say(&format!("simulated providers for test data on {}", sim.http_url()));
        }
        if let Some(tls) = ready.tls {
            say(&format!("listening on {tls} for https"));
        }
        say(&format!("listening on {}", ready.url));
    };
    serve::serve(&config, false, ready, serve::told_to_stop()).await
}
