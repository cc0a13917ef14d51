//! Where the files that shops sell are kept, and how they are handed over.

use super::read::Reader;
use files::{Place, S3};
use secrecy::SecretString;
use std::path::Path;
use url::Url;

/// Digital goods.
#[derive(Debug, Clone)]
pub struct Files {
    /// Where bytes are kept. ORIGIN_FILES_URL; `files` in the data folder when not said.
    pub place: Place,
    /// The largest file that is taken, in bytes. ORIGIN_FILES_LARGEST_MB.
    pub largest: u64,
    /// How often a buyer may download what an order paid for. ORIGIN_DOWNLOAD_USES.
    pub uses: i64,
    /// Whether a link works only from the address that it was shown to. BIND_DOWNLOAD_TOKEN_TO_IP.
    pub bind_ip: bool,
}

pub(super) fn files(read: &mut Reader, data_dir: &Path) -> Files {
    let (megabytes, uses) = (read.or("ORIGIN_FILES_LARGEST_MB", 512u64), read.or("ORIGIN_DOWNLOAD_USES", 10i64));
    if !(1..=100_000).contains(&megabytes) {
        read.wrong("ORIGIN_FILES_LARGEST_MB: from 1 to 100000");
    }
    if uses < 1 {
        read.wrong("ORIGIN_DOWNLOAD_USES: at least 1");
    }
    Files {
        place: place(read, data_dir),
        largest: megabytes.saturating_mul(1_000_000),
        uses,
        bind_ip: read.flag("BIND_DOWNLOAD_TOKEN_TO_IP", false),
    }
}

fn place(read: &mut Reader, data_dir: &Path) -> Place {
    let usual = Place::Folder(data_dir.join("files"));
    let Some(text) = read.text("ORIGIN_FILES_URL") else { return usual };
    let wrong = "ORIGIN_FILES_URL: file:///a/folder or s3://bucket, with a folder behind it if you like";
    let Some((scheme, rest)) = text.split_once("://") else {
        read.wrong(wrong);
        return usual;
    };
    match scheme {
        "file" if rest.starts_with('/') => Place::Folder(rest.into()),
        "s3" => {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.is_empty() {
                read.wrong(wrong);
            }
            Place::S3(S3 {
                bucket: bucket.to_owned(),
                prefix: prefix.trim_matches('/').to_owned(),
                endpoint: endpoint(read),
                region: read.text("ORIGIN_FILES_REGION").unwrap_or_else(|| "us-east-1".to_owned()),
                key: key(read),
            })
        }
        _ => {
            read.wrong(wrong);
            usual
        }
    }
}

fn endpoint(read: &mut Reader) -> Option<String> {
    let text = read.text("ORIGIN_FILES_ENDPOINT")?;
    if !Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
        read.wrong("ORIGIN_FILES_ENDPOINT: an address such as https://s3.example.com");
    }
    Some(text.trim_end_matches('/').to_owned())
}

/// Both or neither.
fn key(read: &mut Reader) -> Option<(String, SecretString)> {
    match (read.text("ORIGIN_FILES_ACCESS_KEY_ID"), read.secret("ORIGIN_FILES_SECRET_ACCESS_KEY")) {
        (Some(id), Some(secret)) => Some((id, secret)),
        (None, None) => None,
        _ => {
            read.wrong("ORIGIN_FILES_ACCESS_KEY_ID and ORIGIN_FILES_SECRET_ACCESS_KEY: both, or neither for the machine's own role");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Texts;

    fn read<const N: usize>(texts: [(&str, &str); N]) -> Result<Files, Vec<String>> {
        let texts = Texts::of(texts);
        let mut reader = Reader::new(&texts);
        let files = files(&mut reader, Path::new("data"));
        reader.finish(files)
    }

    #[test]
    fn places() {
        let folder = |place| match place {
            Place::Folder(folder) => folder.display().to_string(),
            Place::S3(s3) => panic!("{s3:?}"),
        };
        assert_eq!(folder(read([]).unwrap().place), "data/files");
        assert_eq!(folder(read([("ORIGIN_FILES_URL", "file:///srv/files")]).unwrap().place), "/srv/files");
        let texts = [
            ("ORIGIN_FILES_URL", "s3://goods/origin/"),
            ("ORIGIN_FILES_ENDPOINT", "http://127.0.0.1:9000/"),
            ("ORIGIN_FILES_ACCESS_KEY_ID", "id"),
            ("ORIGIN_FILES_SECRET_ACCESS_KEY", "a secret"),
        ];
        let files = read(texts).unwrap();
        assert!(!format!("{files:?}").contains("a secret"));
        let Place::S3(s3) = files.place else { panic!("no bucket") };
        assert_eq!((s3.bucket.as_str(), s3.prefix.as_str(), s3.endpoint.as_deref()), ("goods", "origin", Some("http://127.0.0.1:9000")));
        assert_eq!((files.largest, files.uses, files.bind_ip), (512_000_000, 10, false));
    }

    #[test]
    fn mistakes_are_named() {
        for (name, value) in [
            ("ORIGIN_FILES_URL", "goods"),
            ("ORIGIN_FILES_URL", "file://relative"),
            ("ORIGIN_FILES_URL", "s3://"),
            ("ORIGIN_FILES_URL", "ftp://goods"),
            ("ORIGIN_FILES_LARGEST_MB", "0"),
            ("ORIGIN_DOWNLOAD_USES", "0"),
            ("BIND_DOWNLOAD_TOKEN_TO_IP", "perhaps"),
        ] {
            let mistakes = read([(name, value)]).unwrap_err();
            assert!(mistakes.len() == 1 && mistakes[0].starts_with(name), "{value}: {mistakes:?}");
        }
        let half = read([("ORIGIN_FILES_URL", "s3://goods"), ("ORIGIN_FILES_ACCESS_KEY_ID", "id"), ("ORIGIN_FILES_ENDPOINT", "goods")]);
        assert_eq!(half.unwrap_err().len(), 2);
    }
}
