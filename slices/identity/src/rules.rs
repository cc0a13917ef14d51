//! What is allowed: no database, no clock of its own.

use facts::Time;
use std::time::Duration;
use store::{Error, Kind, Result};
use web::{Permission, Reach, Role};

/// A session's last sign of life is written at most this often.
pub(crate) const SEEN_EVERY: Duration = Duration::from_secs(30);
/// A key's last use is written at most this often.
pub(crate) const USED_EVERY: Duration = Duration::from_secs(60);
/// However active, a session ends after this.
pub(crate) const SESSION_LONGEST: Duration = Duration::from_secs(12 * 3_600);
/// Between the password and the code of a second factor.
pub(crate) const CODE_WITHIN: Duration = Duration::from_secs(5 * 60);
/// Codes that may be tried for one password.
pub(crate) const CODE_TRIES: i64 = 5;
/// A replaced key goes on for this long at the most.
const OVERLAP_MOST: Duration = Duration::from_secs(30 * 86_400);
/// Requests an hour that a key may allow at the most.
const PER_HOUR_MOST: u32 = 1_000_000;

/// Whether somebody of one reach may give a role. A key for members alone gives no role that may more than members.
///
/// # Errors
/// `role_too_high` for a role that may more than oneself.
pub(crate) fn may_grant(own: &Reach, wanted: Role) -> Result<()> {
    if own.covers(&Reach::of(wanted)) {
        return Ok(());
    }
    let role = own.role;
    let message = format!("Your role ({role}), or the scopes of your key, may not give or take the role {wanted}.");
    Err(Error::new(Kind::Forbidden, "role_too_high", message))
}

/// Whether somebody of one reach may make a key of another.
///
/// # Errors
/// `role_too_high` for more than one may oneself.
pub(crate) fn may_make(own: &Reach, wanted: &Reach) -> Result<()> {
    if own.covers(wanted) {
        return Ok(());
    }
    Err(Error::new(Kind::Forbidden, "role_too_high", "A key may do no more than its maker: name scopes that you have yourself."))
}

/// What of a role's permissions a key has: each named once, in the table's order, and within the role.
///
/// # Errors
/// `scopes`, when none is named, or one that the role does not have.
pub(crate) fn scopes(role: Role, wanted: &[Permission]) -> Result<Vec<Permission>> {
    if let Some(beyond) = wanted.iter().find(|scope| !role.may(**scope)) {
        return Err(Error::field("scopes", format!("the role {role} does not have {beyond}")));
    }
    let chosen: Vec<_> = Permission::ALL.iter().copied().filter(|scope| wanted.contains(scope)).collect();
    if chosen.is_empty() { Err(Error::field("scopes", "at least one, or leave it out for all that the role has")) } else { Ok(chosen) }
}

/// How long a replaced key goes on.
///
/// # Errors
/// `overlap_hours`, when it is more than 30 days.
pub(crate) fn overlap(wanted: Duration) -> Result<Duration> {
    if wanted <= OVERLAP_MOST { Ok(wanted) } else { Err(Error::field("overlap_hours", "0 to 720 hours")) }
}

/// Whether a member's role may become another, or none; `owners` are there before.
///
/// # Errors
/// `role_too_high` where the member's role, or the wanted one, is above one's own; `last_owner`.
pub(crate) fn may_change(own: &Reach, now: Role, wanted: Option<Role>, owners: i64) -> Result<()> {
    may_grant(own, now)?;
    wanted.map_or(Ok(()), |wanted| may_grant(own, wanted))?;
    if now == Role::Owner && wanted != Some(Role::Owner) && owners <= 1 {
        return Err(Error::conflict("last_owner", "A tenant keeps at least one owner. Make somebody else an owner first."));
    }
    Ok(())
}

/// Whether a key opens anything now.
pub(crate) fn key_works(expires_at: Option<Time>, revoked_at: Option<Time>, now: Time) -> bool {
    revoked_at.is_none() && expires_at.is_none_or(|end| now < end)
}

/// Whether a session still lasts. Its last sign of life may be written late, and that must not cost anybody time.
pub(crate) fn session_lasts(last_seen_at: Time, expires_at: Time, idle: Duration, now: Time) -> bool {
    now < expires_at && now.since(last_seen_at) < idle + SEEN_EVERY
}

/// A name of 1 to `most` characters, without the spaces around it.
///
/// # Errors
/// The field, when it is empty, too long, or more than one line.
pub(crate) fn label(field: &str, text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(Error::field(field, format!("1 to {most} characters, on one line"))) }
}

