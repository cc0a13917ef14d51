//! What providers say: kept word for word, each call once, and applied in the same commit.

use crate::attachments;
use crate::commands::enqueue_all;
use crate::life;
use crate::model::{Cause, Message, NewMessage, State, Urgency, address};
use crate::queries;
use crate::reactions::day;
use crate::rows::{self, Call, Change, Sender};
use crate::stops;
use crate::types::MessageType;
use channels::{Listed, Provider, Receipt, Wish, Word, Written, call_about, event_id, meaning, read};
use consent::{Addressee, Heard, Keyword, Said};
use contacts::NewContact;
use facts::consent::Scope;
use facts::messages::{Channel, MessageReceived};
use facts::{ErrandId, Id, InboundId, MessageId, Time};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;
use store::{Command, Result, Timer, Tx, inbound};

/// A receipt may be here before the answer to its own call: it is looked at again after these.
const LATER: [Duration; 3] = [Duration::from_secs(5), Duration::from_secs(30), Duration::from_secs(300)];

/// What the id of a message begins with that a provider lists and has not called about: it stands among its calls as one.
pub(super) const LISTED: &str = "listed/";

/// What the calls are kept under by which a message of Twilio's may have come: found in its list, or called about.
pub(crate) fn calls_of(provider_id: &str) -> [String; 2] {
    [listed(provider_id), call_about(provider_id)]
}

fn listed(provider_id: &str) -> String {
    format!("{LISTED}{provider_id}")
}

/// What makes the answers to HELP.
const HELP: &str = "help";
/// For how long such an answer is worth something.
const HELPFUL: Duration = Duration::from_secs(3_600);

/// Keeps a call and applies what it says.
pub(crate) struct ReceiveCall {
    pub provider: Provider,
    pub body: Vec<u8>,
}

impl Command for ReceiveCall {
    const NAME: &'static str = "receive_call";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let Some(id) = tx.receive(self.provider.as_str(), &event_id(self.provider, &self.body), &self.body).await? else { return Ok(()) };
        let call = Call { provider: self.provider, id, late: false };
        let mut receipts = Vec::new();
        for word in read(self.provider, &self.body) {
            match word {
                Word::Receipt(receipt) => receipts.push(receipt),
                Word::Written(written) => keep(tx, call, &written).await?,
                Word::Wish(wish) => heed(tx, &wish).await?,
                Word::Complaint(id) => complained(tx, call, id).await?,
                Word::Template(word) => channels::note_template(tx, self.provider, &word).await?,
            }
        }
        work_on(tx, call, &receipts, 0).await
    }
}

/// Keeps a call that could not be applied, and has each of its words tried until it can be.
pub(crate) struct KeepCall {
    pub provider: Provider,
    pub body: Vec<u8>,
}

impl Command for KeepCall {
    const NAME: &'static str = "keep_call";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        let provider = self.provider;
        let Some(inbound_id) = tx.receive(provider.as_str(), &event_id(provider, &self.body), &self.body).await? else { return Ok(()) };
        let words = read(provider, &self.body).len();
        for word in 0..words {
            tx.at(tx.now(), ReadWord { inbound_id, provider, word }).await?;
        }
        if words == 0 { tx.processed(inbound_id, "there is no word in it").await } else { Ok(()) }
    }
}

/// Keeps a message that a provider lists and has not called about, as if it had: word for word, and once whatever comes later. `alone` has it
/// tried by itself, where a page of them could not be applied together.
pub(crate) async fn take_in(tx: &mut Tx, provider: Provider, one: &Listed, alone: bool) -> Result<()> {
    let body = one.body();
    let Some(inbound_id) = tx.receive(provider.as_str(), &listed(&one.provider_id), &body).await? else { return Ok(()) };
    if alone {
        return tx.at(tx.now(), ReadWord { inbound_id, provider, word: 0 }).await;
    }
    let call = Call { provider, id: inbound_id, late: true };
    for word in read(provider, &body) {
        if let Word::Written(written) = word {
            keep(tx, call, &written).await?;
        }
    }
    tx.processed(inbound_id, "found in the provider's list").await
}

