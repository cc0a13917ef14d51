//! Tenants, their owners and their keys, on the database alone.

use facts::{Id, TenantId, Time};
use identity::{Admin, CreateApiKey, CreateTenant, MIGRATIONS, Owner, RevokeApiKey};
use secrecy::SecretString;
use std::sync::LazyLock;
use std::time::Duration;
use store::{Actor, Migration, STORE, Who};
use testkit::TestDb;
use web::{Reach, Role};

static ALL: LazyLock<Vec<Migration>> = LazyLock::new(|| STORE.iter().chain(MIGRATIONS).copied().collect());

fn admin() -> Admin {
    Admin { username: "admin".into(), email: None, password: SecretString::from("a-long-test-password") }
}

fn owner(email: &str) -> Owner {
    Owner { email: Some(email.into()), username: None, name: None, password_hash: "$argon2id$none".into() }
}

fn operator() -> Actor {
    Actor::System("operator".into())
}

testkit::both! { with &ALL;
    async fn two_nodes_that_start_at_once_make_one_first_tenant(db: TestDb) {
        let other = db.node().await;
        let (here, there) = tokio::join!(
            identity::ensure_first(&db, admin(), "My shop"),
            identity::ensure_first(&other, admin(), "My shop"),
        );
        let (here, there) = (here.unwrap(), there.unwrap());
        assert_eq!(here.0, there.0);
        assert_eq!([here.1, there.1].iter().filter(|created| **created).count(), 1);
        assert_eq!(identity::ensure_first(&db, admin(), "My shop").await.unwrap(), (here.0, false));
        assert_eq!(identity::first_tenant(&db).await.unwrap(), Some(here.0));
    }

    async fn the_first_tenant_that_is_opened_is_the_first(db: TestDb) {
        let first = identity::create_tenant(&db, operator(), CreateTenant::new("Asha & Co", owner("a@example.com"))).await.unwrap();
        let second = identity::create_tenant(&db, operator(), CreateTenant::new("Asha & Co", owner("b@example.com"))).await.unwrap();
        assert_eq!(identity::first_tenant(&db).await.unwrap(), Some(first.tenant_id));
        assert_eq!(first.slug, "asha-co");
        assert!(second.slug.starts_with("asha-co-"), "{}", second.slug);
        assert_ne!(first.api_key, second.api_key);
        assert_eq!(identity::tenant_by_slug(&db, &second.slug).await.unwrap(), Some(second.tenant_id));
        let mut chosen = CreateTenant::new("Another", owner("c@example.com"));
        chosen.slug = Some("asha-co".into());
        assert_eq!(identity::create_tenant(&db, operator(), chosen).await.unwrap_err().code(), "slug_taken");
    }

    async fn an_owner_may_own_several_and_no_name_is_anothers(db: TestDb) {
        let first = identity::create_tenant(&db, operator(), CreateTenant::new("One", owner("A@example.com"))).await.unwrap();
        let second = identity::create_tenant(&db, operator(), CreateTenant::new("Two", owner("a@example.com"))).await.unwrap();
        assert_eq!(first.owner_id, second.owner_id);
        let mut taken = owner("other@example.com");
        taken.username = Some("a@example.com".into());
        let refused = identity::create_tenant(&db, operator(), CreateTenant::new("Three", taken)).await.unwrap_err();
        assert_eq!(refused.fields()[0].field, "username");
    }

    async fn a_key_may_no_more_than_its_maker_and_ends(db: TestDb) {
        let made = identity::create_tenant(&db, operator(), CreateTenant::new("One", owner("a@example.com"))).await.unwrap();
        let who = Who::system(made.tenant_id, "test");
        let key = |role, by, expires_at: Option<Time>| {
            CreateApiKey { name: "till".into(), mode: identity::Mode::Live, role, scopes: None, per_hour: None, expires_at, by: Reach::of(by) }
        };
        assert_eq!(db.run(&who, key(Role::Owner, Role::Admin, None)).await.unwrap_err().code(), "role_too_high");
        let past = db.clock().now().before(Duration::from_secs(1));
        assert_eq!(db.run(&who, key(Role::User, Role::Admin, Some(past))).await.unwrap_err().fields()[0].field, "expires_at");
        let made = db.run(&who, key(Role::User, Role::Admin, None)).await.unwrap();
        let stranger = Who::system(TenantId::from_uuid(made.api_key.id.uuid()), "test");
        let revoke = RevokeApiKey { id: made.api_key.id };
        assert_eq!(db.run(&stranger, revoke).await.unwrap_err().code(), "not_found");
        let hash = db.run(&who, revoke).await.unwrap();
        assert_eq!(hash, store::secret::sha256(&made.key));
        assert_eq!(db.run(&who, revoke).await.unwrap(), hash);
    }

    async fn a_password_is_hashed_before_and_a_wrong_field_is_named(db: TestDb) {
        let mut create = CreateTenant::new("  ", owner("a@example.com"));
        assert_eq!(identity::create_tenant(&db, operator(), create.clone()).await.unwrap_err().fields()[0].field, "name");
        create.name = "Shop".into();
        create.time_zone = "Mars/Olympus".into();
        assert_eq!(identity::create_tenant(&db, operator(), create).await.unwrap_err().fields()[0].field, "time_zone");
        assert_eq!(identity::first_tenant(&db).await.unwrap(), None);
    }
}
