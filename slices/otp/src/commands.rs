//! Sending a code, sending it by another channel, and looking at what somebody says it was.

use crate::model::{OneTimeCode, Purpose, State};
use crate::rows::{self, Counted, IN_ALL};
use crate::rules::{self, Limits};
use facts::messages::Channel;
use facts::otp::{CodeSent, CodeSpent, CodeVerified};
use facts::{Id, OtpId};
use messages::{CODE, Cause, MessageType, NewMessage, Urgency, enqueue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::time::Duration;
use store::secret::Vault;
use store::{Command, Error, Kind, Result, Timer, Tx};
use subtle::ConstantTimeEq;

/// The source of the messages that carry codes.
pub(crate) const SOURCE: &str = "one_time_code";
/// An hour, over which sends are counted.
const HOUR: Duration = Duration::from_secs(3_600);
/// Letters of a number that tell where it leads: country, operator and region.
const BEGINNING: usize = 6;

/// Sends a code to an address; what was sent there for the same purpose before counts no more.
#[derive(Debug, Clone)]
pub(crate) struct SendCode {
    /// In its one spelling.
    pub address: String,
    /// Whether that is a phone number.
    pub is_phone: bool,
    pub purpose: Purpose,
    /// The network address of whoever asks, where it is told.
    pub asked_from: Option<String>,
}

impl Command for SendCode {
    const NAME: &'static str = "send_code";
    type Out = OneTimeCode;

    async fn run(&self, tx: &mut Tx) -> Result<OneTimeCode> {
        if let Some(before) = rows::live(tx, &self.address, self.purpose).await? {
            let again = before.created_at.after(rules::RESEND);
            if again > tx.now() {
                return Err(too_many("code_just_sent", "A code was sent a moment ago: wait for it.", again.since(tx.now())));
            }
            rows::end(tx, before.id, State::Replaced).await?;
        }
        self.within_limits(tx).await?;
        let wanted: Option<Vec<Channel>> = settings::get(tx, "otp.channels").await?;
        let channels = rules::channels(self.is_phone, wanted.as_deref());
        let code = OneTimeCode {
            id: tx.id(),
            purpose: self.purpose,
            address: self.address.clone(),
            channels: channels.iter().map(|channel| channel.as_str()).collect::<Vec<_>>().join(" "),
            sends: 0,
            state: State::Sent,
            tries: 0,
            created_at: tx.now(),
            expires_at: tx.now().after(rules::GOOD_FOR),
            ended_at: None,
        };
        if !rows::insert(tx, &code).await? {
            return Err(too_many("code_just_sent", "A code was sent a moment ago: wait for it.", rules::RESEND));
        }
        send_next(tx, code).await
    }
}

impl SendCode {
    /// Counts this one in, and refuses it where that is one too many: then nothing of it was true.
    async fn within_limits(&self, tx: &mut Tx) -> Result<()> {
        let limits = Limits::of(tx).await?;
        let one = Counted { sends: 1, ..Counted::default() };
        let to_address = rows::count(tx, "address", &self.address, one).await?;
        if to_address.sends > limits.address {
            return Err(too_many("too_many_codes", "Too many codes were sent to this address.", HOUR));
        }
        if let Some(ip) = &self.asked_from
            && rows::count(tx, "ip", ip, one).await?.sends > limits.ip
        {
            return Err(too_many("too_many_codes", "Too many codes were asked for from this network address.", HOUR));
        }
        if self.is_phone {
            let alike = rows::count(tx, "beginning", beginning(&self.address), one).await?;
            if rules::is_pumped(alike.sends, alike.verified) {
                return Err(too_many(
                    "codes_unused",
                    "Codes to numbers like this one are hardly ever used, so no more are sent for an hour.",
                    HOUR,
                ));
            }
        }
        // Last, since everybody who asks holds this row until the commit.
        let in_all = rows::count(tx, IN_ALL, "", one).await?;
        if in_all.sends > limits.tenant {
            return Err(too_many("too_many_codes", "All codes of this hour have been sent: see the setting otp.limits.", HOUR));
        }
        Ok(())
    }
}

/// Counts a request that was refused: what refused it left nothing behind.
pub(crate) struct CountRefused;

impl Command for CountRefused {
    const NAME: &'static str = "count_refused_code";
    type Out = ();

    async fn run(&self, tx: &mut Tx) -> Result<()> {
        rows::count(tx, IN_ALL, "", Counted { refused: 1, ..Counted::default() }).await.map(drop)
    }
}

fn beginning(number: &str) -> &str {
    number.get(..BEGINNING).unwrap_or(number)
}

fn too_many(code: &'static str, message: &str, wait: Duration) -> Error {
    Error::new(Kind::TooMany, code, message).retry_after(wait)
}

/// Sends a held code by the next of its channels, and sees to the one after that.
pub(crate) async fn send_next(tx: &mut Tx, mut code: OneTimeCode) -> Result<OneTimeCode> {
    let Some(channel) = code.channel(code.sends) else { return Ok(code) };
    code.sends += 1;
    rows::note(tx, code.id, code.sends, code.tries).await?;
    // The code is put in as the message leaves.
    let variables = Map::from_iter([("code".to_owned(), Value::String(CODE.to_owned()))]);
    enqueue(
        tx,
        NewMessage {
            template: MessageType::OneTimeCode,
            channel,
            address: code.address.clone(),
            contact_id: None,
            about: Some(code.id.uuid()),
            variables,
            urgency: Urgency::Otp,
            cause: Cause { source: SOURCE, reference: code.id.to_string(), step: channel.to_string() },
            due: None,
            hours: None,
            worth: Some(code.expires_at.since(tx.now())),
        },
    )
    .await?;
    tx.state(CodeSent { otp_id: code.id, purpose: code.purpose.to_string(), channel }).await?;
    if code.channel(code.sends).is_some() {
        tx.at(tx.now().after(rules::TAKEN_BY), FallBack { otp_id: code.id, sends: code.sends, first: true }).await?;
    }
    Ok(code)
}

/// Sends a code by its next channel, because of the one before nobody has taken it in time, or it has not delivered it in time.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FallBack {
    pub otp_id: OtpId,
    /// How often it had been sent when this was set.
    pub sends: i64,
    /// Whether it is asked who has taken it; else whether it was delivered.
    #[serde(default)]
    pub first: bool,
}

