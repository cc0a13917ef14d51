//! What a browser does with a push's body (RFC 8291 over RFC 8188): the key it shares with the sender opens one record.

use p256::elliptic_curve::point::AffineCoordinates;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};

/// A length, as the key schedule asks for it.
struct Bytes(usize);

impl KeyType for Bytes {
    fn len(&self) -> usize {
        self.0
    }
}

fn expanded<const N: usize>(key: &Prk, info: &[&[u8]]) -> Result<[u8; N], &'static str> {
    let mut out = [0; N];
    let filled = key.expand(info, Bytes(N)).and_then(|okm| okm.fill(&mut out));
    filled.map(|()| out).map_err(|_| "the key schedule failed")
}

/// A public key as browsers write it: the point, uncompressed.
pub(super) fn point(key: &SecretKey) -> Vec<u8> {
    key.public_key().to_encoded_point(false).as_bytes().to_vec()
}

/// The words of a body. Else what is wrong with it.
pub(super) fn opened(key: &SecretKey, auth: &[u8], body: &[u8]) -> Result<Vec<u8>, &'static str> {
    let (salt, rest) = body.split_at_checked(16).ok_or("the header is cut off")?;
    let (size, rest) = rest.split_first_chunk::<4>().ok_or("the header is cut off")?;
    let (length, rest) = rest.split_first().ok_or("the header is cut off")?;
    let (sender, record) = rest.split_at_checked(usize::from(*length)).ok_or("the header is cut off")?;
    let size = u32::from_be_bytes(*size) as usize;
    if size < 18 || record.len() > size {
        return Err("there is more than one record");
    }
    let theirs = PublicKey::from_sec1_bytes(sender).map_err(|_| "the sender's key is no point")?;
    let shared = (theirs.to_projective() * *key.to_nonzero_scalar()).to_affine().x();
    let own = point(key);
    let both = Salt::new(HKDF_SHA256, auth).extract(&shared);
    let secret: [u8; 32] = expanded(&both, &[b"WebPush: info\0", &own, sender])?;
    let schedule = Salt::new(HKDF_SHA256, salt).extract(&secret);
    let cipher: [u8; 16] = expanded(&schedule, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; 12] = expanded(&schedule, &[b"Content-Encoding: nonce\0"])?;
    let cipher = UnboundKey::new(&AES_128_GCM, &cipher).map_err(|_| "the key schedule failed")?;
    let mut record = record.to_vec();
    let nonce = Nonce::assume_unique_for_key(nonce);
    let padded = LessSafeKey::new(cipher).open_in_place(nonce, Aad::empty(), &mut record).map_err(|_| "the tag is wrong")?;
    let end = padded.iter().rposition(|byte| *byte != 0).ok_or("there is nothing but padding")?;
    match padded.get(end) {
        Some(2) => Ok(padded.get(..end).unwrap_or_default().to_vec()),
        _ => Err("the last record does not end as one"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    const BODY: &str = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    fn key() -> SecretKey {
        SecretKey::from_slice(&bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")).unwrap()
    }

    #[test]
    fn the_standards_vector() {
        let plain = opened(&key(), &bytes("BTBZMqHH6r4Tts7J_aSIgg"), &bytes(BODY)).unwrap();
        assert_eq!(plain, b"When I grow up, I want to be a watermelon");
    }

    #[test]
    fn nothing_else_opens() {
        let auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
        let whole = bytes(BODY);
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] ^= 1;
            // A record may say that it could have been longer.
            assert!(opened(&key(), &auth, &other).is_err() || (16..20).contains(&at), "byte {at}");
            assert!(opened(&key(), &auth, &whole[..at]).is_err(), "cut at {at}");
        }
        assert!(opened(&key(), &[0; 16], &whole).is_err());
    }
}
