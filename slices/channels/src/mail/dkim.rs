//! DKIM (RFC 6376): a signature by which a mail's receiver sees that the sender's domain stands for it.
//!
//! Most mail servers sign for themselves; this is for those that do not. RSA alone, or RSA and Ed25519 (RFC 8463) side by side, since not everybody checks
//! the latter. `From` is named once more than it is there, so that nobody can add another.

use lettre::message::dkim::{DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey};
use lettre::message::header::HeaderName;
use serde::Deserialize;

/// What a signature's header begins with.
const SIGNATURE: &str = "DKIM-Signature:";

/// What is signed, where it is there. The library keeps the Content-Type of a mail of several parts with its body and would sign it as
/// missing, so it is not among them.
const SIGNED: &[&str] =
    &["From", "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "MIME-Version", "List-Unsubscribe", "List-Unsubscribe-Post"];

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
    /// The mail as it goes out, with a signature of each key before it. The library keeps one header of a name, so each key signs a
    /// copy, and what it added is put together here.
    ///
    /// # Errors
    /// What is wrong with a key, in words.
    pub(super) fn signed(&self, mail: &lettre::Message, sender: &str) -> Result<Vec<u8>, String> {
        let mut signatures = String::new();
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
            let mut copy = mail.clone();
            copy.sign(&DkimConfig::new(selector.clone(), domain.to_owned(), key, headers, relaxed));
            let all = copy.headers().to_string();
            // It was added last.
            signatures.push_str(all.rfind(SIGNATURE).map_or("", |at| &all[at..]));
        }
        Ok([signatures.as_bytes(), &mail.formatted()].concat())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use rsa::RsaPrivateKey;
    use rsa::pkcs1::EncodeRsaPrivateKey;
    use rsa::pkcs8::{DecodePrivateKey, LineEnding};

    fn mail() -> lettre::Message {
        lettre::Message::builder()
            .from("Shop <shop@origin.example>".parse().unwrap())
            .to("asha@example.com".parse().unwrap())
            .subject("✓ Payment of ₹99.00 received")
            .body("we received your payment — धन्यवाद".to_owned())
            .unwrap()
    }

    #[test]
    fn of_several_parts_nothing_is_signed_that_the_library_does_not_see() {
        let both = lettre::message::MultiPart::alternative_plain_html("Fresh".to_owned(), "<p>Fresh</p>".to_owned());
        let mail = lettre::Message::builder()
            .from("Shop <shop@origin.example>".parse().unwrap())
            .to("asha@example.com".parse().unwrap())
            .subject("Mangoes")
            .multipart(both)
            .unwrap();
        let text = String::from_utf8(keys().signed(&mail, "origin.example").unwrap()).unwrap();
        let head = text.split_once("\r\n\r\n").unwrap().0.to_lowercase();
        let named = head.lines().find_map(|line| line.trim().strip_prefix("h=")).unwrap();
        for name in named.trim_end_matches(';').split(':').filter(|name| *name != "reply-to" && !name.starts_with("list-")) {
            let seen = mail.headers().to_string().to_lowercase().contains(&format!("{name}:"));
            assert!(seen || !head.contains(&format!("\r\n{name}:")), "{name} is in the mail, and would be signed as missing");
        }
    }

    /// An RSA and an Ed25519 key, under the selectors `r1` and `e1`.
    pub(in crate::mail) fn keys() -> Dkim {
        let file = sim::service_account("http://127.0.0.1");
        let key = RsaPrivateKey::from_pkcs8_pem(file["private_key"].as_str().unwrap()).unwrap();
        Dkim {
            dkim_selector: Some("r1".to_owned()),
            dkim_key: Some(key.to_pkcs1_pem(LineEnding::LF).unwrap().to_string()),
            dkim_ed25519_selector: Some("e1".to_owned()),
            // RFC 8463, appendix A.
            dkim_ed25519_key: Some("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=".to_owned()),
            ..Dkim::default()
        }
    }

    /// Both were verified with dkimpy, which shares no code with what signs.
    #[test]
    fn each_key_signs_and_the_mail_stays_as_it_is() {
        let mail = mail();
        let bytes = keys().signed(&mail, "origin.example").unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.ends_with(&String::from_utf8(mail.formatted()).unwrap()));
        for (algorithm, selector) in [("rsa-sha256", "r1"), ("ed25519-sha256", "e1")] {
            assert!(text.contains(&format!("a={algorithm}; d=origin.example; s={selector};")), "{text}");
        }
        assert_eq!(text.matches(SIGNATURE).count(), 2);
        assert_eq!(text.matches("h=from:from:to:subject:").count(), 2, "{text}");
    }

    #[test]
    fn without_a_key_nothing_is_added_and_a_wrong_one_is_said() {
        let mail = mail();
        assert_eq!(Dkim::default().signed(&mail, "origin.example").unwrap(), mail.formatted());
        let wrong = Dkim { dkim_key: Some("no key".to_owned()), ..keys() };
        assert!(wrong.signed(&mail, "origin.example").unwrap_err().contains("DKIM key is wrong"));
    }
}
