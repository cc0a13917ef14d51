//! Which columns never leave the house in an export, and which only sound as if they must not.

use store::Told;

/// Everything that opens something, by its hash, its key or locked. A domain's token stands in the DNS for all to read, and a
/// certificate's chain is what every browser is shown.
pub(crate) const TOLD: &[Told] = &[
    Told { table: "api_keys", secret: &["hash"], plain: &[] },
    Told { table: "certificates", secret: &["order_key", "private_key"], plain: &["chain"] },
    Told { table: "domains", secret: &[], plain: &["token"] },
    Told { table: "half_sign_ins", secret: &["token_hash"], plain: &[] },
    Told { table: "sessions", secret: &["token_hash", "csrf"], plain: &[] },
    Told { table: "sso_connections", secret: &["locked"], plain: &[] },
    Told { table: "sso_sign_ins", secret: &["state_hash", "browser_hash", "nonce", "verifier"], plain: &[] },
    Told { table: "tickets", secret: &["hash", "locked"], plain: &[] },
];