/// Applies one word of a call that was kept, so that one which fails holds up none of the others.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReadWord {
    inbound_id: InboundId,
    provider: Provider,
    /// Its number in the call.
    word: usize,
}

impl Timer for ReadWord {
    const NAME: &'static str = "read_word";

    fn key(&self) -> String {
        format!("{}/{}", self.inbound_id, self.word)
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(inbound) = inbound::find(tx, self.inbound_id).await? else { return Ok(()) };
        let call = Call { provider: self.provider, id: self.inbound_id, late: inbound.event_id.starts_with(LISTED) };
        match read(self.provider, &inbound.body).into_iter().nth(self.word) {
            Some(Word::Receipt(receipt)) => return work_on(tx, call, &[receipt], 0).await,
            Some(Word::Written(written)) => keep(tx, call, &written).await?,
            Some(Word::Wish(wish)) => heed(tx, &wish).await?,
            Some(Word::Complaint(id)) => complained(tx, call, id).await?,
            Some(Word::Template(word)) => channels::note_template(tx, self.provider, &word).await?,
            None => {}
        }
        tx.processed(self.inbound_id, "read word by word").await
    }
}

/// Reads a call once more: receipts and words that were not taken in then are now, each once as always. What somebody wished for and how a
/// template stood is left: they may have wished otherwise since.
pub(super) async fn read_again(tx: &mut Tx, call: Call, body: &[u8]) -> Result<()> {
    let mut receipts = Vec::new();
    for word in read(call.provider, body) {
        match word {
            Word::Receipt(receipt) => receipts.push(receipt),
            Word::Written(written) if !rows::is_kept(tx, call.provider, &written).await? => keep(tx, call, &written).await?,
            Word::Written(_) | Word::Wish(_) | Word::Complaint(_) | Word::Template(_) => {}
        }
    }
    work_on(tx, call, &receipts, LATER.len()).await
}

/// Looks once more for the message of a receipt that came before its id was known.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MatchReceipts {
    inbound_id: InboundId,
    looks: usize,
    /// Timers that were set before there were several say none.
    #[serde(default = "first_provider")]
    provider: Provider,
}

fn first_provider() -> Provider {
    Provider::Myoperator
}

impl Timer for MatchReceipts {
    const NAME: &'static str = "match_receipts";

    fn key(&self) -> String {
        self.inbound_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(inbound) = inbound::find(tx, self.inbound_id).await? else { return Ok(()) };
        let words = read(self.provider, &inbound.body).into_iter();
        let receipts: Vec<Receipt> =
            words.filter_map(|word| if let Word::Receipt(receipt) = word { Some(receipt) } else { None }).collect();
        work_on(tx, Call { provider: self.provider, id: inbound.id, late: false }, &receipts, self.looks).await
    }
}

async fn work_on(tx: &mut Tx, call: Call, receipts: &[Receipt], looks: usize) -> Result<()> {
    let Call { provider, id, .. } = call;
    let (mut known, mut unknown, mut goes) = (0, 0, false);
    for receipt in receipts {
        match find(tx, receipt).await? {
            // Nobody can say of a message what only those can who carry such ones.
            Some(message) if Provider::of(message.channel).contains(&provider) => {
                known += 1;
                goes |= !reported(tx, call, &message).await?;
                apply(tx, &message, provider, receipt).await?;
            }
            Some(_) | None => unknown += 1,
        }
    }
    if unknown > 0
        && let Some(wait) = LATER.get(looks)
    {
        return tx.at(tx.now().after(*wait), MatchReceipts { inbound_id: id, looks: looks + 1, provider }).await;
    }
    // Nobody will look into it again. A mail server's report says to whom a mail went, so one of which nobody knows whose it is does not stay.
    if goes || (unknown > 0 && provider == Provider::Smtp) {
        rows::forget_call(tx, id).await?;
    }
    tx.processed(id, &format!("{known} receipts, {unknown} for messages not known here")).await
}

