//! Master keys: from the environment, or from a file in the data folder; and how another takes over while nodes serve.

use crate::config::Config;
use crate::house;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;
use store::secret::{self, KeyId, Source, Tally, Vault};
use store::{Db, Dice, Error, Kind, Result};

/// What a short-lived word that was signed with a key may still be worth after another came first: phones' access tokens.
const WORDS_LAST: Duration = Duration::from_secs(20 * 60);
/// From how many characters on what stands between commas is a key of its own: so long are those that were made by chance.
pub const OWN_KEY: usize = 32;

/// Where keys are kept when the environment says none.
fn file(config: &Config) -> PathBuf {
    config.data_dir.join("master.key")
}

/// The keys in ORIGIN_MASTER_KEY, the first first. A comma parts them where each part is long enough for a key; the whole, which
/// may have been a key with a comma in it, goes on opening what it locked.
fn told(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    if parts.len() < 2 || parts.iter().any(|part| part.len() < OWN_KEY) {
        return vec![text.to_owned()];
    }
    parts.into_iter().chain([text]).map(str::to_owned).collect()
}

/// Where the master keys come from. Outside production one is made and kept beside the database when none is said.
///
/// # Errors
/// A data folder that cannot be written.
pub fn source(config: &Config, dice: &Dice) -> Result<Source> {
    if let Some(key) = &config.master_key {
        return Ok(Source::Told(told(key.expose_secret())));
    }
    let path = file(config);
    if !path.exists() {
        secret::write_file(&path, &[made(dice)])?;
    }
    Ok(Source::File(path))
}

/// A new key.
fn made(dice: &Dice) -> String {
    dice.secret::<32>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What hangs on a key.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Locked texts by the key that they hang on.
    pub by_key: BTreeMap<KeyId, u64>,
    /// Texts that none of the keys opens, by column.
    pub lost: BTreeMap<&'static str, u64>,
}

