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
use std::sync::{Arc, PoisonError, RwLock};
use store::secret::{KeyId, Vault, hmac_sha256};
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

/// Makes and reads tokens. What is not set is derived of each master key: the first one's keys sign, and any one's are
/// read, so that what was given before a new master key came first opens for as long as it lasts.
pub(crate) struct Tokens {
    signing: Signing,
    vault: Vault,
    issuer: String,
    /// The keys, and the master keys that they were made of.
    made: RwLock<(Vec<KeyId>, Arc<Keys>)>,
}

/// What tokens are signed and read with.
struct Keys {
    algorithm: Algorithm,
    own: EncodingKey,
    kid: Option<String>,
    known: Vec<DecodingKey>,
    published: JwkSet,
}

impl Keys {
    fn of(signing: &Signing, vault: &Vault) -> Result<Self> {
        match signing {
            Signing::Derived => Self::hmac(&vault.passing("mobile/access")),
            Signing::Secret(secret) => Self::hmac(&[secret.expose_secret().as_bytes()]),
            Signing::EdDsa => Self::ed25519(&vault.passing("mobile/ed25519")),
        }
    }

    fn hmac(secrets: &[impl AsRef<[u8]>]) -> Result<Self> {
        let first = secrets.first().ok_or_else(no_key)?.as_ref();
        Ok(Self {
            algorithm: Algorithm::HS256,
            own: EncodingKey::from_secret(first),
            kid: None,
            known: secrets.iter().map(|secret| DecodingKey::from_secret(secret.as_ref())).collect(),
            published: JwkSet { keys: Vec::new() },
        })
    }

    fn ed25519(seeds: &[[u8; 32]]) -> Result<Self> {
        let key = |seed: &[u8; 32]| EncodingKey::from_ed_der(&[ED25519.as_slice(), seed].concat());
        let public = |seed| {
            let mut jwk = Jwk::from_encoding_key(&key(seed), Algorithm::EdDSA)?;
            jwk.common.key_id = Some(jwk.thumbprint(ThumbprintHash::SHA256)?);
            jwk.common.public_key_use = Some(PublicKeyUse::Signature);
            Ok(jwk)
        };
        let keys: Vec<Jwk> = seeds.iter().map(public).collect::<Result<_, jsonwebtoken::errors::Error>>().map_err(Error::internal)?;
        Ok(Self {
            algorithm: Algorithm::EdDSA,
            own: key(seeds.first().ok_or_else(no_key)?),
            kid: keys.first().and_then(|jwk| jwk.common.key_id.clone()),
            known: keys.iter().map(DecodingKey::from_jwk).collect::<Result<_, _>>().map_err(Error::internal)?,
            published: JwkSet { keys },
        })
    }
}

fn no_key() -> Error {
    Error::internal("no key to sign tokens with")
}

impl Tokens {
    /// With keys of this house. `issuer` is where the world reaches it.
    pub(crate) fn new(signing: &Signing, vault: &Vault, issuer: &str) -> Result<Self> {
        let made = RwLock::new((vault.held(), Arc::new(Keys::of(signing, vault)?)));
        Ok(Self { signing: signing.clone(), vault: vault.clone(), issuer: issuer.to_owned(), made })
    }

    /// The keys as they are now, made anew where the vault holds other master keys than before.
    fn keys(&self) -> Result<Arc<Keys>> {
        let held = self.vault.held();
        {
            let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
            if made.0 == held {
                return Ok(made.1.clone());
            }
        }
        let keys = Arc::new(Keys::of(&self.signing, &self.vault)?);
        *self.made.write().unwrap_or_else(PoisonError::into_inner) = (held, keys.clone());
        Ok(keys)
    }

    /// The keys that others can check access tokens with; none where only we can.
    ///
    /// # Errors
    /// Keys that cannot be made.
    pub(crate) fn published(&self) -> Result<JwkSet> {
        Ok(self.keys()?.published.clone())
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
        let keys = self.keys()?;
        let header = Header { kid: keys.kid.clone(), ..Header::new(keys.algorithm) };
        encode(&header, &claims, &keys.own).map_err(Error::internal)
    }

    /// What an access token of ours says.
    ///
    /// # Errors
    /// `invalid_token`; `token_expired` where a refresh helps.
    pub(crate) fn read(&self, token: &str, now: Time) -> Result<Claims> {
        // Another node may have begun to sign with a key that this one has not read yet.
        let again = || if self.vault.look_again() { self.said(token).transpose() } else { None };
        let claims = self.said(token)?.map(Ok).or_else(again).transpose()?.ok_or_else(invalid_token)?;
        if claims.exp <= now.seconds() {
            return Err(Error::new(Kind::Unauthenticated, "token_expired", "This access token is over. Refresh it."));
        }
        Ok(claims)
    }

