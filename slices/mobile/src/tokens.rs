//! Access tokens: JWTs of a quarter of an hour, signed with one algorithm and read with no other. And refresh tokens: texts
//! that mean nothing.

use crate::rules::ACCESS;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facts::{DeviceId, TenantId, Time, UserId};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use store::secret::{Vault, hmac_sha256};
use store::{Error, Kind, Result};
use uuid::Uuid;

/// What an access token is for.
const AUDIENCE: &str = "origin-api";
/// What comes before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410).
const ED25519: [u8; 16] = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// How access tokens are signed.
#[derive(Debug, Clone, Default)]
pub enum Signing {
    /// HMAC-SHA-256 with a key derived from the master key.
    #[default]
    Derived,
    /// HMAC-SHA-256 with this secret, JWT_SECRET.
    Secret(SecretString),
    /// Ed25519 with a key derived from the master key. Others can check tokens by /.well-known/jwks.json.
    EdDsa,
}

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    aud: String,
    /// The person.
    pub sub: UserId,
    /// The tenant.
    pub ten: TenantId,
    /// The device.
    pub dev: DeviceId,
    iat: i64,
    exp: i64,
    jti: Uuid,
}

/// Whom a token is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct For {
    pub user: UserId,
    pub tenant: TenantId,
    pub device: DeviceId,
}

/// Makes and reads tokens.
pub(crate) struct Tokens {
    algorithm: Algorithm,
    own: EncodingKey,
    known: DecodingKey,
    kid: Option<String>,
    published: JwkSet,
    issuer: String,
    refresh: [u8; 32],
}

impl Tokens {
    /// With keys of this house. `issuer` is where the world reaches it.
    pub(crate) fn new(signing: &Signing, vault: &Vault, issuer: &str) -> Result<Self> {
        let hmac = |secret: &[u8]| (Algorithm::HS256, EncodingKey::from_secret(secret), DecodingKey::from_secret(secret), None);
        let (algorithm, own, known, jwk) = match signing {
            Signing::Derived => hmac(&vault.derive("mobile/access")),
            Signing::Secret(secret) => hmac(secret.expose_secret().as_bytes()),
            Signing::EdDsa => {
                let own = EncodingKey::from_ed_der(&[ED25519.as_slice(), &vault.derive("mobile/ed25519")].concat());
                let mut jwk = Jwk::from_encoding_key(&own, Algorithm::EdDSA).map_err(Error::internal)?;
                jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256).map_err(Error::internal)?);
                jwk.common.public_key_use = Some(PublicKeyUse::Signature);
                (Algorithm::EdDSA, own, DecodingKey::from_jwk(&jwk).map_err(Error::internal)?, Some(jwk))
            }
        };
        let kid = jwk.as_ref().and_then(|jwk| jwk.common.key_id.clone());
        let published = JwkSet { keys: jwk.into_iter().collect() };
        Ok(Self { algorithm, own, known, kid, published, issuer: issuer.to_owned(), refresh: vault.derive("mobile/refresh") })
    }

    /// The keys that others can check access tokens with; none where only we can.
    pub(crate) fn published(&self) -> &JwkSet {
        &self.published
    }

    /// A new access token.
    pub(crate) fn access(&self, whom: For, jti: Uuid, now: Time) -> Result<String> {
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: whom.user,
            ten: whom.tenant,
            dev: whom.device,
            iat: now.seconds(),
            exp: now.after(ACCESS).seconds(),
            jti,
        };
        let header = Header { kid: self.kid.clone(), ..Header::new(self.algorithm) };
        encode(&header, &claims, &self.own).map_err(Error::internal)
    }

    /// What an access token of ours says.
    ///
    /// # Errors
    /// `invalid_token`; `token_expired` where a refresh helps.
    pub(crate) fn read(&self, token: &str, now: Time) -> Result<Claims> {
        let mut rules = Validation::new(self.algorithm);
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[&self.issuer]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // By the clock of the house, below.
        rules.validate_exp = false;
        let claims: Claims = decode(token, &self.known, &rules).map_err(|_| invalid_token())?.claims;
        if claims.exp <= now.seconds() {
            return Err(Error::new(Kind::Unauthenticated, "token_expired", "This access token is over. Refresh it."));
        }
        Ok(claims)
    }

    /// The refresh token that comes after this one: the same each time it is asked for, and by nobody else but us.
    pub(crate) fn successor(&self, token: &str) -> String {
        refresh_token(hmac_sha256(&self.refresh, token))
    }
}

