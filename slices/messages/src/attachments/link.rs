//! `/attachment?token=`: what a message carries, for a provider that fetches it itself and cannot sign in.
//!
//! A token is base64url of the file's id (16 bytes), the second at which it ends (8 bytes), and 24 bytes of an HMAC-SHA-256 over tenant, id and end.
//! Nothing is stored for it, and it stands in the query, which no log has.

use super::attachment;
use axum::extract::State;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use facts::{FileId, Id, TenantId, Time};
use http::HeaderMap;
use serde::Deserialize;
use std::time::Duration;
use store::secret::{Vault, hmac_sha256};
use store::{Error, Result};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use web::{Access, Answer, App, Query, Route, Shop};

const HERE: &str = "/attachment";
const PURPOSE: &str = "messages/attachment";
/// For how long a link works: providers fetch within seconds, and once more where that fails.
const LASTS: Duration = Duration::from_secs(3_600);
/// Bytes of the id, of the end, and of what signs them: together they are 64 letters, without anything left over.
const PARTS: [usize; 3] = [16, 8, 24];
/// How often one address may call, a minute. A provider calls for many shops from a few addresses.
const CALLS_A_MINUTE: u32 = 1_200;

fn signed(key: &[u8; 32], tenant: TenantId, file: FileId, ends: i64) -> [u8; 32] {
    hmac_sha256(key, &format!("{tenant}\n{file}\n{ends}"))
}

/// Where a file of a shop is had for an hour from now. `shop` is where the world reaches the shop.
pub(crate) fn link_to(vault: &Vault, shop: &str, tenant: TenantId, file: FileId, now: Time) -> String {
    format!("{shop}{HERE}?token={}", token(vault, tenant, file, now))
}

fn token(vault: &Vault, tenant: TenantId, file: FileId, now: Time) -> String {
    let ends = now.after(LASTS).seconds();
    let mut bytes = [file.uuid().as_bytes().as_slice(), &ends.to_be_bytes()].concat();
    if let Some(key) = vault.passing(PURPOSE).first() {
        bytes.extend_from_slice(&signed(key, tenant, file, ends)[..PARTS[2]]);
    }
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The file that a token stands for now; nothing where it is not one of this tenant's, or over.
fn read(vault: &Vault, tenant: TenantId, text: &str, now: Time) -> Option<FileId> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == PARTS.iter().sum::<usize>())?;
    let (id, rest) = bytes.split_at(PARTS[0]);
    let (ends, given) = rest.split_at(PARTS[1]);
    let file = FileId::from_uuid(Uuid::from_slice(id).ok()?);
    let ends = i64::from_be_bytes(ends.try_into().ok()?);
    let is_by = |key: &[u8; 32]| bool::from(signed(key, tenant, file, ends)[..PARTS[2]].ct_eq(given));
    let genuine = vault.passing(PURPOSE).iter().fold(false, |genuine, key| genuine | is_by(key));
    (genuine && now.seconds() < ends).then_some(file)
}

/// What a link says.
#[derive(Debug, Default, Deserialize)]
struct Held {
    #[serde(default)]
    token: String,
}

async fn serve(State(app): State<App>, shop: Shop, headers: HeaderMap, Query(held): Query<Held>) -> Answer<Response> {
    Ok(served(&app, &shop, &held.token, &headers).await?)
}

/// The bytes, where the link is good and a message still carries them.
async fn served(app: &App, shop: &Shop, token: &str, headers: &HeaderMap) -> Result<Response> {
    let nowhere = || Error::not_found("attachment");
    let id = read(&app.vault, shop.tenant, token, app.db.clock().now()).ok_or_else(nowhere)?;
    let it = attachment(&mut app.db.read_main(shop.tenant), id).await?.filter(|it| it.message_id.is_some()).ok_or_else(nowhere)?;
    files::give(app, shop.tenant, it.into(), headers).await
}

/// The route.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(HERE, Access::Public, serve)
            .page()
            .at_most("ATTACHMENT", CALLS_A_MINUTE)
            .says("What a message carries", "By a link that is told to the provider that carries the message, and works for an hour."),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use store::Dice;
    use store::secret::Source;

    const NOW: Time = Time(1_795_149_000_123);

    fn vault(keys: &[&str]) -> Vault {
        Vault::of(Source::Told(keys.iter().map(|key| (*key).to_owned()).collect()), Dice::seeded(1)).unwrap()
    }

    fn id<T: Id>(number: u128) -> T {
        T::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn it_is_good_for_one_file_of_one_shop_and_an_hour() {
        let vault = vault(&["first"]);
        let text = token(&vault, id(1), id(7), NOW);
        assert_eq!((read(&vault, id(1), &text, NOW), text.len()), (Some(id(7)), 64));
        assert_eq!(read(&vault, id(2), &text, NOW), None);
        assert_eq!(read(&vault, id(1), &text, Time(1_795_152_599_999)), Some(id(7)));
        assert_eq!(read(&vault, id(1), &text, Time(1_795_152_600_000)), None);
        assert_eq!(
            link_to(&vault, "https://x.example/s/tea", id(1), id(7), NOW),
            format!("https://x.example/s/tea/attachment?token={text}")
        );
    }

    #[test]
    fn another_master_key_takes_over() {
        let before = token(&vault(&["old"]), id(1), id(7), NOW);
        assert_eq!(read(&vault(&["new", "old"]), id(1), &before, NOW), Some(id(7)));
        assert_eq!(read(&vault(&["new"]), id(1), &before, NOW), None);
    }

    proptest! {
        #[test]
        fn a_letter_changed_is_no_token(at in 0usize..64, letter in "[0-9A-Za-z_-]") {
            let vault = vault(&["first"]);
            let text = token(&vault, id(1), id(7), NOW);
            let changed = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
            prop_assert_eq!(read(&vault, id(1), &changed, NOW).is_some(), changed == text);
        }

        #[test]
        fn whatever_else_is_none(text in "\\PC{0,90}") {
            prop_assert_eq!(read(&vault(&["first"]), id(1), &text, NOW), None);
        }
    }
}
