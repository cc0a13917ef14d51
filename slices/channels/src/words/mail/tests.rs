//! The examples of the RFCs, reports as servers vary them, and bytes of all kinds.

use super::*;
use crate::letter::letter;
use facts::Id;
use facts::messages::Channel;
use proptest::prelude::*;
use uuid::Uuid;

/// Stands for what was sent, in the examples.
const ORIGINAL: &str = "[original message goes here]";

/// RFC 3464, appendix E.1.
const SIMPLE: &str = r#"Date: Thu, 7 Jul 1994 17:16:05 -0400
From: Mail Delivery Subsystem <MAILER-DAEMON@CS.UTK.EDU>
Message-Id: <199407072116.RAA14128@CS.UTK.EDU>
Subject: Returned mail: Cannot send message for 5 days
To: <owner-info-mime@cs.utk.edu>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
      boundary="RAA14128.773615765/CS.UTK.EDU"

--RAA14128.773615765/CS.UTK.EDU

The original message was received at Sat, 2 Jul 1994 17:10:28 -0400
from root@localhost

   ----- The following addresses had delivery problems -----
<louisl@larry.slip.umd.edu>  (unrecoverable error)

--RAA14128.773615765/CS.UTK.EDU
content-type: message/delivery-status

Reporting-MTA: dns; cs.utk.edu

Original-Recipient: rfc822;louisl@larry.slip.umd.edu
Final-Recipient: rfc822;louisl@larry.slip.umd.edu
Action: failed
Status: 4.0.0
Diagnostic-Code: smtp; 426 connection timed out
Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400

--RAA14128.773615765/CS.UTK.EDU
content-type: message/rfc822

[original message goes here]

--RAA14128.773615765/CS.UTK.EDU--
"#;

/// RFC 3464, appendix E.2.
const SEVERAL: &str = r#"Date: Fri, 8 Jul 1994 09:21:47 -0400
From: Mail Delivery Subsystem <MAILER-DAEMON@CS.UTK.EDU>
Subject: Returned mail: User unknown
To: <owner-ups-mib@CS.UTK.EDU>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
      boundary="JAA13167.773673707/CS.UTK.EDU"

--JAA13167.773673707/CS.UTK.EDU
content-type: text/plain; charset=us-ascii

   ----- The following addresses had delivery problems -----
<arathib@vnet.ibm.com>  (unrecoverable error)
<wsnell@sdcc13.ucsd.edu>  (unrecoverable error)

--JAA13167.773673707/CS.UTK.EDU
content-type: message/delivery-status

Reporting-MTA: dns; cs.utk.edu

Original-Recipient: rfc822;arathib@vnet.ibm.com
Final-Recipient: rfc822;arathib@vnet.ibm.com
Action: failed
Status: 5.0.0 (permanent failure)
Diagnostic-Code: smtp;  550 'arathib@vnet.IBM.COM' is not a
 registered gateway user
Remote-MTA: dns; vnet.ibm.com

Original-Recipient: rfc822;johnh@hpnjld.njd.hp.com
Final-Recipient: rfc822;johnh@hpnjld.njd.hp.com
Action: delayed
Status: 4.0.0 (hpnjld.njd.jp.com: host name lookup failure)

Original-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
Final-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 user unknown
Remote-MTA: dns; sdcc13.ucsd.edu

--JAA13167.773673707/CS.UTK.EDU
content-type: message/rfc822

[original message goes here]

--JAA13167.773673707/CS.UTK.EDU--
"#;

/// RFC 5965, appendix B.1.
const ABUSE: &str = r#"From: <abusedesk@example.com>
Date: Thu, 8 Mar 2005 17:40:36 EDT
Subject: FW: Earn money
To: <abuse@example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report;
     boundary="part1_13d.2e68ed54_boundary"

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset="US-ASCII"
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP
192.0.2.1 on Thu, 8 Mar 2005 14:00:00 EDT.  For more information
about this format please see
http://www.mipassoc.org/arf/.

--part1_13d.2e68ed54_boundary
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1

--part1_13d.2e68ed54_boundary
Content-Type: message/rfc822
Content-Disposition: inline

[original message goes here]

--part1_13d.2e68ed54_boundary--
"#;

/// What was sent in the example of RFC 5965.
const THEIRS: &str = "Received: from mailserver.example.net\n     (mailserver.example.net [192.0.2.1])\n     by example.com with ESMTP id \
                      M63d4137594e46;\n     Thu, 08 Mar 2005 14:00:00 -0400\nFrom: <somespammer@example.net>\nTo: <Undisclosed Recipients>\n\
                      Subject: Earn money\nMIME-Version: 1.0\nContent-type: text/plain\nMessage-ID: \
                      8787KJKJ3K4J3K4J3K4J3.mail@example.net\nDate: Thu, 02 Sep 2004 12:31:03 -0500\n\nSpam Spam Spam";

/// The id of the mail that is reported in these tests.
fn id() -> MessageId {
    MessageId::from_uuid(Uuid::from_u128(7))
}

