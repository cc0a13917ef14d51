//! What a connection may say, and whom a provider is believed about.

use super::model::{Vouched, Wanted};
use std::time::Duration;
use store::{Error, Kind, Result};
use web::Role;

/// Between leaving for the provider and coming back.
pub(super) const BACK_WITHIN: Duration = Duration::from_secs(10 * 60);
/// The most domains of a connection.
const DOMAINS_MOST: usize = 20;

/// The roles that somebody may get by signing in for the first time.
pub(super) const ROLES: [Role; 3] = [Role::Manager, Role::User, Role::Viewer];

/// What somebody wants, in the form in which it is kept. The issuer's address is judged elsewhere.
///
/// # Errors
/// The field, with what is wrong.
pub(super) fn checked(wanted: Wanted) -> Result<Wanted> {
    let client_id = wanted.client_id.trim().to_owned();
    if !(1..=255).contains(&client_id.len()) || !client_id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::field("client_id", "1 to 255 letters, digits and signs, as the provider shows it"));
    }
    let secret = wanted.secret.map(|secret| secret.trim().to_owned()).filter(|secret| !secret.is_empty());
    if secret.as_ref().is_some_and(|secret| secret.len() > 1_024 || secret.chars().any(char::is_control)) {
        return Err(Error::field("client_secret", "at most 1024 characters, on one line"));
    }
    if !ROLES.contains(&wanted.role) {
        return Err(Error::field("role", "manager, user or viewer: owners and admins are made by owners"));
    }
    if wanted.required && !wanted.enabled {
        return Err(Error::field("required", "turn single sign-on on first"));
    }
    Ok(Wanted { client_id, secret, domains: domains(&wanted.domains)?, issuer: wanted.issuer.trim().to_owned(), ..wanted })
}

/// Domains in lower case, each once.
///
/// # Errors
/// `domains`, when there is none, too many, or one that is none.
fn domains(wanted: &[String]) -> Result<Vec<String>> {
    let mut domains: Vec<String> = Vec::new();
    for text in wanted.iter().filter(|text| !text.trim().is_empty()) {
        let domain = domain(text).ok_or_else(|| Error::field("domains", format!("{} is no domain such as example.com", text.trim())))?;
        if !domains.contains(&domain) {
            domains.push(domain);
        }
    }
    if (1..=DOMAINS_MOST).contains(&domains.len()) { Ok(domains) } else { Err(Error::field("domains", "1 to 20, such as example.com")) }
}

/// `Example.com`, or `@example.com`, as `example.com`.
pub(super) fn domain(text: &str) -> Option<String> {
    let domain = text.trim().trim_start_matches('@').to_ascii_lowercase();
    let label = |label: &str| {
        let plain = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        (1..=63).contains(&label.len()) && plain && !label.starts_with('-') && !label.ends_with('-')
    };
    (domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label)).then_some(domain)
}

/// The e-mail address of whom the provider vouches for, in lower case.
///
/// # Errors
/// `sso_email` where there is none that the provider has checked, `sso_domain` where it is not for this provider to vouch for.
pub(super) fn email(vouched: &Vouched, domains: &[String]) -> Result<String> {
    let missing = || refused("sso_email", "Your provider has not checked your e-mail address, so it is not known who you are.");
    let email = vouched.email.as_deref().filter(|_| vouched.email_verified).ok_or_else(missing)?;
    let email = crate::rules::email(email).map_err(|_| missing())?;
    let (_, domain) = email.rsplit_once('@').ok_or_else(missing)?;
    if domains.iter().any(|allowed| allowed == domain) {
        return Ok(email);
    }
    Err(refused("sso_domain", "This shop does not let people of your e-mail address's domain in by single sign-on."))
}

/// What somebody is called: as the provider says, or by their address.
pub(super) fn name(vouched: &Vouched, email: &str) -> String {
    let said: String = vouched.name.iter().flat_map(|name| name.chars()).filter(|letter| !letter.is_control()).take(120).collect();
    let said = said.trim();
    if said.is_empty() { email.to_owned() } else { said.to_owned() }
}

/// What is to be done with somebody whom the provider vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// They are known: in.
    In,
    /// They are a member by their address: remembered, and in.
    Link,
    /// Nobody has their address: a new member.
    Join,
}

