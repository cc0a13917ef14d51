//! What mail servers report of a mail that one of them took: that it could not be delivered (RFC 3464), or that its reader called it spam
//! (RFC 5965). Both come as a mail of type `multipart/report`, which has what was sent in it, or the head of that; whose it is is read
//! from its `Message-ID`. Every other mail, such as an answer of somebody who is on holiday, says nothing.
//!
//! Whoever receives such mail can be sent anything. The parts of a mail are cut here, one level deep, and the parser is given heads alone:
//! it would follow messages in messages as deep as they go.

use super::{Receipt, Status, Word};
use crate::answer::words;
use crate::classes::enhanced;
use facts::MessageId;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{HeaderName, Message, MessageParser, MimeHeaders};
use std::borrow::Cow;
use store::secret::sha256;

/// The longest head of a mail or of a part, and the longest report within one, in bytes.
const LONGEST: usize = 64 * 1024;
/// The most parts that are looked at. A report has three.
const PARTS: usize = 16;
/// The most recipients that are reported. A mail of ours has one.
const RECIPIENTS: usize = 10;

/// What says which recipients could not be reached; the second in letters of all scripts (RFC 6533).
const DELIVERY: &[&str] = &["message/delivery-status", "message/global-delivery-status"];
/// What says how its reader took a mail.
const FEEDBACK: &str = "message/feedback-report";
/// What was sent, or its head.
const RETURNED: &[&str] = &["message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers"];
/// Feedback that is nobody's complaint: somebody took it out of the spam, or a program found something.
const NO_COMPLAINT: &[&str] = &["not-spam", "auth-failure", "virus"];

/// Fields of a report: their names in lower case, and their values without folds.
type Fields = Vec<(String, String)>;

/// Whether this is a mail: it begins with a head that says whom it is from.
pub fn is_mail(body: &[u8]) -> bool {
    headers(halves(bare(body)).0).is_some_and(|mail| mail.header(HeaderName::From).is_some())
}

/// As much of a mail as says what it reports: what was sent is in a report, and with it links and codes that are kept nowhere. Of that the id
/// stays, of any other mail its head. What is kept reads as the mail did.
pub fn kept(body: &[u8]) -> Vec<u8> {
    let mail = bare(body);
    let (mut kept, mut said) = (halves(mail).0.to_vec(), Vec::new());
    let Some(Report { boundary, parts }) = Report::of(mail) else { return kept };
    for part in parts {
        let says = match part.ours() {
            Some(id) => format!("Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}@kept>").into_bytes(),
            None if part.says() => part.whole.trim_ascii_end().to_vec(),
            None => continue,
        };
        said.extend([boundary.as_bytes(), b"\r\n", says.as_slice(), b"\r\n"].concat());
    }
    if !said.is_empty() {
        kept.extend([said.as_slice(), boundary.as_bytes(), b"--\r\n"].concat());
    }
    kept
}

/// What a mail reports of one of ours.
pub(super) fn read(body: &[u8]) -> Vec<Word> {
    report(body).unwrap_or_default()
}

/// The same for the same report, however often and by whatever ways it comes; nothing where it reports nothing of ours.
pub(super) fn event_id(body: &[u8]) -> Option<String> {
    let said: Vec<String> = read(body)
        .into_iter()
        .filter_map(|word| match word {
            Word::Receipt(receipt) => Some(receipt.event_id),
            Word::Complaint(id) => Some(format!("complaint/{id}")),
            Word::Written(_) | Word::Wish(_) | Word::Template(_) => None,
        })
        .collect();
    if said.is_empty() { None } else { Some(sha256(said.join(" "))) }
}

fn report(body: &[u8]) -> Option<Vec<Word>> {
    let Report { parts, .. } = Report::of(bare(body))?;
    let id = parts.iter().find_map(Part::ours)?;
    let said = parts.iter().find(|part| part.says())?;
    let groups = groups(&said.text()?);
    if said.kind != FEEDBACK {
        // Of the first group, which is about the mail: when it came there.
        let arrived = groups.first().and_then(|mail| field(mail, "arrival-date")).unwrap_or_default();
        let failures = groups.iter().filter_map(|recipient| failure(id, arrived, recipient));
        return Some(failures.take(RECIPIENTS).map(Word::Receipt).collect());
    }
    let kind = groups.iter().find_map(|group| field(group, "feedback-type")).map(first)?;
    let is_one = !NO_COMPLAINT.iter().any(|other| kind.eq_ignore_ascii_case(other));
    Some(if is_one { vec![Word::Complaint(id)] } else { Vec::new() })
}

/// A recipient who was not reached for good. One who may be reached later, or was reached, is no news.
fn failure(id: MessageId, arrived: &str, recipient: &Fields) -> Option<Receipt> {
    let failed = field(recipient, "action").is_some_and(|action| first(action).eq_ignore_ascii_case("failed"));
    let (status, diagnostic) = (field(recipient, "status").map(first)?, field(recipient, "diagnostic-code").map_or("", told));
    let code = precise(status, diagnostic);
    // What was tried for days and given up has a code of 4 to the end.
    if !failed || !(code.starts_with("5.") || code.starts_with("4.")) {
        return None;
    }
    let named = |name| field(recipient, name).unwrap_or_default();
    // Sent twice, it may fail twice; one failure that is told of twice is one.
    let event = format!("{id} {code} {} {arrived} {}", named("final-recipient"), named("last-attempt-date"));
    Some(Receipt {
        event_id: sha256(event),
        reference: Some(id),
        provider_id: None,
        status: Status::Failed,
        code: Some(code.to_owned()),
        detail: Some(words(diagnostic)).filter(|words| !words.is_empty()),
        at: None,
    })
}

