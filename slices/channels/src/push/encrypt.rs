//! Web Push's encryption (RFC 8291 over RFC 8188), for one browser.
//!
//! Written here over RustCrypto and ring, because the crates for it bring an HTTP client or a second library for tokens with them.

use hkdf::Hkdf;
use p256::ecdh::diffie_hellman;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha2::Sha256;

/// The one record that a message is, at the most, in bytes.
const RECORD: u32 = 4_096;
/// The longest plaintext: a record without its header (86 bytes), tag (16) and padding delimiter (1).
pub(crate) const LONGEST: usize = 3_993;

/// What a browser gave to be written to: its public key, uncompressed, and its secret.
pub(crate) struct Browser<'a> {
    pub p256dh: &'a [u8],
    pub auth: &'a [u8],
}

/// Encrypts a text with a key and salt that are used for it alone.
///
/// # Errors
/// The browser's key is no point of the curve, or the text is too long.
pub(crate) fn encrypt(browser: &Browser<'_>, own: &SecretKey, salt: &[u8; 16], text: &[u8]) -> Result<Vec<u8>, &'static str> {
    if text.len() > LONGEST {
        return Err("the message is too long for the browser's push service");
    }
    let theirs = PublicKey::from_sec1_bytes(browser.p256dh).map_err(|_| "the browser's key is wrong")?;
    let public = own.public_key().to_encoded_point(false);
    let shared = diffie_hellman(own.to_nonzero_scalar(), theirs.as_affine());
    let info = [b"WebPush: info\0", browser.p256dh, public.as_bytes()].concat();
    let ikm: [u8; 32] = expand(browser.auth, shared.raw_secret_bytes(), &info)?;
    let key: [u8; 16] = expand(salt, &ikm, b"Content-Encoding: aes128gcm\0")?;
    let nonce: [u8; 12] = expand(salt, &ikm, b"Content-Encoding: nonce\0")?;

    let mut record = [text, &[2]].concat();
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).map_err(|_| "no key")?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record).map_err(|_| "not encrypted")?;
    let length = u8::try_from(public.len()).map_err(|_| "no key")?;
    Ok([salt, RECORD.to_be_bytes().as_slice(), &[length], public.as_bytes(), &record].concat())
}

fn expand<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> Result<[u8; N], &'static str> {
    let mut bytes = [0; N];
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut bytes).map_err(|_| "no key")?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291, section 5.
    #[test]
    fn the_published_vector() {
        let private = SecretKey::from_slice(&bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")).unwrap();
        let p256dh = private.public_key().to_encoded_point(false).as_bytes().to_vec();
        let browser = Browser { p256dh: &p256dh, auth: &bytes("BTBZMqHH6r4Tts7J_aSIgg") };
        let own = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt: [u8; 16] = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let body = encrypt(&browser, &own, &salt, b"When I grow up, I want to be a watermelon").unwrap();
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(body), expected);
    }

    #[test]
    fn what_cannot_be_encrypted() {
        let own = SecretKey::from_slice(&[7; 32]).unwrap();
        let p256dh = own.public_key().to_encoded_point(false).as_bytes().to_vec();
        assert!(encrypt(&Browser { p256dh: &p256dh, auth: &[0; 16] }, &own, &[0; 16], &[0; LONGEST]).is_ok());
        assert!(encrypt(&Browser { p256dh: &p256dh, auth: &[0; 16] }, &own, &[0; 16], &[0; LONGEST + 1]).is_err());
        assert!(encrypt(&Browser { p256dh: &p256dh[1..], auth: &[0; 16] }, &own, &[0; 16], b"x").is_err());
    }
}
