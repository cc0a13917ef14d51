//! Mail, with a real client and by hand.

use crate::street::{config, start, start_with};
use lettre::message::MultiPart;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sim::{At, Ending, Fault, Mishap, Sim, SimConfig, SmtpLogin};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type Client = AsyncSmtpTransport<Tokio1Executor>;

fn client(sim: &Sim) -> Client {
    Client::builder_dangerous("127.0.0.1").port(sim.smtp_addr().port()).build()
}

fn mail(to: &str) -> Message {
    let parts = MultiPart::alternative_plain_html("Hello\n.a line that starts with a dot".to_owned(), "<p>Hello ₹</p>".to_owned());
    Message::builder()
        .from("Köche & Co <shop@a.test>".parse().unwrap())
        .to(to.parse().unwrap())
        .subject("Your order ₹499")
        .message_id(Some("<one@a.test>".into()))
        .multipart(parts)
        .unwrap()
}

#[tokio::test]
async fn a_mail_arrives_whole() {
    let (sim, _) = start().await;
    client(&sim).send(mail("Ann@B.test")).await.unwrap();
    let [mail] = sim.mailboxes().mails_to("ann@b.test").try_into().unwrap();
    assert_eq!((mail.subject.as_str(), mail.sender.as_str()), ("Your order ₹499", "Köche & Co"));
    assert_eq!(mail.message_id.as_deref(), Some("one@a.test"));
    assert!(mail.text.unwrap().contains("\n.a line"));
    assert_eq!(mail.html.as_deref(), Some("<p>Hello ₹</p>"));
    assert_eq!(mail.span.ending, Ending::Answered(250));
}

#[tokio::test]
async fn a_recipient_is_refused_for_now_or_for_good() {
    let (sim, _) = start().await;
    sim.faults().next(1, At::mailbox("ann@b.test"), Fault::reject(450));
    sim.faults().until_cleared(At::mailbox("bob@b.test"), Fault::reject(550));
    assert!(client(&sim).send(mail("ann@b.test")).await.unwrap_err().is_transient());
    assert!(client(&sim).send(mail("bob@b.test")).await.unwrap_err().is_permanent());
    client(&sim).send(mail("ann@b.test")).await.unwrap();
    assert_eq!(sim.mailboxes().accepted(), 1);
}

#[tokio::test]
async fn an_answer_can_be_lost_after_the_mail_is_kept() {
    let (sim, _) = start().await;
    sim.faults().next(1, At::mail(), Fault::DropAnswer);
    let error = client(&sim).send(mail("ann@b.test")).await.unwrap_err();
    assert!(!error.is_permanent() && !error.is_transient());
    client(&sim).send(mail("ann@b.test")).await.unwrap();
    let twice = sim.mailboxes().with_message_id("one@a.test");
    assert_eq!([twice[0].span.ending, twice[1].span.ending], [Ending::Dropped, Ending::Answered(250)]);
}

#[tokio::test]
async fn a_login_is_checked() {
    let login = SmtpLogin { user: "shop".into(), password: "secret".into() };
    let (sim, _) = start_with(SimConfig { smtp_login: Some(login), ..config() }).await;
    assert!(client(&sim).send(mail("ann@b.test")).await.is_err());
    let with = |password: &str| {
        let credentials = Credentials::new("shop".into(), password.into());
        Client::builder_dangerous("127.0.0.1").port(sim.smtp_addr().port()).credentials(credentials).build()
    };
    assert!(with("wrong").send(mail("ann@b.test")).await.is_err());
    with("secret").send(mail("ann@b.test")).await.unwrap();
}

#[tokio::test]
async fn commands_may_be_sent_ahead() {
    let (sim, _) = start().await;
    let mut stream = TcpStream::connect(sim.smtp_addr()).await.unwrap();
    let script = "EHLO me\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nRSET\r\nRCPT TO:<b@b.test>\r\n\
                  MAIL FROM:<>\r\nRCPT TO:<b@b.test>\r\nDATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\nNOOP\r\nXYZ\r\nQUIT\r\n";
    stream.write_all(script.as_bytes()).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    let codes: Vec<&str> = answers.lines().filter(|line| !line.starts_with("250-")).map(|line| &line[..3]).collect();
    assert_eq!(codes, ["220", "250", "250", "250", "250", "503", "250", "250", "354", "250", "250", "502", "221"]);
    assert_eq!(sim.mailboxes().mails()[0].text.as_deref().map(str::trim_end), Some(".dot"));
}

#[tokio::test]
async fn some_addresses_refuse_and_some_send_a_report() {
    let (sim, _) = start().await;
    assert!(client(&sim).send(mail("reject-5.1.1@b.test")).await.unwrap_err().is_permanent());
    assert!(client(&sim).send(mail("reject-4.2.2@b.test")).await.unwrap_err().is_transient());
    client(&sim).send(mail("bounce-5.1.1@b.test")).await.unwrap();
    assert_eq!(sim.mailboxes().accepted(), 1);
    let [report] = sim.mailboxes().mails_to("shop@a.test").try_into().unwrap();
    let raw = String::from_utf8_lossy(&report.raw).into_owned();
    assert_eq!(report.from, "");
    for line in ["Final-Recipient: rfc822; bounce-5.1.1@b.test", "Action: failed", "Status: 5.1.1", "Message-ID: <one@a.test>"] {
        assert!(raw.contains(line), "{line} in {raw}");
    }
}

#[tokio::test]
async fn reports_are_passed_on_until_somebody_takes_them() {
    let (sim, _) = start().await;
    let boxes = sim.mailboxes();
    boxes.reports_to(&sim.receiver_url("reports"));
    boxes.next_reports(1, Mishap::Lost);
    client(&sim).send(mail("bounce-5.2.2@b.test")).await.unwrap();
    client(&sim).send(mail("bounce-5.1.1@b.test")).await.unwrap();
    client(&sim).send(mail("complaint@b.test")).await.unwrap();
    sim.quiet().await;
    let passed_on: Vec<(String, bool)> = boxes.deliveries().into_iter().map(|one| (one.event, one.delivered)).collect();
    assert_eq!(passed_on, [("bounce".to_owned(), true), ("complaint".to_owned(), true)]);
    let [_, _, complaint] = boxes.mails_to("shop@a.test").try_into().unwrap();
    let raw = String::from_utf8_lossy(&complaint.raw).into_owned();
    for line in ["Feedback-Type: abuse", "Original-Rcpt-To: <complaint@b.test>", "Message-ID: <one@a.test>"] {
        assert!(raw.contains(line), "{line} in {raw}");
    }
}
