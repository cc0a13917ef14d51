//! DKIM (RFC 6376): a signature by which a mail's receiver sees that the sender's domain stands for it.
//!
//! Most mail servers sign for themselves; this is for those that do not. RSA alone, or RSA and Ed25519 (RFC 8463) side by side, since not everybody checks
//! the latter. `From` is named once more than it is there, so that nobody can add another.

use lettre::message::dkim::{DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey};
use lettre::message::header::HeaderName;
use serde::Deserialize;

/// What is signed, where it is there.
const SIGNED: &[&str] = &[
    "From",
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
];

/// How a tenant signs: nothing is signed where no key is given.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Dkim {
    /// The domain whose DNS has the public key; the sender's own where it is not said.
    #[serde(default)]
    dkim_domain: Option<String>,
    /// The name of the key there: `<selector>._domainkey.<domain>`.
    #[serde(default)]
    dkim_selector: Option<String>,
    /// An RSA key of 2048 bits or more, as PEM of PKCS#1.
    #[serde(default)]
    dkim_key: Option<String>,
    /// The selector of an Ed25519 key beside it.
    #[serde(default)]
    dkim_ed25519_selector: Option<String>,
    /// That key: 32 bytes in base64.
    #[serde(default)]
    dkim_ed25519_key: Option<String>,
}

impl Dkim {
    /// Adds a signature for each key.
    ///
    /// # Errors
    /// What is wrong with a key, in words.
    pub(super) fn sign(&self, mail: &mut lettre::Message, sender: &str) -> Result<(), String> {
        let domain = self.dkim_domain.as_deref().unwrap_or(sender);
        let keys = [
            (&self.dkim_ed25519_selector, &self.dkim_ed25519_key, DkimSigningAlgorithm::Ed25519),
            (&self.dkim_selector, &self.dkim_key, DkimSigningAlgorithm::Rsa),
        ];
        for (selector, key, algorithm) in keys {
            let (Some(selector), Some(key)) = (selector, key) else { continue };
            let key =
                DkimSigningKey::new(key, algorithm).map_err(|error| format!("the DKIM key is wrong: check the settings ({error})"))?;
            let relaxed = DkimCanonicalization { header: DkimCanonicalizationType::Relaxed, body: DkimCanonicalizationType::Relaxed };
            let headers = SIGNED.iter().map(|name| HeaderName::new_from_ascii_str(name)).collect();
            mail.sign(&DkimConfig::new(selector.clone(), domain.to_owned(), key, headers, relaxed));
        }
        Ok(())
    }
}
