//! What a device is asked to sign, and whether it did.

use facts::{Id, UserId};
use serde_json::Value;
use std::time::Duration;
use store::secret::sha256;
use store::{Error, Kind, Result};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// Between the question and the signature.
pub(super) const WITHIN: Duration = Duration::from_secs(5 * 60);

/// The name that passkeys are bound to, and the address at which they work. Passkeys need a name: a machine that is only
/// known by its own loopback number is `localhost` to them, and any other number has none.
pub(super) fn home(public_url: &str) -> Option<(String, Url)> {
    let mut url = Url::parse(public_url).ok()?;
    let host: std::result::Result<std::net::IpAddr, _> = url.host_str()?.trim_matches(['[', ']']).parse();
    match host {
        Ok(number) if number.is_loopback() => url.set_host(Some("localhost")).ok()?,
        Ok(_) => return None,
        Err(_) => {}
    }
    Some((url.host_str()?.to_owned(), url))
}

fn house(public_url: &str) -> Result<Webauthn> {
    let nowhere = || Error::conflict("no_passkeys", "Passkeys need an address with a name, and this one is a number.");
    let (name, url) = home(public_url).ok_or_else(nowhere)?;
    let built = WebauthnBuilder::new(&name, &url).map(|builder| builder.rp_name("Origin").timeout(WITHIN)).and_then(WebauthnBuilder::build);
    built.map_err(Error::internal)
}

/// Whoever adds a passkey.
pub(super) struct Owner<'a> {
    pub id: UserId,
    pub login: &'a str,
    pub name: &'a str,
    /// The passkeys that they have, so that no device makes a second one.
    pub has: &'a [Passkey],
}

/// What a device is asked that makes a passkey, and what must be known to judge its answer.
///
/// # Errors
/// `no_passkeys` where the house has no name.
pub(super) fn ask_to_make(public_url: &str, owner: &Owner<'_>) -> Result<(Value, Value)> {
    let known = owner.has.iter().map(|passkey| passkey.cred_id().clone()).collect();
    let asked = house(public_url)?.start_passkey_registration(owner.id.uuid(), owner.login, owner.name, Some(known));
    let (question, state) = asked.map_err(Error::internal)?;
    let mut question = serde_json::to_value(question)?["publicKey"].take();
    // It is found without a user name, so the device must keep whose it is.
    question["authenticatorSelection"]["residentKey"] = "required".into();
    question["authenticatorSelection"]["requireResidentKey"] = true.into();
    Ok((question, serde_json::to_value(state)?))
}

/// The passkey that a device made.
///
/// # Errors
/// `passkey_refused`.
pub(super) fn made(public_url: &str, state: Value, answer: &str) -> Result<Passkey> {
    let state: PasskeyRegistration = serde_json::from_value(state)?;
    let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(refused)?;
    house(public_url)?.finish_passkey_registration(&answer, &state).map_err(refused)
}

/// What a device is asked that signs somebody in, whoever it is, and what must be known to judge its answer.
///
/// # Errors
/// `no_passkeys` where the house has no name.
pub(super) fn ask_to_sign(public_url: &str) -> Result<(Value, Value)> {
    let (question, state) = house(public_url)?.start_discoverable_authentication().map_err(Error::internal)?;
    Ok((serde_json::to_value(question)?["publicKey"].take(), serde_json::to_value(state)?))
}

/// An answer that says whose it is.
pub(super) struct Signed(PublicKeyCredential);

impl Signed {
    /// Reads it; nothing is proved yet.
    ///
    /// # Errors
    /// `passkey_refused`.
    pub(super) fn read(answer: &str) -> Result<Self> {
        serde_json::from_str(answer).map(Self).map_err(refused)
    }

    /// Under which its passkey is kept.
    pub(super) fn id(&self) -> String {
        sha256(self.0.get_credential_id())
    }

    /// Whether a passkey of this person signed it, with its owner's consent; the passkey as it is from now on.
    ///
    /// # Errors
    /// `passkey_refused`: a signature, an origin, a challenge or a counter that does not fit.
    pub(super) fn judge(&self, public_url: &str, state: Value, owner: UserId, mut passkey: Passkey) -> Result<Passkey> {
        let state: DiscoverableAuthentication = serde_json::from_value(state)?;
        if self.0.get_user_unique_id() != Some(owner.uuid().as_bytes()) {
            return Err(refused("another person's handle"));
        }
        let proved = house(public_url)?.finish_discoverable_authentication_v2(&self.0, state, &passkey).map_err(refused)?;
        if !proved.user_verified() {
            return Err(refused("its owner was not asked"));
        }
        passkey.update_credential(&proved);
        Ok(passkey)
    }
}

/// Under which a passkey is kept.
pub(super) fn id(passkey: &Passkey) -> String {
    sha256(passkey.cred_id())
}

/// The answer to whatever does not fit: the log knows what.
pub(super) fn refused(what: impl std::fmt::Display) -> Error {
    tracing::info!(%what, "a passkey was refused");
    Error::new(Kind::Unauthenticated, "passkey_refused", "This passkey was not accepted. Try again, or sign in another way.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_belong_to_a_name() {
        let table = [
            ("https://shop.example", Some(("shop.example", "https://shop.example/"))),
            ("https://shop.example:8443", Some(("shop.example", "https://shop.example:8443/"))),
            ("http://127.0.0.1:8080", Some(("localhost", "http://localhost:8080/"))),
            ("http://[::1]:8080", Some(("localhost", "http://localhost:8080/"))),
            ("http://localhost:8080", Some(("localhost", "http://localhost:8080/"))),
            ("http://192.168.1.7", None),
            ("", None),
        ];
        for (public_url, expected) in table {
            let found = home(public_url);
            let found = found.as_ref().map(|(name, url)| (name.as_str(), url.as_str()));
            assert_eq!(found, expected, "{public_url}");
        }
    }
}
