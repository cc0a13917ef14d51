//! STOP and START, by the person and by the provider.

use crate::{TABLES, Word, mailbox, phone, tell, why_not};
use consent::{Choice, Class, Keyword, Reason, Why};
use facts::consent::{How, Scope};
use std::time::Duration;
use store::{Db, Look, Who, params, sql};
use testkit::TestDb;

/// The words of the log, oldest first: scope, what was said, and how.
async fn log(db: &Db, who: &Who) -> Vec<(String, String, String)> {
    db.read_main(who.tenant)
        .all(sql!("SELECT scope, said, how FROM consents WHERE tenant_id = $1 ORDER BY at, id"), params![who.tenant])
        .await
        .unwrap()
}

fn word(scope: &str, said: &str, how: &str) -> (String, String, String) {
    (scope.to_owned(), said.to_owned(), how.to_owned())
}

testkit::both! { with &TABLES;
    async fn promise_20_stop_and_start_words(db: TestDb) {
        let (who, asha) = (db.who(), phone("+919876543210"));
        assert_eq!(tell(&db, &who, &asha, Word::Text("Hello, when do you open?")).await, None);
        assert_eq!(why_not(&db, &who, &asha, Class::Personal).await, None);
        assert_eq!(tell(&db, &who, &asha, Word::Text("बंद करो")).await, Some(Keyword::Stop));
        let stopped = Some(Why::Stopped(Reason::StopWord));
        assert_eq!(why_not(&db, &who, &asha, Class::Personal).await, stopped);
        assert_eq!(why_not(&db, &who, &asha, Class::Marketing).await, stopped);
        assert_eq!(why_not(&db, &who, &asha, Class::Service).await, None);
        assert_eq!(tell(&db, &who, &asha, Word::Text("Stop!")).await, Some(Keyword::Stop), "said twice, kept once");
        assert_eq!(tell(&db, &who, &asha, Word::Text("help")).await, Some(Keyword::Help));
        db.clock().advance(Duration::from_secs(1));
        assert_eq!(tell(&db, &who, &asha, Word::Text("START")).await, Some(Keyword::Start));
        for class in Class::ALL {
            assert_eq!(why_not(&db, &who, &asha, *class).await, None, "{class}");
        }
        assert_eq!(log(&db, &who).await, [word("marketing", "withdrawn", "stop_word"), word("marketing", "given", "start_word")]);
        assert_eq!(why_not(&db, &db.who_of(2), &asha, Class::Marketing).await, Some(Why::NoConsent), "another shop's own matter");
        assert_eq!(consent::check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn promise_20_what_providers_say(db: TestDb) {
        let (who, asha) = (db.who(), phone("+919876543210"));
        tell(&db, &who, &asha, Word::Provider(Keyword::StopAll)).await;
        assert_eq!(why_not(&db, &who, &asha, Class::Service).await, Some(Why::Stopped(Reason::ProviderOptOut)));
        assert_eq!(why_not(&db, &who, &asha, Class::Asked).await, None);
        db.clock().advance(Duration::from_secs(1));
        tell(&db, &who, &asha, Word::Provider(Keyword::Start)).await;
        assert_eq!(why_not(&db, &who, &asha, Class::Marketing).await, None);
        let all = log(&db, &who).await;
        assert_eq!(all.len(), 4);
        assert!(all.iter().all(|(.., how)| how == "provider"), "{all:?}");
        assert_eq!(consent::check(&db).await.unwrap(), Vec::<String>::new());
    }

    async fn a_failure_is_no_wish_and_a_wish_outlives_it(db: TestDb) {
        let (who, asha) = (db.who(), mailbox("asha@example.com"));
        let bounced = Word::Stop(Scope::All, Reason::Bounced, How::Provider);
        tell(&db, &who, &asha, bounced).await;
        tell(&db, &who, &asha, bounced).await;
        assert_eq!(log(&db, &who).await, [], "that a mailbox is closed is nobody's word");
        tell(&db, &who, &asha, Word::Choose(Choice::Everything)).await;
        assert_eq!(why_not(&db, &who, &asha, Class::Asked).await, Some(Why::Stopped(Reason::Bounced)), "no wish opens a mailbox");
        tell(&db, &who, &asha, Word::Choose(Choice::Nothing)).await;
        assert_eq!(why_not(&db, &who, &asha, Class::Service).await, Some(Why::Stopped(Reason::Unsubscribed)));
        tell(&db, &who, &asha, bounced).await;
        assert_eq!(why_not(&db, &who, &asha, Class::Service).await, Some(Why::Stopped(Reason::Unsubscribed)), "nor takes its place");
        tell(&db, &who, &asha, Word::Choose(Choice::NoMarketing)).await;
        assert_eq!(why_not(&db, &who, &asha, Class::Service).await, None);
        assert_eq!(why_not(&db, &who, &asha, Class::Marketing).await, Some(Why::Stopped(Reason::Unsubscribed)));
        assert_eq!(consent::check(&db).await.unwrap(), Vec::<String>::new());
    }
}
