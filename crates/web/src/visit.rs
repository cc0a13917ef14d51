//! Who asks: a person, a program that looks at links before people do, or a page by itself.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, header};
use std::net::IpAddr;

/// The smallest image there is: one point that cannot be seen.
const POINT: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// Words in the names of programs that look at links before or in place of people.
const PROGRAMS: [&str; 18] = [
    "bot",
    "crawl",
    "spider",
    "preview",
    "scan",
    "proxy",
    "whatsapp",
    "facebookexternalhit",
    "slack",
    "telegram",
    "skype",
    "curl",
    "wget",
    "python",
    "java/",
    "go-http",
    "headless",
    "monitor",
];

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Whether a person follows a link, as far as a request tells: what only looks whether something is there, fetches ahead, or says that it
/// is a program is none.
pub fn is_person(method: &Method, headers: &HeaderMap) -> bool {
    let program = text(headers, header::USER_AGENT.as_str()).to_ascii_lowercase();
    method == Method::GET && !is_ahead(headers) && !program.is_empty() && !PROGRAMS.iter().any(|word| program.contains(word))
}

/// Whether a browser fetches something before anybody asked for it.
pub fn is_ahead(headers: &HeaderMap) -> bool {
    ["purpose", "sec-purpose", "x-purpose", "x-moz"].iter().any(|name| text(headers, name).contains("prefetch"))
}

/// Whether a page asks by itself, to show what is new, and nobody has done anything: that is no sign that somebody is there.
pub fn is_unattended(headers: &HeaderMap) -> bool {
    headers.contains_key("x-unattended") || text(headers, header::ACCEPT.as_str()) == "text/event-stream"
}

/// An image of one point, which is asked for anew each time: that it was asked for says that somebody looks.
pub fn point() -> Response {
    ([(header::CONTENT_TYPE, "image/gif"), (header::CACHE_CONTROL, "no-store")], POINT).into_response()
}

/// Tells one browser from another at one link, and nothing else of it: a digest that says nothing at any other link.
pub fn visitor(link: &str, from: IpAddr, headers: &HeaderMap) -> String {
    store::secret::sha256(format!("{link} {from} {}", text(headers, header::USER_AGENT.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn who_is_a_person() {
        let phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";
        let with = |method: Method, pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_str(value).unwrap());
            }
            is_person(&method, &headers)
        };
        assert!(with(Method::GET, &[("user-agent", phone)]));
        assert!(!with(Method::HEAD, &[("user-agent", phone)]));
        assert!(!with(Method::GET, &[]));
        assert!(!with(Method::GET, &[("user-agent", phone), ("sec-purpose", "prefetch;prerender")]));
        for program in
            ["WhatsApp/2.23.20", "facebookexternalhit/1.1", "Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8", "GoogleImageProxy"]
        {
            assert!(!with(Method::GET, &[("user-agent", program)]), "{program}");
        }
    }
}
