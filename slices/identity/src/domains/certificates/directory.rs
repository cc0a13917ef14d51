//! Talking to a directory of certificates (RFC 8555): one step at a time, each beginning with a look at how things stand.

use super::model::{Ordering, Reason};
use super::{keys, rules};
use bytes::Bytes;
use facts::Time;
use instant_acme::{
    Account, AuthorizationStatus, BodyWrapper, BytesResponse, ChallengeStatus, ChallengeType, Error, HttpClient, Identifier, Key, NewOrder,
    Order, OrderStatus, Problem,
};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::Clock;

/// The longest answer that is read.
const LONGEST: usize = 256 * 1_024;
/// The longest note that is kept.
const NOTE: usize = 300;

/// What a step came to.
#[derive(Debug)]
pub(super) enum Step {
    /// The directory took an order, and said what it will look for.
    Placed { order_url: String, challenge: Option<(String, String)> },
    /// It will look for this.
    Challenged { token: String, answer: String },
    /// It is at work.
    Waiting,
    /// It no longer knows the order.
    Lost,
    /// It no longer knows our account.
    NoAccount,
    /// The certificate.
    Issued { chain: String, not_before: Time, not_after: Time },
    /// It will not give one for this order.
    Refused(Reason, String),
    /// It could not be asked, or cannot say now.
    Trouble(Reason, String),
}

/// A directory, and the way to it.
pub(super) struct Way {
    wire: Wire,
    directory: String,
}

impl Way {
    pub(super) fn new(http: reqwest::Client, clock: Clock, directory: &str) -> Self {
        Self { wire: Wire { http, clock, retry_after: Arc::default() }, directory: directory.to_owned() }
    }

    /// How long the directory asked us to wait, in its last answer that said so.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        *self.wire.retry_after.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Our account, by its address where that is known; otherwise the directory is told of the key, and makes or finds it.
    pub(super) async fn account(
        &self,
        key: PrivatePkcs8KeyDer<'static>,
        url: Option<String>,
        email: Option<&str>,
    ) -> Result<Account, Step> {
        let builder = Account::builder_with_http(Box::new(self.wire.clone()));
        if let Some(url) = url {
            return builder.from_parts(url, key, self.directory.clone()).await.map_err(trouble);
        }
        let signing = Key::from_pkcs8_der(key.clone_key()).map_err(trouble)?;
        let made = builder.create_from_key((signing, PrivateKeyDer::Pkcs8(key)), self.directory.clone()).await;
        let (account, _) = made.map_err(trouble)?;
        if let Some(email) = email {
            account.update_contacts(&[&format!("mailto:{email}")]).await.map_err(trouble)?;
        }
        Ok(account)
    }
}

/// One step for a domain.
pub(super) async fn step(account: &Account, domain: &str, row: &Ordering, key: Option<&PrivatePkcs8KeyDer<'static>>) -> Step {
    let (Some(url), Some(key)) = (&row.order_url, key) else { return place(account, domain).await.unwrap_or_else(trouble) };
    let order = match account.order(url.clone()).await {
        Ok(order) => order,
        Err(Error::Api(problem)) if problem.status == Some(404) => return Step::Lost,
        Err(error) => return trouble(error),
    };
    go_on(order, domain, row, key).await.unwrap_or_else(trouble)
}

async fn place(account: &Account, domain: &str) -> Result<Step, Error> {
    let names = [Identifier::Dns(domain.to_owned())];
    let mut order = account.new_order(&NewOrder::new(&names)).await?;
    // The order's address must be kept whatever the next answer is; what is looked for can be asked again.
    let challenge = challenge(&mut order).await.unwrap_or_default();
    Ok(Step::Placed { order_url: order.url().to_owned(), challenge })
}

/// The token that is looked for, and the right answer.
async fn challenge(order: &mut Order) -> Result<Option<(String, String)>, Error> {
    let mut all = order.authorizations();
    while let Some(authorization) = all.next().await {
        let mut authorization = authorization?;
        if authorization.status != AuthorizationStatus::Pending {
            continue;
        }
        let Some(challenge) = authorization.challenge(ChallengeType::Http01) else { continue };
        return Ok(Some((challenge.token.clone(), challenge.key_authorization().as_str().to_owned())));
    }
    Ok(None)
}

async fn go_on(mut order: Order, domain: &str, row: &Ordering, key: &PrivatePkcs8KeyDer<'static>) -> Result<Step, Error> {
    match order.state().status {
        OrderStatus::Pending => answer(order, row).await,
        OrderStatus::Ready => match keys::request(key, domain) {
            Ok(csr) => {
                order.finalize_csr(&csr).await?;
                collect(order, domain, key).await
            }
            Err(error) => Ok(Step::Trouble(Reason::Ours, error.to_string())),
        },
        OrderStatus::Processing | OrderStatus::Valid => collect(order, domain, key).await,
        OrderStatus::Invalid => refusal(order).await,
    }
}

