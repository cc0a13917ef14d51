//! What the slice is built with.

use store::Db;
use store::secret::Vault;
use web::http::Outside;

/// What the slice is built with.
#[derive(Clone)]
pub struct Config {
    /// The database.
    pub db: Db,
    /// Opens the secrets that sign.
    pub vault: Vault,
    /// The way to every address that a tenant may type.
    pub outside: Outside,
}