/// Decides it: whether the provider's subject is known, whether an account has the address, whether its owner is a member.
///
/// # Errors
/// `sso_not_member`: nobody becomes a member again by themselves, and no provider takes over an account from elsewhere.
pub(super) fn entry(linked: bool, account: bool, member: bool) -> Result<Entry> {
    match (linked, account, member) {
        (true, _, true) => Ok(Entry::In),
        (false, true, true) => Ok(Entry::Link),
        (false, false, _) => Ok(Entry::Join),
        (true, _, false) | (false, true, false) => {
            Err(refused("sso_not_member", "There is an account for you that is not a member of this shop. Ask its owner to add you."))
        }
    }
}

/// A refusal that the sign-in page shows.
pub(super) fn refused(code: &'static str, message: &str) -> Error {
    Error::new(Kind::Unauthenticated, code, message)
}

/// The answer to a browser that comes back too late, twice, or to another one than it left with.
pub(super) fn over() -> Error {
    refused("sso_over", "This sign-in is over, or was begun in another browser. Start again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Wanted {
        Wanted {
            issuer: " https://accounts.example.com ".into(),
            client_id: " shop ".into(),
            secret: Some("  ".into()),
            domains: vec!["@Example.com".into(), "example.com".into(), "".into()],
            role: Role::User,
            enabled: true,
            required: false,
        }
    }

    #[test]
    fn a_connection_is_kept_plain() {
        let kept = checked(wanted()).unwrap();
        assert_eq!((kept.issuer.as_str(), kept.client_id.as_str(), kept.secret), ("https://accounts.example.com", "shop", None));
        assert_eq!(kept.domains, ["example.com"]);
        type Spoil = fn(&mut Wanted);
        let wrong: [(&str, Spoil); 7] = [
            ("client_id", |wanted| wanted.client_id = "a b".into()),
            ("client_id", |wanted| wanted.client_id = "".into()),
            ("client_secret", |wanted| wanted.secret = Some("a\nb".into())),
            ("role", |wanted| wanted.role = Role::Admin),
            ("role", |wanted| wanted.role = Role::Owner),
            ("required", |wanted| (wanted.enabled, wanted.required) = (false, true)),
            ("domains", |wanted| wanted.domains = Vec::new()),
        ];
        for (field, change) in wrong {
            let mut wanted = wanted();
            change(&mut wanted);
            assert_eq!(checked(wanted).unwrap_err().fields()[0].field, field);
        }
    }

    #[test]
    fn domains_are_domains() {
        for (text, expected) in [
            ("Example.COM", Some("example.com")),
            ("@a.b-c.in", Some("a.b-c.in")),
            ("xn--bcher-kva.example", Some("xn--bcher-kva.example")),
            ("example", None),
            ("*.example.com", None),
            ("example..com", None),
            (".example.com", None),
            ("-a.com", None),
            ("a_b.com", None),
            ("bücher.example", None),
            ("a@example.com", None),
            ("", None),
        ] {
            assert_eq!(domain(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_provider_vouches_for_checked_addresses_of_its_domains() {
        let domains = ["example.com".to_owned()];
        let table = [
            (Some("Asha@Example.com"), true, Ok("asha@example.com")),
            (Some("asha@example.com"), false, Err("sso_email")),
            (None, true, Err("sso_email")),
            (Some("asha"), true, Err("sso_email")),
            (Some("asha@sub.example.com"), true, Err("sso_domain")),
            (Some("asha@example.com.evil.example"), true, Err("sso_domain")),
            (Some("asha@notexample.com"), true, Err("sso_domain")),
            (Some("\"a@example.com\"@evil.example"), true, Err("sso_email")),
        ];
        for (said, verified, expected) in table {
            let vouched = Vouched {
                issuer: "i".into(),
                subject: "s".into(),
                email: said.map(str::to_owned),
                email_verified: verified,
                name: Some(" \u{7}".into()),
            };
            let found = email(&vouched, &domains);
            assert_eq!(found.as_deref().map_err(Error::code), expected, "{said:?}");
            assert_eq!(name(&vouched, "a@b.c"), "a@b.c");
        }
    }

    #[test]
    fn who_comes_in() {
        let table = [
            ((true, true, true), Ok(Entry::In)),
            ((true, true, false), Err("sso_not_member")),
            ((false, true, true), Ok(Entry::Link)),
            ((false, true, false), Err("sso_not_member")),
            ((false, false, false), Ok(Entry::Join)),
        ];
        for ((linked, account, member), expected) in table {
            let found = entry(linked, account, member);
            assert_eq!(found.as_ref().map_err(|error| error.code()).copied(), expected, "{linked} {account} {member}");
        }
    }
}
