//! A command on its way through a transaction: what the engines run, whatever the command is.

use crate::idempotency::{self, Key};
use crate::{Error, Result, Tx, Who};
use futures::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use std::future::Future;
use tokio::sync::oneshot;

/// Something that changes state. It can run more than once until it commits, so it takes `&self`.
pub trait Command: Send + Sync + 'static {
    /// Its name in traces and metrics: the verb, such as `place_order`.
    const NAME: &'static str;
    /// What it answers.
    type Out: Send + 'static;
    /// Makes the change. Nothing outside the database may be waited for in here.
    fn run(&self, tx: &mut Tx) -> impl Future<Output = Result<Self::Out>> + Send;
}

/// What a command that carries an idempotency key answered.
#[derive(Debug, Clone)]
pub struct Once<T> {
    /// The answer: of this run, or of the first one.
    pub out: T,
    /// Whether the command had run before and this is its stored answer.
    pub replayed: bool,
}

/// One caller's command in the hands of an engine.
pub(crate) trait Work: Send {
    fn who(&self) -> &Who;
    /// Runs inside a transaction and keeps the result; an error asks for a rollback.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Result<(), Refused>>;
    /// Tells the caller, after the commit or in place of it.
    fn answer(self: Box<Self>, committed: Result<()>);
}

/// The work asks for a rollback; the reason waits inside it for the caller.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused {
    /// Whether running it again may succeed.
    pub rerun: bool,
}

type Reply<T> = oneshot::Sender<Result<T>>;

/// A command as it is.
pub(crate) struct Plain<C: Command> {
    pub who: Who,
    pub command: C,
    pub result: Option<Result<C::Out>>,
    pub reply: Reply<C::Out>,
}

impl<C: Command> Work for Plain<C> {
    fn who(&self) -> &Who {
        &self.who
    }

    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Result<(), Refused>> {
        Box::pin(async move {
            let result = self.command.run(tx).await;
            keep(&mut self.result, result, tx.broken)
        })
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        reply(self.reply, self.result, committed);
    }
}

/// A command whose answer is stored under a key in the same commit.
pub(crate) struct Keyed<C: Command> {
    pub who: Who,
    pub key: Key,
    pub command: C,
    pub result: Option<Result<Once<C::Out>>>,
    pub reply: Reply<Once<C::Out>>,
}

async fn once<C: Command>(key: &Key, command: &C, tx: &mut Tx) -> Result<Once<C::Out>>
where
    C::Out: Serialize + DeserializeOwned,
{
    if let Some(out) = idempotency::claim(tx, key).await? {
        return Ok(Once { out: serde_json::from_value(out)?, replayed: true });
    }
    let out = command.run(tx).await?;
    idempotency::keep(tx, key, serde_json::to_value(&out)?).await?;
    Ok(Once { out, replayed: false })
}

impl<C: Command> Work for Keyed<C>
where
    C::Out: Serialize + DeserializeOwned,
{
    fn who(&self) -> &Who {
        &self.who
    }

    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Result<(), Refused>> {
        Box::pin(async move {
            let result = once(&self.key, &self.command, tx).await;
            keep(&mut self.result, result, tx.broken)
        })
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        reply(self.reply, self.result, committed);
    }
}

/// Keeps what the command answered. One that answers with success although a statement failed is refused.
fn keep<T>(slot: &mut Option<Result<T>>, result: Result<T>, broken: Option<Refused>) -> Result<(), Refused> {
    let result = match broken {
        Some(_) if result.is_ok() => Err(Error::internal("a statement failed and the command went on as if it had not")),
        _ => result,
    };
    let collided = broken.is_some_and(|broken| broken.rerun);
    let refused = result.as_ref().err().map(|error| Refused { rerun: collided || error.is_rerun() });
    *slot = Some(result);
    refused.map_or(Ok(()), Err)
}

/// A refusal is the caller's answer whatever the others' commit came to; success needs the commit.
fn reply<T>(to: Reply<T>, result: Option<Result<T>>, committed: Result<()>) {
    let answer = match (result, committed) {
        (Some(Err(error)), _) | (_, Err(error)) => Err(error),
        (Some(Ok(out)), Ok(())) => Ok(out),
        (None, Ok(())) => Err(Error::internal("the command was answered before it ran")),
    };
    // The caller may have hung up; what was committed stays committed.
    let _gone = to.send(answer);
}
