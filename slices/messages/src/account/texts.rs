//! What the mails about accounts say. Merchants don't change these: they speak for the platform.

use super::{AccountMail, LINK};
use crate::template::Composed;
use maud::html;

/// What a text is filled with.
#[derive(Default)]
pub(super) struct Facts {
    /// The tenant's name.
    pub shop: String,
    /// Who invited.
    pub by: Option<String>,
    /// What an invitation gives.
    pub role: Option<String>,
    /// The new address.
    pub email: Option<String>,
    /// Who says nothing any more, as people know them.
    pub provider: Option<&'static str>,
}

/// One mail: its subject, what it says, and the words on its link.
struct Said {
    subject: String,
    lines: Vec<String>,
    link: Option<&'static str>,
}

/// Writes the mail.
pub(super) fn compose(mail: AccountMail, facts: &Facts) -> Composed {
    let said = say(mail, facts);
    let mut body = said.lines.join("\n\n");
    if said.link.is_some() {
        body = format!("{body}\n\n{LINK}");
    }
    let html = html! {
        div style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;color:#1f2328;max-width:34em" {
            @for (at, line) in said.lines.iter().enumerate() {
                p { (line) }
                @if at == 0 {
                    @if let Some(words) = said.link { p { a href=(LINK) { (words) } } }
                }
            }
        }
    };
    Composed { subject: said.subject, body, html: html.into_string() }
}

fn say(mail: AccountMail, facts: &Facts) -> Said {
    let shop = one_line(&facts.shop);
    let not_you = "If this was not you, you need do nothing: without the link nothing happens.".to_owned();
    let alarm = format!("If this was not you, choose another password at once (“Forgotten password”) and tell the owner of {shop}.");
    match mail {
        AccountMail::Invitation => {
            let by = facts.by.as_deref().map_or_else(|| "Somebody".to_owned(), one_line);
            let role = facts.role.as_deref().unwrap_or("member");
            Said {
                subject: format!("Join {shop}"),
                lines: vec![
                    format!("{by} invites you to work in {shop}, as {role}."),
                    "The link works once, for a week.".to_owned(),
                    "If you don't know them, you need do nothing.".to_owned(),
                ],
                link: Some("Join"),
            }
        }
        AccountMail::PasswordReset => Said {
            subject: "Choose a new password".to_owned(),
            lines: vec!["somebody asked for a new password for your account. The link works once, for an hour.".to_owned(), not_you],
            link: Some("Choose a new password"),
        },
        AccountMail::EmailChange => Said {
            subject: "Confirm your address".to_owned(),
            lines: vec!["with this link mail for your account goes to this address. It works once, for a day.".to_owned(), not_you],
            link: Some("Confirm this address"),
        },
        AccountMail::SignUp => Said {
            subject: format!("Open {shop}"),
            lines: vec![format!("with this link {shop} is opened for you. It works once, for a day."), not_you],
            link: Some("Go on"),
        },
        AccountMail::PasswordChanged => Said {
            subject: "Your password was changed".to_owned(),
            lines: vec!["your password was changed.".to_owned(), alarm],
            link: None,
        },
        AccountMail::EmailChanged => {
            let to = facts.email.as_deref().map_or_else(|| "another address".to_owned(), one_line);
            let lines = vec![format!("mail for your account goes to {to} from now on, and no longer to this address."), alarm];
            Said { subject: "Your address was changed".to_owned(), lines, link: None }
        }
        AccountMail::ProviderSilent => {
            let provider = facts.provider.unwrap_or("a provider");
            let what = format!("{provider} takes the messages of {shop}, and for an hour has not said what became of any of them.");
            let so = "They may well arrive. But what your customers write may not come in, and you do not see what fails.";
            let next = "Look whether it still calls the address of your shop: Messages, then Channels, says which. Once it does, what it said \
                        meanwhile comes in by itself or can be read again there.";
            Said { subject: format!("{provider} has fallen silent"), lines: vec![what, so.to_owned(), next.to_owned()], link: None }
        }
        AccountMail::SecondFactorOff => Said {
            subject: "Your second factor was turned off".to_owned(),
            lines: vec!["signing in no longer asks for a code.".to_owned(), alarm],
            link: None,
        },
    }
}

/// A name that somebody typed, as words in a line and never as an address that a mail program makes a link of.
fn one_line(name: &str) -> String {
    let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain: String = line.replace("://", " ").replace(LINK, "").chars().take(120).collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_is_whole_and_nobody_writes_into_it() {
        for mail in AccountMail::ALL {
            let facts = Facts {
                shop: "Asha & <b>Co</b>\nBcc: x https://evil.example [link]".to_owned(),
                by: Some("<script>".to_owned()),
                role: Some("manager".to_owned()),
                email: Some("new@example.com".to_owned()),
                provider: None,
            };
            let mail = compose(*mail, &facts);
            assert!(!mail.subject.is_empty() && !mail.subject.contains('\n'), "{}", mail.subject);
            assert!(!mail.html.contains("<script>") && !mail.html.contains("<b>"), "{}", mail.html);
            assert!(!mail.body.contains("https://evil") && mail.body.matches(LINK).count() <= 1, "{}", mail.body);
        }
    }
}
