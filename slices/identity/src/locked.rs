//! The columns that hold locked texts, for whoever locks them with another master key.

use crate::domains::places;
use crate::{second_factor, sso, tickets};
use facts::{Id, TenantId, TicketId, UserId};
use store::secret::{Column, Locked};
use store::sql;
use uuid::Uuid;

/// Its columns of locked texts.
pub static LOCKED: &[&dyn Locked] =
    &[&SECOND_FACTORS, &CLIENT_SECRETS, &VERIFIERS, &TICKETS, &ORDER_KEYS, &CERTIFICATE_KEYS, &CHAINS, &ACCOUNTS];

static SECOND_FACTORS: Column<(UserId,)> = Column {
    name: "second_factors.locked",
    page: sql!(global "SELECT user_id, locked FROM second_factors WHERE user_id > $1 ORDER BY user_id LIMIT $2"),
    put: sql!(global "UPDATE second_factors SET locked = $2 WHERE user_id = $1 AND locked = $3"),
    least: || (Id::from_uuid(Uuid::nil()),),
    place: |(user,)| second_factor::place(*user),
};

static CLIENT_SECRETS: Column<(TenantId,)> = Column {
    name: "sso_connections.locked",
    page: sql!(global
        "SELECT tenant_id, locked FROM sso_connections WHERE tenant_id > $1 AND locked IS NOT NULL ORDER BY tenant_id LIMIT $2"
    ),
    put: sql!(global "UPDATE sso_connections SET locked = $2 WHERE tenant_id = $1 AND locked = $3"),
    least: || (Id::from_uuid(Uuid::nil()),),
    place: |(tenant,)| sso::secret_place(*tenant),
};

static VERIFIERS: Column<(TenantId, String)> = Column {
    name: "sso_sign_ins.verifier",
    page: sql!(global
        "SELECT tenant_id, state_hash, verifier FROM sso_sign_ins WHERE (tenant_id, state_hash) > ($1, $2)
         ORDER BY tenant_id, state_hash LIMIT $3"
    ),
    put: sql!(global "UPDATE sso_sign_ins SET verifier = $3 WHERE tenant_id = $1 AND state_hash = $2 AND verifier = $4"),
    least: || (Id::from_uuid(Uuid::nil()), String::new()),
    place: |(_, state)| sso::verifier_place(state),
};

static TICKETS: Column<(TenantId, TicketId)> = Column {
    name: "tickets.locked",
    page: sql!(global
        "SELECT tenant_id, id, locked FROM tickets WHERE (tenant_id, id) > ($1, $2) AND locked IS NOT NULL
         ORDER BY tenant_id, id LIMIT $3"
    ),
    put: sql!(global "UPDATE tickets SET locked = $3 WHERE tenant_id = $1 AND id = $2 AND locked = $4"),
    least: || (Id::from_uuid(Uuid::nil()), Id::from_uuid(Uuid::nil())),
    place: |(_, id)| tickets::place(*id),
};

static ORDER_KEYS: Column<(TenantId, String)> = Column {
    name: "certificates.order_key",
    page: sql!(global
        "SELECT tenant_id, domain, order_key FROM certificates WHERE (tenant_id, domain) > ($1, $2) AND order_key IS NOT NULL
         ORDER BY tenant_id, domain LIMIT $3"
    ),
    put: sql!(global "UPDATE certificates SET order_key = $3 WHERE tenant_id = $1 AND domain = $2 AND order_key = $4"),
    least: || (Id::from_uuid(Uuid::nil()), String::new()),
    place: |(tenant, domain)| places::key(*tenant, domain),
};

static CERTIFICATE_KEYS: Column<(TenantId, String)> = Column {
    name: "certificates.private_key",
    page: sql!(global
        "SELECT tenant_id, domain, private_key FROM certificates WHERE (tenant_id, domain) > ($1, $2) AND private_key IS NOT NULL
         ORDER BY tenant_id, domain LIMIT $3"
    ),
    put: sql!(global "UPDATE certificates SET private_key = $3 WHERE tenant_id = $1 AND domain = $2 AND private_key = $4"),
    least: || (Id::from_uuid(Uuid::nil()), String::new()),
    place: |(tenant, domain)| places::key(*tenant, domain),
};

static CHAINS: Column<(TenantId, String)> = Column {
    name: "certificates.chain",
    page: sql!(global
        "SELECT tenant_id, domain, chain FROM certificates WHERE (tenant_id, domain) > ($1, $2) AND chain IS NOT NULL
         ORDER BY tenant_id, domain LIMIT $3"
    ),
    put: sql!(global "UPDATE certificates SET chain = $3 WHERE tenant_id = $1 AND domain = $2 AND chain = $4"),
    least: || (Id::from_uuid(Uuid::nil()), String::new()),
    place: |(tenant, domain)| places::chain(*tenant, domain),
};

static ACCOUNTS: Column<(String,)> = Column {
    name: "acme_accounts.locked_key",
    page: sql!(global "SELECT directory, locked_key FROM acme_accounts WHERE directory > $1 ORDER BY directory LIMIT $2"),
    put: sql!(global "UPDATE acme_accounts SET locked_key = $2 WHERE directory = $1 AND locked_key = $3"),
    least: || (String::new(),),
    place: |(directory,)| places::account(directory),
};