impl Standing {
    fn of(found: &[(&'static str, Tally)]) -> Self {
        let mut all = Tally::default();
        found.iter().for_each(|(_, tally)| all.add(tally));
        let lost = found.iter().filter(|(_, tally)| tally.lost > 0).map(|(name, tally)| (*name, tally.lost)).collect();
        Self { by_key: all.by_key, lost }
    }
}

/// Looks what hangs on which key.
///
/// # Errors
/// Whatever the engine refuses.
pub async fn standing(db: &Db, vault: &Vault) -> Result<Standing> {
    let mut found = Vec::new();
    for column in house::locked() {
        found.push((column.name(), secret::walk(db, vault, column, false, &mut |_, _| {}).await?));
    }
    Ok(Standing::of(&found))
}

/// The keys that somebody gave: without the whole of a list, where nothing hangs on that.
pub fn held(config: &Config, vault: &Vault, by_key: &BTreeMap<KeyId, u64>) -> Vec<KeyId> {
    let mut held = vault.held();
    if config.master_key.is_some() && held.len() > 1 && held.last().is_some_and(|whole| !by_key.contains_key(whole)) {
        held.pop();
    }
    held
}

/// What a rotation came to.
#[derive(Debug)]
pub struct Rotated {
    /// The key that locks now.
    pub first: KeyId,
    /// The keys that nothing hangs on any more.
    pub idle: Vec<KeyId>,
    /// Texts that none of the keys opens, by column.
    pub lost: BTreeMap<&'static str, u64>,
}

/// Puts another key first and locks everything with it, while nodes serve. Begun again after it was broken off, it goes on with
/// the key that it had come to. Where keys come from the environment the new one stands there already.
///
/// # Errors
/// `no_new_key` where the environment has none; `rotating` where somebody else is at it; whatever the engine refuses.
pub async fn rotate(config: &Config, db: &Db, tell: &mut (dyn FnMut(&'static str, &Tally) + Send)) -> Result<Rotated> {
    let _alone = match config.master_key {
        Some(_) => None,
        None => Some(lock(config)?),
    };
    let vault = house::vault(config, db).await?;
    if config.master_key.is_none() {
        promote(config, db, &vault).await?;
    } else if vault.held().len() < 2 {
        let message = "There is no new key. Put one behind the old, ORIGIN_MASTER_KEY=old,new, on every node and restart them one by one; \
                       then ORIGIN_MASTER_KEY=new,old in the same way; then run this again. A key is any random text of 32 characters or \
                       more without a comma, such as openssl rand -hex 32 gives.";
        return Err(Error::conflict("no_new_key", message));
    }
    let found = secret::relock(db, &vault, &house::locked(), tell).await?;
    let Standing { by_key, lost } = Standing::of(&found);
    let first = vault.first();
    let idle = held(config, &vault, &by_key).into_iter().filter(|key| *key != first && !by_key.contains_key(key)).collect();
    Ok(Rotated { first, idle, lost })
}

/// Makes a new key and puts it first, unless the first has not yet taken over from those before it.
async fn promote(config: &Config, db: &Db, vault: &Vault) -> Result<()> {
    let first = vault.first().to_string();
    let known = secret::known_keys(db).await?;
    let settled = known.iter().any(|key| key.id == first && key.settled_at.is_some());
    if settled {
        let mut keys = secret::read_file(&file(config))?;
        keys.insert(0, made(db.dice()));
        secret::write_file(&file(config), &keys)?;
        vault.look_again();
    }
    secret::note_first(db, vault).await
}

/// Takes a key out of the file, when nothing hangs on it any more. Where keys come from the environment it only says whether
/// it may be taken out there.
///
/// # Errors
/// `key_not_held`; `first_key`; `key_in_use`, with what hangs on it; `key_just_replaced`.
pub async fn forget(config: &Config, db: &Db, key: KeyId) -> Result<()> {
    let _alone = match config.master_key {
        Some(_) => None,
        None => Some(lock(config)?),
    };
    let vault = house::vault(config, db).await?;
    let Some(at) = vault.held().iter().position(|held| *held == key) else {
        return Err(Error::new(Kind::NotFound, "key_not_held", format!("There is no key {key} here: see origin key list.")));
    };
    if at == 0 {
        return Err(Error::conflict("first_key", "This key locks at present. Another takes over by origin key rotate."));
    }
    let hangs = standing(db, &vault).await?.by_key.get(&key).copied().unwrap_or(0);
    if hangs > 0 {
        let message = format!("{hangs} locked texts still hang on {key}. Run origin key rotate to the end first.");
        return Err(Error::conflict("key_in_use", message));
    }
    let first = vault.first().to_string();
    let since = secret::known_keys(db).await?.into_iter().find(|known| known.id == first).map(|known| known.first_at);
    if since.is_none_or(|since| db.clock().now().since(since) < WORDS_LAST) {
        let message =
            "The key before was replaced less than 20 minutes ago: phones still hold access tokens that it signed. Try again later.";
        return Err(Error::conflict("key_just_replaced", message));
    }
    if config.master_key.is_none() {
        let mut keys = secret::read_file(&file(config))?;
        keys.remove(at);
        secret::write_file(&file(config), &keys)?;
    }
    Ok(())
}

/// Keeps others from changing the file at the same time. The lock goes with the process.
fn lock(config: &Config) -> Result<File> {
    let path = config.data_dir.join("master.key.lock");
    let file = File::create(&path)
        .map_err(|error| Error::new(Kind::Unavailable, "data_dir", format!("{} cannot be written.", path.display())).because(error))?;
    file.try_lock().map_err(|_| Error::conflict("rotating", "Somebody else is changing the master keys at the moment."))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_parts_keys_and_not_what_was_one_key() {
        let long = |letter: char| letter.to_string().repeat(OWN_KEY);
        let (a, b) = (long('a'), long('b'));
        assert_eq!(told("short"), ["short"]);
        assert_eq!(told("one, with a comma"), ["one, with a comma"]);
        assert_eq!(told(&a), [a.as_str()]);
        assert_eq!(told(&format!("{a},short")), [format!("{a},short")]);
        assert_eq!(told(&format!("{a}, {b}")), [a.clone(), b.clone(), format!("{a}, {b}")]);
    }
}
