//! Keys of P-256: made from the house's own chance, kept as PKCS #8 in base64 and locked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use p256::SecretKey;
use p256::pkcs8::EncodePrivateKey;
use rand::RngCore;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use store::secret::Vault;
use store::{Error, Result, Tx};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

/// A new key, locked for a place.
pub(super) fn make(tx: &mut Tx, vault: &Vault, place: &str) -> Result<Vec<u8>> {
    let mut bytes = [0; 32];
    // All but one in four thousand million throws are keys.
    let key = loop {
        tx.dice().fill_bytes(&mut bytes);
        if let Ok(key) = SecretKey::from_slice(&bytes) {
            break key;
        }
    };
    let der = key.to_pkcs8_der().map_err(Error::internal)?;
    vault.lock(place, &STANDARD.encode(der.as_bytes()))
}

/// Opens what [`make`] made.
pub(super) fn open(vault: &Vault, place: &str, locked: &[u8]) -> Result<PrivatePkcs8KeyDer<'static>> {
    let text = vault.open(place, locked)?;
    Ok(PrivatePkcs8KeyDer::from(STANDARD.decode(text).map_err(Error::internal)?))
}

/// A request for a certificate with this name, signed by its key.
pub(super) fn request(key: &PrivatePkcs8KeyDer<'static>, domain: &str) -> Result<Vec<u8>> {
    let key = rcgen::KeyPair::try_from(&PrivateKeyDer::Pkcs8(key.clone_key())).map_err(Error::internal)?;
    let mut params = rcgen::CertificateParams::new(vec![domain.to_owned()]).map_err(Error::internal)?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    Ok(params.serialize_request(&key).map_err(Error::internal)?.der().to_vec())
}

/// A chain in DER, leaf first.
pub(super) fn chain(pem: &str) -> Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().map_err(Error::internal)
}

/// From when to when a chain is good, in seconds since 1970: what the directory gave must be for this name and this key.
pub(super) fn judge(pem: &str, key: &PrivatePkcs8KeyDer<'static>, domain: &str) -> Result<(i64, i64), String> {
    let chain = chain(pem).map_err(|error| error.to_string())?;
    let leaf = chain.first().ok_or("the chain is empty")?;
    let (_, leaf) = X509Certificate::from_der(leaf).map_err(|error| error.to_string())?;
    let ours = rcgen::KeyPair::try_from(&PrivateKeyDer::Pkcs8(key.clone_key())).map_err(|error| error.to_string())?;
    if *leaf.public_key().subject_public_key.data != *ours.public_key_raw() {
        return Err("the certificate is for another key".to_owned());
    }
    let names = leaf.subject_alternative_name().ok().flatten();
    let is_ours = |name: &GeneralName| matches!(name, GeneralName::DNSName(name) if name.eq_ignore_ascii_case(domain));
    if !names.is_some_and(|names| names.value.general_names.iter().any(is_ours)) {
        return Err("the certificate is for another name".to_owned());
    }
    Ok((leaf.validity().not_before.timestamp(), leaf.validity().not_after.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> PrivatePkcs8KeyDer<'static> {
        let der = SecretKey::from_slice(&[byte; 32]).unwrap().to_pkcs8_der().unwrap();
        PrivatePkcs8KeyDer::from(der.as_bytes().to_vec())
    }

    fn signed(key: &PrivatePkcs8KeyDer<'static>, name: &str) -> String {
        let pair = rcgen::KeyPair::try_from(&PrivateKeyDer::Pkcs8(key.clone_key())).unwrap();
        rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&pair).unwrap().pem()
    }

    #[test]
    fn another_key_name_or_nothing_is_no_certificate_of_ours() {
        let ours = key(7);
        assert!(judge(&signed(&ours, "asha.example"), &ours, "asha.example").is_ok_and(|(from, to)| from < to));
        assert!(judge(&signed(&ours, "x.asha.example"), &ours, "asha.example").is_err());
        assert!(judge(&signed(&key(8), "asha.example"), &ours, "asha.example").is_err());
        assert!(judge("", &ours, "asha.example").is_err());
        assert!(request(&ours, "asha.example").is_ok());
    }
}