    /// What a token signed by any of our keys says, however old it is.
    fn said(&self, token: &str) -> Result<Option<Claims>> {
        let keys = self.keys()?;
        let mut rules = Validation::new(keys.algorithm);
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[&self.issuer]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // By the clock of the house, in `read`.
        rules.validate_exp = false;
        Ok(keys.known.iter().find_map(|known| decode(token, known, &rules).ok()).map(|decoded| decoded.claims))
    }

    /// The refresh token that comes after this one, as each master key derives it: the same each time it is asked for, and by
    /// nobody else but us. Who never heard of it gets the first.
    pub(crate) fn successors(&self, token: &str) -> Vec<String> {
        self.vault.passing("mobile/refresh").iter().map(|key| refresh_token(hmac_sha256(key, token))).collect()
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
    use store::secret::{Source, write_file};

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
            let elsewhere = Tokens::new(&Signing::Derived, &Vault::new("master", Dice::seeded(1)), "https://other.example").unwrap();
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
        let published = serde_json::to_value(tokens.published().unwrap()).unwrap();
        assert_eq!((&published["keys"][0]["crv"], &published["keys"][0]["use"]), (&json!("Ed25519"), &json!("sig")));
        assert!(published["keys"][0].get("d").is_none(), "{published}");
        let x = URL_SAFE_NO_PAD.decode(published["keys"][0]["x"].as_str().unwrap()).unwrap();
        let claims = tokens.read(&tokens.access(whom(), Uuid::nil(), NOW).unwrap(), NOW).unwrap();
        let confused = encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(&x)).unwrap();
        assert!(tokens.read(&confused, NOW).is_err());
        assert!(made(Signing::Derived).published().unwrap().keys.is_empty());
    }

    #[test]
    fn a_successor_is_always_the_same_and_nobody_elses() {
        let tokens = made(Signing::Derived);
        let first = refresh_token([7; 32]);
        assert_eq!(tokens.successors(&first), made(Signing::EdDsa).successors(&first));
        let elsewhere = Tokens::new(&Signing::Derived, &Vault::new("other", Dice::seeded(1)), "").unwrap();
        assert_ne!(tokens.successors(&first), elsewhere.successors(&first));
        assert!(tokens.successors(&first).iter().all(|next| next.starts_with("or_") && *next != first));
    }

    #[test]
    fn what_an_older_master_key_signed_opens_for_as_long_as_it_lasts() {
        let told = |keys: &[&str]| Vault::of(Source::Told(keys.iter().map(|key| (*key).to_owned()).collect()), Dice::seeded(1)).unwrap();
        for signing in [Signing::Derived, Signing::EdDsa] {
            let tokens = |keys: &[&str]| Tokens::new(&signing, &told(keys), "https://shop.example").unwrap();
            let (old, both, new) = (tokens(&["master"]), tokens(&["new", "master"]), tokens(&["new"]));
            let before = old.access(whom(), Uuid::nil(), NOW).unwrap();
            assert!(both.read(&before, NOW).is_ok() && new.read(&before, NOW).is_err());
            let after = both.access(whom(), Uuid::nil(), NOW).unwrap();
            assert!(new.read(&after, NOW).is_ok() && old.read(&after, NOW).is_err());
            let first = refresh_token([7; 32]);
            assert_eq!(both.successors(&first), [new.successors(&first), old.successors(&first)].concat());
            assert_eq!(both.published().unwrap().keys.len(), if matches!(signing, Signing::EdDsa) { 2 } else { 0 });
        }
    }

    #[test]
    fn another_nodes_new_key_is_read_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let write = |keys: &[&str]| write_file(&path, &keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>()).unwrap();
        write(&["master"]);
        let serving =
            Tokens::new(&Signing::Derived, &Vault::of(Source::File(path.clone()), Dice::seeded(1)).unwrap(), "https://shop.example")
                .unwrap();
        let before = serving.access(whom(), Uuid::nil(), NOW).unwrap();
        write(&["new", "master"]);
        let new = Tokens::new(&Signing::Derived, &Vault::new("new", Dice::seeded(1)), "https://shop.example").unwrap();
        assert!(serving.read(&new.access(whom(), Uuid::nil(), NOW).unwrap(), NOW).is_ok());
        assert!(serving.read(&before, NOW).is_ok());
        assert!(new.read(&serving.access(whom(), Uuid::nil(), NOW).unwrap(), NOW).is_ok());
    }
}
