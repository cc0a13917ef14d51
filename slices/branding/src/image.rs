//! Pictures that somebody sent: taken for what their bytes are, never for what they are called.

use bytes::Bytes;
use imagesize::{ImageType, blob_size, image_type};
use store::secret::sha256;
use store::{Error, Result};

/// The largest file, in bytes.
pub(crate) const MOST_BYTES: usize = 512 * 1024;
/// The longest side, in pixels.
const LONGEST: usize = 2_000;
/// Where the beginning of a file is looked at for SVG.
const HEAD: usize = 1_024;

/// A picture that may be shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Image {
    pub sha256: String,
    pub content_type: &'static str,
    pub width: u32,
    pub height: u32,
    pub bytes: Bytes,
}

impl Image {
    /// Looks at a file.
    ///
    /// # Errors
    /// `logo`, with why it cannot be one.
    pub(crate) fn read(bytes: Bytes) -> Result<Self> {
        let refused = |words: &str| Error::field("logo", words);
        if bytes.is_empty() {
            return Err(refused("Choose a file."));
        }
        if bytes.len() > MOST_BYTES {
            return Err(refused("The file is larger than 512 KB."));
        }
        let content_type = kind(&bytes)?;
        let size = blob_size(&bytes).map_err(|_| refused("The file is damaged: its size cannot be read."))?;
        if size.width == 0 || size.height == 0 || size.width > LONGEST || size.height > LONGEST {
            let words = format!("The picture has {} × {} pixels; at most {LONGEST} × {LONGEST} are taken.", size.width, size.height);
            return Err(Error::field("logo", words));
        }
        let small = |side: usize| u32::try_from(side).map_err(Error::internal);
        Ok(Self { sha256: sha256(&bytes), content_type, width: small(size.width)?, height: small(size.height)?, bytes })
    }
}

fn kind(bytes: &[u8]) -> Result<&'static str> {
    match image_type(bytes) {
        Ok(ImageType::Png) => Ok("image/png"),
        Ok(ImageType::Jpeg) => Ok("image/jpeg"),
        Ok(ImageType::Webp) => Ok("image/webp"),
        _ if is_svg(bytes) => Err(Error::field(
            "logo",
            "SVG is not taken: it is a program that can carry script, and most mail programs do not show it. Save it as PNG.",
        )),
        _ => Err(Error::field("logo", "Only PNG, JPEG and WebP pictures are taken.")),
    }
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_lowercase();
    head.contains("<svg") || head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with("<?xml")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The beginning of a PNG of this size.
    pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend(b"\x08\x06\0\0\0");
        bytes
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0\0\x11\x08".to_vec();
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend(b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01");
        bytes
    }

    fn webp(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
        bytes.extend(&(width - 1).to_le_bytes()[..3]);
        bytes.extend(&(height - 1).to_le_bytes()[..3]);
        bytes
    }

    #[test]
    fn pictures_are_what_their_bytes_are() {
        for (bytes, expected) in [
            (png(200, 50), Ok(("image/png", 200, 50))),
            (jpeg(640, 480), Ok(("image/jpeg", 640, 480))),
            (webp(1_000, 400), Ok(("image/webp", 1_000, 400))),
            (png(2_000, 2_000), Ok(("image/png", 2_000, 2_000))),
            (png(2_001, 10), Err("2001 × 10")),
            (png(0, 10), Err("0 × 10")),
            (png(4_000_000_000, 10), Err("4000000000")),
            (png(10, 10)[..12].to_vec(), Err("")),
            (jpeg(10, 10)[..22].to_vec(), Err("damaged")),
            (b"\n <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), Err("script")),
            (b"\xef\xbb\xbf<?xml version='1.0'?><x/>".to_vec(), Err("script")),
            (b"<html><script>alert(1)</script>".to_vec(), Err("Only PNG")),
            (b"GIF89a\x01\0\x01\0\x80\0\0".to_vec(), Err("Only PNG")),
            (b"%PDF-1.7".to_vec(), Err("Only PNG")),
            (Vec::new(), Err("Choose")),
            (vec![0; MOST_BYTES + 1], Err("512 KB")),
        ] {
            let head = bytes[..bytes.len().min(20)].to_vec();
            match (Image::read(bytes.into()), expected) {
                (Ok(image), Ok(expected)) => assert_eq!((image.content_type, image.width, image.height), expected),
                (Err(error), Err(words)) => {
                    assert_eq!(error.fields()[0].field, "logo");
                    assert!(error.fields()[0].message.contains(words), "{head:?}: {}", error.fields()[0].message);
                }
                (got, expected) => panic!("{head:?}: {got:?} and not {expected:?}"),
            }
        }
    }
}
