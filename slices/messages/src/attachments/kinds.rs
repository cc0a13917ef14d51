//! What files are: by what they begin with, for what a browser shows; by what is said of them, for everything else.

use store::{Error, Result};

/// What anything is that claims to be a picture and is none.
const OCTETS: &str = "application/octet-stream";
/// The largest picture that WhatsApp takes, in bytes.
const PICTURE: i64 = 5 << 20;
/// The largest of anything else that is sent, in bytes. WhatsApp takes up to 100 MB of documents; it lies in memory as it leaves.
const DOCUMENT: i64 = 16 << 20;

/// The largest file that may be sent at all, in bytes.
pub const LARGEST: u64 = DOCUMENT.unsigned_abs();

/// What may be sent, by kind. Source: WhatsApp Business Platform, supported media types.
const GOES: &[(&str, i64)] = &[
    ("image/jpeg", PICTURE),
    ("image/png", PICTURE),
    ("application/pdf", DOCUMENT),
    ("text/plain", DOCUMENT),
    ("application/msword", DOCUMENT),
    ("application/vnd.ms-excel", DOCUMENT),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", DOCUMENT),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", DOCUMENT),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", DOCUMENT),
];

/// Refuses what WhatsApp does not carry.
///
/// # Errors
/// The field `file`.
pub(super) fn may_go(kind: &str, size: i64) -> Result<()> {
    match GOES.iter().find(|(known, _)| *known == kind) {
        None => Err(Error::field("file", "A JPEG or PNG picture, a PDF, a text, or a document of Word, Excel or PowerPoint.")),
        Some((_, most)) if size > *most => Err(Error::field("file", format!("At most {} MB of this kind.", most >> 20))),
        Some(_) => Ok(()),
    }
}

/// Whether nothing can be run in it and every browser shows it.
pub(super) fn is_picture(kind: &str) -> bool {
    matches!(kind, "image/jpeg" | "image/png" | "image/webp" | "image/gif")
}

/// What bytes are that are said to be of some kind: a picture by how they begin, whatever is said; else what is said, unless that is a
/// picture.
pub(super) fn kind(said: &str, bytes: &[u8]) -> String {
    let said = files::media_type(said);
    match picture(bytes) {
        Some(picture) => picture.to_owned(),
        None if said.starts_with("image/") => OCTETS.to_owned(),
        None => said,
    }
}

fn picture(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// What a file is in a word, with its name where it has one.
pub fn title(kind: &str, name: &str) -> String {
    let word = match kind.split('/').next().unwrap_or_default() {
        "image" => return "Picture".to_owned(),
        "audio" => "Sound",
        "video" => "Video",
        _ => "Document",
    };
    if name.is_empty() { word.to_owned() } else { format!("{word}: {name}") }
}

/// What a file is called when it is saved: its own name, where it has one that a file may have.
pub(super) fn called(name: &str, kind: &str) -> String {
    let made = || {
        let (word, ending) = match kind {
            "image/jpeg" => ("picture", "jpg"),
            "image/png" => ("picture", "png"),
            "image/webp" => ("picture", "webp"),
            "image/gif" => ("picture", "gif"),
            "audio/ogg" => ("sound", "ogg"),
            "audio/mpeg" => ("sound", "mp3"),
            "audio/aac" => ("sound", "aac"),
            "video/mp4" => ("video", "mp4"),
            "video/3gpp" => ("video", "3gp"),
            "application/pdf" => ("document", "pdf"),
            _ => ("file", "bin"),
        };
        format!("{word}.{ending}")
    };
    files::name(name).unwrap_or_else(|_| made())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0";

    #[test]
    fn a_picture_is_one_by_how_it_begins() {
        let html: &[u8] = b"<html><script>alert(1)</script>";
        for (said, bytes, is) in [
            ("image/png", PNG, "image/png"),
            ("application/pdf", PNG, "image/png"),
            ("image/png", html, OCTETS),
            ("image/svg+xml", html, OCTETS),
            ("IMAGE/JPEG; x=y", html, OCTETS),
            ("application/pdf", b"%PDF-1.7".as_slice(), "application/pdf"),
            ("", b"x".as_slice(), OCTETS),
            ("image/jpeg", b"\xff\xd8\xff\xe0".as_slice(), "image/jpeg"),
            ("image/webp", b"RIFF\0\0\0\0WEBPVP8 ".as_slice(), "image/webp"),
            ("image/gif", b"GIF89a".as_slice(), "image/gif"),
        ] {
            assert_eq!(kind(said, bytes), is, "{said}");
        }
        for shown in ["image/svg+xml", "text/html", OCTETS] {
            assert!(!is_picture(shown), "{shown}");
        }
    }

    #[test]
    fn titles_and_names() {
        assert_eq!((title("image/png", "x"), title("application/pdf", "list.pdf")), ("Picture".into(), "Document: list.pdf".into()));
        assert_eq!((title("audio/ogg", ""), title("", "")), ("Sound".into(), "Document".into()));
        assert_eq!((called("a/list.pdf", "application/pdf"), called("", "image/jpeg")), ("list.pdf".into(), "picture.jpg".into()));
        assert_eq!(called("\u{202e}fdp.exe", "x"), "file.bin");
    }

    #[test]
    fn what_goes() {
        assert!(may_go("image/png", PICTURE).is_ok() && may_go("image/png", PICTURE + 1).is_err());
        assert!(may_go("application/pdf", DOCUMENT).is_ok() && may_go("application/pdf", DOCUMENT + 1).is_err());
        assert!(may_go("text/html", 1).is_err() && may_go("image/svg+xml", 1).is_err());
    }
}
