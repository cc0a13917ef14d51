//! Stylesheets, scripts and the mark, carried inside the binary.
//!
//! The name of a file contains a hash of its bytes, so that browsers may keep it for ever and still get
//! a new one with a new release. The hash only has to differ when the bytes do and nobody gains by forging
//! it, so it is FNV-1a: eight lines, the same on every machine, unlike the standard library's hasher.

use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    /// `app.3f2a….css`.
    hashed: String,
    etag: String,
    content_type: &'static str,
    bytes: &'static [u8],
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

/// Glues a stylesheet together: one file for the browser, one file an idea for us.
macro_rules! stylesheet {
    ($($part:literal),*) => { concat!($(include_str!(concat!("../../assets/css/", $part, ".css"))),*) };
}

/// The back office.
const APP_CSS: &str = stylesheet!("tokens", "base", "controls", "parts", "shell", "table", "overlay", "chart", "message");

/// The shop, which buyers load on a phone: without what only the back office shows.
const SHOP_CSS: &str = stylesheet!("tokens", "base", "controls", "parts", "shop");

const APP_JS: &str = concat!(
    include_str!("../../assets/js/page.js"),
    include_str!("../../assets/js/keys.js"),
    include_str!("../../assets/js/session.js"),
    include_str!("../../assets/js/live.js"),
);

static ASSETS: LazyLock<[Asset; 7]> = LazyLock::new(|| {
    [
        asset("app.css", CSS, APP_CSS),
        asset("app.js", JS, APP_JS),
        asset("events.js", JS, include_str!("../../assets/js/events.js")),
        asset("shop.css", CSS, SHOP_CSS),
        asset("passkeys.js", JS, include_str!("../../assets/js/passkeys.js")),
        asset("theme.js", JS, include_str!("../../assets/js/theme.js")),
        asset("mark.svg", "image/svg+xml", include_str!("../../assets/mark.svg")),
    ]
});

/// The address of a file by its plain name, such as `app.css`; one that does not exist gets an address that answers 404.
pub fn url(name: &str) -> String {
    let known = ASSETS.iter().find(|asset| asset.name == name);
    format!("/assets/{}", known.map_or(name, |asset| &asset.hashed))
}

/// The file behind `/assets/{path}`: content type, bytes, `ETag`. Its address changes when it does, so it may be cached for ever.
pub fn get(path: &str) -> Option<(&'static str, &'static [u8], String)> {
    let asset = ASSETS.iter().find(|asset| asset.hashed == path)?;
    Some((asset.content_type, asset.bytes, asset.etag.clone()))
}

fn asset(name: &'static str, content_type: &'static str, text: &'static str) -> Asset {
    let bytes = text.as_bytes();
    let hash = fnv(bytes);
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    Asset { name, hashed: format!("{stem}.{hash:016x}.{ending}"), etag: format!("\"{hash:016x}\""), content_type, bytes }
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_file() {
        let address = url("app.css");
        let (content_type, bytes, etag) = get(address.strip_prefix("/assets/").unwrap()).unwrap();
        assert_eq!(content_type, CSS);
        assert!(!bytes.is_empty() && address.contains(etag.trim_matches('"')));
        assert!(get("app.css").is_none(), "only the hashed name is served, so that it can be cached for ever");
        assert!(get(url("nothing.css").strip_prefix("/assets/").unwrap()).is_none());
    }

    /// What a page costs: styles and scripts stay small enough to need no splitting.
    #[test]
    fn assets_keep_to_their_weight() {
        let limits = [
            ("app.css", 36_000),
            ("shop.css", 22_500),
            ("app.js", 8_000),
            ("events.js", 2_000),
            ("passkeys.js", 3_000),
            ("theme.js", 1_000),
        ];
        for (name, limit) in limits {
            let size = ASSETS.iter().find(|asset| asset.name == name).unwrap().bytes.len();
            assert!(size <= limit, "{name} has {size} bytes, {limit} are allowed");
        }
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