/// Tells the directory that the answer is there, once it is.
async fn answer(mut order: Order, row: &Ordering) -> Result<Step, Error> {
    let mut all = order.authorizations();
    while let Some(authorization) = all.next().await {
        let mut authorization = authorization?;
        if authorization.status != AuthorizationStatus::Pending {
            continue;
        }
        let Some(mut challenge) = authorization.challenge(ChallengeType::Http01) else {
            return Ok(Step::Refused(Reason::Refused, "the directory offers no http-01".to_owned()));
        };
        if row.challenge.as_ref() != Some(&challenge.token) {
            let answer = challenge.key_authorization().as_str().to_owned();
            return Ok(Step::Challenged { token: challenge.token.clone(), answer });
        }
        if challenge.status == ChallengeStatus::Pending {
            challenge.set_ready().await?;
        }
    }
    Ok(Step::Waiting)
}

async fn collect(mut order: Order, domain: &str, key: &PrivatePkcs8KeyDer<'static>) -> Result<Step, Error> {
    let Some(chain) = order.certificate().await? else { return Ok(Step::Waiting) };
    Ok(match keys::judge(&chain, key, domain) {
        Ok((from, to)) => Step::Issued { chain, not_before: Time(from * 1_000), not_after: Time(to * 1_000) },
        Err(why) => Step::Refused(Reason::Refused, why),
    })
}

/// Why an order came to nothing: what the directory says of its challenges.
async fn refusal(mut order: Order) -> Result<Step, Error> {
    let mut problem = order.state().error.clone();
    let mut all = order.authorizations();
    while let Some(authorization) = all.next().await {
        let authorization = authorization?;
        let failed = authorization.challenges.iter().find_map(|challenge| challenge.error.clone());
        problem = failed.or(problem);
    }
    let reason = problem.as_ref().map_or(Reason::Refused, reason);
    // What failed has failed, whatever the word for it: only another order can do better.
    Ok(Step::Refused(reason, problem.map(words).unwrap_or_default()))
}

fn reason(problem: &Problem) -> Reason {
    rules::reason(problem.r#type.as_deref().unwrap_or_default(), problem.status)
}

/// The directory's own words, short and on one line.
fn words(problem: Problem) -> String {
    short(&problem.detail.unwrap_or_default())
}

fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(NOTE).collect()
}

fn trouble(error: Error) -> Step {
    match error {
        Error::Api(problem) if problem.r#type.as_deref().is_some_and(|kind| kind.ends_with(":accountDoesNotExist")) => Step::NoAccount,
        Error::Api(problem) => match reason(&problem) {
            reason @ (Reason::RateLimited | Reason::DirectoryAway) => Step::Trouble(reason, words(problem)),
            reason => Step::Refused(reason, words(problem)),
        },
        Error::Crypto | Error::KeyRejected => Step::Trouble(Reason::Ours, short(&error.to_string())),
        error => Step::Trouble(Reason::DirectoryAway, short(&error.to_string())),
    }
}

/// The house's own client, as the library wants it.
#[derive(Clone)]
struct Wire {
    http: reqwest::Client,
    clock: Clock,
    retry_after: Arc<Mutex<Option<Duration>>>,
}

impl HttpClient for Wire {
    fn request(&self, request: http::Request<BodyWrapper<Bytes>>) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let wire = self.clone();
        Box::pin(async move { wire.send(request).await })
    }
}

impl Wire {
    async fn send(&self, request: http::Request<BodyWrapper<Bytes>>) -> Result<BytesResponse, Error> {
        let failed = |error: reqwest::Error| Error::Other(error.without_url().into());
        let request = reqwest::Request::try_from(request.map(reqwest::Body::wrap)).map_err(failed)?;
        let mut answer = self.http.execute(request).await.map_err(failed)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LONGEST {
                return Err(Error::Str("an answer that is short enough to read"));
            }
            body.extend_from_slice(&chunk);
        }
        if let Some(wait) = web::http::wait(answer.headers(), self.clock.now()) {
            *self.retry_after.lock().unwrap_or_else(PoisonError::into_inner) = Some(wait);
        }
        let (mut parts, ()) = http::Response::new(()).into_parts();
        parts.status = answer.status();
        parts.headers = std::mem::take(answer.headers_mut());
        Ok(BytesResponse { parts, body: Box::new(Bytes::from(body)) })
    }
}
