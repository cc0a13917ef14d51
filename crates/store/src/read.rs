//! Looking without changing: what is committed, from a replica where there is one.

use crate::sqlite::Readers;
use crate::tx::Look;
use crate::{Result, Sql, Value, postgres};
use deadpool_postgres::Pool;
use facts::TenantId;
use serde::de::DeserializeOwned;

#[derive(Clone)]
pub(crate) enum ReadEngine {
    Sqlite(Readers),
    Postgres(Pool),
}

impl ReadEngine {
    pub(crate) async fn all<T: DeserializeOwned + Send + 'static>(
        &self,
        sql: &'static Sql,
        params: &[Value],
        tenant: TenantId,
    ) -> Result<Vec<T>> {
        match self {
            ReadEngine::Sqlite(readers) => readers.all(sql, params).await,
            ReadEngine::Postgres(pool) => postgres::all(pool, sql, params, tenant).await,
        }
    }
}

/// A tenant's committed rows.
#[derive(Clone)]
pub struct Read {
    pub(crate) engine: ReadEngine,
    pub(crate) tenant: TenantId,
}

impl Look for Read {
    fn tenant(&self) -> TenantId {
        self.tenant
    }

    async fn all<T: DeserializeOwned + Send + 'static>(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<T>> {
        self.engine.all(sql, params, self.tenant).await
    }
}
