//! What customers send beside words: pictures and documents.

use bytes::Bytes;

/// A picture of one pixel.
const PICTURE: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\
                        \0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

/// A file that a customer sends.
#[derive(Clone, Debug)]
pub struct Enclosed {
    /// What the customer calls it; pictures have no name.
    pub name: Option<String>,
    /// What it is said to be, such as `image/png`.
    pub kind: String,
    /// What it is.
    pub bytes: Bytes,
    /// The digest that the call tells in place of the true one, in hex.
    pub digest: Option<String>,
}

impl Enclosed {
    /// A small picture.
    pub fn picture() -> Self {
        Self { name: None, kind: "image/png".to_owned(), bytes: Bytes::from_static(PICTURE), digest: None }
    }

    /// A document.
    pub fn document(name: &str, kind: &str, bytes: impl Into<Bytes>) -> Self {
        Self { name: Some(name.to_owned()), kind: kind.to_owned(), bytes: bytes.into(), digest: None }
    }

    /// Which of Meta's types of message carries it.
    pub(crate) fn carrier(&self) -> &'static str {
        match self.kind.split('/').next().unwrap_or_default() {
            "image" => "image",
            "audio" => "audio",
            "video" => "video",
            _ => "document",
        }
    }
}
