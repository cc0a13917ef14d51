//! A ZIP file that is written while it is read, so that a large one needs no memory.
//!
//! Sizes follow each entry (a data descriptor), since nobody knows them before. Entries and files past 4 GiB are written as
//! ZIP64. A file that breaks off has no directory, so that no part of one passes for all of it.

use facts::Time;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use jiff::tz::TimeZone;
use std::io::Write;
use store::{Error, Result};

const UTF_8_AND_DESCRIPTOR: u16 = 0x0808;
const DEFLATED: u16 = 8;
/// What a field of 32 bits holds when the number is in the ZIP64 field.
const SEE_64: u32 = u32::MAX;

/// A ZIP file in the writing. Everything that is ready is taken by [`Zip::take`].
pub struct Zip {
    ready: Vec<u8>,
    /// Bytes of the file up to and without `ready`.
    taken: u64,
    directory: Vec<Entry>,
    open: Option<Open>,
    /// Date and time of all entries, as MS-DOS kept them.
    stamp: (u16, u16),
}

struct Entry {
    name: String,
    crc: u32,
    packed: u64,
    size: u64,
    at: u64,
}

struct Open {
    name: String,
    at: u64,
    crc: crc32fast::Hasher,
    size: u64,
    packed: u64,
    packing: DeflateEncoder<Vec<u8>>,
}

impl Zip {
    /// An empty file, whose entries are of this time (UTC).
    pub fn new(at: Time) -> Self {
        Self { ready: Vec::new(), taken: 0, directory: Vec::new(), open: None, stamp: stamp(at) }
    }

    /// Begins an entry; the one before it ends.
    ///
    /// # Errors
    /// Whatever packing refuses.
    pub fn begin(&mut self, name: &str) -> Result<()> {
        self.end()?;
        let at = self.length();
        let (time, date) = self.stamp;
        put(&mut self.ready, 0x0403_4b50u32.to_le_bytes());
        for field in [20, UTF_8_AND_DESCRIPTOR, DEFLATED, time, date] {
            put(&mut self.ready, field.to_le_bytes());
        }
        put(&mut self.ready, [0; 12]);
        put(&mut self.ready, short(name.len()).to_le_bytes());
        put(&mut self.ready, [0; 2]);
        put(&mut self.ready, name.as_bytes());
        let packing = DeflateEncoder::new(Vec::new(), Compression::default());
        self.open = Some(Open { name: name.to_owned(), at, crc: crc32fast::Hasher::new(), size: 0, packed: 0, packing });
        Ok(())
    }

    /// Writes into the entry that was begun last.
    ///
    /// # Errors
    /// There is none; whatever packing refuses.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let open = self.open.as_mut().ok_or_else(|| Error::internal("nothing was begun in this ZIP file"))?;
        open.crc.update(bytes);
        open.size += bytes.len() as u64;
        open.packing.write_all(bytes).map_err(Error::internal)?;
        let packed = std::mem::take(open.packing.get_mut());
        open.packed += packed.len() as u64;
        self.ready.extend_from_slice(&packed);
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let Some(Open { name, at, crc, size, mut packed, packing }) = self.open.take() else { return Ok(()) };
        let rest = packing.finish().map_err(Error::internal)?;
        packed += rest.len() as u64;
        let crc = crc.finalize();
        put(&mut self.ready, &rest);
        put(&mut self.ready, 0x0807_4b50u32.to_le_bytes());
        put(&mut self.ready, crc.to_le_bytes());
        for number in [packed, size] {
            if is_large(packed) || is_large(size) {
                put(&mut self.ready, number.to_le_bytes());
            } else {
                put(&mut self.ready, (number as u32).to_le_bytes());
            }
        }
        self.directory.push(Entry { name, crc, packed, size, at });
        Ok(())
    }

    /// What is ready to be sent.
    pub fn take(&mut self) -> Vec<u8> {
        self.taken += self.ready.len() as u64;
        std::mem::take(&mut self.ready)
    }

    /// Ends the file with its directory: the last of what is to be sent.
    ///
    /// # Errors
    /// Whatever packing refuses.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        self.end()?;
        let begins = self.length();
        for entry in &self.directory {
            describe(&mut self.ready, entry, self.stamp);
        }
        let (size, entries) = (self.length() - begins, self.directory.len());
        close(&mut self.ready, begins, size, entries);
        Ok(self.ready)
    }

    fn length(&self) -> u64 {
        self.taken + self.ready.len() as u64
    }
}

