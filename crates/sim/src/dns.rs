//! A name server: answers for every domain there is, with the records that a test or a person has set, over UDP and TCP.

use crate::serve::accept;
use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::TXT;
use hickory_proto::rr::{RData, Record, RecordType};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

/// How long an answer may be kept, in seconds.
const TTL: u32 = 60;
/// The longest datagram.
const DATAGRAM: usize = 4_096;

/// What there is under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Zone {
    /// TXT records with these texts.
    Texts(Vec<String>),
    /// A server that never answers.
    Silent,
    /// A server that says it cannot.
    Broken,
}

/// The name server: what is set in it, and a hand to set more.
#[derive(Clone)]
pub struct Dns(Arc<Inner>);

struct Inner {
    addr: SocketAddr,
    zones: Mutex<BTreeMap<String, Zone>>,
    hosts: Mutex<BTreeMap<String, SocketAddr>>,
}

impl Dns {
    pub(crate) fn new(addr: SocketAddr) -> Self {
        Self(Arc::new(Inner { addr, zones: Mutex::default(), hosts: Mutex::default() }))
    }

    /// Where it listens, for UDP and TCP.
    pub fn addr(&self) -> SocketAddr {
        self.0.addr
    }

    /// Sets the TXT records of a name, in place of what was there; none takes the name away.
    pub fn set_txt(&self, name: &str, texts: &[&str]) {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let name = plain(name);
        if texts.is_empty() {
            self.zones().remove(&name);
        } else {
            self.zones().insert(name, Zone::Texts(texts));
        }
    }

    /// Nobody answers for a name any more.
    pub fn silence(&self, name: &str) {
        self.zones().insert(plain(name), Zone::Silent);
    }

    /// A name is answered with SERVFAIL.
    pub fn break_down(&self, name: &str) {
        self.zones().insert(plain(name), Zone::Broken);
    }

    /// From now on a name leads to this address, for whoever here goes to names. The port is part of it: nobody can have
    /// port 80 in a test.
    pub fn lead(&self, name: &str, to: SocketAddr) {
        self.hosts().insert(plain(name), to);
    }

    /// A name leads nowhere any more.
    pub fn lead_nowhere(&self, name: &str) {
        self.hosts().remove(&plain(name));
    }

    /// Where a name leads.
    pub fn leads_to(&self, name: &str) -> Option<SocketAddr> {
        self.hosts().get(&plain(name)).copied()
    }

    /// The names that have records, with their texts.
    pub fn texts(&self) -> Vec<(String, Vec<String>)> {
        let zones = self.zones();
        let texts = |(name, zone): (&String, &Zone)| match zone {
            Zone::Texts(texts) => Some((name.clone(), texts.clone())),
            Zone::Silent | Zone::Broken => None,
        };
        zones.iter().filter_map(texts).collect()
    }

    fn hosts(&self) -> MutexGuard<'_, BTreeMap<String, SocketAddr>> {
        self.0.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn zones(&self) -> MutexGuard<'_, BTreeMap<String, Zone>> {
        self.0.zones.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a question; `None` for silence, and for what is no question.
    fn answer(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let asked = Message::from_vec(bytes).ok()?;
        let question = asked.queries.first()?.clone();
        let zone = self.zones().get(&plain(&question.name().to_string())).cloned();
        let mut answer = Message::new(asked.metadata.id, MessageType::Response, OpCode::Query);
        answer.metadata.authoritative = true;
        answer.metadata.recursion_desired = asked.metadata.recursion_desired;
        answer.metadata.recursion_available = true;
        match zone {
            Some(Zone::Silent) => return None,
            Some(Zone::Broken) => answer.metadata.response_code = ResponseCode::ServFail,
            None => answer.metadata.response_code = ResponseCode::NXDomain,
            Some(Zone::Texts(texts)) if question.query_type() == RecordType::TXT => {
                answer.add_answers(texts.into_iter().map(|text| Record::from_rdata(question.name().clone(), TTL, RData::TXT(txt(&text)))));
            }
            Some(Zone::Texts(_)) => {}
        }
        answer.add_query(question);
        answer.to_vec().ok()
    }
}

/// A record's piece holds 255 bytes, so a long text is several.
fn txt(text: &str) -> TXT {
    TXT::from_bytes(text.as_bytes().chunks(255).collect())
}

/// A name in its one spelling.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Two sockets with one number.
pub(crate) async fn bind(listen: &str) -> io::Result<(UdpSocket, TcpListener)> {
    let mut last = None;
    // The number that is free for one may be taken for the other.
    for _ in 0..10 {
        let tcp = TcpListener::bind(listen).await?;
        match UdpSocket::bind(tcp.local_addr()?).await {
            Ok(udp) => return Ok((udp, tcp)),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| io::Error::other("no number is free for both")))
}

/// Serves for ever.
pub(crate) async fn serve(udp: UdpSocket, tcp: TcpListener, dns: Dns) {
    tokio::join!(datagrams(udp, dns.clone()), streams(tcp, dns));
}

async fn datagrams(socket: UdpSocket, dns: Dns) {
    let mut bytes = [0; DATAGRAM];
    loop {
        // What cannot be received or sent is lost, as datagrams are.
        let Ok((length, from)) = socket.recv_from(&mut bytes).await else { continue };
        if let Some(answer) = dns.answer(&bytes[..length]) {
            let _ = socket.send_to(&answer, from).await;
        }
    }
}

async fn streams(listener: TcpListener, dns: Dns) {
    let mut connections = JoinSet::new();
    loop {
        let stream = accept(&listener, &mut connections).await;
        let dns = dns.clone();
        // Its error is ordinary: the caller left.
        connections.spawn(async move { drop(stream_of(stream, &dns).await) });
    }
}

async fn stream_of(mut stream: TcpStream, dns: &Dns) -> io::Result<()> {
    loop {
        let length = stream.read_u16().await?;
        let mut bytes = vec![0; usize::from(length)];
        stream.read_exact(&mut bytes).await?;
        if let Some(answer) = dns.answer(&bytes) {
            stream.write_u16(u16::try_from(answer.len()).unwrap_or(u16::MAX)).await?;
            stream.write_all(&answer).await?;
        }
    }
}
