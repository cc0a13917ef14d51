//! A list of stolen passwords, asked as haveibeenpwned.com is: by the first five digits of a hash.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use sha1::{Digest, Sha1};

/// Passwords on the list. They are strong by themselves: what is weak is refused before anybody is asked.
pub const STOLEN: &[&str] = &["velvet tractor symphony", "marmalade under telescope"];

/// `GET /range/{first five}`: the rest of each hash that begins so, with a count, and padding with none.
pub(crate) fn routes() -> Router {
    Router::new().route("/range/{first}", get(range))
}

async fn range(Path(first): Path<String>) -> Result<String, StatusCode> {
    if first.len() != 5 || !first.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let first = first.to_uppercase();
    let hashes = STOLEN.iter().map(|password| hex::encode_upper(Sha1::digest(password.as_bytes())));
    let known = hashes.filter_map(|hash| hash.strip_prefix(&first).map(|rest| format!("{rest}:7")));
    let padding = std::iter::once(format!("{:035X}:0", 7));
    Ok(known.chain(padding).collect::<Vec<_>>().join("\r\n"))
}
