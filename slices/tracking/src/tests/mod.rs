//! Promise 19: scanners are told from people.

mod rules;
mod traces;

use crate::model::{Kind, Touch};
use facts::{Id, MessageId, Time};
use uuid::Uuid;

/// When the messages of these tests arrived.
const ARRIVED: Time = Time(1_000_000_000);

const PHONE: &str = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

/// A touch of the one message, so many milliseconds after it arrived: `link 2`, `image` or `trap`.
fn touch(after: i64, what: &str, agent: &str, from: &str) -> Touch {
    let link = what.strip_prefix("link ").map(|number| number.parse().unwrap());
    let kind = match what {
        "image" => Kind::Open,
        "trap" => Kind::Trap,
        _ => Kind::Click,
    };
    Touch {
        id: Uuid::nil(),
        message_id: MessageId::from_uuid(Uuid::from_u128(7)),
        kind,
        link,
        url: link.map(|number| format!("https://shop.example/{number}")),
        at: Time(ARRIVED.0 + after),
        agent: agent.to_owned(),
        visitor: format!("{from} {agent}"),
        ahead: false,
        judged: None,
    }
}
