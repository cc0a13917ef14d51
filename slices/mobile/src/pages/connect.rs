//! How an app is connected, in requests that can be copied.

use identity::Plan;
use maud::{Markup, html};
use web::App;
use web::ui;

/// The requests of an app, from signing in to keeping in step.
pub(super) fn steps(app: &App) -> Markup {
    let url = &app.public_url;
    let login = format!(
        "curl {url}/api/v2/auth/login -H 'Content-Type: application/json' \\\n  -d '{{\"email\": \"asha@example.com\", \"password\": \"…\", \
         \"device\": {{\"name\": \"Asha’s phone\", \"platform\": \"android\", \"app_version\": \"1.0\"}}}}'"
    );
    let pull = format!("curl '{url}/api/v2/sync/pull' -H \"Authorization: Bearer $ACCESS_TOKEN\"");
    let push = format!(
        "curl {url}/api/v2/sync/push -H \"Authorization: Bearer $ACCESS_TOKEN\" -H 'Content-Type: application/json' \\\n  \
         -d '{{\"changes\": [{{\"change_id\": \"c-1\", \"collection\": \"prompts\", \"id\": \"rec_01h2xcejqtf2nbrexx3vqjhp41\", \
         \"base_version\": 0, \"body\": {{\"title\": \"Diwali\", \"text\": \"Write to our best customers.\"}}}}]}}'"
    );
    let limits = [
        ("Access token", html! { "15 minutes; then it is refreshed" }),
        ("Refresh token", html! { "60 days, used once" }),
        (
            "Requests",
            html! {
                "A minute, for each person: " @for plan in Plan::ALL { (ui::count(u64::from(plan.per_minute()))) " on the plan " (plan) ", " }
                "and every answer says what is left"
            },
        ),
        ("One push", html! { "up to 500 changes" }),
        ("More", html! { a href="/docs" { "every request and answer" } }),
    ];
    html! {
        (ui::code_block("Sign in", &login))
        (ui::code_block("Fetch what changed", &pull))
        (ui::code_block("Send in what the phone changed", &push))
        (ui::detail_list(limits))
    }
}
