//! Mails as they arrived.

use super::bounce::{self, Asked};
use crate::config::{Clock, Keep, SimConfig};
use crate::courier::{Courier, Delivery, Mishap, Parcel};
use crate::names::Names;
use crate::record::{Ending, Shared, Span};
use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use facts::Time;
use mail_parser::{MessageParser, PartType};
use serde::Serialize;
use std::sync::Arc;

/// One mail that the server took.
#[derive(Clone, Debug, Serialize)]
pub struct Mail {
    /// The simulation's own name for it.
    pub id: String,
    /// When it came, by the simulation's clock.
    pub at: Time,
    /// The envelope's sender; empty for bounces.
    pub from: String,
    /// The envelope's recipients, in lower case.
    pub to: Vec<String>,
    /// What `From:` says, as people read it.
    pub sender: String,
    /// `Message-ID` without its brackets: two mails with the same one are the same mail sent twice.
    pub message_id: Option<String>,
    /// The subject, decoded.
    pub subject: String,
    /// The plain part, decoded.
    pub text: Option<String>,
    /// The HTML part, decoded.
    pub html: Option<String>,
    /// The whole mail as it was received.
    #[serde(skip)]
    pub raw: Arc<[u8]>,
    /// From MAIL FROM to the answer after the last dot, and how that ended.
    #[serde(skip)]
    pub span: Span,
}

/// The simulated mailboxes. Cloning gives another hand on the same ones.
#[derive(Clone)]
pub struct Mailboxes(Arc<Office>);

struct Office {
    clock: Clock,
    keep: Keep,
    names: Arc<Names>,
    post: Shared<Post>,
    courier: Courier,
}

#[derive(Default)]
struct Post {
    mails: Vec<Mail>,
    accepted: u64,
}

impl Mailboxes {
    pub(crate) fn new(config: &SimConfig, names: Arc<Names>, courier: Courier) -> Self {
        let post = Shared::new(Post::default());
        Self(Arc::new(Office { clock: Arc::clone(&config.clock), keep: config.keep, names, post, courier }))
    }

    pub(crate) fn courier(&self) -> &Courier {
        &self.0.courier
    }

    /// Passes reports on to this URL from now on, each as the mail that it is, beside putting it into the sender's mailbox.
    pub fn reports_to(&self, url: &str) {
        self.0.courier.set_target(url);
    }

    /// The next so many reports that are passed on meet this.
    pub fn next_reports(&self, many: u32, mishap: Mishap) {
        self.0.courier.next(many, mishap);
    }

    /// The reports that were passed on, with what became of them.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.0.courier.log()
    }

    /// Every mail, oldest first; none where only counts are kept.
    pub fn mails(&self) -> Vec<Mail> {
        self.0.post.lock().mails.clone()
    }

    /// What one address received, oldest first.
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        let address = address.to_lowercase();
        self.pick(|mail| mail.to.contains(&address))
    }

    /// The mails with this `Message-ID`, given without brackets; more than one means a repeated mail.
    pub fn with_message_id(&self, message_id: &str) -> Vec<Mail> {
        self.pick(|mail| mail.message_id.as_deref() == Some(message_id))
    }

    /// How many mails were taken, whether or not the answer reached the caller.
    pub fn accepted(&self) -> u64 {
        self.0.post.lock().accepted
    }

    /// One mail by the simulation's own name for it.
    pub(crate) fn mail(&self, id: &str) -> Option<Mail> {
        self.0.post.lock().mails.iter().find(|mail| mail.id == id).cloned()
    }

    fn pick(&self, wanted: impl Fn(&Mail) -> bool) -> Vec<Mail> {
        self.0.post.lock().mails.iter().filter(|mail| wanted(mail)).cloned().collect()
    }

    /// Keeps a mail; returns its line, where lines are kept.
    pub(super) fn take(&self, from: &str, to: &[String], raw: &[u8], span: Span) -> Option<usize> {
        let mail = (self.0.keep == Keep::Everything).then(|| self.read(from, to, raw, span));
        let mut post = self.0.post.lock();
        post.accepted += 1;
        post.mails.push(mail?);
        Some(post.mails.len() - 1)
    }

    /// Brings the sender the reports about those who could not be reached, or called it spam; an empty sender wants none.
    pub(super) fn report(&self, from: &str, to: &[String], raw: &[u8]) {
        if from.is_empty() || self.0.keep == Keep::Counts {
            return;
        }
        for recipient in to {
            let at = (self.0.clock)();
            let (event, report) = match bounce::asked(recipient) {
                Some(Asked::Bounce(code)) => ("bounce", bounce::report(from, recipient, &code, raw, at)),
                Some(Asked::Complain) => ("complaint", bounce::complaint(from, recipient, raw, at)),
                Some(Asked::Reject(_)) | None => continue,
            };
            let mail = self.read("", &[from.to_owned()], &report, Span::open());
            self.0.post.lock().mails.push(mail);
            self.pass_on(event, report);
        }
    }

    fn pass_on(&self, event: &str, report: Vec<u8>) {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("message/rfc822"))]);
        let event_id = self.0.names.fresh(20);
        let body = Bytes::from(report);
        self.0.courier.send(Parcel { guest: None, to: None, event_id, event: event.to_owned(), headers, body });
    }

    pub(super) fn close(&self, line: Option<usize>, how: Ending) {
        let mut post = self.0.post.lock();
        if let Some(mail) = line.and_then(|line| post.mails.get_mut(line)) {
            mail.span.close(how);
        }
    }

    fn read(&self, from: &str, to: &[String], raw: &[u8], span: Span) -> Mail {
        let parsed = MessageParser::default().parse(raw).unwrap_or_default();
        let sender = parsed.from().and_then(|from| from.first());
        let sender = sender.and_then(|first| first.name().or_else(|| first.address())).unwrap_or(from);
        let text = parsed.text_bodies().find_map(|part| match &part.body {
            PartType::Text(text) => Some(text.to_string()),
            _ => None,
        });
        let html = parsed.html_bodies().find_map(|part| match &part.body {
            PartType::Html(html) => Some(html.to_string()),
            _ => None,
        });
        Mail {
            id: self.0.names.fresh(12),
            at: (self.0.clock)(),
            from: from.to_owned(),
            to: to.to_vec(),
            sender: sender.to_owned(),
            message_id: parsed.message_id().map(str::to_owned),
            subject: parsed.subject().unwrap_or_default().to_owned(),
            text,
            html,
            raw: Arc::from(raw),
            span,
        }
    }
}
