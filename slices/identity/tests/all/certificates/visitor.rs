//! A visitor who trusts the simulated authority and nobody else, on the test's own clock.

use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::Clock;
use testkit::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub struct Visitor {
    config: ClientConfig,
    tls: SocketAddr,
}

struct Now(Clock);

impl std::fmt::Debug for Now {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the test's clock")
    }
}

impl TimeProvider for Now {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_millis(self.0.now().millis().try_into().unwrap())))
    }
}

impl Visitor {
    pub fn new(t: &TestApp) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(t.sim().acme().root())).unwrap();
        let now = Arc::new(Now(t.db().clock().clone()));
        let builder = ClientConfig::builder_with_details(Arc::new(ring::default_provider()), now);
        let config = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots).with_no_client_auth();
        Self { config, tls: t.tls() }
    }

    async fn connect(&self, name: &str, alpn: &[u8]) -> Result<TlsStream<TcpStream>, String> {
        // What the server remembers of a name it remembers for a millisecond.
        tokio::time::sleep(Duration::from_millis(5)).await;
        let mut config = self.config.clone();
        config.alpn_protocols = vec![alpn.to_vec()];
        let stream = TcpStream::connect(self.tls).await.unwrap();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|error| error.to_string())?;
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(alpn));
        Ok(stream)
    }

    /// The certificate that a name shows.
    pub async fn leaf(&self, name: &str) -> Result<Vec<u8>, String> {
        let stream = self.connect(name, b"http/1.1").await?;
        Ok(stream.get_ref().1.peer_certificates().unwrap()[0].to_vec())
    }

    /// What is answered to a request for `host` on a connection to `name`, head and all.
    pub async fn get(&self, name: &str, host: &str, path: &str) -> Result<String, String> {
        let mut stream = self.connect(name, b"http/1.1").await?;
        let asked = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // Whoever closes without TLS's own goodbye has still said everything.
        let _closed = stream.read_to_end(&mut answer).await;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// The body of an answer by HTTP/2.
    pub async fn get_h2(&self, name: &str, path: &str) -> String {
        let mut stream = self.connect(name, b"h2").await.unwrap();
        let mut asked = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        asked.extend(frame(4, 0, 0, &[]));
        // :method GET, :scheme https, then :path and :authority as they are.
        let mut head = vec![0x82, 0x87];
        for (index, value) in [(4, path), (1, name)] {
            head.extend([index, u8::try_from(value.len()).unwrap()]);
            head.extend(value.bytes());
        }
        asked.extend(frame(1, 0x5, 1, &head));
        stream.write_all(&asked).await.unwrap();
        let mut body = Vec::new();
        loop {
            let mut start = [0; 9];
            stream.read_exact(&mut start).await.unwrap();
            let mut payload = vec![0; usize::from(start[0]) << 16 | usize::from(start[1]) << 8 | usize::from(start[2])];
            stream.read_exact(&mut payload).await.unwrap();
            if start[3] == 0 {
                body.extend(payload);
            }
            if start[8] == 1 && start[4] & 1 == 1 {
                return String::from_utf8(body).unwrap();
            }
        }
    }
}

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
    [&[0, length[0], length[1], kind, flags, 0, 0, 0, stream], payload].concat()
}
