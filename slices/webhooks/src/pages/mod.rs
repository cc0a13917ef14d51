//! The back office: endpoints, and what was sent to them.

mod deeds;
mod deliveries;
mod delivery;
mod endpoint;
mod endpoints;
mod form;

use web::Route;

pub(crate) fn routes() -> Vec<Route> {
    [endpoints::routes(), endpoint::routes(), deeds::routes(), deliveries::routes(), delivery::routes()].into_iter().flatten().collect()
}

/// The end of an address, short enough for a row of a list.
fn short(url: &str) -> String {
    const MOST: usize = 48;
    let plain = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    match plain.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn an_address_in_a_row() {
        assert_eq!(short("https://hooks.example.com/"), "hooks.example.com");
        assert_eq!(short(&format!("https://e.com/{}", "é".repeat(60))).chars().count(), 49);
    }
}