/// A mail of ours as it was sent.
fn ours() -> String {
    let mut letter = letter(Channel::Email, "asha@example.com");
    letter.body = "Fresh mangoes".to_owned();
    let mail = crate::mail::written(&letter);
    String::from_utf8(mail).unwrap()
}

/// A report about a mail.
fn about(report: &str, mail: &str) -> Vec<u8> {
    report.replace(ORIGINAL, mail).into_bytes()
}

/// The codes of the failures that a report tells of.
fn codes(body: &[u8]) -> Vec<String> {
    let one = |word: Word| match word {
        Word::Receipt(Receipt { reference, status: Status::Failed, code, .. }) if reference == Some(id()) => code.unwrap(),
        other => panic!("{other:?}"),
    };
    read(body).into_iter().map(one).collect()
}

/// A report of a failure with a status and a diagnostic of its own.
fn failed(status: &str, diagnostic: &str) -> Vec<u8> {
    let report = SIMPLE.replace("Status: 4.0.0", &format!("Status: {status}")).replace("smtp; 426 connection timed out", diagnostic);
    about(&report, &ours())
}

#[test]
fn the_id_in_what_we_write_is_read_again() {
    assert_eq!(codes(&failed("5.1.1", "smtp; 550 5.1.1 No such user")), ["5.1.1"]);
}

#[test]
fn the_examples_of_rfc_3464() {
    assert_eq!(codes(&about(SIMPLE, &ours())), ["4.0.0"], "given up after five days");
    let words = read(&about(SEVERAL, &ours()));
    let [Word::Receipt(first), Word::Receipt(second)] = words.as_slice() else { panic!("{words:?}") };
    assert_eq!((first.reference, first.status, first.code.as_deref()), (Some(id()), Status::Failed, Some("5.0.0")));
    assert_eq!(first.detail.as_deref(), Some("550 'arathib@vnet.IBM.COM' is not a registered gateway user"));
    assert_eq!(second.detail.as_deref(), Some("550 user unknown"));
    assert_ne!(first.event_id, second.event_id);
    for report in [SIMPLE, SEVERAL] {
        assert_eq!(read(report.as_bytes()), [], "of a mail that nobody knows");
        assert_eq!(read(&about(report, THEIRS)), [], "of somebody else's mail");
    }
}

#[test]
fn the_example_of_rfc_5965() {
    assert_eq!(read(&about(ABUSE, &ours())), [Word::Complaint(id())]);
    assert_eq!(read(&about(ABUSE, THEIRS)), [], "of somebody else's mail");
    for (kind, is_one) in
        [("fraud", true), ("Abuse", true), ("opt-out", true), ("not-spam", false), ("auth-failure", false), ("virus", false)]
    {
        let report = ABUSE.replace("Feedback-Type: abuse", &format!("Feedback-Type: {kind}"));
        assert_eq!(!read(&about(&report, &ours())).is_empty(), is_one, "{kind}");
    }
}

#[test]
fn only_what_failed_for_good_is_said() {
    for action in ["delayed", "delivered", "relayed", "expanded", ""] {
        let report = SEVERAL.replace("Action: failed", &format!("Action: {action}"));
        assert_eq!(read(&about(&report, &ours())), [], "{action}");
    }
    for (status, diagnostic, code) in [
        ("5.1.1 (No such user)", "smtp; 550 No", Some("5.1.1")),
        // Some servers say all in the reply alone.
        ("5.0.0", "smtp; 550-5.1.1 The email account that you tried to reach does not exist.", Some("5.1.1")),
        ("5.0.0", "smtp; 550 #5.1.0 Address rejected", Some("5.1.0")),
        ("5.0.0", "smtp; 550 No", Some("5.0.0")),
        ("", "smtp; 550 5.2.1 Closed", Some("5.2.1")),
        ("5.2.2", "smtp; 552 5.2.2 Full", Some("5.2.2")),
        ("5", "x", None),
        ("4.2.2", "smtp; 452 4.2.2 Full", Some("4.2.2")),
        ("2.0.0", "", None),
    ] {
        assert_eq!(codes(&failed(status, diagnostic)).first().map(String::as_str), code, "{status} {diagnostic}");
    }
}

#[test]
fn the_same_failure_is_the_same_word() {
    let one = failed("5.1.1", "smtp; 550 5.1.1 No such user");
    // By another way, with other headers before it.
    let again = [b"From MAILER-DAEMON Thu Jul  7 17:16:05 1994\nReceived: by somebody\n".as_slice(), &one].concat();
    assert!(event_id(&one).is_some());
    assert_eq!((event_id(&one), is_mail(&again)), (event_id(&again), true));
    let text = String::from_utf8(one.clone()).unwrap();
    let later = text.replace("Thu, 7 Jul 1994 17:15:49", "Fri, 8 Jul 1994 17:15:49");
    assert_ne!(event_id(&one), event_id(later.as_bytes()), "it was sent once more, and failed once more");
    assert_ne!(event_id(&one), event_id(&failed("5.2.1", "")));
    assert_eq!(event_id(&about(ABUSE, THEIRS)), None);
}

