//! What may stand in the lists, and whom a list lets in.

use ipnet::IpNet;
use std::collections::BTreeMap;
use std::net::IpAddr;
use store::{Error, Result};
use url::{Host, Url};

/// Networks that a list may have.
pub(super) const MOST_NETWORKS: usize = 100;
/// Origins that a list may have.
pub(super) const MOST_ORIGINS: usize = 20;
/// Characters that a note may have.
const LONGEST_NOTE: usize = 80;

/// A network in its one spelling, of an address or of one with a prefix's length. An IPv4 address in IPv6's clothes is itself.
fn network(typed: &str) -> Option<IpNet> {
    let typed = typed.trim();
    let net = typed.parse().ok().or_else(|| typed.parse::<IpAddr>().ok().map(|address| IpNet::from(address.to_canonical())))?;
    Some(IpNet::trunc(&net))
}

/// Networks with their notes, in their one spelling and order, each once.
///
/// # Errors
/// `networks`, with the first that is none, or too many of them.
pub(super) fn networks(typed: Vec<(String, String)>) -> Result<BTreeMap<String, String>> {
    if typed.len() > MOST_NETWORKS {
        return Err(wrong("networks", format!("{MOST_NETWORKS} at the most")));
    }
    let read = |(text, note): (String, String)| {
        let net = network(&text).ok_or_else(|| {
            let text: String = text.chars().take(60).collect();
            wrong("networks", format!("{text:?} is no address such as 203.0.113.7, nor a network such as 203.0.113.0/24 or 2001:db8::/32"))
        })?;
        let note = note.trim();
        if note.chars().count() > LONGEST_NOTE || note.chars().any(char::is_control) {
            return Err(wrong("networks", format!("the note of {net}: one line of {LONGEST_NOTE} characters at the most")));
        }
        Ok((net.to_string(), note.to_owned()))
    };
    typed.into_iter().map(read).collect()
}

/// Whether a list lets an address in: an empty one lets everybody in.
pub(super) fn lets_in<'a>(networks: impl IntoIterator<Item = &'a str>, from: IpAddr) -> bool {
    let from = from.to_canonical();
    let mut any = false;
    let found = networks.into_iter().any(|text| {
        any = true;
        text.parse::<IpNet>().is_ok_and(|net| net.contains(&from))
    });
    found || !any
}

/// Refuses a list that would shut out whoever saves it, who could then not mend it.
///
/// # Errors
/// `locks_you_out`.
pub(super) fn keeps_in(networks: &BTreeMap<String, String>, from: IpAddr) -> Result<()> {
    if lets_in(networks.keys().map(String::as_str), from) {
        return Ok(());
    }
    let from = from.to_canonical();
    let message =
        format!("You come from {from}, which is in none of these networks: this list would lock you out. Add it, or save from there.");
    Err(Error::invalid("locks_you_out", message).with_field("networks", format!("does not contain {from}, from where you come")))
}

/// An origin as browsers say it: https, a host, a port where it is not the usual one; http on this very machine alone.
fn origin(typed: &str) -> Option<String> {
    let url = Url::parse(typed.trim()).ok()?;
    let plain =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    let local = match url.host()? {
        Host::Domain(name) if name.contains('*') => return None,
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let safe = url.scheme() == "https" || (url.scheme() == "http" && local);
    (plain && safe).then(|| url.origin().ascii_serialization())
}

/// Origins in their one spelling and order, each once.
///
/// # Errors
/// `origins`, with the first that is none, or too many of them.
pub(super) fn origins(typed: Vec<String>) -> Result<Vec<String>> {
    if typed.len() > MOST_ORIGINS {
        return Err(wrong("origins", format!("{MOST_ORIGINS} at the most")));
    }
    let read = |text: String| {
        origin(&text).ok_or_else(|| {
            let text: String = text.chars().take(60).collect();
            wrong(
                "origins",
                format!(
                    "{text:?} is no origin such as https://app.example: https, a host, no path and no wildcard; http for localhost alone"
                ),
            )
        })
    };
    let mut all = typed.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    all.sort();
    all.dedup();
    Ok(all)
}

fn wrong(field: &str, message: String) -> Error {
    Error::invalid("invalid_field", format!("{field}: {message}")).with_field(field, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(typed: &str) -> Option<String> {
        network(typed).map(|net| net.to_string())
    }

    #[test]
    fn a_network_has_one_spelling() {
        for (typed, net) in [
            ("203.0.113.7", Some("203.0.113.7/32")),
            (" 203.0.113.7/24 ", Some("203.0.113.0/24")),
            ("2001:DB8::1", Some("2001:db8::1/128")),
            ("2001:db8:1::/32", Some("2001:db8::/32")),
            ("::ffff:203.0.113.7", Some("203.0.113.7/32")),
            ("0.0.0.0/0", Some("0.0.0.0/0")),
            ("203.0.113.7/33", None),
            ("203.0.113", None),
            ("office", None),
            ("", None),
        ] {
            assert_eq!(one(typed).as_deref(), net, "{typed}");
        }
    }

    #[test]
    fn a_list_lets_in_whom_it_names() {
        let list = ["203.0.113.0/24", "2001:db8::/32"];
        for (from, inside) in
            [("203.0.113.200", true), ("203.0.114.1", false), ("2001:db8::9", true), ("2001:db9::9", false), ("::ffff:203.0.113.1", true)]
        {
            assert_eq!(lets_in(list, from.parse().unwrap()), inside, "{from}");
        }
        assert!(lets_in([], "203.0.114.1".parse().unwrap()));
        assert!(!lets_in(["0.0.0.0/0"], "2001:db8::9".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn who_saves_a_list_is_never_locked_out_by_it(
            nets in proptest::collection::vec((any::<[u8; 4]>(), 0u8..=32), 0..6),
            from in any::<[u8; 4]>(),
        ) {
            let typed = nets.iter().map(|(net, length)| (format!("{}/{length}", std::net::Ipv4Addr::from(*net)), String::new())).collect();
            let list = networks(typed).unwrap();
            let from = IpAddr::from(from);
            let kept = keeps_in(&list, from).is_ok();
            prop_assert_eq!(kept, lets_in(list.keys().map(String::as_str), from));
            let inside = nets.iter().any(|(net, length)| {
                let mask = u32::MAX.checked_shl(32 - u32::from(*length)).unwrap_or(0);
                let IpAddr::V4(from) = from else { return false };
                u32::from(from) & mask == u32::from_be_bytes(*net) & mask
            });
            prop_assert_eq!(kept, nets.is_empty() || inside);
        }
    }

    #[test]
    fn an_origin_is_exact() {
        for (typed, is) in [
            ("https://app.example", Some("https://app.example")),
            ("https://App.Example:443/", Some("https://app.example")),
            ("https://app.example:8443", Some("https://app.example:8443")),
            ("http://localhost:3000", Some("http://localhost:3000")),
            ("http://127.0.0.1:5173", Some("http://127.0.0.1:5173")),
            ("http://app.example", None),
            ("http://localhost.example", None),
            ("https://*.example", None),
            ("https://app.example/path", None),
            ("https://app.example?x", None),
            ("https://me@app.example", None),
            ("app.example", None),
            ("null", None),
            ("*", None),
            ("file:///tmp", None),
        ] {
            assert_eq!(origin(typed).as_deref(), is, "{typed}");
        }
        assert_eq!(
            origins(vec!["https://b.example".into(), "https://a.example/".into(), "https://b.example".into()]).unwrap(),
            ["https://a.example", "https://b.example"]
        );
    }
}