impl Timer for FallBack {
    const NAME: &'static str = "fall_back_code";

    fn key(&self) -> String {
        self.otp_id.to_string()
    }

    async fn ring(&self, tx: &mut Tx) -> Result<()> {
        let Some(code) = waiting(tx, self.otp_id, self.sends).await? else { return Ok(()) };
        let Some(channel) = code.channel(self.sends - 1) else { return Ok(()) };
        let reference = code.id.to_string();
        if self.first && messages::has_left(tx, SOURCE, &reference, channel).await? {
            let rest = rules::DELIVERED_BY.saturating_sub(rules::TAKEN_BY);
            return tx.at(tx.now().after(rest), Self { first: false, ..*self }).await;
        }
        if !self.first && messages::has_arrived(tx, SOURCE, &reference, channel).await? {
            return Ok(());
        }
        send_next(tx, code).await.map(drop)
    }
}

/// A code that is still waited for and was sent so often, held.
pub(crate) async fn waiting(tx: &mut Tx, id: OtpId, sends: i64) -> Result<Option<OneTimeCode>> {
    let now = tx.now();
    let code = rows::lock(tx, id).await?;
    Ok(code.filter(|code| code.state == State::Sent && code.sends == sends && code.expires_at > now))
}

/// Looks at what somebody says the code was. A wrong one is counted in the same commit, so it is no error here.
pub(crate) struct VerifyCode {
    pub vault: Vault,
    /// In its one spelling.
    pub address: String,
    pub purpose: Purpose,
    pub said: String,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was right.
    Right(OtpId),
    /// It was wrong; so many tries are left.
    Wrong(i64),
    /// There is none to be compared with, or it is too old.
    None,
}

impl Command for VerifyCode {
    const NAME: &'static str = "verify_code";
    type Out = Verdict;

    async fn run(&self, tx: &mut Tx) -> Result<Verdict> {
        let now = tx.now();
        let Some(code) = rows::live(tx, &self.address, self.purpose).await?.filter(|code| code.expires_at > now) else {
            return Ok(Verdict::None);
        };
        let right = messages::one_time_code(&self.vault, &code.id.to_string());
        if bool::from(right.as_bytes().ct_eq(self.said.as_bytes())) {
            rows::end(tx, code.id, State::Used).await?;
            let one = Counted { verified: 1, ..Counted::default() };
            rows::count(tx, "beginning", beginning(&code.address), one).await?;
            rows::count(tx, IN_ALL, "", one).await?;
            tx.state(CodeVerified { otp_id: code.id, purpose: code.purpose.to_string() }).await?;
            return Ok(Verdict::Right(code.id));
        }
        let tries = code.tries + 1;
        rows::note(tx, code.id, code.sends, tries).await?;
        if tries >= rules::TRIES {
            rows::end(tx, code.id, State::Spent).await?;
            rows::count(tx, IN_ALL, "", Counted { spent: 1, ..Counted::default() }).await?;
            tx.state(CodeSpent { otp_id: code.id, purpose: code.purpose.to_string() }).await?;
        }
        Ok(Verdict::Wrong(rules::TRIES - tries))
    }
}
