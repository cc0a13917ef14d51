//! One client's conversation with the mail server. Whatever the client sends ahead waits in the read
//! buffer, so pipelining needs nothing more.

use super::bounce::{self, Asked};
use super::mail::Mailboxes;
use super::{account, line};
use crate::config::SmtpLogin;
use crate::faults::{Ask, Fault, Faults, Plan, Provider, pause};
use crate::record::{Ending, Span};
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub(super) struct Dialogue {
    stream: BufReader<TcpStream>,
    boxes: Mailboxes,
    faults: Faults,
    login: Option<Arc<SmtpLogin>>,
    known: bool,
    letter: Option<Letter>,
}

/// What came between MAIL and DATA.
struct Letter {
    from: String,
    to: Vec<String>,
    span: Span,
}

/// Whether the conversation goes on.
enum Next {
    Go,
    Stop,
}

impl Dialogue {
    pub(super) fn new(stream: TcpStream, boxes: Mailboxes, faults: Faults, login: Option<Arc<SmtpLogin>>) -> Self {
        // Without it every short answer would wait for the client's acknowledgement; failing is harmless.
        let _ = stream.set_nodelay(true);
        let known = login.is_none();
        Self { stream: BufReader::new(stream), boxes, faults, login, known, letter: None }
    }

    pub(super) async fn hold(mut self) -> io::Result<()> {
        self.say("220 sim.test ESMTP").await?;
        while let Some(line) = line::read(&mut self.stream).await? {
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end();
            let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
            if let Next::Stop = self.obey(&verb.to_ascii_uppercase(), argument).await? {
                break;
            }
        }
        Ok(())
    }

    async fn obey(&mut self, verb: &str, argument: &str) -> io::Result<Next> {
        match verb {
            "EHLO" => self.greet().await,
            "HELO" => self.say("250 sim.test").await,
            "AUTH" => self.check(argument).await,
            "MAIL" => self.begin(argument).await,
            "RCPT" => self.add_recipient(argument).await,
            "DATA" => self.receive().await,
            "RSET" => {
                self.letter = None;
                self.say("250 2.0.0 Forgotten").await
            }
            "NOOP" => self.say("250 2.0.0 Still here").await,
            "VRFY" => self.say("252 2.1.5 Try and see").await,
            "QUIT" => {
                self.say("221 2.0.0 Goodbye").await?;
                Ok(Next::Stop)
            }
            _ => self.say("502 5.5.1 Not known here").await,
        }
    }

    async fn say(&mut self, answer: &str) -> io::Result<Next> {
        self.stream.get_mut().write_all(format!("{answer}\r\n").as_bytes()).await?;
        Ok(Next::Go)
    }

    async fn greet(&mut self) -> io::Result<Next> {
        self.letter = None;
        let size = line::LARGEST;
        let abilities = ["PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "AUTH PLAIN LOGIN"];
        let lines: String = abilities.iter().map(|ability| format!("250-{ability}\r\n")).collect();
        self.say(&format!("250-sim.test\r\n{lines}250 SIZE {size}")).await
    }

    async fn check(&mut self, argument: &str) -> io::Result<Next> {
        let (mechanism, initial) = argument.split_once(' ').unwrap_or((argument, ""));
        let login = self.login.clone();
        let fits = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let answer = if initial.is_empty() { self.ask("").await? } else { initial.to_owned() };
                login.is_none_or(|login| account::plain(&answer, &login))
            }
            "LOGIN" => {
                // "Username:" and "Password:" in base64, as clients expect to be asked.
                let user = if initial.is_empty() { self.ask("VXNlcm5hbWU6").await? } else { initial.to_owned() };
                let password = self.ask("UGFzc3dvcmQ6").await?;
                login.is_none_or(|login| account::asked_in_turn(&user, &password, &login))
            }
            _ => return self.say("504 5.5.4 Only PLAIN and LOGIN").await,
        };
        self.known |= fits;
        self.say(if fits { "235 2.7.0 Welcome" } else { "535 5.7.8 Wrong user or password" }).await
    }

    async fn ask(&mut self, question: &str) -> io::Result<String> {
        self.say(&format!("334 {question}")).await?;
        let answer = line::read(&mut self.stream).await?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&answer).trim().to_owned())
    }

    async fn begin(&mut self, argument: &str) -> io::Result<Next> {
        if !self.known {
            return self.say("530 5.7.0 Authentication required").await;
        }
        match line::address(argument) {
            Some(from) => {
                self.letter = Some(Letter { from, to: Vec::new(), span: Span::open() });
                self.say("250 2.1.0 Sender ok").await
            }
            None => self.say("501 5.5.4 MAIL FROM:<address>").await,
        }
    }

    async fn add_recipient(&mut self, argument: &str) -> io::Result<Next> {
        let Some(letter) = &mut self.letter else { return self.say("503 5.5.1 MAIL first").await };
        let Some(address) = line::address(argument).filter(|address| !address.is_empty()) else {
            return self.say("501 5.5.4 RCPT TO:<address>").await;
        };
        let ask = Ask { provider: Provider::Smtp, call: "RCPT", who: std::slice::from_ref(&address) };
        let plan = self.faults.plan(&ask, |fault| matches!(fault, Fault::Reject { .. }));
        if let Some(reject) = plan.reject {
            let usual = if reject.status < 500 { "4.2.0 Try again later" } else { "5.1.1 No such mailbox" };
            let words = reject.body.as_deref().unwrap_or(usual);
            return self.say(&format!("{} {words}", reject.status)).await;
        }
        if let Some(Asked::Reject(code)) = bounce::asked(&address) {
            return self.say(&bounce::reply(&code)).await;
        }
        letter.to.push(address);
        self.say("250 2.1.5 Recipient ok").await
    }

    async fn receive(&mut self) -> io::Result<Next> {
        let Some(letter) = self.letter.take_if(|letter| !letter.to.is_empty()) else {
            return self.say("503 5.5.1 MAIL and RCPT first").await;
        };
        self.say("354 End with a dot on a line of its own").await?;
        let Some(raw) = line::read_mail(&mut self.stream).await? else { return Ok(Next::Stop) };
        let ask = Ask { provider: Provider::Smtp, call: "DATA", who: &letter.to };
        let plan = self.faults.plan(&ask, |fault| !matches!(fault, Fault::Reject { .. }));
        pause(plan.slow / 2).await;
        if plan.silent {
            std::future::pending::<()>().await;
        }
        let line = self.boxes.take(&letter.from, &letter.to, &raw, letter.span);
        self.boxes.report(&letter.from, &letter.to, &raw);
        pause(plan.slow / 2).await;
        self.conclude(line, &plan).await
    }

    /// The mail is kept; whether the client hears of it is another matter.
    async fn conclude(&mut self, line: Option<usize>, plan: &Plan) -> io::Result<Next> {
        let how = match (plan.hang_up, self.client_is_gone().await) {
            (true, _) => Ending::Dropped,
            (false, true) => Ending::CallerGone,
            (false, false) => Ending::Answered(250),
        };
        self.boxes.close(line, how);
        match how {
            Ending::Answered(_) => self.say("250 2.0.0 Kept").await,
            _ => Ok(Next::Stop),
        }
    }

    /// Whether the other side has closed; what it may have sent ahead stays unread.
    async fn client_is_gone(&self) -> bool {
        let mut byte = [0];
        tokio::select! {
            biased;
            peeked = self.stream.get_ref().peek(&mut byte) => !matches!(peeked, Ok(1..)),
            () = std::future::ready(()) => false,
        }
    }
}