/// The code of the reply that a report tells of, where its own says no more than that something is wrong.
fn precise<'a>(status: &'a str, diagnostic: &'a str) -> &'a str {
    let own = enhanced(status);
    if own != "5.0.0" && !own.is_empty() {
        return own;
    }
    let mut said = diagnostic.split([' ', '-']).take(3).map(|word| enhanced(word.trim_start_matches('#')));
    said.find(|code| code.starts_with("5.")).unwrap_or(own)
}

/// What comes after the type of a value: `smtp; 550 No`.
fn told(value: &str) -> &str {
    value.split_once(';').map_or(value, |(_, told)| told).trim()
}

/// The first word of a value; a comment may come after it.
fn first(value: &str) -> &str {
    value.split_whitespace().next().unwrap_or_default()
}

fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The groups of fields that a report consists of, with an empty line between them.
fn groups(text: &str) -> Vec<Fields> {
    let mut groups = vec![Fields::new()];
    for line in text.lines() {
        let Some(group) = groups.last_mut() else { break };
        if line.trim().is_empty() {
            groups.push(Fields::new());
        } else if line.starts_with([' ', '\t']) {
            // A value goes on here.
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// A part of a report.
struct Part<'a> {
    /// Its type, in lower case.
    kind: String,
    /// How it is written, where that is said.
    coding: Option<String>,
    /// All of it.
    whole: &'a [u8],
    /// What comes after its head.
    body: &'a [u8],
}

impl<'a> Part<'a> {
    fn of(whole: &'a [u8]) -> Option<Self> {
        let (head, body) = halves(whole);
        let head = headers(head)?;
        let kind = head.content_type()?;
        let kind = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase();
        Some(Self { kind, coding: head.content_transfer_encoding().map(str::to_ascii_lowercase), whole, body })
    }

    /// Whether it is the one that says what became of a mail.
    fn says(&self) -> bool {
        DELIVERY.contains(&self.kind.as_str()) || self.kind == FEEDBACK
    }

    fn plain(&self) -> Option<Cow<'a, [u8]>> {
        match self.coding.as_deref() {
            Some("base64") => base64_decode(self.body).map(Cow::Owned),
            Some("quoted-printable") => quoted_printable_decode(self.body).map(Cow::Owned),
            _ => Some(Cow::Borrowed(self.body)),
        }
    }

    /// What it says, unless it is too long for a report.
    fn text(&self) -> Option<String> {
        let plain = self.plain()?;
        (plain.len() <= LONGEST).then(|| String::from_utf8_lossy(&plain).into_owned())
    }

    /// Which message of ours it is, where it is what was sent: it has the `Message-ID` that we write ([`crate::mail`]).
    fn ours(&self) -> Option<MessageId> {
        if !RETURNED.contains(&self.kind.as_str()) {
            return None;
        }
        let plain = self.plain()?;
        let mail = headers(halves(plain.trim_ascii_start()).0)?;
        mail.message_id()?.split_once('@')?.0.parse().ok()
    }
}

/// A mail of several parts that reports something.
struct Report<'a> {
    /// The line before each part.
    boundary: String,
    parts: Vec<Part<'a>>,
}

impl<'a> Report<'a> {
    /// Nothing where a mail is of another type.
    fn of(mail: &'a [u8]) -> Option<Self> {
        let (head, body) = halves(mail);
        let head = headers(head)?;
        let kind = head.content_type().filter(|_| head.is_content_type("multipart", "report"))?;
        let boundary = format!("--{}", kind.attribute("boundary")?);
        let (mut found, mut begun, mut at) = (Vec::new(), None::<usize>, 0_usize);
        for line in body.split_inclusive(|byte| *byte == b'\n') {
            let rest = line.trim_ascii_end().strip_prefix(boundary.as_bytes());
            if let Some(rest) = rest.filter(|rest| matches!(*rest, b"" | b"--")) {
                found.extend(begun.map(|from| &body[from..at]));
                begun = rest.is_empty().then_some(at + line.len());
            }
            if found.len() >= PARTS {
                break;
            }
            at += line.len();
        }
        // One that was cut off still says what it says.
        found.extend(begun.map(|from| &body[from..]));
        Some(Self { boundary, parts: found.into_iter().filter_map(Part::of).collect() })
    }
}

/// A mail without the line that some servers put before it as they hand it to a program.
fn bare(body: &[u8]) -> &[u8] {
    let body = body.trim_ascii_start();
    let end = body.iter().position(|byte| *byte == b'\n').filter(|_| body.starts_with(b"From "));
    end.map_or(body, |end| &body[end + 1..])
}

/// A head, with the empty line that ends it, and what comes after that.
fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if line.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            break;
        }
    }
    bytes.split_at(at)
}

/// What a head says; nothing where it is none, or too long for one.
fn headers(head: &[u8]) -> Option<Message<'_>> {
    if head.len() > LONGEST { None } else { MessageParser::default().parse_headers(head) }
}

#[cfg(test)]
mod tests;
