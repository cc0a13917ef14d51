//! Who sends a push (RFC 8292): a token signed with the key under which the browser subscribed.

use crate::jwt;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facts::Time;
use ring::signature::ECDSA_P256_SHA256_FIXED;

/// For how many seconds a token may be good at most.
const LONGEST: i64 = 24 * 3_600;

/// What `Authorization` says: `vapid t=…, k=…`, in either order.
fn parts(header: &str) -> Option<(&str, Vec<u8>)> {
    let (scheme, rest) = header.split_once(' ')?;
    let part = |name: &str| rest.split(',').find_map(|part| part.trim().strip_prefix(name));
    let key = URL_SAFE_NO_PAD.decode(part("k=")?).ok()?;
    scheme.eq_ignore_ascii_case("vapid").then_some((part("t=")?, key))
}

/// Who sends, as `sub` says. `own` is the origin of the endpoint, `expected` the key that the subscription was made with.
/// Else the status of the refusal and its words.
pub(super) fn sender(header: Option<&str>, own: &str, expected: Option<&[u8]>, now: Time) -> Result<String, (u16, &'static str)> {
    let header = header.ok_or((401, "Authorization is missing"))?;
    let (token, key) = parts(header).ok_or((401, "Authorization: vapid t=<token>, k=<key>"))?;
    let claims = jwt::verified(token, "ES256", &ECDSA_P256_SHA256_FIXED, &key).map_err(|wrong| (401, wrong))?;
    if expected.is_some_and(|expected| expected != key) {
        return Err((403, "the key is not the one that the browser subscribed with"));
    }
    if claims.payload["aud"] != own {
        return Err((403, "aud is not the origin of this endpoint"));
    }
    let Some(exp) = claims.payload["exp"].as_i64() else { return Err((403, "exp is missing")) };
    if exp <= now.seconds() || exp > now.seconds() + LONGEST {
        return Err((403, "exp has passed, or is more than 24 hours away"));
    }
    let subject = claims.payload["sub"].as_str().filter(|sub| sub.starts_with("mailto:") || sub.starts_with("https:"));
    subject.map(str::to_owned).ok_or((403, "sub is no mailto: or https: address"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "BEccPnWMSQQoW7p-UxGO0PUkresHV9Jb0vjnsNdt-nFM3VIPesqKi5F6zDf1HejwybvjrYWDgucC3CWhLQn3qFg";
    const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE3MDAwNDMyMDAsInN1YiI6Im1haWx0bzpvcHNAZXhhbXBsZS5jb20ifQ.tNb0ZsYCPibja2XPNwtJvvn8DAvS9KgM2bfRe-CNhaRlRVteySdbUJw3JbAnZI3fm29uYi89JZ-IBye_tR90og";

    fn judged(token: &str, own: &str, expected: Option<&[u8]>, seconds: i64) -> Result<String, u16> {
        let header = format!("vapid t={token}, k={KEY}");
        sender(Some(&header), own, expected, Time(seconds * 1_000)).map_err(|(status, _)| status)
    }

    #[test]
    fn the_vector() {
        let (own, now) = ("https://push.example.net", 1_700_000_000);
        let key = URL_SAFE_NO_PAD.decode(KEY).unwrap();
        assert_eq!(judged(TOKEN, own, Some(&key), now), Ok("mailto:ops@example.com".to_owned()));
        assert_eq!(judged(TOKEN, own, None, now), Ok("mailto:ops@example.com".to_owned()));
        assert_eq!(judged(TOKEN, own, Some(&[4; 65]), now), Err(403), "another shop's key");
        assert_eq!(judged(TOKEN, "https://other.example.net", None, now), Err(403), "another service");
        assert_eq!(judged(TOKEN, own, None, 1_700_043_200), Err(403), "at its end");
        assert_eq!(judged(TOKEN, own, None, 1_700_043_200 - LONGEST - 1), Err(403), "too long");
        assert_eq!(judged(&TOKEN.replacen("tNb0", "tNb1", 1), own, None, now), Err(401));
        assert_eq!(sender(None, own, None, Time(0)).unwrap_err().0, 401);
        assert_eq!(sender(Some("Bearer x"), own, None, Time(0)).unwrap_err().0, 401);
    }
}