#[test]
fn a_head_alone_and_what_is_coded_are_read() {
    let head = ours().split_once("\r\n\r\n").unwrap().0.to_owned();
    let report = about(&SEVERAL.replace("content-type: message/rfc822", "Content-Type: text/rfc822-headers"), &head);
    assert_eq!(codes(&report), ["5.0.0", "5.0.0"]);
    let lines = String::from_utf8(report.clone()).unwrap().replace("\r\n", "\n").replace('\n', "\r\n");
    assert_eq!(codes(lines.as_bytes()), ["5.0.0", "5.0.0"]);
    // One that was cut off.
    let cut = String::from_utf8(report).unwrap().replace("\n--JAA13167.773673707/CS.UTK.EDU--\n", "");
    assert_eq!(codes(cut.as_bytes()), ["5.0.0", "5.0.0"]);
    let status = "UmVwb3J0aW5nLU1UQTogZG5zOyB4CgpBY3Rpb246IGZhaWxlZApTdGF0dXM6IDUuMS4xCg==";
    let coded = format!(
        "From: a@b\nContent-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: \
         base64\n\n{status}\n--x\nContent-Type: text/rfc822-headers\n\n{head}\n\n--x--\n"
    );
    assert_eq!(codes(coded.as_bytes()), ["5.1.1"]);
}

#[test]
fn other_mail_says_nothing() {
    let away =
        "From: asha@example.com\nTo: bounces@origin.example\nAuto-Submitted: auto-replied\nSubject: Away\nContent-Type: text/plain\n\n";
    for body in [
        format!("{away}I am away.\n{}", ours()),
        away.replace("text/plain", "multipart/report; report-type=disposition-notification; boundary=x"),
        String::from_utf8(failed("5.1.1", "")).unwrap().replace("multipart/report", "multipart/mixed"),
        format!("From: a@b\n\n{}", String::from_utf8(failed("5.1.1", "")).unwrap()),
    ] {
        assert!(is_mail(body.as_bytes()), "{body}");
        assert_eq!(read(body.as_bytes()), [], "{body}");
    }
    for none in ["", "\n", "{}", r#"{"from": "a"}"#, "hello", "To: a@b\n\nx"] {
        assert!(!is_mail(none.as_bytes()), "{none}");
        assert_eq!(read(none.as_bytes()), [], "{none}");
    }
}

#[test]
fn what_was_sent_is_not_kept() {
    for report in [SEVERAL, ABUSE] {
        let secret = report.replace(ORIGINAL, &ours()).replace("Fresh mangoes", "Your code is 123456").replace("unrecoverable", "123456");
        let text = String::from_utf8(kept(secret.as_bytes())).unwrap();
        assert!(!text.contains("123456") && !text.contains("asha@example.com"), "{text}");
        assert_eq!(read(text.as_bytes()), read(secret.as_bytes()));
    }
    let text = String::from_utf8(kept(b"From: asha@example.com\nSubject: Away\n\nThe code was 123456")).unwrap();
    assert_eq!(text, "From: asha@example.com\nSubject: Away\n\n");
}

/// A parser that follows each of them ends the process as it lets go of them.
#[test]
fn messages_in_messages_are_not_followed() {
    let deep = "Content-Type: message/rfc822\n\n".repeat(100_000);
    for body in [format!("From: a@b\n{deep}"), String::from_utf8(about(SIMPLE, &deep)).unwrap()] {
        assert_eq!((is_mail(body.as_bytes()), read(body.as_bytes())), (true, Vec::new()));
    }
    let long = format!("From: a@b\nX: {}\n\n", "x".repeat(LONGEST));
    assert!(!is_mail(long.as_bytes()));
}

proptest! {
    #[test]
    fn any_bytes_are_read(body in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let words = read(&body);
        prop_assert!(words.is_empty() && event_id(&body).is_none());
        prop_assert!(read(&kept(&body)).is_empty());
        is_mail(&body);
    }

    /// Whatever becomes of a report on its way, it speaks of no other message.
    #[test]
    fn a_report_that_was_changed_is_read(
        which in 0usize..3,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..20),
        end in any::<proptest::sample::Index>(),
    ) {
        let mut body = about([SEVERAL, ABUSE, SIMPLE][which], &ours());
        for (at, byte) in &changes {
            let at = at.index(body.len());
            body[at] = *byte;
        }
        body.truncate(end.index(body.len()) + 1);
        let known = id().to_string();
        let less = kept(&body);
        prop_assert_eq!(read(&less), read(&body));
        prop_assert_eq!(kept(&less), less);
        for word in read(&body) {
            let named = match word {
                Word::Receipt(receipt) => receipt.reference.unwrap(),
                Word::Complaint(named) => named,
                other => panic!("{other:?}"),
            };
            // A letter of the id itself may have been changed.
            prop_assert!(named == id() || !String::from_utf8_lossy(&body).contains(&known));
        }
        is_mail(&body);
    }
}