/// Keeps what somebody has written, under the person who has the number. A number that is nobody's becomes somebody's.
async fn keep(tx: &mut Tx, call: Call, written: &Written) -> Result<()> {
    let Some(spelled) = number(written.channel, &written.from) else {
        let from = Sender { address: written.from.clone(), contact_id: None };
        return note(tx, call, &from, written).await.map(drop);
    };
    let person = NewContact { name: written.name.clone(), phone: Some(spelled.clone()), ..NewContact::default() };
    let contact_id = contacts::meet(tx, &[person]).await?.pop().flatten();
    let new = note(tx, call, &Sender { address: spelled, contact_id }, written).await?;
    // It was found in a list, which says no names, before the call came that does.
    match (contact_id, &written.name) {
        (Some(contact_id), Some(name)) if !new => contacts::name_nameless(tx, contact_id, name).await,
        _ => Ok(()),
    }
}

/// Writes down what somebody has written and does what it asks for; tells whether it is new.
async fn note(tx: &mut Tx, call: Call, from: &Sender, written: &Written) -> Result<bool> {
    let id = tx.id();
    if !rows::keep_written(tx, id, call, from, written).await? {
        return Ok(false);
    }
    attachments::keep(tx, id, call.provider, &written.files).await?;
    tx.state(MessageReceived { received_id: id, contact_id: from.contact_id, channel: written.channel }).await?;
    // STOP counts from this commit on, also for what is queued already.
    let sender = Addressee { channel: written.channel, address: from.address.clone(), contact_id: from.contact_id };
    if call.late
        && let Some(at) = written.at
        && (consent::said_since(tx, &sender, at).await? || has_wished_since(tx, &sender, at).await?)
    {
        return Ok(true);
    }
    let keyword = consent::heard(tx, Heard { from: &sender, said: Said::Text(&written.text) }).await?;
    // Twilio answers it by itself.
    if keyword == Some(Keyword::Help) && call.provider != Provider::Twilio {
        help(tx, &sender).await?;
    }
    Ok(true)
}

/// Whether somebody has written a word such as STOP after a time, by when it was written: words that are heard of late come in any order.
async fn has_wished_since(tx: &mut Tx, from: &Addressee, at: Time) -> Result<bool> {
    let later = rows::written_after(tx, (from.channel, &from.address), at).await?;
    consent::is_wish(tx, &later).await
}

/// Says who writes, and which words stop it: once a day, whoever asks.
async fn help(tx: &mut Tx, to: &Addressee) -> Result<()> {
    let shop = identity::tenant(tx).await?.name;
    let text = format!(
        "{shop} writes to you about what you order from it. Answer STOP and you get no offers any more, START and you get them again."
    );
    let template = MessageType::Direct;
    let reference = format!("{}/{}/{}", to.channel, to.address, day(tx.now()));
    let answer = NewMessage {
        template,
        channel: to.channel,
        address: to.address.clone(),
        contact_id: to.contact_id,
        about: None,
        variables: Map::from_iter([("text".to_owned(), Value::from(text))]),
        urgency: Urgency::Reply,
        cause: Cause { source: HELP, reference, step: template.to_string() },
        due: None,
        hours: None,
        worth: Some(HELPFUL),
    };
    enqueue_all(tx, vec![answer]).await.map(drop)
}

/// Does what somebody has told the provider that they want.
async fn heed(tx: &mut Tx, wish: &Wish) -> Result<()> {
    let Some(address) = number(wish.channel, &wish.from) else { return Ok(()) };
    let from = Addressee { channel: wish.channel, address, contact_id: None };
    let keyword = match (wish.stop, wish.scope) {
        (true, Scope::All) => Keyword::StopAll,
        (true, Scope::Marketing) => Keyword::Stop,
        (false, _) => Keyword::Start,
    };
    consent::heard(tx, Heard { from: &from, said: Said::Provider(keyword) }).await.map(drop)
}

