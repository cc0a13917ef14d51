//! `origin serve`.

use crate::config::Config;
use crate::say::say;
use crate::serve;

/// Serves until told to stop.
pub(super) async fn run(config: &Config) -> store::Result<()> {
    let username = config.admin.username.clone();
    let ready = move |ready: serve::Ready| {
        if let Some(password) = &ready.made_up_password {
            say(&format!("first administrator: {username}, password {password} (set ADMIN_PASSWORD to choose your own)"));
        }
        say(&format!("listening on {}", ready.url));
    };
    serve::serve(config, ready, serve::told_to_stop()).await
}