/// An entry's line in the directory.
fn describe(out: &mut Vec<u8>, entry: &Entry, (time, date): (u16, u16)) {
    let large = [entry.size, entry.packed, entry.at].into_iter().any(is_large);
    let number = |number: u64| if large { SEE_64 } else { number as u32 };
    let needs: u16 = if large { 45 } else { 20 };
    put(out, 0x0201_4b50u32.to_le_bytes());
    for field in [0x0300 | needs, needs, UTF_8_AND_DESCRIPTOR, DEFLATED, time, date] {
        put(out, field.to_le_bytes());
    }
    for field in [entry.crc, number(entry.packed), number(entry.size)] {
        put(out, field.to_le_bytes());
    }
    let extra: u16 = if large { 28 } else { 0 };
    for field in [short(entry.name.len()), extra, 0, 0, 0] {
        put(out, field.to_le_bytes());
    }
    // A file that everybody may read, as Unix says it.
    put(out, (0o100_644u32 << 16).to_le_bytes());
    put(out, number(entry.at).to_le_bytes());
    put(out, entry.name.as_bytes());
    if large {
        put(out, [1, 0, 24, 0]);
        [entry.size, entry.packed, entry.at].into_iter().for_each(|number| put(out, number.to_le_bytes()));
    }
}

/// Where the directory begins, how long it is, and how many lines it has.
fn close(out: &mut Vec<u8>, begins: u64, size: u64, entries: usize) {
    if is_large(begins) || is_large(size) || entries >= usize::from(u16::MAX) {
        let at = begins + size;
        put(out, 0x0606_4b50u32.to_le_bytes());
        put(out, 44u64.to_le_bytes());
        put(out, [45, 3, 45, 0]);
        put(out, [0; 8]);
        [entries as u64, entries as u64, size, begins].into_iter().for_each(|number| put(out, number.to_le_bytes()));
        put(out, 0x0706_4b50u32.to_le_bytes());
        put(out, [0; 4]);
        put(out, at.to_le_bytes());
        put(out, 1u32.to_le_bytes());
    }
    let number = |number: u64| u32::try_from(number).unwrap_or(SEE_64);
    put(out, 0x0605_4b50u32.to_le_bytes());
    put(out, [0; 4]);
    put(out, short(entries).to_le_bytes());
    put(out, short(entries).to_le_bytes());
    put(out, number(size).to_le_bytes());
    put(out, number(begins).to_le_bytes());
    put(out, [0; 2]);
}

fn put(out: &mut Vec<u8>, bytes: impl AsRef<[u8]>) {
    out.extend_from_slice(bytes.as_ref());
}

fn is_large(number: u64) -> bool {
    number >= u64::from(SEE_64)
}

fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// MS-DOS counts years from 1980 and seconds by twos.
fn stamp(at: Time) -> (u16, u16) {
    let moment = at.timestamp().to_zoned(TimeZone::UTC);
    let of = |number: i8| u16::from(number.unsigned_abs());
    let time = of(moment.hour()) << 11 | of(moment.minute()) << 5 | (of(moment.second()) / 2);
    let years = u16::try_from(moment.year().saturating_sub(1980).clamp(0, 127)).unwrap_or(0);
    (time, years << 9 | of(moment.month()) << 5 | of(moment.day()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Read};

    #[test]
    fn others_can_open_it() {
        let mut zip = Zip::new("2026-11-21T15:04:30Z".parse().unwrap());
        let mut file = Vec::new();
        let long: Vec<u8> = (0..300_000u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        zip.begin("empty.txt").unwrap();
        zip.begin("चाय.jsonl").unwrap();
        for part in long.chunks(10_000) {
            zip.write(part).unwrap();
            file.extend(zip.take());
        }
        zip.begin("README.txt").unwrap();
        zip.write(b"hello").unwrap();
        file.extend(zip.finish().unwrap());
        let mut read = zip::ZipArchive::new(Cursor::new(file)).unwrap();
        let names: Vec<String> = read.file_names().map(str::to_owned).collect();
        assert_eq!(names, ["empty.txt", "चाय.jsonl", "README.txt"]);
        for (name, expected) in [("empty.txt", &b""[..]), ("चाय.jsonl", &long), ("README.txt", b"hello")] {
            let mut entry = read.by_name(name).unwrap();
            assert_eq!(entry.last_modified().unwrap().to_string(), "2026-11-21 15:04:30");
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            assert!(content == expected, "{name}");
        }
    }

    #[test]
    fn numbers_past_four_gigabytes_are_found() {
        let number = |bytes: &[u8], at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        let mut line = Vec::new();
        describe(&mut line, &Entry { name: "large".into(), crc: 7, packed: 5 << 32, size: 6 << 32, at: 3 }, (0, 0x21));
        assert_eq!(line[20..28], [0xff; 8], "the sizes are in the ZIP64 field");
        assert_eq!((&line[46..51], &line[51..55]), (&b"large"[..], &[1u8, 0, 24, 0][..]));
        assert_eq!([number(&line, 55), number(&line, 63), number(&line, 71)], [6 << 32, 5 << 32, 3]);
        assert_eq!(line.len(), 79);
        let mut end = Vec::new();
        close(&mut end, 5 << 32, 10, 1);
        assert_eq!((number(&end, 40), number(&end, 48)), (10, 5 << 32));
        assert_eq!(number(&end, 64), (5 << 32) + 10, "where that is said");
    }

    #[test]
    fn what_breaks_off_is_no_file() {
        let mut zip = Zip::new(Time(0));
        zip.begin("a").unwrap();
        zip.write(&[7; 1_000]).unwrap();
        assert!(zip::ZipArchive::new(Cursor::new(zip.take())).is_err());
    }
}