/// Sells nothing more to whoever called a mail of ours spam. Whose address that is says the mail, so nobody can name another.
async fn complained(tx: &mut Tx, call: Call, id: MessageId) -> Result<()> {
    // Held: whoever is erased meanwhile takes this report along.
    let Some(message) = queries::hold(tx, id).await?.filter(|message| message.channel == Channel::Email) else { return Ok(()) };
    if !reported(tx, call, &message).await? {
        rows::forget_call(tx, call.id).await?;
    }
    stops::complained(tx, &message).await
}

/// A mail server's report says to whom a mail went: it is kept for as long as that is. False where they are erased, so that nothing of it may stay.
async fn reported(tx: &mut Tx, call: Call, message: &Message) -> Result<bool> {
    if call.provider != Provider::Smtp {
        return Ok(true);
    }
    if message.address.is_empty() {
        return Ok(false);
    }
    rows::note_report(tx, message.id, call.id).await?;
    Ok(true)
}

/// A number as a provider writes it, with or without a plus, in its one spelling.
fn number(channel: Channel, from: &str) -> Option<String> {
    let from = from.trim();
    let international = if from.starts_with('+') { from.to_owned() } else { format!("+{from}") };
    address(channel, &international).ok()
}

async fn find(tx: &mut Tx, receipt: &Receipt) -> Result<Option<Message>> {
    // Our own id is of one message or of none: nothing else that is said beside it leads to another.
    if let Some(id) = receipt.reference {
        return queries::hold(tx, id).await;
    }
    let Some(provider_id) = &receipt.provider_id else { return Ok(None) };
    match queries::by_provider_id(tx, provider_id).await? {
        Some(id) => queries::hold(tx, id).await,
        None => Ok(None),
    }
}

/// Moves the message forward, and takes its errand back: the provider has it, so it must not go again.
async fn apply(tx: &mut Tx, message: &Message, provider: Provider, receipt: &Receipt) -> Result<()> {
    let receipt = &without_address(message, receipt);
    if !rows::keep_receipt(tx, message.id, provider, receipt).await? || is_of_another_try(message, provider, receipt) {
        return Ok(());
    }
    let there = message.provider_has_it();
    if !there {
        tx.recall(ErrandId::from_uuid(message.id.uuid())).await?;
    }
    let to = life::after_receipt(message.state, there, receipt.status);
    if there && to == message.state {
        return Ok(());
    }
    let mut change =
        Change { provider: Some(provider.to_string()), provider_id: receipt.provider_id.clone(), sent: true, ..Change::default() };
    if to == State::Failed {
        failed(tx, message, provider, receipt, &mut change).await?;
    }
    rows::shift(tx, message.id, message.state, to, &change).await?;
    tx.state(message.moved(to, change.reason.as_deref())).await?;
    Ok(())
}

/// Servers like to say whom they could not reach. What is said goes into facts, which are kept for ever: the address stays out of it, and
/// nothing is kept of what is said about somebody who is erased.
fn without_address(message: &Message, receipt: &Receipt) -> Receipt {
    let known = Some(&message.address).filter(|address| !address.is_empty());
    let detail = receipt.detail.as_ref().zip(known).map(|(words, address)| words.replace(address.as_str(), "…"));
    Receipt { detail, ..receipt.clone() }
}

/// Where a second provider was called because nobody knew of the first, the first one's failure says nothing of the message.
fn is_of_another_try(message: &Message, provider: Provider, receipt: &Receipt) -> bool {
    receipt.status == channels::Status::Failed && message.provider.as_deref().is_some_and(|carrier| carrier != provider.as_str())
}

/// Says why, and stops writing to those who asked for it.
async fn failed(tx: &mut Tx, message: &Message, provider: Provider, receipt: &Receipt, change: &mut Change) -> Result<()> {
    let code = receipt.code.clone().unwrap_or_default();
    let words = receipt.detail.clone().unwrap_or_default();
    let failure = meaning(provider, &code, &words);
    change.reason = Some(match &failure {
        Some(failure) => failure.reason.clone(),
        None => format!("{} could not deliver it ({code} {words})", provider.title()),
    });
    if let Some(failure) = failure {
        change.class = Some(failure.class);
        stops::stop(tx, message, &failure).await?;
    }
    Ok(())
}
