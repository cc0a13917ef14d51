//! Addresses that do not take mail: `reject-5.1.1@…` is refused as it is named, with that code; `bounce-5.1.1@…` is taken, and then a
//! report comes back to the envelope's sender (RFC 3464). A code of 4 is for now only: refused with 450, or reported as delayed. Who reads
//! mail at `complaint@…` calls all of it spam, and a report of that comes back (RFC 5965).

use facts::Time;
use mail_parser::DateTime;

/// What an address asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To be refused at RCPT, with this enhanced code.
    Reject(String),
    /// To be taken and reported, with this enhanced code.
    Bounce(String),
    /// To be taken and called spam.
    Complain,
}

/// What an address asks for, if anything.
pub(super) fn asked(address: &str) -> Option<Asked> {
    let (local, _) = address.split_once('@')?;
    if local == "complaint" {
        return Some(Asked::Complain);
    }
    let (word, code) = local.split_once('-')?;
    let parts: Vec<&str> = code.split('.').collect();
    let digits = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() != 3 || !["4", "5"].contains(&parts[0]) || !parts.iter().all(digits) {
        return None;
    }
    match word {
        "reject" => Some(Asked::Reject(code.to_owned())),
        "bounce" => Some(Asked::Bounce(code.to_owned())),
        _ => None,
    }
}

/// The three digits that go with an enhanced code, and some words.
pub(super) fn reply(code: &str) -> String {
    let digits = if code.starts_with('5') { 550 } else { 450 };
    let words = match code.get(2..) {
        Some("1.1") => "No such mailbox",
        Some("2.1") => "Mailbox disabled",
        Some("2.2") => "Mailbox full",
        Some("7.1") => "Blocked by policy",
        _ => "Not delivered",
    };
    format!("{digits} {code} {words}")
}

/// The report about one recipient of a mail.
pub(super) fn report(sender: &str, recipient: &str, code: &str, mail: &[u8], at: Time) -> Vec<u8> {
    let action = if code.starts_with('5') { "failed" } else { "delayed" };
    let date = DateTime::from_timestamp(at.seconds()).to_rfc822();
    let whole = String::from_utf8_lossy(mail);
    let headers = whole.split("\r\n\r\n").next().unwrap_or_default();
    let reply = reply(code);
    [
        "From: Mail Delivery System <mailer-daemon@sim.test>",
        &format!("To: {sender}"),
        &format!("Date: {date}"),
        "Subject: Delivery Status Notification",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"report\"",
        "",
        "--report",
        "Content-Type: text/plain; charset=utf-8",
        "",
        &format!("The mail to {recipient} is {action}: {reply}"),
        "--report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; sim.test",
        &format!("Arrival-Date: {date}"),
        "",
        &format!("Original-Recipient: rfc822; {recipient}"),
        &format!("Final-Recipient: rfc822; {recipient}"),
        &format!("Action: {action}"),
        &format!("Status: {code}"),
        "Remote-MTA: dns; sim.test",
        &format!("Diagnostic-Code: smtp; {reply}"),
        &format!("Last-Attempt-Date: {date}"),
        "",
        "--report",
        "Content-Type: text/rfc822-headers",
        "",
        headers,
        "",
        "--report--",
        "",
    ]
    .join("\r\n")
    .into_bytes()
}

/// The report that somebody calls a mail spam: the mail is in it, whole.
pub(super) fn complaint(sender: &str, recipient: &str, mail: &[u8], at: Time) -> Vec<u8> {
    let date = DateTime::from_timestamp(at.seconds()).to_rfc822();
    let head = [
        "From: Feedback Loop <feedback@sim.test>",
        &format!("To: {sender}"),
        &format!("Date: {date}"),
        "Subject: Abuse report",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=feedback-report; boundary=\"report\"",
        "",
        "--report",
        "Content-Type: text/plain; charset=utf-8",
        "",
        &format!("{recipient} called this mail spam."),
        "--report",
        "Content-Type: message/feedback-report",
        "",
        "Feedback-Type: abuse",
        "User-Agent: sim/1",
        "Version: 1",
        &format!("Original-Mail-From: <{sender}>"),
        &format!("Original-Rcpt-To: <{recipient}>"),
        &format!("Arrival-Date: {date}"),
        "",
        "--report",
        "Content-Type: message/rfc822",
        "",
        "",
    ]
    .join("\r\n");
    [head.as_bytes(), mail, b"\r\n--report--\r\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_ask() {
        assert_eq!(asked("bounce-5.1.1@a.test"), Some(Asked::Bounce("5.1.1".into())));
        assert_eq!(asked("reject-4.2.2@a.test"), Some(Asked::Reject("4.2.2".into())));
        assert_eq!(asked("complaint@a.test"), Some(Asked::Complain));
        for other in
            ["ann@a.test", "bounce@a.test", "bounce-5.1@a.test", "bounce-2.0.0@a.test", "reject-5.x.1@a.test", "other-5.1.1@a.test"]
        {
            assert_eq!(asked(other), None, "{other}");
        }
        assert_eq!(reply("5.1.1"), "550 5.1.1 No such mailbox");
        assert_eq!(reply("4.4.1"), "450 4.4.1 Not delivered");
    }
}
