//! Who is written to and who is not, on both databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod erased;
mod office;
mod page;
mod promise;
mod stories;
mod words;

use consent::{Addressee, Choice, Class, Heard, Keyword, Reason, Said, Stop, Why};
use facts::consent::{How, Scope};
use facts::messages::Channel;
use std::sync::LazyLock;
use store::{Command, Db, Migration, Result, STORE, Tx, Who};

/// The tables that the tests without a whole house need.
static TABLES: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    let rooms = [STORE, settings::MIGRATIONS, contacts::MIGRATIONS, consent::MIGRATIONS];
    rooms.into_iter().flatten().copied().collect()
});

fn mailbox(address: &str) -> Addressee {
    Addressee { channel: Channel::Email, address: address.to_owned(), contact_id: None }
}

fn phone(address: &str) -> Addressee {
    Addressee { channel: Channel::Whatsapp, address: address.to_owned(), contact_id: None }
}

/// Something that is said or found of an address.
#[derive(Debug, Clone, Copy)]
enum Word {
    Text(&'static str),
    Provider(Keyword),
    Stop(Scope, Reason, How),
    Resume(Scope, How),
    Grant(How),
    Choose(Choice),
}

/// Says it, and tells whether the slice knew it for one of the words that people write.
struct Tell(Addressee, Word);

impl Command for Tell {
    const NAME: &'static str = "test_tell";
    type Out = Option<Keyword>;

    async fn run(&self, tx: &mut Tx) -> Result<Option<Keyword>> {
        let to = &self.0;
        match self.1 {
            Word::Text(text) => return consent::heard(tx, Heard { from: to, said: Said::Text(text) }).await,
            Word::Provider(keyword) => return consent::heard(tx, Heard { from: to, said: Said::Provider(keyword) }).await,
            Word::Stop(scope, reason, how) => {
                consent::stop(tx, to, &Stop { scope, reason, how, detail: String::new() }).await?;
            }
            Word::Resume(scope, how) => {
                consent::resume(tx, to, scope, how, "").await?;
            }
            Word::Grant(how) => {
                consent::grant(tx, to, how, "").await?;
            }
            Word::Choose(choice) => consent::choose(tx, to, choice, How::PreferencePage, "").await?,
        }
        Ok(None)
    }
}

async fn tell(db: &Db, who: &Who, to: &Addressee, word: Word) -> Option<Keyword> {
    db.run(who, Tell(to.clone(), word)).await.unwrap()
}

/// Why a message of a class does not go to an address.
async fn why_not(db: &Db, who: &Who, to: &Addressee, class: Class) -> Option<Why> {
    consent::why_not_one(&mut db.read_main(who.tenant), to.channel, &to.address, class).await.unwrap()
}