/// A refresh token, from 256 bits that nobody can guess.
pub(crate) fn refresh_token(secret: [u8; 32]) -> String {
    format!("or_{}", URL_SAFE_NO_PAD.encode(secret))
}

fn invalid_token() -> Error {
    Error::new(Kind::Unauthenticated, "invalid_token", "This access token is none of ours. Sign in again.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Id;
    use serde_json::json;
    use store::Dice;

    const NOW: Time = Time(1_795_149_000_000);

    fn whom() -> For {
        let id = Uuid::from_u128(7);
        For { user: UserId::from_uuid(id), tenant: TenantId::from_uuid(id), device: DeviceId::from_uuid(id) }
    }

    fn made(signing: Signing) -> Tokens {
        Tokens::new(&signing, &Vault::new("master", Dice::seeded(1)), "https://shop.example").unwrap()
    }

    fn all() -> [Tokens; 3] {
        [made(Signing::Derived), made(Signing::Secret("a secret of the merchant's own".into())), made(Signing::EdDsa)]
    }

    #[test]
    fn a_token_opens_for_a_quarter_of_an_hour_and_only_here() {
        for (at, tokens) in all().iter().enumerate() {
            let token = tokens.access(whom(), Uuid::from_u128(1), NOW).unwrap();
            assert_eq!(tokens.read(&token, NOW).unwrap().dev, whom().device);
            assert!(tokens.read(&token, Time(NOW.0 + 899_000)).is_ok());
            assert_eq!(tokens.read(&token, Time(NOW.0 + 900_000)).unwrap_err().code(), "token_expired");
            for (other_at, other) in all().iter().enumerate() {
                assert_eq!(other.read(&token, NOW).is_ok(), other_at == at, "{at} read by {other_at}");
            }
            let elsewhere = Tokens { issuer: "https://other.example".to_owned(), ..made(Signing::Derived) };
            assert!(elsewhere.read(&token, NOW).is_err());
        }
    }

    #[test]
    fn what_was_tampered_with_is_refused() {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        for tokens in all() {
            let token = tokens.access(whom(), Uuid::from_u128(1), NOW).unwrap();
            let [head, body, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
            let none = part(json!({"alg": "none", "typ": "JWT"}));
            let other = part(json!({"iss": "https://shop.example", "aud": AUDIENCE, "sub": whom().user, "ten": whom().tenant,
                "dev": DeviceId::from_uuid(Uuid::from_u128(8)), "iat": 0, "exp": 9_999_999_999_i64, "jti": Uuid::nil()}));
            let forged = [
                format!("{none}.{body}."),
                format!("{none}.{body}.{signature}"),
                format!("{head}.{other}.{signature}"),
                format!("{head}.{body}."),
                String::new(),
                "eyJ..".to_owned(),
            ];
            for token in forged {
                assert_eq!(tokens.read(&token, NOW).unwrap_err().code(), "invalid_token", "{token}");
            }
        }
    }

    #[test]
    fn a_public_key_is_no_secret_to_sign_with() {
        let tokens = made(Signing::EdDsa);
        let published = serde_json::to_value(tokens.published()).unwrap();
        assert_eq!((&published["keys"][0]["crv"], &published["keys"][0]["use"]), (&json!("Ed25519"), &json!("sig")));
        assert!(published["keys"][0].get("d").is_none(), "{published}");
        let x = URL_SAFE_NO_PAD.decode(published["keys"][0]["x"].as_str().unwrap()).unwrap();
        let claims = tokens.read(&tokens.access(whom(), Uuid::nil(), NOW).unwrap(), NOW).unwrap();
        let confused = encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(&x)).unwrap();
        assert!(tokens.read(&confused, NOW).is_err());
        assert!(made(Signing::Derived).published().keys.is_empty());
    }

    #[test]
    fn a_successor_is_always_the_same_and_nobody_elses() {
        let tokens = made(Signing::Derived);
        let first = refresh_token([7; 32]);
        assert_eq!(tokens.successor(&first), made(Signing::EdDsa).successor(&first));
        let elsewhere = Tokens::new(&Signing::Derived, &Vault::new("other", Dice::seeded(1)), "").unwrap();
        assert_ne!(tokens.successor(&first), elsewhere.successor(&first));
        assert!(tokens.successor(&first).starts_with("or_") && tokens.successor(&first) != first);
    }
}