/// A user name, in lower case. People sign in with either, so one person's user name must not be another's e-mail
/// address: one with an @ in it is one's own address.
///
/// # Errors
/// `username`, when it holds more than letters, digits and `. _ -` and is not the e-mail address.
pub(crate) fn username(text: &str, email: Option<&str>) -> Result<String> {
    let text = text.trim().to_lowercase();
    let plain = (2..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let fits = plain || Some(text.as_str()) == email;
    if fits { Ok(text) } else { Err(Error::field("username", "2 to 64 letters, digits and . _ - or the e-mail address")) }
}

/// An e-mail address, in lower case. Whether it can be written to shows when it is.
///
/// # Errors
/// `email`, when it is none.
pub(crate) fn email(text: &str) -> Result<String> {
    let text = text.trim().to_lowercase();
    let graphic = text.bytes().all(|byte| byte.is_ascii_graphic());
    let parts = text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
    if text.len() <= 254 && graphic && parts { Ok(text) } else { Err(Error::field("email", "an e-mail address such as asha@example.com")) }
}

/// `Firefox on Windows`, from what a browser says of itself; what says something else stays as it is.
pub(crate) fn browser(agent: &str) -> String {
    // In this order: most browsers also name those that they want to be taken for.
    let kinds =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome")];
    let kind = kinds.iter().chain(&[("Safari/", "Safari")]).find(|(sign, _)| agent.contains(sign));
    let systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux")];
    let system = systems.iter().find(|(sign, _)| agent.contains(sign));
    match (kind, system) {
        (Some((_, kind)), Some((_, system))) => format!("{kind} on {system}"),
        _ if agent.is_empty() => "unknown".to_owned(),
        _ => agent.to_owned(),
    }
}

/// An IANA time zone.
///
/// # Errors
/// `time_zone`, when nobody knows it.
pub(crate) fn time_zone(text: &str) -> Result<String> {
    match jiff::tz::TimeZone::get(text) {
        Ok(_) if text.len() <= 64 => Ok(text.to_owned()),
        _ => Err(Error::field("time_zone", "an IANA time zone such as Asia/Kolkata")),
    }
}

/// The requests an hour of a key.
///
/// # Errors
/// `per_hour`, when it is none or too many.
pub(crate) fn per_hour(wanted: u32) -> Result<u32> {
    if (1..=PER_HOUR_MOST).contains(&wanted) { Ok(wanted) } else { Err(Error::field("per_hour", format!("1 to {PER_HOUR_MOST}"))) }
}

/// A slug as somebody chose it.
///
/// # Errors
/// `slug`, when it holds more than lower-case letters, digits and single hyphens.
pub(crate) fn slug(text: &str) -> Result<String> {
    if !text.is_empty() && slug_of(text) == text {
        return Ok(text.to_owned());
    }
    Err(Error::field("slug", "1 to 40 lower-case letters, digits and single hyphens, such as asha-and-co"))
}

/// `Asha & Co.` as `asha-co`; empty where a name has no Latin letter and no digit.
pub(crate) fn slug_of(name: &str) -> String {
    let spaced: String = name.to_lowercase().chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { ' ' }).collect();
    let joined = spaced.split_whitespace().collect::<Vec<_>>().join("-");
    joined.chars().take(40).collect::<String>().trim_end_matches('-').to_owned()
}

