//! Who may depend on whom. Calls go down the levels; what lies beside or above is reached by facts alone.

use super::edges::{Home, Package};

/// The slices by level, lowest first. A slice may use those of the levels before its own.
const LEVELS: [&[&str]; 11] = [
    &["identity", "settings", "audit", "files"],
    &["contacts", "catalogue", "branding"],
    &["ledger", "payments", "usage", "channels", "consent", "events"],
    &["orders", "settlements", "segments"],
    &["invoices"],
    &["subscriptions", "rounds"],
    &["messages", "recovery", "referrals", "imports", "webhooks", "entitlements", "experiments"],
    &["tracking", "social"],
    &["sendtime"],
    &["otp", "campaigns", "inbox", "forecasts", "assistant", "mobile", "overview"],
    &["journeys"],
];

/// What every slice may use beside lower slices.
const FOUNDATION: [&str; 4] = ["facts", "store", "web", "stats"];
/// What only tests may use, beside all that the package itself may.
const FOR_TESTS: [&str; 2] = ["testkit", "sim"];

/// Every edge that the house refuses, each as one line.
pub fn refusals(packages: &[Package]) -> Vec<String> {
    let mut refused = Vec::new();
    for package in packages {
        if package.home == Home::Slice && level(&package.name).is_none() {
            refused.push(format!("slices/{0}: {0} has no level; give it one in xtask/src/check/levels.rs", package.name));
            continue;
        }
        let inside = |name: &&String| packages.iter().any(|other| other.name == **name);
        for other in package.uses.iter().filter(inside) {
            refused.extend(refusal(package, other));
        }
        for other in package.tests_use.iter().filter(inside) {
            if !FOR_TESTS.contains(&other.as_str()) {
                refused.extend(refusal(package, other));
            }
        }
    }
    refused
}

fn level(slice: &str) -> Option<usize> {
    LEVELS.iter().position(|slices| slices.contains(&slice))
}

fn refusal(package: &Package, other: &str) -> Option<String> {
    let name = package.name.as_str();
    let why = if other == "testkit" && name != "testkit" {
        "only tests may use testkit".to_owned()
    } else if package.home == Home::Slice {
        slice_refusal(name, other)?
    } else {
        crate_refusal(name, other)?
    };
    Some(format!("{name} → {other}: {why}"))
}

fn slice_refusal(name: &str, other: &str) -> Option<String> {
    if FOUNDATION.contains(&other) {
        return None;
    }
    let own = level(name)? + 1;
    match level(other).map(|below| below + 1) {
        None => Some("a slice uses facts, store, web, stats and lower slices".to_owned()),
        Some(below) if below < own => None,
        Some(same) if same == own => Some(format!("sideways, both are on level {own}; let one state a fact that the other reacts to")),
        Some(above) => Some(format!("upward, from level {own} to level {above}; state a fact that {other} reacts to")),
    }
}

fn crate_refusal(name: &str, other: &str) -> Option<String> {
    let may: &[&str] = match name {
        "origin" | "testkit" | "bench" => return None,
        "web" => &["facts", "store", "stats"],
        "store" | "sim" | "stats" => &["facts"],
        // It drives the real binary from outside, so of the house it may use nothing but a clock and the providers.
        "torture" => &["facts", "store", "sim"],
        _ => &[],
    };
    (!may.contains(&other)).then(|| match may {
        [] => format!("{name} stands on nothing of the house"),
        _ => format!("of the house {name} may use {}", may.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::edges::parse;

    fn house(packages: &[(Home, &str, &str, &str)]) -> Vec<String> {
        let read = packages.iter().map(|(home, name, uses, tests_use)| {
            let lines = |names: &str| -> String {
                let names = names.split_whitespace();
                names.map(|n| format!("{n}.workspace = true\n")).collect()
            };
            let (uses, tests_use) = (lines(uses), lines(tests_use));
            let text = format!("[package]\nname = \"{name}\"\n[dependencies]\n{uses}[dev-dependencies]\n{tests_use}");
            parse(&text, *home).unwrap()
        });
        refusals(&read.collect::<Vec<_>>())
    }

    #[test]
    fn the_house_as_designed_is_accepted() {
        use Home::{Crate, Slice};
        let refused = house(&[
            (Crate, "facts", "serde", ""),
            (Crate, "store", "facts tokio", "testkit"),
            (Crate, "web", "store facts", "testkit"),
            (Crate, "sim", "facts", ""),
            (Crate, "testkit", "store web sim orders messages", ""),
            (Crate, "origin", "store web sim orders messages", "testkit"),
            (Slice, "contacts", "store web facts", "testkit sim"),
            (Slice, "orders", "store web contacts", "testkit"),
            (Slice, "messages", "store web contacts orders", ""),
        ]);
        assert_eq!(refused, Vec::<String>::new());
    }

    #[test]
    fn a_house_built_wrongly_is_refused_edge_by_edge() {
        use Home::{Crate, Slice};
        let refused = house(&[
            (Crate, "facts", "store", ""),
            (Crate, "store", "facts web", ""),
            (Crate, "web", "orders", ""),
            (Crate, "sim", "store", ""),
            (Slice, "contacts", "catalogue orders", ""),
            (Slice, "catalogue", "", ""),
            (Slice, "orders", "testkit sim invoices", ""),
            (Slice, "invoices", "", "messages"),
            (Slice, "messages", "origin", ""),
            (Slice, "gadgets", "", ""),
            (Crate, "testkit", "", ""),
            (Crate, "origin", "", ""),
        ]);
        let edges: Vec<&str> = refused.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(
            edges,
            [
                "facts → store",
                "store → web",
                "web → orders",
                "sim → store",
                "contacts → catalogue",
                "contacts → orders",
                "orders → invoices",
                "orders → sim",
                "orders → testkit",
                "invoices → messages",
                "messages → origin",
                "slices/gadgets",
            ]
        );
        assert!(refused[4].contains("sideways, both are on level 2"));
        assert!(refused[5].contains("upward, from level 2 to level 4"));
    }
}
