//! Files that arrive packed (gzip) are unpacked while they arrive; any other goes through as it is.

use crate::Incoming;
use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use std::io::Write;
use store::{Error, Kind, Result};

/// What every gzip file begins with (RFC 1952).
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A file on its way in, plain whether or not it came packed.
pub struct Unpacked {
    incoming: Incoming,
    how: How,
    /// Bytes that came out, and that may.
    out: u64,
    most: u64,
}

enum How {
    /// Too little came to tell.
    Unknown(Vec<u8>),
    Plain,
    Packed(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Unpacked {
    /// Reads a file that is at most so many bytes long once it is unpacked.
    pub fn new(incoming: Incoming, most: u64) -> Self {
        Self { incoming, how: How::Unknown(Vec::new()), out: 0, most }
    }

    /// The next piece; nothing at the end of the file.
    ///
    /// # Errors
    /// As [`Incoming::next`]; `body_too_large` once it is unpacked, or a packed file that is damaged.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            let Some(piece) = self.incoming.next().await? else { return self.end() };
            let plain = self.how.take(&piece)?;
            self.out += plain.len() as u64;
            if self.out > self.most {
                return Err(Error::new(Kind::TooLarge, "body_too_large", format!("The file is larger than {} bytes.", self.most)));
            }
            if !plain.is_empty() {
                return Ok(Some(plain));
            }
        }
    }

    fn end(&mut self) -> Result<Option<Bytes>> {
        let rest = std::mem::replace(&mut self.how, How::Plain).finish()?;
        Ok(Some(rest).filter(|rest| !rest.is_empty()))
    }
}

impl How {
    fn take(&mut self, piece: &Bytes) -> Result<Bytes> {
        if let How::Unknown(begun) = self {
            begun.extend_from_slice(piece);
            if begun.len() < MAGIC.len() {
                return Ok(Bytes::new());
            }
            let begun = Bytes::from(std::mem::take(begun));
            *self = if begun.starts_with(&MAGIC) { How::Packed(Box::new(MultiGzDecoder::new(Vec::new()))) } else { How::Plain };
            return self.take(&begun);
        }
        match self {
            How::Packed(packed) => {
                packed.write_all(piece).map_err(damaged)?;
                Ok(std::mem::take(packed.get_mut()).into())
            }
            How::Plain | How::Unknown(_) => Ok(piece.clone()),
        }
    }

    /// What is left when nothing more comes.
    fn finish(self) -> Result<Bytes> {
        match self {
            How::Unknown(begun) => Ok(begun.into()),
            How::Plain => Ok(Bytes::new()),
            How::Packed(packed) => packed.finish().map(Bytes::from).map_err(damaged),
        }
    }
}

fn damaged(error: std::io::Error) -> Error {
    let says = "The packed file (gzip) is damaged or did not arrive whole. Pack it again, or send it as it is.";
    Error::invalid("file_damaged", says).with_field("file", says).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    fn unpacked(file: &[u8], piece: usize) -> Result<Vec<u8>> {
        let (mut how, mut all) = (How::Unknown(Vec::new()), Vec::new());
        for piece in file.chunks(piece) {
            all.extend(how.take(&Bytes::copy_from_slice(piece))?);
        }
        all.extend(how.finish()?);
        Ok(all)
    }

    #[test]
    fn packed_or_not_it_is_the_same_file() {
        let plain: Vec<u8> = (0..20_000u32).map(|n| (n / 7) as u8).collect();
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&plain).unwrap();
        let packed = packed.finish().unwrap();
        for piece in [1, 7, 100_000] {
            assert_eq!(unpacked(&plain, piece).unwrap(), plain);
            assert_eq!(unpacked(&packed, piece).unwrap(), plain);
            assert_eq!(unpacked(&packed[..packed.len() - 20], piece).unwrap_err().code(), "file_damaged");
        }
        assert_eq!((unpacked(b"", 1).unwrap(), unpacked(b"x", 1).unwrap()), (Vec::new(), b"x".to_vec()));
    }
}