/// Where to go after signing in: a path of this house, never another's.
pub(crate) fn local_path(next: Option<&str>) -> &str {
    let local = |path: &&str| {
        // A browser takes `//host` and `/\host` for another house, and drops tabs and line ends before it looks.
        path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && path.bytes().all(|byte| byte.is_ascii_graphic())
    };
    next.filter(local).unwrap_or("/admin")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Role::{Admin, Manager, Owner, User, Viewer};

    #[test]
    fn nobody_gives_more_than_they_have() {
        let table = [
            (Owner, Owner, true),
            (Owner, Viewer, true),
            (Admin, Owner, false),
            (Admin, Admin, true),
            (Manager, Admin, false),
            (User, Viewer, true),
        ];
        for (own, wanted, may) in table {
            assert_eq!(may_grant(&Reach::of(own), wanted).is_ok(), may, "{own} gives {wanted}");
        }
        let members_only = Reach { role: Owner, scopes: Some(vec![Permission::MembersWrite]) };
        assert!(Role::ALL.iter().all(|role| may_grant(&members_only, *role).is_err()), "it would let itself out through a member");
        assert!(may_make(&members_only, &Reach { role: Viewer, scopes: Some(vec![Permission::OrdersRead]) }).is_err());
        assert!(may_make(&members_only, &members_only).is_ok() && may_make(&Reach::of(Owner), &members_only).is_ok());
    }

    #[test]
    fn a_tenant_keeps_an_owner() {
        let table = [
            (Owner, Owner, None, 1, Some("last_owner")),
            (Owner, Owner, Some(Admin), 1, Some("last_owner")),
            (Owner, Owner, Some(Owner), 1, None),
            (Owner, Owner, None, 2, None),
            (Owner, Viewer, None, 1, None),
            (Admin, Owner, None, 2, Some("role_too_high")),
            (Admin, User, Some(Owner), 1, Some("role_too_high")),
            (Admin, User, Some(Manager), 1, None),
        ];
        for (own, now, wanted, owners, refused) in table {
            let code = may_change(&Reach::of(own), now, wanted, owners).err().map(|error| error.code());
            assert_eq!(code, refused, "{own}: {now} to {wanted:?} of {owners}");
        }
    }

    #[test]
    fn keys_end() {
        let (now, later, earlier) = (Time(1_000), Time(1_001), Time(999));
        let table = [
            (None, None, true),
            (Some(later), None, true),
            (Some(now), None, false),
            (Some(earlier), None, false),
            (Some(later), Some(earlier), false),
            (None, Some(now), false),
        ];
        for (expires, revoked, works) in table {
            assert_eq!(key_works(expires, revoked, now), works, "{expires:?} {revoked:?}");
        }
    }

    #[test]
    fn sessions_slide_and_end() {
        let idle = Duration::from_secs(900);
        let seen = Time(0);
        let end = seen.after(SESSION_LONGEST);
        let table = [(0, true), (899, true), (929, true), (930, false), (50_000, false)];
        for (seconds, lasts) in table {
            assert_eq!(session_lasts(seen, end, idle, seen.after(Duration::from_secs(seconds))), lasts, "{seconds}");
        }
        assert!(!session_lasts(end, end, idle, end));
    }

    #[test]
    fn names_and_slugs() {
        for (name, expected) in [("Asha & Co.", "asha-co"), ("  --- ", ""), ("चाय घर", ""), ("Café 24", "caf-24")] {
            assert_eq!(slug_of(name), expected, "{name}");
        }
        assert!(slug_of(&"a ".repeat(60)).len() <= 40);
        for (text, fits) in [("asha-and-co", true), ("Asha", false), ("a--b", false), ("-a", false), ("", false), ("a/b", false)] {
            assert_eq!(slug(text).is_ok(), fits, "{text}");
        }
        let own = Some("a.b@x.in");
        for (text, fits) in [("admin", true), ("A.B@x.in", true), ("other@x.in", false), ("a", false), ("a b", false), ("a\nb", false)] {
            assert_eq!(username(text, own).is_ok(), fits, "{text}");
        }
        for (text, fits) in
            [("Asha@Example.com", true), ("a@b", true), ("a", false), ("@b", false), ("a@", false), ("a b@c", false), ("a@b@c", false)]
        {
            assert_eq!(email(text).is_ok(), fits, "{text}");
        }
        assert!(time_zone("Asia/Kolkata").is_ok());
        assert!(time_zone("Mars/Olympus").is_err());
        assert!(per_hour(0).is_err() && per_hour(1).is_ok() && per_hour(2_000_000).is_err());
        assert!(label("name", " \t ", 10).is_err() && label("name", " a ", 1).is_ok());
    }

    #[test]
    fn browsers_are_named() {
        let table = [
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36", "Chrome on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", "Firefox on Android"),
            ("Till <3", "Till <3"),
            ("", "unknown"),
        ];
        for (agent, name) in table {
            assert_eq!(browser(agent), name);
        }
    }

    #[test]
    fn signing_in_leads_nowhere_else() {
        let table = [
            (Some("/admin/orders?state=paid"), "/admin/orders?state=paid"),
            (Some("//evil.example"), "/admin"),
            (Some("/\\evil.example"), "/admin"),
            (Some("/\t/evil.example"), "/admin"),
            (Some("https://evil.example"), "/admin"),
            (Some("javascript:alert(1)"), "/admin"),
            (Some(""), "/admin"),
            (None, "/admin"),
        ];
        for (next, to) in table {
            assert_eq!(local_path(next), to);
        }
    }
}
